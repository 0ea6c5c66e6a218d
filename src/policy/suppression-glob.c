#include "policy/suppression.h"

/* The bytes of the character that `text` begins with. */
static size_t character(struct view text)
{
    size_t length = 1;

    while (length < text.len && ((unsigned char)text.ptr[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* "[a-z]", "[!0-9]": tells how much of the pattern it takes, 0 when it is none. */
static size_t match_class(struct view pattern, char c, bool *ret)
{
    size_t i = 1, first;
    bool negated = i < pattern.len && (pattern.ptr[i] == '!' || pattern.ptr[i] == '^');
    bool hit = false;

    i += negated;
    for (first = i; i < pattern.len && (i == first || pattern.ptr[i] != ']'); i++) {
        unsigned char low = (unsigned char)pattern.ptr[i], high = low;

        if (i + 2 < pattern.len && pattern.ptr[i + 1] == '-' && pattern.ptr[i + 2] != ']') {
            high = (unsigned char)pattern.ptr[i + 2];
            i += 2;
        }
        hit = hit || ((unsigned char)c >= low && (unsigned char)c <= high);
    }
    if (i >= pattern.len)
        return 0;
    *ret = hit != negated;
    return i + 1;
}

/* One element of the pattern against the front of `text`, which is not empty;
 * how much each of them takes. False: no match. */
static bool match_one(struct view pattern, struct view text, size_t *ret_pattern, size_t *ret_text)
{
    bool hit = false;
    size_t taken;

    *ret_pattern = *ret_text = 1;
    if (pattern.ptr[0] == '?') {
        *ret_text = character(text);
        return true;
    }
    if (pattern.ptr[0] == '[' && (taken = match_class(pattern, text.ptr[0], &hit))) {
        *ret_pattern = taken;
        return hit;
    }
    if (pattern.ptr[0] == '\\' && pattern.len > 1) {
        *ret_pattern = 2;
        return pattern.ptr[1] == text.ptr[0];
    }
    return pattern.ptr[0] == text.ptr[0];
}

/* Only the last star is gone back to: what an earlier one took needs no second
 * look, since the pattern between them matched at its first place. */
bool suppression_glob(struct view pattern, struct view text)
{
    struct view star = VIEW_EMPTY, star_text = VIEW_EMPTY;

    for (;;) {
        size_t p, t;

        if (pattern.len && pattern.ptr[0] == '*') {
            pattern = star = view_sub(pattern, 1, pattern.len);
            star_text = text;
            if (pattern.len == 0)
                return true;
        } else if (text.len == 0) {
            return pattern.len == 0;
        } else if (pattern.len && match_one(pattern, text, &p, &t)) {
            pattern = view_sub(pattern, p, pattern.len);
            text = view_sub(text, t, text.len);
        } else if (star.ptr && star_text.len) {
            star_text = view_sub(star_text, character(star_text), star_text.len);
            pattern = star;
            text = star_text;
        } else {
            return false;
        }
    }
}
