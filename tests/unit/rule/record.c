#include "rule/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/document.h"
#include "rule/condition.h"
#include "rule/program/network.h"
#include "rule/program/number.h"
#include "rule/program/time.h"

static const struct rule_field fields[RECORD_FIELDS] = {
    {"evt.type", RULE_TEXT, 0, "its class"},
    {"evt.num", RULE_NUMBER, RULE_FIELD_ABOVE_ZERO, ""},
    {"name", RULE_TEXT, 0, ""},
    {"exe", RULE_TEXT, 0, ""},
    {"path", RULE_PATH, 0, ""},
    {"flags", RULE_FLAGS, 0, ""},
    {"port", RULE_NUMBER, 0, ""},
    {"flag", RULE_BOOL, 0, ""},
    {"size", RULE_DECIMAL, 0, ""},
    {"when", RULE_TIME, 0, ""},
    {"ip", RULE_ADDRESS, RULE_FIELD_BOTH_ENDS, ""},
    {"net", RULE_NETWORK, RULE_FIELD_BOTH_ENDS, ""},
    {"addr", RULE_ADDRESS, 0, ""},
    {"ports", RULE_NUMBER, RULE_FIELD_BOTH_ENDS, ""},
    {"args", RULE_TEXT, RULE_FIELD_LIST, ""},
    {"numbers", RULE_NUMBER, RULE_FIELD_LIST, ""},
    {"addrs", RULE_ADDRESS, RULE_FIELD_LIST, ""},
    {"aname", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX, ""},
    {"env", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT, ""},
    {"value", RULE_ANY, 0, ""},
    {"doc", RULE_NODE, RULE_FIELD_TREE, ""},
    {"secret", RULE_TEXT, RULE_FIELD_OUTPUT_ONLY, ""},
    {"other", RULE_TEXT, 0, ""},
};

static struct rule_values none(void)
{
    return (struct rule_values){0};
}

static struct rule_value of_node(const struct document_node *node)
{
    struct rule_value value = {.type = RULE_TEXT, .text = node->text, .node = node};

    switch (node->kind) {
    case DOCUMENT_BOOL:
        value.type = RULE_BOOL;
        value.boolean = node->boolean;
        break;
    case DOCUMENT_INTEGER:
        value.type = RULE_NUMBER;
        value.number = node->integer;
        break;
    case DOCUMENT_FLOAT:
        value.type = RULE_DECIMAL;
        value.decimal = node->number;
        break;
    case DOCUMENT_SEQUENCE:
    case DOCUMENT_MAPPING:
        value.type = RULE_NODE;
        break;
    default:
        break;
    }
    return value;
}

struct walk {
    struct arena *arena;
    struct rule_value *items;
    size_t count;
    bool list;
};

static void add(struct walk *walk, const struct document_node *node)
{
    struct rule_value *item = arena_push(walk->arena, &walk->items, &walk->count, sizeof(*item));

    if (item)
        *item = of_node(node);
}

static void follow(struct walk *walk, const struct document_node *node,
                   const struct rule_step *steps, size_t count)
{
    if (document_is_absent(node))
        return;
    if (!count && node->kind == DOCUMENT_SEQUENCE) {
        walk->list = true;
        for (size_t i = 0; i < document_count(node); i++)
            add(walk, document_item(node, i));
    } else if (!count) {
        add(walk, node);
    } else if (steps->kind == RULE_STEP_EACH) {
        walk->list = true;
        for (size_t i = 0; node->kind == DOCUMENT_SEQUENCE && i < document_count(node); i++)
            follow(walk, document_item(node, i), steps + 1, count - 1);
    } else if (steps->kind == RULE_STEP_INDEX) {
        if (node->kind == DOCUMENT_SEQUENCE)
            follow(walk, document_item(node, steps->index), steps + 1, count - 1);
    } else {
        follow(walk, document_get(node, steps->key), steps + 1, count - 1);
    }
}

static struct rule_values from_node(const struct document_node *node, const struct rule_use *use,
                                    struct arena *scratch)
{
    struct walk walk = {scratch, NULL, 0, false};

