/* Composer: composer/semver 3, VersionParser::normalize and PHP's
 * version_compare on what it gives.
 *
 * Four numbers (missing ones are zero), a date of any number of parts, or a
 * branch alias like "1.2.x-dev" (missing and "x" parts are 9999999), then a
 * stability with numbers, then "-dev". At one place of two versions:
 *
 *     dev < alpha < beta < RC < the end < numbers < patch
 *
 * "dev-master" and its like are branches. Composer gives them no order among
 * themselves; here they sort below all numbers, by the bytes of their names.
 * "stable" is known in any case, where composer/semver knows only lower case.
 */
#include "version/number.h"
#include "version/schemes.h"

enum { CLASSICAL_NUMBERS = 4, CLASSICAL_DIGITS = 5, DATE_PAIRS = 6, DATE_TAIL_DIGITS = 3 };

enum place {
    PLACE_DEV,
    PLACE_ALPHA,
    PLACE_BETA,
    PLACE_CANDIDATE,
    PLACE_END,
    PLACE_NUMBER,
    PLACE_PATCH,
};

struct parts {
    bool is_branch;
    struct view branch;   /* the name behind "dev-" */
    struct view numbers;  /* digits or wildcards with one byte between */
    size_t count;         /* numbers there are at least */
    struct view fill;     /* the value of a missing one */
    enum place stability; /* PLACE_END: none */
    struct view stability_numbers;
    bool dev;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* At least one byte, none of them white space or one of `but`. */
static bool is_plain(struct view text, struct view but)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_space(text.ptr[i]) || view_find(but, text.ptr[i]) >= 0)
            return false;
    return text.len > 0;
}

/* "1.2.x-dev as 1.2.0": the part before "as". */
static struct view without_alias(struct view text)
{
    struct view rest = text, head = view_cut(&rest, ' ');

    while (take_char(&rest, ' '))
        ;
    if (!is_plain(head, VIEW(",")) || !view_starts(rest, VIEW("as ")))
        return text;
    take(&rest, 2);
    while (take_char(&rest, ' '))
        ;
    return is_plain(rest, VIEW(",")) ? head : text;
}

static struct view without_stability_flag(struct view text)
{
    static const struct view flags[] = {
        VIEW("@stable"), VIEW("@rc"), VIEW("@beta"), VIEW("@alpha"), VIEW("@dev"),
    };

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        size_t len = flags[i].len;

        if (text.len >= len && view_eq_nocase(view_sub(text, text.len - len, len), flags[i]))
            return view_sub(text, 0, text.len - len);
    }
    return text;
}

static struct view without_build(struct view text)
{
    ptrdiff_t plus = view_find(text, '+');

    if (plus > 0 && is_plain(view_sub(text, 0, (size_t)plus), VIEW(",")) &&
        is_plain(view_sub(text, (size_t)plus + 1, text.len), VIEW_EMPTY))
        return view_sub(text, 0, (size_t)plus);
    return text;
}

static bool parse_branch_name(struct view text, struct parts *ret)
{
    static const struct view bare[] = {VIEW("master"), VIEW("trunk"), VIEW("default")};

    for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
        if (view_eq(text, bare[i])) {
            *ret = (struct parts){.is_branch = true, .branch = text};
            return true;
        }
    if (!take_word_nocase(&text, VIEW("dev-")))
        return false;
    *ret = (struct parts){.is_branch = true, .branch = text};
    return true;
}

static void skip_one_of(struct view *rest, struct view chars)
{
    if (rest->len > 0 && view_find(chars, rest->ptr[0]) >= 0)
        take(rest, 1);
}

static struct view take_stability_numbers(struct view *rest)
{
    struct view start = *rest, left = start;

    for (;;) {
        skip_one_of(&left, VIEW(".-"));
        if (take_digits(&left).len == 0)
            break;
        *rest = left;
    }
    return view_sub(start, 0, start.len - rest->len);
}

