#include "test.h"

#include "model/cvss.h"

struct scored {
    const char *vector;
    enum cvss_version version;
    double base, temporal, environmental, score;
    enum severity rating;
};

#define B3 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define B4 "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
#define N4 "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N"

static const struct scored cases[] = {
    /* The three examples of the guide to 2.0, section 3.3. */
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C", CVSS_2_0, 7.8, 7.8, 7.8, 7.8, SEVERITY_HIGH},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", CVSS_2_0, 7.8, 6.4, 9.2,
     7.8, SEVERITY_HIGH},
    {"(AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C)", CVSS_2_0, 10.0, 8.3, 8.3, 10.0, SEVERITY_HIGH},
    {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", CVSS_2_0, 6.2, 4.9, 4.9, 6.2, SEVERITY_MEDIUM},
    {"AV:L/AC:H/Au:N/C:C/I:C/A:C/CDP:N/TD:N", CVSS_2_0, 6.2, 6.2, 0.0, 6.2, SEVERITY_MEDIUM},
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N", CVSS_2_0, 0.8, 0.8, 0.8, 0.8, SEVERITY_LOW},
    {"A:N/I:N/C:N/Au:M/AC:H/AV:L", CVSS_2_0, 0.0, 0.0, 0.0, 0.0, SEVERITY_NEGLIGIBLE},
    /* An adjusted score below zero isn't shown as one. */
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L", CVSS_2_0, 0.8, 0.8, 0.0, 0.8, SEVERITY_LOW},

    {B3, CVSS_3_1, 9.8, 9.8, 9.8, 9.8, SEVERITY_CRITICAL},
    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", CVSS_3_0, 9.8, 9.8, 9.8, 9.8,
     SEVERITY_CRITICAL},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", CVSS_3_1, 10.0, 10.0, 10.0, 10.0,
     SEVERITY_CRITICAL},
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", CVSS_3_1, 6.4, 6.4, 6.4, 6.4, SEVERITY_MEDIUM},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", CVSS_3_1, 6.1, 6.1, 6.1, 6.1, SEVERITY_MEDIUM},
    {"CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", CVSS_3_0, 1.6, 1.6, 1.6, 1.6, SEVERITY_LOW},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", CVSS_3_1, 0.0, 0.0, 0.0, 0.0,
     SEVERITY_NEGLIGIBLE},
    {B3 "/E:U/RL:O/RC:U", CVSS_3_1, 9.8, 7.8, 7.8, 9.8, SEVERITY_CRITICAL},
    {B3 "/E:X/RL:X/RC:X/CR:X/MAV:X/MS:X", CVSS_3_1, 9.8, 9.8, 9.8, 9.8, SEVERITY_CRITICAL},
    {B3 "/MAV:P/MAC:H/CR:L/IR:L/AR:L", CVSS_3_1, 9.8, 9.8, 4.6, 9.8, SEVERITY_CRITICAL},
    /* The modified impact of a changed scope differs between 3.0 and 3.1. */
    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/CR:H/MPR:H/MAC:H/E:U", CVSS_3_0, 10.0, 9.1, 7.3,
     10.0, SEVERITY_CRITICAL},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/CR:H/MPR:H/MAC:H/E:U", CVSS_3_1, 10.0, 9.1, 7.4,
     10.0, SEVERITY_CRITICAL},

    {B4, CVSS_4_0, 9.3, 9.3, 9.3, 9.3, SEVERITY_CRITICAL},
    {N4, CVSS_4_0, 0.0, 0.0, 0.0, 0.0, SEVERITY_NEGLIGIBLE},
    {N4 "/MVC:H", CVSS_4_0, 0.0, 8.7, 8.7, 8.7, SEVERITY_HIGH},
    {B4 "/MVC:N/MVI:N/MVA:N", CVSS_4_0, 9.3, 0.0, 0.0, 0.0, SEVERITY_NEGLIGIBLE},
    {B4 "/E:U", CVSS_4_0, 9.3, 8.1, 8.1, 8.1, SEVERITY_HIGH},
    {B4 "/E:X/CR:X/MAV:X/S:P/AU:Y/R:I/V:C/RE:M/U:Amber", CVSS_4_0, 9.3, 9.3, 9.3, 9.3,
     SEVERITY_CRITICAL},
    {B4 "/MSI:S/MSA:S", CVSS_4_0, 9.3, 10.0, 10.0, 10.0, SEVERITY_CRITICAL},
    {"CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:U/CR:L", CVSS_4_0, 1.0, 0.1,
     0.1, 0.1, SEVERITY_LOW},
};

