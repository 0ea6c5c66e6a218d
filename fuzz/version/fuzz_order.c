/* Three versions of any bytes: the order of each scheme must be total. The
 * first byte chooses the scheme, newlines separate the versions. */
#include <stdlib.h>

#include "version/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign_of(int order)
{
    if (order < -1 || order > 1)
        abort();
    return order;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view rest, a, b, c;
    const struct version_scheme_info *scheme;
    int ab, bc, ac;

    if (size == 0)
        return 0;
    scheme = &version_schemes[data[0] % VERSION_SCHEME_COUNT];
    rest = view_from(data + 1, size - 1);
    a = view_cut(&rest, '\n');
    b = view_cut(&rest, '\n');
    c = rest;
    ab = sign_of(scheme->compare(a, b));
    bc = sign_of(scheme->compare(b, c));
    ac = sign_of(scheme->compare(a, c));
    if (scheme->compare(b, a) != -ab || scheme->compare(a, a) != 0)
        abort();
    if (ab == bc && ac != ab)
        abort();
    if ((ab == 0 && ac != bc) || (bc == 0 && ac != ab))
        abort();
    (void)scheme->valid(a);
    return 0;
}