/* [._-]?(stability numbers)?([.-]?dev)? up to the end */
static bool parse_modifiers(struct view rest, struct parts *ret)
{
    static const struct {
        struct view name; /* a longer one stands before one it starts with */
        enum place place;
    } stabilities[] = {
        {VIEW("stable"), PLACE_END},   {VIEW("beta"), PLACE_BETA},   {VIEW("b"), PLACE_BETA},
        {VIEW("rc"), PLACE_CANDIDATE}, {VIEW("alpha"), PLACE_ALPHA}, {VIEW("a"), PLACE_ALPHA},
        {VIEW("patch"), PLACE_PATCH},  {VIEW("pl"), PLACE_PATCH},    {VIEW("p"), PLACE_PATCH},
    };
    bool stable = false;

    skip_one_of(&rest, VIEW("._-"));
    for (size_t i = 0; i < sizeof(stabilities) / sizeof(stabilities[0]); i++) {
        if (!take_word_nocase(&rest, stabilities[i].name))
            continue;
        stable = stabilities[i].place == PLACE_END;
        ret->stability = stabilities[i].place;
        ret->stability_numbers = take_stability_numbers(&rest);
        break;
    }
    if (rest.len > 0) {
        skip_one_of(&rest, VIEW(".-"));
        ret->dev = take_word_nocase(&rest, VIEW("dev"));
        if (!ret->dev || rest.len > 0)
            return false;
    }
    if (stable) {
        ret->dev = false;
        ret->stability_numbers = VIEW_EMPTY;
    }
    return true;
}

static bool parse_classical(struct view text, struct parts *ret)
{
    struct view start, left;

    *ret = (struct parts){.count = CLASSICAL_NUMBERS, .fill = VIEW("0"), .stability = PLACE_END};
    skip_one_of(&text, VIEW("vV"));
    start = left = text;
    for (size_t i = 0; i < CLASSICAL_NUMBERS; i++) {
        size_t digits = take_digits(&left).len;

        if (i == 0 && (digits == 0 || digits > CLASSICAL_DIGITS))
            return false;
        if (digits == 0)
            break;
        text = left;
        if (!take_char(&left, '.'))
            break;
    }
    ret->numbers = view_sub(start, 0, start.len - text.len);
    return parse_modifiers(text, ret);
}

/* ([.:-]?\d{2}){1,6}([.:-]?\d{1,3})? up to the end */
static bool is_date_tail(struct view rest)
{
    for (size_t pairs = 0; pairs <= DATE_PAIRS; pairs++) {
        struct view tail = rest;
        size_t digits;

        skip_one_of(&tail, VIEW(".:-"));
        digits = take_digits(&tail).len;
        if (pairs > 0 && (rest.len == 0 || (tail.len == 0 && digits <= DATE_TAIL_DIGITS)))
            return true;
        if (digits < 2)
            return false;
        skip_one_of(&rest, VIEW(".:-"));
        take(&rest, 2);
    }
    return false;
}

static bool parse_date(struct view text, struct parts *ret)
{
    struct view start, left;

    *ret = (struct parts){.stability = PLACE_END};
    skip_one_of(&text, VIEW("vV"));
    start = left = text;
    while (take_digits(&left).len > 0) {
        text = left;
        skip_one_of(&left, VIEW(".:-"));
    }
    ret->numbers = view_sub(start, 0, start.len - text.len);
    start = ret->numbers;
    if (take_digits(&start).len < 4)
        return false;
    return is_date_tail(view_sub(ret->numbers, 4, ret->numbers.len)) && parse_modifiers(text, ret);
}

