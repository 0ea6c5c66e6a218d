/* Debian: [epoch:]upstream[-revision], deb-version(7).
 *
 * Malformed is what dpkg refuses (lib/dpkg/parsehelp.c): no upstream version,
 * blanks inside, an epoch that is no number or above INT_MAX, an empty
 * revision. What dpkg only warns of, like a version that starts with a letter
 * or holds an unusual character, is valid and ordered as dpkg orders it.
 */
#include "version/number.h"
#include "version/schemes.h"

struct parts {
    uint64_t epoch;
    struct view upstream, revision;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct view trim_blanks(struct view text)
{
    while (text.len > 0 && is_blank(text.ptr[0]))
        take(&text, 1);
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static bool take_epoch(struct view *text, size_t colon, uint64_t *ret)
{
    if (!view_to_u64(take(text, colon), ret) || *ret > INT32_MAX)
        return false;
    take(text, 1);
    return text->len > 0;
}

static bool split(struct view text, struct parts *ret)
{
    size_t colon = SIZE_MAX, hyphen = SIZE_MAX;
    uint64_t epoch = 0;

    text = trim_blanks(text);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '-')
            hyphen = i;
        else if (text.ptr[i] == ':' && colon == SIZE_MAX)
            colon = i;
        else if (is_blank(text.ptr[i]))
            return false;
    }
    if (colon != SIZE_MAX) {
        if (!take_epoch(&text, colon, &epoch))
            return false;
        /* An epoch has no hyphen, so one was seen behind the colon if at all. */
        hyphen -= hyphen == SIZE_MAX ? 0 : colon + 1;
    }
    if (hyphen == 0 || text.len == 0 || hyphen == text.len - 1)
        return false;
    ret->epoch = epoch;
    ret->upstream = view_sub(text, 0, hyphen);
    ret->revision = view_sub(text, hyphen == SIZE_MAX ? text.len : hyphen + 1, text.len);
    return true;
}

/* deb-version(7): "~" before everything, the end of a part included, then
 * letters, then all else. A digit ends a non-digit part. */
static inline int weight(const char *at, const char *end)
{
    if (at == end || is_digit(*at))
        return 0;
    if (*at == '~')
        return -1;
    return is_letter(*at) ? *at : (unsigned char)*at + 256;
}

static int part_compare(struct view a, struct view b)
{
    const char *x = a.ptr, *x_end = x + a.len, *y = b.ptr, *y_end = y + b.len;

    while (x < x_end || y < y_end) {
        int longer = 0, digit = 0;

        for (int p = weight(x, x_end), q = weight(y, y_end); p || q;
             p = weight(++x, x_end), q = weight(++y, y_end))
            if (p != q)
                return p < q ? -1 : 1;
        while (x < x_end && *x == '0')
            x++;
        while (y < y_end && *y == '0')
            y++;
        while (x < x_end && y < y_end && is_digit(*x) && is_digit(*y)) {
            if (!digit)
                digit = *x - *y;
            x++;
            y++;
        }
        longer = (x < x_end && is_digit(*x)) - (y < y_end && is_digit(*y));
        if (longer || digit)
            return (longer ? longer : digit) < 0 ? -1 : 1;
    }
    return 0;
}

int dpkg_compare(struct view a, struct view b)
{
    struct parts x, y;
    bool a_valid = split(a, &x), b_valid = split(b, &y);
    int order;

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    if (x.epoch != y.epoch)
        return x.epoch < y.epoch ? -1 : 1;
    order = part_compare(x.upstream, y.upstream);
    return order ? order : part_compare(x.revision, y.revision);
}

bool dpkg_valid(struct view version)
{
    struct parts parts;

    return split(version, &parts);
}
