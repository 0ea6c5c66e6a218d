#include "rule/program/compare.h"

#include "rule/program/glob.h"
#include "rule/program/value-text.h"

bool rule_order_holds(enum rule_operator operator, int order)
{
    switch (operator) {
    case RULE_LESS:
        return order < 0;
    case RULE_LESS_EQUAL:
        return order <= 0;
    case RULE_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

bool rule_order_number(const struct rule_value *value, struct rule_number *ret)
{
    if (rule_number_of(value, ret))
        return true;
    return (value->type == RULE_TEXT || value->type == RULE_PATH) &&
           rule_number_parse(value->text, ret);
}

/* The next component of a path, without the slashes before it. */
static bool next_component(struct view *path, struct view *ret)
{
    while (path->len && path->ptr[0] == '/')
        *path = view_sub(*path, 1, path->len);
    *ret = view_cut(path, '/');
    return ret->len != 0;
}

bool rule_components_match(struct view pattern, struct view path, uint64_t *steps)
{
    struct view glob, component;

    if ((pattern.len && pattern.ptr[0] == '/') != (path.len && path.ptr[0] == '/'))
        return false;
    while (next_component(&pattern, &glob))
        if (!next_component(&path, &component) ||
            rule_glob_match(glob, component, false, steps) != RULE_GLOB_YES)
            return false;
    return true;
}

static bool equal(const struct rule_value *left, const struct rule_value *right)
{
    char buffer[RULE_VALUE_TEXT_ROOM];
    struct rule_number a, b;
    struct rule_literal literal = {0};

    if (rule_number_of(left, &a) && rule_number_of(right, &b))
        return rule_number_compare(a, b) == 0;
    if (!rule_value_text(right, buffer, &literal.text))
        return false;
    if (right->type == RULE_ADDRESS || right->type == RULE_NETWORK) {
        literal.is_network = true;
        literal.network = right->address;
    } else if (right->type == RULE_BOOL) {
        literal.is_boolean = true;
        literal.boolean = right->boolean;
    } else if (left->type == RULE_BOOL) {
        literal.is_boolean =
            view_eq(literal.text, VIEW("true")) || view_eq(literal.text, VIEW("false"));
        literal.boolean = view_eq(literal.text, VIEW("true"));
    }
    return rule_literal_equals(&literal, left);
}

/* The part of `text` at `at`, as long as `want`, without regard to ASCII case. */
static bool contains_nocase(struct view text, struct view want)
{
    for (size_t at = 0; at + want.len <= text.len; at++)
        if (view_eq_nocase(view_sub(text, at, want.len), want))
            return true;
    return false;
}

static bool is_path_prefix(struct view prefix, struct view path)
{
    while (prefix.len && prefix.ptr[prefix.len - 1] == '/')
        prefix.len--;
    if (!view_starts(path, prefix))
        return false;
    return path.len == prefix.len ? path.len > 0 : path.ptr[prefix.len] == '/';
}

static bool compare_texts(struct view left, enum rule_operator operator, struct view right,
                          uint64_t *steps)
{
    switch (operator) {
    case RULE_CONTAINS:
    case RULE_BCONTAINS:
        return view_find_view(left, right) >= 0;
    case RULE_ICONTAINS:
        return contains_nocase(left, right);
    case RULE_STARTSWITH:
    case RULE_BSTARTSWITH:
        return view_starts(left, right);
    case RULE_ENDSWITH:
        return view_ends(left, right);
    case RULE_GLOB:
    case RULE_IGLOB:
        return rule_glob_match(right, left, operator== RULE_IGLOB, steps) == RULE_GLOB_YES;
    case RULE_PMATCH:
        return is_path_prefix(right, left);
    default:
        return false;
    }
}

bool rule_compare(const struct rule_value *left, enum rule_operator operator,
                  const struct rule_value * right, uint64_t *steps)
{
    char left_buffer[RULE_VALUE_TEXT_ROOM], right_buffer[RULE_VALUE_TEXT_ROOM];
    struct view left_text, right_text;
    struct rule_number a, b;

    switch (operator) {
    case RULE_EQUAL:
    case RULE_IN:
    case RULE_INTERSECTS:
        return equal(left, right);
    case RULE_LESS:
    case RULE_LESS_EQUAL:
    case RULE_GREATER:
    case RULE_GREATER_EQUAL:
        return rule_order_number(left, &a) && rule_order_number(right, &b) &&
               rule_order_holds(operator, rule_number_compare(a, b));
    default:
        return rule_value_text(left, left_buffer, &left_text) &&
               rule_value_text(right, right_buffer, &right_text) &&
               compare_texts(left_text, operator, right_text, steps);
    }
}

static bool any_right(const struct rule_value *left, enum rule_operator operator,
                      const struct rule_values * right, uint64_t *steps)
{
    for (size_t i = 0; i < right->count && *steps; i++) {
        --*steps;
        if (rule_compare(left, operator, & right->items[i], steps))
            return true;
    }
    return false;
}

bool rule_compare_values(const struct rule_values *left, enum rule_operator operator,
                         const struct rule_values * right, bool left_any, uint64_t *steps)
{
    bool all = operator== RULE_IN && !left_any;

    if (!left->present || !right->present)
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (any_right(&left->items[i], operator, right, steps) != all)
            return !all;
    return all;
}
