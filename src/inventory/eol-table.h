/* The table that tools/compile-eol makes of content/eol/eol.csv; its columns
 * are explained there. */
#pragma once

#include "base/view.h"

enum eol_audience {
    EOL_FOR_NOBODY, /* there is no extended time */
    EOL_FOR_ALL,
    EOL_FOR_PRO,
    EOL_FOR_CUSTOMERS,
};

struct eol_row {
    struct view id, release, codename;
    struct view standard_end, extended_end; /* "2026-06-10", the last day; empty: none */
    struct view extended_name;
    enum eol_audience extended_for;
};

extern const struct eol_row eol_rows[];
extern const size_t eol_row_count;
