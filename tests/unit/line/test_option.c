#include "cmd/line/option.h"

#include "model/severity.h"
#include "test.h"

struct values {
    bool flag;
    const char *text;
    struct option_texts texts;
    int choice, severity;
    uint64_t number, size, duration;
    unsigned severities;
};

static bool word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {{"table", NULL}, {"json", NULL}};

    if (i < COUNT(words))
        *ret = words[i];
    return i < COUNT(words);
}

#define AT(member) .offset = offsetof(struct values, member)

static const struct option options[OPTION_TYPE_COUNT] = {
    [OPTION_FLAG] = {.name = "flag", .type = OPTION_FLAG, AT(flag)},
    [OPTION_TEXT] = {.name = "text", .type = OPTION_TEXT, AT(text)},
    [OPTION_TEXTS] = {.name = "texts", .type = OPTION_TEXTS, AT(texts)},
    [OPTION_CHOICE] = {.name = "choice", .type = OPTION_CHOICE, AT(choice), .word = word},
    [OPTION_NUMBER] = {.name = "number", .type = OPTION_NUMBER, AT(number), .min = 1, .max = 99},
    [OPTION_SIZE] = {.name = "size", .type = OPTION_SIZE, AT(size)},
    [OPTION_DURATION] = {.name = "duration", .type = OPTION_DURATION, AT(duration)},
    [OPTION_SEVERITY] = {.name = "severity", .type = OPTION_SEVERITY, AT(severity)},
    [OPTION_SEVERITIES] = {.name = "severities", .type = OPTION_SEVERITIES, AT(severities)},
};

/* The value as a number, whatever its type. */
static uint64_t value_of(enum option_type type, const struct values *values)
{
    switch (type) {
    case OPTION_FLAG:
        return values->flag;
    case OPTION_CHOICE:
        return (uint64_t)values->choice;
    case OPTION_NUMBER:
        return values->number;
    case OPTION_SIZE:
        return values->size;
    case OPTION_DURATION:
        return values->duration;
    case OPTION_SEVERITY:
        return (uint64_t)values->severity;
    case OPTION_SEVERITIES:
        return values->severities;
    case OPTION_TEXTS:
        return values->texts.count;
    default:
        return strlen(values->text);
    }
}

static const struct {
    enum option_type type;
    const char *text;
    uint64_t want;
} good[] = {
    {OPTION_FLAG, "true", 1},
    {OPTION_FLAG, "FALSE", 0},
    {OPTION_FLAG, "1", 1},
    {OPTION_FLAG, "no", 0},
    {OPTION_TEXT, "abc", 3},
    {OPTION_TEXTS, "abc", 1},
    {OPTION_CHOICE, "table", 0},
    {OPTION_CHOICE, "json", 1},
    {OPTION_NUMBER, "1", 1},
    {OPTION_NUMBER, "99", 99},
    {OPTION_SIZE, "4096", 4096},
    {OPTION_SIZE, "512M", 512ULL << 20},
    {OPTION_SIZE, "2g", 2ULL << 30},
    {OPTION_SIZE, "1GiB", 1ULL << 30},
    {OPTION_SIZE, "3TB", 3ULL << 40},
    {OPTION_SIZE, "7KiB", 7 << 10},
    {OPTION_DURATION, "90", 90},
    {OPTION_DURATION, "90s", 90},
    {OPTION_DURATION, "5m", 300},
    {OPTION_DURATION, "1h30m", 5400},
    {OPTION_DURATION, "1h1m1s", 3661},
    {OPTION_DURATION, "0", 0},
    {OPTION_SEVERITY, "high", SEVERITY_HIGH},
    {OPTION_SEVERITY, "CRITICAL", SEVERITY_CRITICAL},
    {OPTION_SEVERITY, "unknown", SEVERITY_UNKNOWN},
    {OPTION_SEVERITIES, "HIGH,CRITICAL", 1 << SEVERITY_HIGH | 1 << SEVERITY_CRITICAL},
    {OPTION_SEVERITIES, " low , high", 1 << SEVERITY_LOW | 1 << SEVERITY_HIGH},
    {OPTION_SEVERITIES, "low,low", 1 << SEVERITY_LOW},
};

