#include "rule/naive.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule/program/time.h"
#include "rule/program/transform.h"

struct naive {
    const struct record *event;
    struct arena *arena;
    const struct rule_value *item;
};

struct side {
    struct rule_values values;
    enum rule_type type;
    bool maybe_list, ends;
};

static struct side read_side(const struct naive *n, const struct rule_term *term);

static struct side read_field(const struct naive *n, const struct rule_term *term)
{
    struct rule_use *use = arena_alloc(n->arena, sizeof(*use));
    struct side side = {.type = RULE_ANY, .maybe_list = true};

    if (rule_use_resolve(&record_source, term->text, n->arena, use, NULL))
        abort();
    if (!use->field) {
        if (!use->step_count)
            side.values = (struct rule_values){n->item != NULL, false, n->item, n->item != NULL};
        else if (n->item && n->item->node)
            side.values = record_source.extract(n->event, use, n->item->node, n->arena);
        return side;
    }
    side.ends = use->field->flags & RULE_FIELD_BOTH_ENDS;
    side.maybe_list = use->field->flags & (RULE_FIELD_LIST | RULE_FIELD_TREE);
    side.type = use->step_count ? RULE_ANY : use->field->type;
    side.values = record_source.extract(n->event, use, NULL, n->arena);
    return side;
}

static struct side read_transformed(const struct naive *n, const struct rule_term *term)
{
    const struct rule_transform *transform = rule_transform(term->transformer);
    const struct rule_values *arguments[16];
    struct side first = {0}, side;

    for (size_t i = 0; i < term->count; i++) {
        struct rule_values *values = arena_alloc(n->arena, sizeof(*values));

        side = read_side(n, &term->items[i]);
        *values = side.values;
        arguments[i] = values;
        if (!i)
            first = side;
    }
    if (term->transformer == RULE_VAL)
        return first;
    side = (struct side){.type = transform->type == RULE_ANY ? first.type : transform->type};
    side.maybe_list = transform->list || (transform->each && first.maybe_list);
    side.ends = transform->each && first.ends;
    side.values = transform->run(arguments, term->count, n->arena);
    return side;
}

static struct side read_side(const struct naive *n, const struct rule_term *term)
{
    struct side side = {.type = RULE_TEXT};
    struct rule_value *value;

    if (term->kind == RULE_TERM_FIELD)
        return read_field(n, term);
    if (term->kind == RULE_TERM_TRANSFORMER)
        return read_transformed(n, term);
    value = arena_alloc(n->arena, sizeof(*value));
    *value = (struct rule_value){.type = RULE_TEXT, .text = term->text};
    side.values = (struct rule_values){true, false, value, 1, false};
    return side;
}

static bool to_number(struct view text, enum rule_type type, long double *ret)
{
    char copy[128], *end;
    int64_t time;

    if (type == RULE_TIME && rule_time_parse(text, &time)) {
        *ret = (long double)time;
        return true;
    }
    if (!text.len || text.len >= sizeof(copy) || strchr(" \t\n\v\f\rnNiI", text.ptr[0]))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *ret = strtold(copy, &end);
    return *end == '\0' && strlen(copy) == text.len;
}

/* The text of a value as people see it; false: none. */
static bool to_text(const struct naive *n, const struct rule_value *value, struct view *ret)
{
    char address[INET6_ADDRSTRLEN];

    *ret = value->text;
    switch (value->type) {
    case RULE_NODE:
        return false;
    case RULE_BOOL:
        *ret = view_of(value->boolean ? "true" : "false");
        return true;
    case RULE_NUMBER:
    case RULE_TIME:
        if (!ret->len)
            *ret = arena_printf(n->arena, "%lld", (long long)value->number);
        return true;
    case RULE_DECIMAL:
        if (!ret->len)
            *ret = arena_printf(n->arena, "%.15g", value->decimal);
        return true;
    case RULE_ADDRESS:
    case RULE_NETWORK:
        inet_ntop(value->address.length == 4 ? AF_INET : AF_INET6, value->address.bytes, address,
                  sizeof(address));
        *ret = arena_copy(n->arena, view_of(address));
        return true;
    default:
        return true;
    }
}

static bool value_number(const struct rule_value *value, long double *ret)
{
    if (value->type == RULE_NUMBER || value->type == RULE_TIME)
        *ret = (long double)value->number;
    else if (value->type == RULE_DECIMAL)
        *ret = value->decimal;
    else
        return false;
    return true;
}