    follow(&walk, node, use->steps, use->step_count);
    return (struct rule_values){walk.count || walk.list, walk.list, walk.items, walk.count};
}

static struct rule_values extract(const void *event, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    const struct record *record = event;
    const struct rule_values *values;
    struct view key;

    if (use->of_item)
        return from_node(item, use, scratch);
    values = &record->fields[use->field - fields];
    if (use->field->type == RULE_NODE)
        return values->present ? from_node(values->items[0].node, use, scratch) : none();
    if (!use->has_argument || !values->present)
        return *values;
    if (use->field->flags & RULE_FIELD_INDEX)
        return use->index < values->count
                   ? (struct rule_values){true, false, &values->items[use->index], 1, false}
                   : none();
    for (size_t i = 0; i < values->count; i++) { /* KEY=value */
        struct rule_value *value = arena_alloc(scratch, sizeof(*value));
        struct view rest = values->items[i].text;

        key = view_cut(&rest, '=');
        if (!value || !view_eq(key, use->argument))
            continue;
        *value = (struct rule_value){.type = RULE_TEXT, .text = rest};
        return (struct rule_values){true, false, value, 1, false};
    }
    return none();
}

/* ---- facts ---- */

enum { FLAG_MISSING, FLAG_TRUE, FLAG_FALSE, FLAG_OTHER, FLAG_BITS = 3, NO_NAME = 4, FACTS = 8 };

static const struct rule_values *field_of(const struct record *record, const char *name)
{
    size_t i = 0;

    while (strcmp(fields[i].name, name) != 0)
        i++;
    return &record->fields[i];
}

static unsigned facts_of(const void *event)
{
    const struct rule_values *flag = field_of(event, "flag");
    unsigned name = field_of(event, "name")->present ? 0 : NO_NAME;

    if (!flag->present)
        return FLAG_MISSING | name;
    if (flag->count != 1)
        return FLAG_OTHER | name;
    return (flag->items[0].boolean ? FLAG_TRUE : FLAG_FALSE) | name;
}

/* Not all that there are. */
static const char *const classes[] = {"", "open", "openat", "close"};

enum { CLASSES = sizeof(classes) / sizeof(classes[0]) };

static unsigned class_of(const void *event)
{
    const struct rule_values *type = field_of(event, "evt.type");

    for (unsigned i = 1; type->count && i < CLASSES; i++)
        if (view_eq(type->items[0].text, view_of(classes[i])))
            return i;
    return type->count ? CLASSES : 0;
}

static struct view class_name(unsigned number)
{
    return view_of(classes[number]);
}

static bool is_of(const struct rule_condition *test, const char *field)
{
    return test->use && !test->transformed && strcmp(test->use->field->name, field) == 0;
}

static void decide(const struct rule_program *program, const struct rule_condition *test,
                   struct view class, struct rule_fact_set *ret_holds,
                   struct rule_fact_set *ret_fails)
{
    (void)program;
    (void)class;
    *ret_holds = *ret_fails = (struct rule_fact_set){{0}};
    for (unsigned f = 0; f < FACTS; f++) {
        unsigned flag = f & FLAG_BITS;
        uint64_t bit = UINT64_C(1) << f;

        if ((is_of(test, "name") && f & NO_NAME) || (is_of(test, "flag") && flag == FLAG_MISSING)) {
            ret_fails->words[0] |= bit;
        } else if (is_of(test, "flag") && flag != FLAG_OTHER) {
            if (test->test == RULE_TEST_BOOLEAN)
                (test->want == (flag == FLAG_TRUE) ? ret_holds : ret_fails)->words[0] |= bit;
            else if (test->test == RULE_TEST_EXISTS || test->test == RULE_TEST_FILLED)
                ret_holds->words[0] |= bit;
        }
    }
}

static const struct rule_facts facts = {
    .class_count = CLASSES,
    .class_of = class_of,
    .class_name = class_name,
    .of = facts_of,
    .decide = decide,
};

static const struct rule_subject subjects[] = {{"event", ""}, {"thing", ""}};

