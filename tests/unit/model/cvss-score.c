/* Reads CVSS vectors, one a line, and prints "base temporal environmental
 * score" for each, or "refused": our side of tests/e2e/test_cvss_differential.py. */
#include <stdio.h>

#include "base/fd.h"
#include "model/cvss.h"

enum { INPUT_LIMIT = 64 << 20 };

int main(void)
{
    _cleanup_(buf_done) struct buf input = BUF_INIT(INPUT_LIMIT);
    struct error err = ERROR_INIT;
    struct view rest;

    if (fd_read_all(0, &input, &err) < 0) {
        fprintf(stderr, "standard input: %s\n", err.message);
        return 1;
    }
    rest = view_strip_suffix(buf_view(&input), VIEW("\n"));
    while (rest.ptr) {
        struct cvss cvss;

        if (cvss_parse(view_cut(&rest, '\n'), &cvss, NULL) < 0)
            printf("refused\n");
        else
            printf("%.1f %.1f %.1f %.1f\n", cvss.base, cvss.temporal, cvss.environmental,
                   cvss.score);
    }
    return 0;
}
