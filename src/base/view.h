/* A view: a pointer and a length into bytes that somebody else owns.
 *
 * All text inside the program is a view; `char *` is for libc's and the
 * command line's edges. A view is never NUL-terminated by promise, may hold
 * any byte, and lives as long as the bytes it points into. The empty view is
 * {NULL, 0}; a view of length 0 with a pointer is equal to it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
    const char *ptr;
    size_t len;
};

#define VIEW_EMPTY ((struct view){NULL, 0})
/* A view of a string literal, usable in constant tables. */
#define VIEW(literal) ((struct view){"" literal, sizeof(literal) - 1})
/* printf("%.*s", VIEW_ARG(v)) */
#define VIEW_ARG(v) (int)((v).len > INT32_MAX ? INT32_MAX : (v).len), ((v).ptr ? (v).ptr : "")

static inline struct view view_from(const void *ptr, size_t len)
{
    return (struct view){(const char *)ptr, len};
}

static inline struct view view_of(const char *string)
{
    return string ? (struct view){string, strlen(string)} : VIEW_EMPTY;
}

static inline bool view_eq(struct view a, struct view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* strcmp's order over bytes; a prefix sorts before what it is a prefix of. */
int view_cmp(struct view a, struct view b);
/* ASCII case is ignored, other bytes are compared as they are. */
bool view_eq_nocase(struct view a, struct view b);

bool view_starts(struct view v, struct view prefix);
bool view_ends(struct view v, struct view suffix);
/* The offset of the first occurrence, or -1. */
ptrdiff_t view_find(struct view v, char c);
ptrdiff_t view_rfind(struct view v, char c);
ptrdiff_t view_find_view(struct view v, struct view needle);

/* The part from `start` (clamped) of at most `len` bytes. */
struct view view_sub(struct view v, size_t start, size_t len);
/* Without leading and trailing ASCII white space. */
struct view view_trim(struct view v);
/* `v` without `prefix` when it has it, else unchanged. */
struct view view_strip_prefix(struct view v, struct view prefix);
struct view view_strip_suffix(struct view v, struct view suffix);

/* Cuts `*rest` at the first `separator`: returns the head and leaves the tail
 * in `*rest`. Without a separator returns everything and leaves `*rest` empty
 * with a NULL pointer, so `while (rest.ptr)` walks all parts, empty ones too. */
struct view view_cut(struct view *rest, char separator);
/* The next line without its "\n" or "\r\n"; same ending rule as view_cut. */
struct view view_line(struct view *rest);
/* The next run of non-blank bytes; empty when there is none left. */
struct view view_word(struct view *rest);

/* Decimal digits only, the whole view, no overflow; false otherwise. */
bool view_to_u64(struct view v, uint64_t *ret);
