/* NuGet: NuGet.Versioning's NuGetVersion, order VersionComparer.VersionRelease.
 *
 * One to four numbers of 32 bits (missing ones are zero), then SemVer 2 labels
 * compared without case; metadata behind "+" takes no part. A label counts as
 * a number only when Int32.TryParse takes it, so that "20230101123456" is text
 * and "-5" (the label behind two hyphens) is a negative number.
 */
#include "version/number.h"
#include "version/schemes.h"
#include "version/semantic.h"

enum { NUGET_NUMBERS = 4 };

struct parts {
    uint32_t numbers[NUGET_NUMBERS];
    struct view labels;
};

static bool take_number(struct view *text, uint32_t *ret)
{
    struct view digits = without_leading_zeros(take_digits(text));
    uint64_t value = 0;

    if ((digits.len > 0 && !view_to_u64(digits, &value)) || value > INT32_MAX)
        return false;
    *ret = (uint32_t)value;
    return true;
}

static bool parse(struct view text, struct parts *ret)
{
    size_t count = 0;

    *ret = (struct parts){0};
    text = view_trim(text);
    do {
        if (count == NUGET_NUMBERS || !at_digit(text) || !take_number(&text, &ret->numbers[count]))
            return false;
        count++;
    } while (take_char(&text, '.'));
    if (take_char(&text, '-') && !semantic_take_labels(&text, &ret->labels))
        return false;
    return semantic_at_build(text);
}

/* Int32.TryParse: an optional minus and digits within 32 bits. */
static bool label_number(struct view label, int64_t *ret)
{
    bool negative = take_char(&label, '-');
    struct view digits = take_digits(&label), value = without_leading_zeros(digits);
    uint64_t number = 0;

    if (digits.len == 0 || label.len > 0 || (value.len > 0 && !view_to_u64(value, &number)) ||
        number > (uint64_t)INT32_MAX + negative)
        return false;
    *ret = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

static int label_compare(struct view a, struct view b)
{
    int64_t x, y;
    bool a_number = label_number(a, &x), b_number = label_number(b, &y);

    if (a_number && b_number)
        return (x > y) - (x < y);
    return a_number || b_number ? b_number - a_number : nocase_compare(a, b);
}

static int labels_compare(struct view a, struct view b)
{
    if (a.len == 0 || b.len == 0)
        return (a.len == 0) - (b.len == 0);
    while (a.len > 0 && b.len > 0) {
        int order = label_compare(view_cut(&a, '.'), view_cut(&b, '.'));

        if (order)
            return order;
    }
    return (a.len > 0) - (b.len > 0);
}

int nuget_compare(struct view a, struct view b)
{
    struct parts x, y;
    bool a_valid = parse(a, &x), b_valid = parse(b, &y);

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    for (size_t i = 0; i < NUGET_NUMBERS; i++)
        if (x.numbers[i] != y.numbers[i])
            return x.numbers[i] < y.numbers[i] ? -1 : 1;
    return labels_compare(x.labels, y.labels);
}

bool nuget_valid(struct view version)
{
    struct parts parts;

    return parse(version, &parts);
}
