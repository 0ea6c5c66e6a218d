/* Python: PEP 440, as packaging.version.Version parses and orders it.
 *
 * All the spellings that normalise are read (case, separators, "alpha", "c",
 * "preview", "rev", "r", "1.0-1"). Versions from before PEP 440 ("2004d",
 * "1.0-foo") are malformed, and so sort before all others.
 */
#include "version/number.h"
#include "version/schemes.h"

/* The pre-release's place: 1.0.dev1 < 1.0a1 < 1.0b1 < 1.0rc1 < 1.0. */
enum phase { PHASE_DEV_ONLY, PHASE_ALPHA, PHASE_BETA, PHASE_CANDIDATE, PHASE_FINAL };

struct parts {
    struct view epoch, release;
    enum phase phase;
    bool has_post, has_dev;
    struct view pre, post, dev; /* numbers; none is zero */
    struct view local;
};

static const struct {
    struct view word; /* a longer word stands before one it starts with */
    enum phase phase;
} pre_words[] = {
    {VIEW("alpha"), PHASE_ALPHA},       {VIEW("a"), PHASE_ALPHA},
    {VIEW("beta"), PHASE_BETA},         {VIEW("b"), PHASE_BETA},
    {VIEW("rc"), PHASE_CANDIDATE},      {VIEW("c"), PHASE_CANDIDATE},
    {VIEW("preview"), PHASE_CANDIDATE}, {VIEW("pre"), PHASE_CANDIDATE},
};

static const struct view post_words[] = {VIEW("post"), VIEW("rev"), VIEW("r")};

static void skip_separator(struct view *rest)
{
    if (rest->len > 0 && view_find(VIEW("-_."), rest->ptr[0]) >= 0)
        take(rest, 1);
}

static struct view take_phase_number(struct view *rest)
{
    skip_separator(rest);
    return take_digits(rest);
}

static void take_pre(struct view *rest, struct parts *ret)
{
    struct view left = *rest;

    skip_separator(&left);
    for (size_t i = 0; i < sizeof(pre_words) / sizeof(pre_words[0]); i++) {
        if (!take_word_nocase(&left, pre_words[i].word))
            continue;
        ret->phase = pre_words[i].phase;
        ret->pre = take_phase_number(&left);
        *rest = left;
        return;
    }
}

static void take_post(struct view *rest, struct parts *ret)
{
    struct view left = *rest;

    if (take_char(&left, '-') && at_digit(left)) {
        ret->has_post = true;
        ret->post = take_digits(&left);
        *rest = left;
        return;
    }
    left = *rest;
    skip_separator(&left);
    for (size_t i = 0; i < sizeof(post_words) / sizeof(post_words[0]); i++) {
        if (!take_word_nocase(&left, post_words[i]))
            continue;
        ret->has_post = true;
        ret->post = take_phase_number(&left);
        *rest = left;
        return;
    }
}

static void take_dev(struct view *rest, struct parts *ret)
{
    struct view left = *rest;

    skip_separator(&left);
    if (!take_word_nocase(&left, VIEW("dev")))
        return;
    ret->has_dev = true;
    ret->dev = take_phase_number(&left);
    *rest = left;
}

static struct view take_segment(struct view *rest)
{
    size_t len = 0;

    while (len < rest->len && (is_digit(rest->ptr[len]) || is_letter(rest->ptr[len])))
        len++;
    return take(rest, len);
}

/* "+" and segments of letters and digits joined by ".", "-" or "_". */
static bool take_local(struct view *rest, struct parts *ret)
{
    struct view start;

    if (!take_char(rest, '+'))
        return true;
    start = *rest;
    while (take_segment(rest).len > 0) {
        ret->local = view_sub(start, 0, start.len - rest->len);
        if (rest->len == 0)
            return true;
        skip_separator(rest);
    }
    return false;
}

static void take_epoch(struct view *rest, struct parts *ret)
{
    struct view left = *rest, digits = take_digits(&left);

    if (digits.len == 0 || !take_char(&left, '!'))
        return;
    ret->epoch = digits;
    *rest = left;
}

/* A dot belongs to the release only when a digit follows: "1.0.dev1". */
static bool take_release(struct view *rest, struct parts *ret)
{
    struct view start = *rest, left = start;

    if (take_digits(&left).len == 0)
        return false;
    do {
        *rest = left;
    } while (take_char(&left, '.') && take_digits(&left).len > 0);
    ret->release = view_sub(start, 0, start.len - rest->len);
    return true;
}

static bool parse(struct view text, struct parts *ret)
{
    *ret = (struct parts){.phase = PHASE_FINAL};
    text = view_trim(text);
    take_word_nocase(&text, VIEW("v"));
    take_epoch(&text, ret);
    if (!take_release(&text, ret))
        return false;
    take_pre(&text, ret);
    take_post(&text, ret);
    take_dev(&text, ret);
    if (ret->phase == PHASE_FINAL && !ret->has_post && ret->has_dev)
        ret->phase = PHASE_DEV_ONLY;
    return take_local(&text, ret) && text.len == 0;
}

static int release_compare(struct view a, struct view b)
{
    while (a.len > 0 || b.len > 0) {
        int order = number_compare(take_digits(&a), take_digits(&b));

        if (order)
            return order;
        take_char(&a, '.');
        take_char(&b, '.');
    }
    return 0;
}

static bool is_number(struct view segment)
{
    take_digits(&segment);
    return segment.len == 0;
}

/* Segment by segment: letters below numbers, a shorter one below what it starts. */
static int local_compare(struct view a, struct view b)
{
    while (a.len > 0 && b.len > 0) {
        struct view x = take_segment(&a), y = take_segment(&b);
        bool x_number = is_number(x), y_number = is_number(y);
        int order = x_number - y_number;

        if (x_number && y_number)
            order = number_compare(x, y);
        else if (!order)
            order = nocase_compare(x, y);
        if (order)
            return order;
        skip_separator(&a);
        skip_separator(&b);
    }
    return (a.len > 0) - (b.len > 0);
}

/* A part that may be missing; `missing` is -1 when that sorts first, 1 last. */
static int optional_compare(bool a_has, struct view a, bool b_has, struct view b, int missing)
{
    if (a_has && b_has)
        return number_compare(a, b);
    return (b_has - a_has) * missing;
}

static int parts_compare(const struct parts *a, const struct parts *b)
{
    int order = number_compare(a->epoch, b->epoch);

    if (!order)
        order = release_compare(a->release, b->release);
    if (!order)
        order = (a->phase > b->phase) - (a->phase < b->phase);
    if (!order)
        order = number_compare(a->pre, b->pre);
    if (!order)
        order = optional_compare(a->has_post, a->post, b->has_post, b->post, -1);
    if (!order)
        order = optional_compare(a->has_dev, a->dev, b->has_dev, b->dev, 1);
    return order ? order : local_compare(a->local, b->local);
}

int pep440_compare(struct view a, struct view b)
{
    struct parts x, y;
    bool a_valid = parse(a, &x), b_valid = parse(b, &y);

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    return parts_compare(&x, &y);
}

bool pep440_valid(struct view version)
{
    struct parts parts;

    return parse(version, &parts);
}