/* "1.2.x-dev", "1.*.dev": v?number(.number or wildcard){0,3} before "dev" */
static bool parse_branch_alias(struct view text, struct parts *ret)
{
    struct view left;

    *ret = (struct parts){
        .count = CLASSICAL_NUMBERS, .fill = VIEW("9999999"), .stability = PLACE_END, .dev = true};
    if (text.len < 3 || !view_eq_nocase(view_sub(text, text.len - 3, 3), VIEW("dev")))
        return false;
    text.len -= 3;
    if (text.len > 0 && view_find(VIEW(".-"), text.ptr[text.len - 1]) >= 0)
        text.len--;
    text = view_trim(text);
    skip_one_of(&text, VIEW("vV"));
    ret->numbers = left = text;
    if (take_digits(&left).len == 0)
        return false;
    for (size_t i = 1; i < CLASSICAL_NUMBERS && take_char(&left, '.'); i++) {
        if (at_digit(left))
            take_digits(&left);
        else if (left.len > 0 && view_find(VIEW("xX*"), left.ptr[0]) >= 0)
            take(&left, 1);
        else
            return false;
    }
    return left.len == 0;
}

static bool parse(struct view text, struct parts *ret)
{
    text = without_stability_flag(without_alias(view_trim(text)));
    if (parse_branch_name(text, ret))
        return true;
    text = without_build(text);
    return parse_classical(text, ret) || parse_date(text, ret) || parse_branch_alias(text, ret);
}

enum stage { STAGE_NUMBERS, STAGE_STABILITY, STAGE_STABILITY_NUMBERS, STAGE_DEV, STAGE_END };

struct components {
    const struct parts *parts;
    struct view numbers, stability_numbers; /* what is left of them */
    size_t given;
    enum stage stage;
};

static struct components components_of(const struct parts *parts)
{
    return (struct components){parts, parts->numbers, parts->stability_numbers, 0, STAGE_NUMBERS};
}

static bool next_number(struct components *c, struct view *ret)
{
    if (c->numbers.len > 0) {
        *ret = take_digits(&c->numbers);
        if (ret->len == 0) {
            take(&c->numbers, 1);
            *ret = c->parts->fill;
        }
        take(&c->numbers, c->numbers.len > 0);
    } else if (c->given < c->parts->count) {
        *ret = c->parts->fill;
    } else {
        return false;
    }
    c->given++;
    return true;
}

static enum place next(struct components *c, struct view *ret)
{
    switch (c->stage) {
    case STAGE_NUMBERS:
        if (next_number(c, ret))
            return PLACE_NUMBER;
        c->stage = STAGE_STABILITY;
        __attribute__((fallthrough));
    case STAGE_STABILITY:
        c->stage = STAGE_STABILITY_NUMBERS;
        if (c->parts->stability != PLACE_END)
            return c->parts->stability;
        __attribute__((fallthrough));
    case STAGE_STABILITY_NUMBERS:
        skip_one_of(&c->stability_numbers, VIEW(".-"));
        *ret = take_digits(&c->stability_numbers);
        if (ret->len > 0)
            return PLACE_NUMBER;
        c->stage = STAGE_DEV;
        __attribute__((fallthrough));
    case STAGE_DEV:
        c->stage = STAGE_END;
        if (c->parts->dev)
            return PLACE_DEV;
        __attribute__((fallthrough));
    case STAGE_END:
        break;
    }
    return PLACE_END;
}

static int parts_compare(const struct parts *a, const struct parts *b)
{
    struct components x = components_of(a), y = components_of(b);

    for (;;) {
        struct view p_number = VIEW_EMPTY, q_number = VIEW_EMPTY;
        enum place p = next(&x, &p_number), q = next(&y, &q_number);
        int order = (p > q) - (p < q);

        if (!order && p == PLACE_NUMBER)
            order = number_compare(p_number, q_number);
        if (order || p == PLACE_END)
            return order;
    }
}

int composer_compare(struct view a, struct view b)
{
    struct parts x, y;
    bool a_valid = parse(a, &x), b_valid = parse(b, &y);

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    if (x.is_branch && y.is_branch)
        return view_cmp(x.branch, y.branch);
    return x.is_branch || y.is_branch ? y.is_branch - x.is_branch : parts_compare(&x, &y);
}

bool composer_valid(struct view version)
{
    struct parts parts;

    return parse(version, &parts);
}
