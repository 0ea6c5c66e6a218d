/* rpm: [epoch:]version[-release], rpmvercmp and rpmverCmp of rpm 4.18.
 *
 * A missing epoch is epoch 0; a missing release sorts before every release.
 * rpm orders any text, so nothing is malformed here; rpm_valid() is what
 * rpmbuild accepts in a header.
 */
#include "version/number.h"
#include "version/schemes.h"

struct evr {
    struct view epoch, version, release;
    bool has_release;
};

/* As rpm's parseEVR(): an epoch is digits, possibly none, before a colon. */
static struct evr split(struct view text)
{
    struct view rest = text, epoch = take_digits(&rest);
    struct evr evr = {0};
    ptrdiff_t hyphen;

    if (take_char(&rest, ':')) {
        evr.epoch = epoch;
        text = rest;
    }
    hyphen = view_rfind(text, '-');
    evr.has_release = hyphen >= 0;
    evr.version = hyphen < 0 ? text : view_sub(text, 0, (size_t)hyphen);
    if (evr.has_release)
        evr.release = view_sub(text, (size_t)hyphen + 1, text.len);
    return evr;
}

static inline bool is_separator(char c)
{
    return !is_digit(c) && !is_letter(c) && c != '~' && c != '^';
}

/* What may stand at one place, in its order: 1.0~x < 1.0 < 1.0^x < 1.0x < 1.0.1. */
enum segment { SEGMENT_TILDE, SEGMENT_END, SEGMENT_CARET, SEGMENT_LETTERS, SEGMENT_DIGITS };

static inline enum segment take_segment(struct view *rest, struct view *ret)
{
    while (rest->len > 0 && is_separator(rest->ptr[0]))
        take(rest, 1);
    if (rest->len == 0)
        return SEGMENT_END;
    if (take_char(rest, '~'))
        return SEGMENT_TILDE;
    if (take_char(rest, '^'))
        return SEGMENT_CARET;
    if (at_digit(*rest)) {
        *ret = take_digits(rest);
        return SEGMENT_DIGITS;
    }
    *ret = take_letters(rest);
    return SEGMENT_LETTERS;
}

static int part_compare(struct view a, struct view b)
{
    for (;;) {
        struct view x = VIEW_EMPTY, y = VIEW_EMPTY;
        enum segment p = take_segment(&a, &x), q = take_segment(&b, &y);
        int order = p < q ? -1 : p > q;

        if (!order && p == SEGMENT_DIGITS)
            order = number_compare(x, y);
        else if (!order && p == SEGMENT_LETTERS)
            order = view_cmp(x, y);
        if (order || p == SEGMENT_END)
            return order;
    }
}

static int epoch_version_compare(const struct evr *a, const struct evr *b)
{
    int order = number_compare(a->epoch, b->epoch);

    return order ? order : part_compare(a->version, b->version);
}

int rpm_compare(struct view a, struct view b)
{
    struct evr x = split(a), y = split(b);
    int order = epoch_version_compare(&x, &y);

    if (order || !x.has_release || !y.has_release)
        return order ? order : x.has_release - y.has_release;
    return part_compare(x.release, y.release);
}

int rpm_compare_bound(struct view installed, struct view bound)
{
    struct evr x = split(installed), y = split(bound);
    int order = epoch_version_compare(&x, &y);

    if (order || !x.has_release || !y.has_release)
        return order;
    return part_compare(x.release, y.release);
}

static bool part_valid(struct view part)
{
    for (size_t i = 0; i < part.len; i++)
        if (is_separator(part.ptr[i]) && view_find(VIEW("._+%{}"), part.ptr[i]) < 0)
            return false;
    return part.len > 0;
}

bool rpm_valid(struct view version)
{
    struct evr evr = split(version);

    return part_valid(evr.version) && (!evr.has_release || part_valid(evr.release));
}
