#include "base/text.h"
#include "rule/condition-lexer.h"
#include "rule/item-value.h"

static bool is_list(const struct document_node *node)
{
    return node->kind == DOCUMENT_SEQUENCE;
}

static struct rule_exception *find_exception(struct rule_definition *rule, struct view name)
{
    for (size_t i = 0; i < rule->exceptions.count; i++)
        if (view_eq(rule->exceptions.list[i].name, name))
            return &rule->exceptions.list[i];
    return NULL;
}

/* ---- reading ---- */

/* A scalar, or a sequence of scalars. */
static bool check_entry(struct ruleset *set, const struct rule_item *item,
                        const struct document_node *node, const char *key)
{
    struct item_values unused = {0};

    return is_list(node) ? item_scalars(set, item, node, key, &unused)
                         : item_scalar(set, item, node, key);
}

static bool check_field(struct ruleset *set, const struct rule_definition *rule,
                        const struct rule_item *item, const struct document_node *node)
{
    struct error err = ERROR_INIT;
    struct rule_use use;

    if (!rule->source || rule->skip_if_unknown_filter ||
        rule_use_resolve(rule->source, node->text, set->arena, &use, &err) == 0)
        return true;
    problem_hint(set, problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s", err.message), "%s",
                 err.hint);
    return false;
}

static bool check_comparison(struct ruleset *set, const struct rule_item *item,
                             const struct document_node *node, bool list_only)
{
    enum rule_operator op;

    if (!rule_operator_parse(node->text, &op) || op == RULE_EXISTS) {
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "there is no operator \"%.*s\"",
                    VIEW_ARG(node->text));
        return false;
    }
    if (!list_only || rule_operator_takes_list(op))
        return true;
    problem_hint(set,
                 problem_add(set, RULE_PROBLEM_ERROR, item, node,
                             "one field is compared with in, pmatch or intersects"),
                 "for another operator write fields and comps as sequences: fields: [...], "
                 "comps: [%.*s], values: [[...]]",
                 VIEW_ARG(node->text));
    return false;
}

static bool check_fields(struct ruleset *set, const struct rule_definition *rule,
                         const struct rule_exception *exception)
{
    const struct document_node *fields = exception->fields;
    bool fine = true;

    if (!check_entry(set, exception->item, fields, "fields"))
        return false;
    if (!is_list(fields))
        return check_field(set, rule, exception->item, fields);
    for (size_t i = 0; i < fields->sequence.count; i++)
        fine &= check_field(set, rule, exception->item, fields->sequence.items[i]);
    return fine;
}

static bool check_comparisons(struct ruleset *set, const struct rule_exception *exception)
{
    const struct document_node *fields = exception->fields, *comps = exception->comps;
    bool fine = true;

    if (!comps)
        return true;
    if (!check_entry(set, exception->item, comps, "comps"))
        return false;
    if (is_list(comps) != is_list(fields)) {
        problem_add(set, RULE_PROBLEM_ERROR, exception->item, comps,
                    "fields and comps must both be a text, or both a sequence");
        return false;
    }
    if (!is_list(comps))
        return check_comparison(set, exception->item, comps, true);
    if (comps->sequence.count != fields->sequence.count) {
        problem_add(set, RULE_PROBLEM_ERROR, exception->item, comps, "fields: %zu, but comps: %zu",
                    fields->sequence.count, comps->sequence.count);
        return false;
    }
    for (size_t i = 0; i < comps->sequence.count; i++)
        fine &= check_comparison(set, exception->item, comps->sequence.items[i], false);
    return fine;
}

/* Of one field a value is a scalar; of several, a sequence with one entry for each. */
static bool check_value(struct ruleset *set, const struct rule_exception *exception,
                        const struct item_value *value)
{
    const struct document_node *fields = exception->fields;
    bool fine = true;

    if (!is_list(fields))
        return item_scalar(set, value->item, value->node,
                           tr("a value of an exception of one field"));
    if (!item_sequence(set, value->item, value->node,
                       tr("a value of an exception of several fields")))
        return false;
    if (value->node->sequence.count != fields->sequence.count) {
        problem_add(set, RULE_PROBLEM_ERROR, value->item, value->node,
                    "fields: %zu, but values: %zu", fields->sequence.count,
                    value->node->sequence.count);
        return false;
    }
    for (size_t i = 0; i < value->node->sequence.count; i++)
        fine &= check_entry(set, value->item, value->node->sequence.items[i], tr("a value"));
    return fine;
}

