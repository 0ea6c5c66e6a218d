/* Go modules and toolchains.
 *
 * Modules are golang.org/x/mod/semver: v1, v1.2 or v1.2.3-pre+build without
 * leading zeros; the "v" may be missing, as in OSV data. Pseudo-versions and
 * "+incompatible" follow from that. Toolchains are "go1.21.3", "go1.21rc2"
 * and "1.21rc2"; what follows a hyphen, plus or blank ("go1.22.1-vendor",
 * "go1.21.0 X:boringcrypto") is a vendor's mark and not compared. They are
 * ordered in one line with the advisories of the standard library, which say
 * 1.21.0-rc.2: go1.21rc2 is equal to that. "go1.21" is 1.21.0 (Go's own tools
 * take it for the language, just below 1.21rc1; no such toolchain exists).
 * "(devel)" is malformed.
 */
#include "version/number.h"
#include "version/schemes.h"
#include "version/semantic.h"

enum { GO_NUMBERS = 3 };

static bool has_leading_zero(struct view number)
{
    return number.len > 1 && number.ptr[0] == '0';
}

/* The count of numbers, 0 when one has a leading zero. */
static size_t count_numbers(struct view numbers)
{
    size_t count = 0;

    while (numbers.ptr) {
        if (has_leading_zero(view_cut(&numbers, '.')))
            return 0;
        count++;
    }
    return count;
}

static bool labels_strict(struct view labels)
{
    while (labels.ptr) {
        struct view label = view_cut(&labels, '.'), rest = label;

        take_digits(&rest);
        if (rest.len == 0 && has_leading_zero(label))
            return false;
    }
    return true;
}

static bool parse_module(struct view text, struct semantic *ret)
{
    size_t count;

    *ret = (struct semantic){0};
    take_char(&text, 'v');
    if (!semantic_take_numbers(&text, &ret->numbers))
        return false;
    count = count_numbers(ret->numbers);
    if (count == 0 || count > GO_NUMBERS || (count < GO_NUMBERS && text.len > 0))
        return false;
    if (take_char(&text, '-') &&
        (!semantic_take_labels(&text, &ret->labels) || !labels_strict(ret->labels)))
        return false;
    return semantic_at_build(text);
}

static struct view without_vendor_mark(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '-' || text.ptr[i] == '+' || text.ptr[i] == ' ')
            return view_sub(text, 0, i);
    return text;
}

/* numbers[kind[number]]: 1.21, 1.21.3, 1.21rc2, 1.9.2rc2, 1.21rc */
static bool parse_toolchain(struct view text, struct semantic *ret)
{
    struct view kind, number;
    size_t count;

    *ret = (struct semantic){.glued = true};
    if (!semantic_take_numbers(&text, &ret->numbers))
        return false;
    ret->labels = text;
    kind = take_letters(&text);
    number = take_digits(&text);
    count = count_numbers(ret->numbers);
    if (count == 0 || count > GO_NUMBERS || text.len > 0 || has_leading_zero(number))
        return false;
    for (size_t i = 0; i < kind.len; i++)
        if (kind.ptr[i] != to_lower(kind.ptr[i]))
            return false;
    return number.len == 0 || kind.len > 0;
}

static bool parse(struct view text, struct semantic *ret)
{
    text = view_trim(text);
    if (view_starts(text, VIEW("go")))
        return parse_toolchain(without_vendor_mark(view_sub(text, 2, text.len)), ret);
    return parse_module(text, ret) || parse_toolchain(text, ret);
}

int go_compare(struct view a, struct view b)
{
    struct semantic x, y;
    bool a_valid = parse(a, &x), b_valid = parse(b, &y);

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    return semantic_compare(&x, &y);
}

bool go_valid(struct view version)
{
    struct semantic semantic;

    return parse(version, &semantic);
}
