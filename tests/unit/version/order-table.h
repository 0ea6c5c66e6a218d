/* Tables of versions for the tests of every scheme. */
#pragma once

#include "test.h"

#include "version/version.h"

/* Rows of versions, lowest first; versions that stand in one row are equal. */
#define ORDER_ROW_SIZE 6
typedef const char *const order_row[ORDER_ROW_SIZE];

static inline void assert_order(enum version_scheme scheme, const char *a, const char *b, int want)
{
    int got = version_compare(scheme, view_of(a), view_of(b));

    if (got != want)
        fail_msg("%s: \"%s\" against \"%s\": got %d, want %d", version_schemes[scheme].name, a, b,
                 got, want);
}

/* Every version against every other, so that the rows prove the order total. */
static inline void assert_ascending(enum version_scheme scheme, order_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            for (size_t p = 0; p < ORDER_ROW_SIZE && rows[i][p]; p++)
                for (size_t q = 0; q < ORDER_ROW_SIZE && rows[j][q]; q++)
                    assert_order(scheme, rows[i][p], rows[j][q], (i > j) - (i < j));
}

static inline void assert_validity(enum version_scheme scheme, const char *const *versions,
                                   size_t count, bool want)
{
    for (size_t i = 0; i < count; i++)
        if (version_valid(scheme, view_of(versions[i])) != want)
            fail_msg("%s: \"%s\" should%s be valid", version_schemes[scheme].name, versions[i],
                     want ? "" : " not");
}
