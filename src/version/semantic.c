#include "version/semantic.h"

#include "version/number.h"

bool semantic_take_numbers(struct view *rest, struct view *ret)
{
    struct view left = *rest;

    do {
        if (take_digits(&left).len == 0)
            return false;
    } while (take_char(&left, '.'));
    *ret = take(rest, rest->len - left.len);
    return true;
}

static bool is_label_char(char c)
{
    return is_digit(c) || is_letter(c) || c == '-';
}

bool semantic_take_labels(struct view *rest, struct view *ret)
{
    struct view left = *rest;
    size_t len;

    do {
        for (len = 0; len < left.len && is_label_char(left.ptr[len]);)
            len++;
        take(&left, len);
    } while (len > 0 && take_char(&left, '.'));
    if (len == 0)
        return false;
    *ret = take(rest, rest->len - left.len);
    return true;
}

bool semantic_at_build(struct view rest)
{
    struct view labels;

    if (rest.len == 0)
        return true;
    return take_char(&rest, '+') && semantic_take_labels(&rest, &labels) && rest.len == 0;
}

static int numbers_compare(struct view a, struct view b)
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

static bool is_number(struct view label)
{
    return label.len > 0 && take_digits(&label).len > 0 && label.len == 0;
}

int semantic_label_compare(struct view a, struct view b)
{
    bool a_number = is_number(a), b_number = is_number(b);

    if (a_number && b_number)
        return number_compare(a, b);
    return a_number || b_number ? b_number - a_number : view_cmp(a, b);
}

static struct view take_label(struct view *rest, bool glued)
{
    if (glued)
        return at_digit(*rest) ? take_digits(rest) : take_letters(rest);
    return view_cut(rest, '.');
}

int semantic_compare(const struct semantic *a, const struct semantic *b)
{
    struct view x = a->labels, y = b->labels;
    int order = numbers_compare(a->numbers, b->numbers);

    if (order)
        return order;
    if (x.len == 0 || y.len == 0)
        return (x.len == 0) - (y.len == 0);
    while (x.len > 0 && y.len > 0) {
        order = semantic_label_compare(take_label(&x, a->glued), take_label(&y, b->glued));
        if (order)
            return order;
    }
    return (x.len > 0) - (y.len > 0);
}