static bool in_network(const struct rule_value *value, struct view literal)
{
    char copy[64], *slash;
    uint8_t bytes[16];
    int length = 4, prefix;

    if (literal.len >= sizeof(copy))
        return false;
    memcpy(copy, literal.ptr, literal.len);
    copy[literal.len] = '\0';
    slash = strchr(copy, '/');
    if (slash)
        *slash = '\0';
    if (inet_pton(AF_INET, copy, bytes) != 1) {
        length = 16;
        if (inet_pton(AF_INET6, copy, bytes) != 1)
            return false;
    }
    if (value->address.length != length)
        return false;
    prefix = slash ? atoi(slash + 1) : length * 8;
    for (int bit = 0; bit < prefix; bit++)
        if ((bytes[bit / 8] ^ value->address.bytes[bit / 8]) >> (7 - bit % 8) & 1)
            return false;
    return true;
}

static bool equals(const struct naive *n, const struct rule_value *value, struct view literal,
                   enum rule_type type)
{
    long double a, b;
    struct view text;

    if (value->type == RULE_ADDRESS || value->type == RULE_NETWORK)
        return in_network(value, literal);
    if (value_number(value, &a) && to_number(literal, type, &b))
        return a == b;
    return to_text(n, value, &text) && view_eq(text, literal);
}

static bool path_prefix(const struct naive *n, struct view pattern, struct view path)
{
    char *p = arena_cstr(n->arena, pattern), *v = arena_cstr(n->arena, path), *save_p, *save_v;
    bool rooted = pattern.len && pattern.ptr[0] == '/';

    if (rooted != (path.len && path.ptr[0] == '/'))
        return false;
    p = strtok_r(p, "/", &save_p);
    v = strtok_r(v, "/", &save_v);
    for (; p; p = strtok_r(NULL, "/", &save_p), v = strtok_r(NULL, "/", &save_v))
        if (!v || fnmatch(p, v, 0))
            return false;
    return true;
}

static bool regex_matches(const struct naive *n, struct view pattern, struct view text)
{
    regex_t regex;
    bool matches;

    if (regcomp(&regex, arena_printf(n->arena, "^(%.*s)$", VIEW_ARG(pattern)).ptr,
                REG_EXTENDED | REG_NOSUB))
        abort();
    matches = regexec(&regex, arena_cstr(n->arena, text), 0, NULL, 0) == 0;
    regfree(&regex);
    return matches;
}

static struct view from_hex(const struct naive *n, struct view hex)
{
    char *bytes = arena_alloc(n->arena, hex.len + 1);

    for (size_t i = 0; i + 1 < hex.len; i += 2) {
        char pair[3] = {hex.ptr[i], hex.ptr[i + 1], '\0'};

        bytes[i / 2] = (char)strtol(pair, NULL, 16);
    }
    return view_from(bytes, hex.len / 2);
}

static bool text_holds(const struct naive *n, struct view text, enum rule_operator operator,
                       struct view right)
{
    char *t = arena_cstr(n->arena, text), *r = arena_cstr(n->arena, right);
    struct view bytes;

    switch (operator) {
    case RULE_CONTAINS:
        return strstr(t, r) != NULL;
    case RULE_ICONTAINS:
        return strcasestr(t, r) != NULL;
    case RULE_BCONTAINS:
        bytes = from_hex(n, right);
        return memmem(t, text.len, bytes.ptr, bytes.len) != NULL;
    case RULE_STARTSWITH:
        return strncmp(t, r, right.len) == 0;
    case RULE_BSTARTSWITH:
        bytes = from_hex(n, right);
        return text.len >= bytes.len && memcmp(t, bytes.ptr, bytes.len) == 0;
    case RULE_ENDSWITH:
        return text.len >= right.len && strcmp(t + text.len - right.len, r) == 0;
    case RULE_GLOB:
        return fnmatch(r, t, 0) == 0;
    case RULE_IGLOB:
        return fnmatch(r, t, FNM_CASEFOLD) == 0;
    case RULE_REGEX:
        return regex_matches(n, right, text);
    case RULE_PMATCH:
        return path_prefix(n, right, text);
    default:
        abort();
    }
}

static bool order_holds(const struct rule_value *value, enum rule_operator operator,
                        struct view literal, enum rule_type type)
{
    long double a, b;

    if (!to_number(literal, type, &b))
        abort();
    if (!value_number(value, &a) && !((value->type == RULE_TEXT || value->type == RULE_PATH) &&
                                      to_number(value->text, RULE_TEXT, &a)))
        return false;
    return operator== RULE_LESS       ? a < b :
           operator== RULE_LESS_EQUAL ? a <= b
           :
           operator== RULE_GREATER ? a > b
                                   : a >= b;
}

