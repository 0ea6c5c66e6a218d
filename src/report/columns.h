/* Rows of cells, written as aligned columns, one line a row.
 *
 * Widths are counted in terminal columns, so that Chinese lines up. Where a
 * width is given, the flexible column is cut to what is left, and columns are
 * left out by their `drop` rank until the rest fits. Everything lives in the
 * arena given; cells are cleaned when they are added. One thread.
 */
#pragma once

#include "report/style.h"

enum {
    COLUMNS_LIMIT = 16,
    COLUMNS_FLEXIBLE_MIN = 16, /* a flexible column narrower than this is left out */
};

struct column {
    const char *title; /* a key of tr() */
    bool right;        /* aligned at its right edge */
    bool flexible;     /* at most one: takes the width that is left */
    bool file_only;    /* left out where a width is given */
    unsigned drop;     /* left out when there is no room, lowest rank first; 0: never */
};

struct cell {
    struct view text;
    enum style style;
    size_t indent; /* blanks before the text */
    bool blank;    /* an empty text is shown as nothing, not as "-" */
    bool empty;    /* set by columns_add() */
};

struct columns;

/* `columns` must outlive the result. NULL without memory. */
struct columns *columns_new(const struct column *columns, size_t count, struct arena *arena);
/* One cell for each column. */
void columns_add(struct columns *rows, const struct cell *cells);
/* `width` of the terminal; 0: nothing is cut or left out. */
void columns_write(const struct columns *rows, size_t width, bool color, struct buf *to);