static void sets_good_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct values values = {0};
        struct error err = ERROR_INIT;

        print_message("%s %s\n", options[good[i].type].name, good[i].text);
        assert_int_equal(option_set(&options[good[i].type], "--x", good[i].text, &values, &err), 0);
        assert_int_equal(value_of(good[i].type, &values), good[i].want);
    }
}

static const struct {
    enum option_type type;
    const char *text, *message, *hint;
} bad[] = {
    {OPTION_FLAG, "maybe", "--x: 'maybe' is neither true nor false", ""},
    {OPTION_TEXT, "", "--x: the value is empty", ""},
    {OPTION_TEXTS, "", "--x: the value is empty", ""},
    {OPTION_CHOICE, "jsn", "--x: unknown value 'jsn'", "did you mean json? it takes: table, json"},
    {OPTION_CHOICE, "sarif", "--x: unknown value 'sarif'", "it takes: table, json"},
    {OPTION_CHOICE, "", "--x: unknown value ''", "it takes: table, json"},
    {OPTION_NUMBER, "0", "--x: '0' is not a number from 1 to 99", ""},
    {OPTION_NUMBER, "100", "--x: '100' is not a number from 1 to 99", ""},
    {OPTION_NUMBER, "4x", "--x: '4x' is not a number from 1 to 99", ""},
    {OPTION_NUMBER, "-1", "--x: '-1' is not a number from 1 to 99", ""},
    {OPTION_NUMBER, "99999999999999999999",
     "--x: '99999999999999999999' is not a number from 1 to 99", ""},
    {OPTION_SIZE, "12Q", "--x: '12Q' is not a size", "write it like 512M, 2G or 1048576"},
    {OPTION_SIZE, "G", "--x: 'G' is not a size", "write it like 512M, 2G or 1048576"},
    {OPTION_SIZE, "0", "--x: '0' is not a size", "write it like 512M, 2G or 1048576"},
    {OPTION_SIZE, "1G1", "--x: '1G1' is not a size", "write it like 512M, 2G or 1048576"},
    {OPTION_SIZE, "99999999T", "--x: '99999999T' is not a size",
     "write it like 512M, 2G or 1048576"},
    {OPTION_DURATION, "", "--x: '' is not a duration", "write it like 90s, 5m or 1h30m"},
    {OPTION_DURATION, "5d", "--x: '5d' is not a duration", "write it like 90s, 5m or 1h30m"},
    {OPTION_DURATION, "9999999h", "--x: '9999999h' is not a duration",
     "write it like 90s, 5m or 1h30m"},
    {OPTION_SEVERITY, "hihg", "--x: unknown severity 'hihg'", "did you mean high?"},
    {OPTION_SEVERITY, "important", "--x: unknown severity 'important'",
     "severities are critical, high, medium, low, negligible and unknown"},
    {OPTION_SEVERITIES, "high,", "--x: unknown severity ''",
     "severities are critical, high, medium, low, negligible and unknown"},
    {OPTION_SEVERITIES, "high;low", "--x: unknown severity 'high;low'",
     "severities are critical, high, medium, low, negligible and unknown"},
};

static void refuses_bad_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct values values = {0}, untouched = {0};
        struct error err = ERROR_INIT;

        print_message("%s %s\n", options[bad[i].type].name, bad[i].text);
        assert_int_equal(option_set(&options[bad[i].type], "--x", bad[i].text, &values, &err),
                         ERROR_USAGE);
        assert_string_equal(err.message, bad[i].message);
        assert_string_equal(err.hint, bad[i].hint);
        assert_memory_equal(&values, &untouched, sizeof(values));
    }
}

static void clears_to_what_was_not_given(void **state)
{
    struct values values;

    (void)state;
    memset(&values, 0x55, sizeof(values));
    for (size_t i = 0; i < COUNT(options); i++)
        option_clear(&options[i], &values);
    assert_false(values.flag);
    assert_null(values.text);
    assert_int_equal(values.choice, 0);
    assert_int_equal(values.severity, -1);
    assert_true(values.number == OPTION_UNSET);
    assert_int_equal(values.size, 0);
    assert_int_equal(values.severities, 0);
}

RUN_TESTS(cmocka_unit_test(sets_good_values), cmocka_unit_test(refuses_bad_values),
          cmocka_unit_test(clears_to_what_was_not_given))