static bool read_values(struct ruleset *set, const struct rule_item *item,
                        const struct document_node *node, struct item_values *to)
{
    if (!item_sequence(set, item, node, "values"))
        return false;
    for (size_t i = 0; i < node->sequence.count; i++)
        item_values_add(set, to, item, node->sequence.items[i]);
    return true;
}

static bool check_values(struct ruleset *set, const struct rule_exception *exception, size_t from)
{
    bool fine = true;

    for (size_t i = from; i < exception->values.count; i++)
        fine &= check_value(set, exception, &exception->values.list[i]);
    return fine;
}

static bool append_values(struct ruleset *set, const struct rule_exception *read,
                          struct rule_exception *to)
{
    size_t before = to->values.count;
    const struct document_node *shape = read->fields ? read->fields : read->comps;

    if (shape) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, read->item, shape,
                                 "the fields and comps of an exception can't be appended to"),
                     "give only name and values, or the exception another name");
        return false;
    }
    for (size_t i = 0; i < read->values.count; i++)
        item_values_add(set, &to->values, read->item, read->values.list[i].node);
    return check_values(set, to, before);
}

static bool add_exception(struct ruleset *set, const struct rule_exception *read,
                          struct rule_definition *rule)
{
    struct rule_exception *added;
    bool fine;

    if (!read->fields) {
        problem_add(set, RULE_PROBLEM_ERROR, read->item, read->node,
                    "the exception %.*s has no fields", VIEW_ARG(read->name));
        return false;
    }
    fine = check_fields(set, rule, read);
    fine &= check_comparisons(set, read);
    if (read->fields->kind != DOCUMENT_MAPPING) /* else what a value looks like is not known */
        fine &= check_values(set, read, 0);
    if (!fine)
        return false;
    added = arena_push(set->arena, &rule->exceptions.list, &rule->exceptions.count, sizeof(*added));
    if (added)
        *added = *read;
    return added;
}

static bool read_exception(struct ruleset *set, const struct rule_item *item,
                           const struct document_node *node, struct rule_exception *ret)
{
    static const char *const known[] = {"name", "fields", "comps", "values", NULL};
    const struct document_node *name = document_get(node, VIEW("name"));
    const struct document_node *values = document_get(node, VIEW("values"));

    if (!item_mapping(set, item, node, tr("an exception")))
        return false;
    item_check_keys(set, item, node, known);
    if (!name) {
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "an exception has no name");
        return false;
    }
    if (!item_scalar(set, item, name, "name"))
        return false;
    *ret = (struct rule_exception){.name = name->text,
                                   .item = item,
                                   .node = node,
                                   .fields = document_get(node, VIEW("fields")),
                                   .comps = document_get(node, VIEW("comps"))};
    return !values || read_values(set, item, values, &ret->values);
}

static bool is_read_twice(struct ruleset *set, const struct document_node *all, size_t index,
                          const struct rule_exception *exception)
{
    for (size_t i = 0; i < index; i++)
        if (view_eq(document_get_text(all->sequence.items[i], VIEW("name")), exception->name)) {
            problem_add(set, RULE_PROBLEM_ERROR, exception->item,
                        document_get(exception->node, VIEW("name")),
                        "there are two exceptions %.*s here", VIEW_ARG(exception->name));
            return true;
        }
    return false;
}

bool exceptions_read(struct ruleset *set, const struct rule_item *item,
                     const struct document_node *node, bool append, struct rule_definition *rule)
{
    bool fine = true;

    if (!append)
        rule->exceptions = (struct rule_exceptions){0};
    if (node->kind == DOCUMENT_NULL)
        return true;
    if (!item_sequence(set, item, node, "exceptions"))
        return false;
    for (size_t i = 0; i < node->sequence.count; i++) {
        struct rule_exception read, *known;

        if (!read_exception(set, item, node->sequence.items[i], &read) ||
            is_read_twice(set, node, i, &read)) {
            fine = false;
            continue;
        }
        known = append ? find_exception(rule, read.name) : NULL;
        if (append && !read.values.count)
            problem_add(set, RULE_PROBLEM_WARNING, item, read.node,
                        "the exception %.*s appends no values", VIEW_ARG(read.name));
        fine &= known ? append_values(set, &read, known) : add_exception(set, &read, rule);
    }
    return fine;
}

/* ---- writing ---- */

static void add_ours(struct text_writer *to, const struct item_value *of, struct view bytes)
{
    written_add_ours(to, of->item, of->node, bytes);
}