static void scores(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;
        struct cvss cvss;

        if (cvss_parse(view_of(cases[i].vector), &cvss, &err) < 0)
            fail_msg("%s: %s", cases[i].vector, err.message);
        if (cvss.version != cases[i].version || cvss.base != cases[i].base ||
            cvss.temporal != cases[i].temporal || cvss.environmental != cases[i].environmental ||
            cvss.score != cases[i].score || cvss.rating != cases[i].rating)
            fail_msg("%s: got %s: %.1f %.1f %.1f %.1f %s", cases[i].vector,
                     cvss_version_name(cvss.version), cvss.base, cvss.temporal, cvss.environmental,
                     cvss.score, severity_name(cvss.rating));
    }
}

static void refusals(void **state)
{
    static const struct {
        const char *vector, *message;
    } bad[] = {
        {"", "CVSS vector: empty"},
        {"CVSS:3.1", "CVSS vector CVSS:3.1: unknown version"},
        {"CVSS:3.2/AV:N", "CVSS vector CVSS:3.2/AV:N: unknown version"},
        {"cvss:3.1/AV:N", "CVSS vector: unknown metric \"cvss\""},
        {"CVSS:3.1/", "CVSS vector: unknown metric \"\""},
        {B3 "/", "CVSS vector: unknown metric \"\""},
        {B3 "/XX:Y", "CVSS vector: unknown metric \"XX\""},
        {B3 "/AV:N", "CVSS vector: metric AV is there twice"},
        {B3 "/E:X/E:X", "CVSS vector: metric E is there twice"},
        {B3 "/E:Z", "CVSS vector: metric E has no value \"Z\""},
        {B3 "/E", "CVSS vector: metric E has no value \"\""},
        {B3 "/E:U:U", "CVSS vector: metric E has no value \"U:U\""},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS vector: base metric A is missing"},
        {"CVSS:3.1/av:N", "CVSS vector: unknown metric \"av\""},
        {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS vector: unknown metric \"PR\""},
        {"AV:N/AC:L/Au:N/C:N/I:N", "CVSS vector: base metric A is missing"},
        {"(AV:N/AC:L/Au:N/C:N/I:N/A:C", "CVSS vector: unknown metric \"(AV\""},
        {"()", "CVSS vector: unknown metric \"\""},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:S",
         "CVSS vector: metric SA has no value \"S\""},
        {B4 "/U:amber", "CVSS vector: metric U has no value \"amber\""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct error err = ERROR_INIT;
        struct cvss cvss = {.base = -1};

        if (cvss_parse(view_of(bad[i].vector), &cvss, &err) != ERROR_INPUT)
            fail_msg("%s was taken", bad[i].vector);
        assert_string_equal(err.message, bad[i].message);
        assert_true(cvss.base == -1);
    }
}

static void too_long(void **state)
{
    char vector[CVSS_LENGTH_LIMIT + 1];
    struct cvss cvss;

    (void)state;
    memset(vector, '/', sizeof(vector));
    assert_int_equal(cvss_parse(view_from(vector, sizeof(vector)), &cvss, NULL), ERROR_LIMIT);
}

RUN_TESTS(cmocka_unit_test(scores), cmocka_unit_test(refusals), cmocka_unit_test(too_long))
