#include "vulndb/cve.h"

enum {
    YEAR_DIGITS = 4,
    NUMBER_DIGITS_LEAST = 4,
    YEAR_FIRST = 1999,
    YEAR_COUNT = 64,
    NUMBER_BITS = 26,
};

/* "CVE-2023-4911" exactly; splits it. */
static bool split(struct view cve, struct view *ret_year, struct view *ret_number)
{
    struct view rest = view_sub(cve, 4, SIZE_MAX);
    uint64_t ignored;

    if (!view_eq_nocase(view_sub(cve, 0, 4), VIEW("CVE-")))
        return false;
    *ret_year = view_cut(&rest, '-');
    *ret_number = rest;
    if (ret_year->len != YEAR_DIGITS || rest.len < NUMBER_DIGITS_LEAST)
        return false;
    return view_to_u64(*ret_year, &ignored) && view_to_u64(rest, &ignored);
}

bool cve_of_id(struct view id, struct view *ret)
{
    struct view year, number;

    /* Behind nothing or any prefix that ends in "-". */
    for (size_t i = 0; i + 4 < id.len; i++) {
        struct view cve;

        if ((id.ptr[i] | 0x20) != 'c' || (i > 0 && id.ptr[i - 1] != '-'))
            continue;
        cve = view_sub(id, i, SIZE_MAX);
        if (!split(cve, &year, &number))
            continue;
        *ret = cve;
        return true;
    }
    return false;
}

uint32_t cve_key(struct view cve)
{
    struct view year_text, number_text;
    uint64_t year, number;

    if (!split(cve, &year_text, &number_text) || !view_to_u64(year_text, &year) ||
        !view_to_u64(number_text, &number))
        return 0;
    if (year < YEAR_FIRST || year >= YEAR_FIRST + YEAR_COUNT || number >> NUMBER_BITS)
        return 0;
    /* CVE-1999-0000 would be 0, and is not assigned. */
    return (uint32_t)(year - YEAR_FIRST) << NUMBER_BITS | (uint32_t)number;
}
