/* Reads "scheme<TAB>a<TAB>b" lines and prints -1, 0 or 1 for each: our side
 * of the differential tests (tests/e2e/test_version_differential.py). */
#include <stdio.h>

#include "base/fd.h"
#include "version/version.h"

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
        struct view line = view_cut(&rest, '\n'), name = view_cut(&line, '\t');
        struct view a = view_cut(&line, '\t');
        enum version_scheme scheme;

        if (!version_scheme_by_name(name, &scheme)) {
            fprintf(stderr, "unknown scheme: %.*s\n", VIEW_ARG(name));
            return 2;
        }
        printf("%d\n", version_compare(scheme, a, line));
    }
    return 0;
}