const struct rule_source record_source = {
    .name = "record",
    .doc = "",
    .subjects = subjects,
    .subject_count = 2,
    .fields = fields,
    .field_count = RECORD_FIELDS,
    .class_field = "evt.type",
    .facts = &facts,
    .extract = extract,
};

static void refuse(struct view what)
{
    fprintf(stderr, "no record: %.*s\n", VIEW_ARG(what));
    abort();
}

static struct rule_value parse_value(enum rule_type type, struct view text)
{
    struct rule_value value = {.type = type, .text = text};
    struct rule_number number;

    if (type == RULE_ANY) {
        value.type = RULE_TEXT;
        if (rule_number_parse(text, &number)) {
            value.type = number.whole ? RULE_NUMBER : RULE_DECIMAL;
            value.decimal = number.decimal;
            if (number.whole)
                value.number = number.integer;
        } else if (view_eq(text, VIEW("true")) || view_eq(text, VIEW("false"))) {
            value.type = RULE_BOOL;
            value.boolean = view_eq(text, VIEW("true"));
        }
        return value;
    }
    switch (type) {
    case RULE_NUMBER:
    case RULE_DECIMAL:
        if (!rule_number_parse(text, &number))
            refuse(text);
        value.decimal = number.decimal;
        if (type == RULE_NUMBER)
            value.number = number.integer;
        break;
    case RULE_TIME:
        if (!rule_time_parse(text, &value.number))
            refuse(text);
        break;
    case RULE_BOOL:
        value.boolean = view_eq(text, VIEW("true"));
        break;
    case RULE_ADDRESS:
    case RULE_NETWORK:
        if (!rule_network_parse(text, &value.address))
            refuse(text);
        break;
    default:
        return value;
    }
    value.text = VIEW_EMPTY;
    return value;
}

static struct rule_values parse_values(const struct rule_field *field, struct view text,
                                       struct arena *arena)
{
    bool many = field->flags & (RULE_FIELD_LIST | RULE_FIELD_BOTH_ENDS | RULE_FIELD_KEY);
    struct rule_value *items = NULL, *item;
    size_t count = 0;
    struct document_set set;

    if (field->type == RULE_NODE) {
        if (document_parse(text, DOCUMENT_JSON, arena, &set, NULL) || !set.count ||
            !set.list[0].root)
            refuse(text);
        item = arena_push(arena, &items, &count, sizeof(*item));
        *item = of_node(set.list[0].root);
        return (struct rule_values){true, false, items, count, false};
    }
    while (text.ptr) {
        struct view part = text;

        if (many)
            part = view_cut(&text, ',');
        else
            text = VIEW_EMPTY;
        item = arena_push(arena, &items, &count, sizeof(*item));
        *item = parse_value(field->type, part);
    }
    return (struct rule_values){true, field->flags & RULE_FIELD_LIST, items, count, false};
}

struct record *record_parse(const char *text, struct arena *arena)
{
    struct record *record = arena_alloc(arena, sizeof(*record));
    struct view rest = arena_copy(arena, view_of(text));

    while (rest.ptr && rest.len) {
        struct view value = view_trim(view_cut(&rest, ';')), name = view_cut(&value, '=');
        size_t i = 0;

        while (i < RECORD_FIELDS && !view_eq(name, view_of(fields[i].name)))
            i++;
        if (i == RECORD_FIELDS)
            refuse(name);
        record->fields[i] = value.ptr ? parse_values(&fields[i], value, arena)
                                      : (struct rule_values){true, true, NULL, 0, false};
    }
    return record;
}

struct ruleset *record_rules(const char *yaml)
{
    const struct rule_source *sources[] = {&record_source};
    struct ruleset *set = NULL;
    struct error err = ERROR_INIT;

    if (ruleset_new(sources, 1, &set, &err) ||
        ruleset_add(set, VIEW("rules.yaml"), view_of(yaml), &err) || ruleset_finish(set, &err)) {
        fprintf(stderr, "%s\n", err.message);
        abort();
    }
    return set;
}