/* One value with one literal; != as if it were =. */
static bool value_holds(const struct naive *n, const struct rule_value *value,
                        enum rule_operator operator, struct view literal, enum rule_type type)
{
    struct view text;

    switch (operator) {
    case RULE_EQUAL:
    case RULE_NOT_EQUAL:
    case RULE_IN:
    case RULE_INTERSECTS:
        return equals(n, value, literal, type);
    case RULE_LESS:
    case RULE_LESS_EQUAL:
    case RULE_GREATER:
    case RULE_GREATER_EQUAL:
        return order_holds(value, operator, literal, type);
    default:
        return to_text(n, value, &text) && text_holds(n, text, operator, literal);
    }
}

static bool any_literal(const struct naive *n, const struct rule_value *value,
                        enum rule_operator operator, const struct rule_term * right,
                        enum rule_type type)
{
    if (right->kind != RULE_TERM_LIST)
        return value_holds(n, value, operator, right->text, type);
    for (size_t i = 0; i < right->count; i++)
        if (value_holds(n, value, operator, right->items[i].text, type))
            return true;
    return false;
}

static bool literal_holds(const struct naive *n, const struct side *left,
                          enum rule_operator operator, const struct rule_term * right)
{
    bool all = operator== RULE_IN && left->maybe_list && !left->ends;
    size_t holding = 0;

    if (!left->values.present)
        return false;
    for (size_t i = 0; i < left->values.count; i++)
        holding += any_literal(n, &left->values.items[i], operator, right, left->type);
    if (operator== RULE_NOT_EQUAL)
        return left->values.count && !holding;
    return all ? holding == left->values.count : holding > 0;
}

/* Both sides from the event: the right values as literals, by their texts. */
static bool sides_hold(const struct naive *n, const struct side *left, enum rule_operator operator,
                       const struct side * right)
{
    struct rule_term list = {.kind = RULE_TERM_LIST};
    struct rule_term *items = arena_array(n->arena, right->values.count + 1, sizeof(*items));

    if (!left->values.present || !right->values.present)
        return false;
    for (size_t i = 0; i < right->values.count; i++)
        if (to_text(n, &right->values.items[i], &items[list.count].text))
            list.count++;
    list.items = items;
    if (operator== RULE_NOT_EQUAL && !right->values.count)
        return false;
    return literal_holds(n, left, operator, & list);
}

static bool check_holds(const struct naive *n, const struct expression *check)
{
    struct side left = read_side(n, &check->left), right;
    size_t holding = 0;

    if (check->operator== RULE_EXISTS)
        return left.values.present;
    if (check->right.kind == RULE_TERM_FIELD || check->right.kind == RULE_TERM_TRANSFORMER) {
        right = read_side(n, &check->right);
        return sides_hold(n, &left, check->operator, & right);
    }
    if (check->modifier == RULE_PLAIN)
        return literal_holds(n, &left, check->operator, & check->right);
    for (size_t i = 0; i < check->right.count; i++)
        holding += literal_holds(n, &left, check->operator, & check->right.items[i]);
    return check->modifier == RULE_ANYOF   ? holding > 0
           : check->modifier == RULE_ALLOF ? holding == check->right.count
                                           : holding == 1;
}

static bool holds(const struct naive *n, const struct expression *expression)
{
    struct naive inner = *n;
    struct side list;
    size_t holding = 0;

    switch (expression->kind) {
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        for (size_t i = 0; i < expression->child_count; i++)
            holding += holds(n, expression->children[i]);
        return expression->kind == EXPRESSION_OR ? holding > 0 : holding == expression->child_count;
    case EXPRESSION_NOT:
        return !holds(n, expression->children[0]);
    case EXPRESSION_CHECK:
        return check_holds(n, expression);
    case EXPRESSION_MACRO:
        abort();
    default:
        break;
    }
    list = read_side(n, &expression->left);
    for (size_t i = 0; i < list.values.count; i++) {
        inner.item = &list.values.items[i];
        holding += holds(&inner, expression->children[0]);
    }
    return expression->kind == EXPRESSION_ANY   ? holding > 0
           : expression->kind == EXPRESSION_ALL ? holding == list.values.count
                                                : !holding;
}

bool naive_holds(const struct expression *condition, const struct record *event,
                 struct arena *arena)
{
    struct naive n = {event, arena, NULL};

    return holds(&n, condition);
}