static void add_scalar(struct text_writer *to, const struct item_value *of)
{
    written_add(to, of->item, of->node, 0, of->node->text.len);
}

/* As the files of Falco expect it: quotes only for blanks, and for nothing. */
void written_add_quoted(struct text_writer *to, const struct rule_item *item,
                        const struct document_node *node)
{
    struct view text = node->text;
    bool quoted =
        text.len == 0 || (view_find(text, ' ') >= 0 && text.ptr[0] != '"' && text.ptr[0] != '\'');

    if (quoted)
        written_add_ours(to, item, node, VIEW("\""));
    written_add(to, item, node, 0, text.len);
    if (quoted)
        written_add_ours(to, item, node, VIEW("\""));
}

static void add_comparison(struct text_writer *to, const struct rule_exception *exception,
                           size_t field)
{
    struct item_value name = {exception->item, exception->fields},
                      comparison = {exception->item, exception->comps};
    bool several = is_list(exception->fields);

    if (several)
        name.node = name.node->sequence.items[field];
    add_scalar(to, &name);
    add_ours(to, &name, VIEW(" "));
    if (comparison.node) {
        if (several)
            comparison.node = comparison.node->sequence.items[field];
        add_scalar(to, &comparison);
    } else {
        add_ours(to, &name, several ? VIEW("=") : VIEW("in"));
    }
    add_ours(to, &name, VIEW(" "));
}

static bool compares_with_list(const struct rule_exception *exception, size_t field)
{
    enum rule_operator op;

    return exception->comps &&
           rule_operator_parse(exception->comps->sequence.items[field]->text, &op) &&
           rule_operator_takes_list(op);
}

static void add_value(struct text_writer *to, const struct rule_item *item,
                      const struct document_node *node, bool in_list)
{
    struct item_value value = {item, node};

    if (is_list(node)) {
        add_ours(to, &value, VIEW("("));
        for (size_t i = 0; i < node->sequence.count; i++) {
            if (i)
                add_ours(to, &value, VIEW(", "));
            written_add_quoted(to, item, node->sequence.items[i]);
        }
        add_ours(to, &value, VIEW(")"));
    } else if (in_list && !view_starts(node->text, VIEW("("))) {
        add_ours(to, &value, VIEW("("));
        written_add_quoted(to, item, node);
        add_ours(to, &value, VIEW(")"));
    } else if (in_list) {
        add_scalar(to, &value);
    } else {
        written_add_quoted(to, item, node);
    }
}

/* (field op (a, b)) */
static void write_one_field(const struct rule_exception *exception, struct text_writer *to)
{
    struct item_value whole = {exception->item, exception->node};

    add_ours(to, &whole, VIEW("("));
    add_comparison(to, exception, 0);
    add_ours(to, &whole, VIEW("("));
    for (size_t i = 0; i < exception->values.count; i++) {
        const struct item_value *value = &exception->values.list[i];

        if (i)
            add_ours(to, value, VIEW(", "));
        written_add_quoted(to, value->item, value->node);
    }
    add_ours(to, &whole, VIEW("))"));
}

/* ((f1 op v1 and f2 op v2) or ...) */
static void write_several_fields(const struct rule_exception *exception, struct text_writer *to)
{
    struct item_value whole = {exception->item, exception->node};

    add_ours(to, &whole, VIEW("("));
    for (size_t i = 0; i < exception->values.count; i++) {
        const struct item_value *value = &exception->values.list[i];

        add_ours(to, value, i ? VIEW(" or (") : VIEW("("));
        for (size_t field = 0; field < value->node->sequence.count; field++) {
            if (field)
                add_ours(to, value, VIEW(" and "));
            add_comparison(to, exception, field);
            add_value(to, value->item, value->node->sequence.items[field],
                      compares_with_list(exception, field));
        }
        add_ours(to, value, VIEW(")"));
    }
    add_ours(to, &whole, VIEW(")"));
}

void exceptions_write(const struct rule_definition *rule, struct text_writer *to)
{
    for (size_t i = 0; i < rule->exceptions.count; i++) {
        const struct rule_exception *exception = &rule->exceptions.list[i];

        if (!exception->values.count ||
            (is_list(exception->fields) && !exception->fields->sequence.count))
            continue;
        written_add_ours(to, exception->item, exception->node, VIEW(" and not "));
        if (is_list(exception->fields))
            write_several_fields(exception, to);
        else
            write_one_field(exception, to);
    }
}
