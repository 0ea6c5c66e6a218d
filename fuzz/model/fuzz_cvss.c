/* A vector of any bytes: refused, or scored within the scale in tenths. */
#include <stdlib.h>

#include "model/cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_score(double score)
{
    int tenths = (int)(score * 10 + 0.5);

    if (tenths < 0 || tenths > 100 || tenths / 10.0 != score)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = ERROR_INIT;
    struct cvss cvss;

    if (cvss_parse(view_from(data, size), &cvss, &err) < 0) {
        if (!error_is_set(&err))
            abort();
        return 0;
    }
    check_score(cvss.base);
    check_score(cvss.temporal);
    check_score(cvss.environmental);
    check_score(cvss.score);
    if (cvss.temporal > cvss.base && cvss.version != CVSS_4_0)
        abort();
    return 0;
}
