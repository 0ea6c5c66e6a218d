/* RubyGems: Gem::Version.
 *
 * A version is a row of segments, numbers and words ("1.0.a10" is 1, 0, a,
 * 10), where a hyphen is the word "pre". Words sort below numbers, missing
 * segments are 0, and zeros just before the first word don't count: 1.0.a and
 * 1.a are equal. The empty version is 0.
 */
#include "version/number.h"
#include "version/schemes.h"

static bool is_word_char(char c)
{
    return is_digit(c) || is_letter(c);
}

/* chars{.chars}; with a hyphen counted among the chars behind the first one. */
static bool dotted_valid(struct view text, bool hyphens)
{
    do {
        size_t len = 0;

        while (len < text.len && (is_word_char(text.ptr[len]) || (hyphens && text.ptr[len] == '-')))
            len++;
        if (len == 0)
            return false;
        take(&text, len);
    } while (take_char(&text, '.'));
    return text.len == 0;
}

/* [0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)? */
bool gem_valid(struct view version)
{
    struct view rest = view_trim(version), head, numbers;
    ptrdiff_t hyphen = view_find(rest, '-');

    if (rest.len == 0)
        return true;
    head = hyphen < 0 ? rest : view_sub(rest, 0, (size_t)hyphen);
    numbers = head;
    if (take_digits(&numbers).len == 0 || (numbers.len > 0 && numbers.ptr[0] != '.'))
        return false;
    if (!dotted_valid(head, false))
        return false;
    return hyphen < 0 || dotted_valid(view_sub(rest, (size_t)hyphen + 1, rest.len), true);
}

struct segments {
    struct view rest;
    size_t keep; /* numbers still to give before the first word; further ones are zeros */
    bool in_words;
};

/* The next segment, empty at the end. */
static struct view scan(struct view *rest)
{
    while (take_char(rest, '.'))
        ;
    if (take_char(rest, '-'))
        return VIEW("pre");
    return at_digit(*rest) ? take_digits(rest) : take_letters(rest);
}

static struct segments segments_of(struct view version)
{
    struct segments s = {.rest = view_trim(version)};
    struct view rest = s.rest;
    size_t count = 0;

    for (struct view x = scan(&rest); x.len > 0 && is_digit(x.ptr[0]); x = scan(&rest)) {
        count++;
        if (!number_is_zero(x))
            s.keep = count;
    }
    return s;
}

static struct view next(struct segments *s)
{
    struct view segment = scan(&s->rest);

    while (!s->in_words && s->keep == 0 && at_digit(segment))
        segment = scan(&s->rest);
    if (at_digit(segment))
        s->keep -= s->keep > 0;
    else
        s->in_words = true;
    return segment;
}

static int segment_compare(struct view a, struct view b)
{
    bool a_word = at_letter(a), b_word = at_letter(b);

    if (a_word && b_word)
        return view_cmp(a, b);
    return a_word || b_word ? b_word - a_word : number_compare(a, b);
}

int gem_compare(struct view a, struct view b)
{
    bool a_valid = gem_valid(a), b_valid = gem_valid(b);
    struct segments x, y;

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    x = segments_of(a);
    y = segments_of(b);
    for (;;) {
        struct view p = next(&x), q = next(&y);
        int order = segment_compare(p, q);

        if (order || (p.len == 0 && q.len == 0))
            return order;
    }
}
