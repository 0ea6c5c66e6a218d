/* What all schemes are made of: runs of ASCII digits and letters, and numbers
 * of any length, compared by value without being converted. */
#pragma once

#include "base/view.h"

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool at_digit(struct view rest)
{
    return rest.len > 0 && is_digit(rest.ptr[0]);
}

static inline bool at_letter(struct view rest)
{
    return rest.len > 0 && is_letter(rest.ptr[0]);
}

static inline bool at_char(struct view rest, char c)
{
    return rest.len > 0 && rest.ptr[0] == c;
}

/* Cuts `len` (at most rest->len) bytes off the front. */
static inline struct view take(struct view *rest, size_t len)
{
    struct view head = {rest->ptr, len};

    if (len > 0) {
        rest->ptr += len;
        rest->len -= len;
    }
    return head;
}

/* Skips `c` when it is next. */
static inline bool take_char(struct view *rest, char c)
{
    if (!at_char(*rest, c))
        return false;
    take(rest, 1);
    return true;
}

static inline struct view take_digits(struct view *rest)
{
    size_t len = 0;

    while (len < rest->len && is_digit(rest->ptr[len]))
        len++;
    return take(rest, len);
}

static inline struct view take_letters(struct view *rest)
{
    size_t len = 0;

    while (len < rest->len && is_letter(rest->ptr[len]))
        len++;
    return take(rest, len);
}

/* Takes `word` (lower case) in any case. */
static inline bool take_word_nocase(struct view *rest, struct view word)
{
    if (!view_eq_nocase(view_sub(*rest, 0, word.len), word))
        return false;
    take(rest, word.len);
    return true;
}

static inline struct view without_leading_zeros(struct view digits)
{
    while (digits.len > 0 && digits.ptr[0] == '0')
        take(&digits, 1);
    return digits;
}

static inline bool number_is_zero(struct view digits)
{
    return without_leading_zeros(digits).len == 0;
}

/* By value; no digits are zero. */
static inline int number_compare(struct view a, struct view b)
{
    a = without_leading_zeros(a);
    b = without_leading_zeros(b);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return view_cmp(a, b);
}

/* By bytes, with ASCII letters as lower case. */
static inline int nocase_compare(struct view a, struct view b)
{
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        unsigned char x = (unsigned char)to_lower(a.ptr[i]), y = (unsigned char)to_lower(b.ptr[i]);

        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}
