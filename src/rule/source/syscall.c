#include "rule/source/syscall.h"

#include "base/text.h"
#include "codec/document.h"
#include "rule/program/network.h"
#include "rule/program/number.h"
#include "rule/program/time.h"
#include "rule/source/falco.h"

enum { ANCESTOR_LIMIT = 128 };

/* The values of one field of a recorded event. */
struct recorded {
    const struct document_node *event;
    const struct rule_use *use;
    struct arena *scratch;
    struct rule_value *items;
    size_t count;
    bool present;
};

static bool parse_number(struct view text, struct rule_value *value)
{
    struct rule_number number;

    if (!rule_number_parse(text, &number))
        return false;
    value->decimal = number.decimal;
    if (value->type == RULE_NUMBER)
        value->number = number.integer;
    return value->type == RULE_DECIMAL || number.whole;
}

/* Reads a text as the field's type has it. */
static bool parse_value(struct view text, struct rule_value *value)
{
    switch (value->type) {
    case RULE_NUMBER:
    case RULE_DECIMAL:
        return parse_number(text, value);
    case RULE_BOOL:
        value->boolean = view_eq_nocase(text, VIEW("true")) || view_eq(text, VIEW("1"));
        return value->boolean || view_eq_nocase(text, VIEW("false")) || view_eq(text, VIEW("0"));
    case RULE_TIME:
        return rule_time_parse(text, &value->number);
    case RULE_ADDRESS:
    case RULE_NETWORK:
        return rule_network_parse(text, &value->address);
    default:
        return true;
    }
}

static void add_text(struct recorded *recorded, enum rule_type type, struct view text,
                     const struct document_node *node)
{
    struct rule_value value = {.type = type == RULE_ANY ? RULE_TEXT : type, .node = node}, *added;

    if (!parse_value(text, &value))
        return;
    value.text = text;
    added = arena_push(recorded->scratch, &recorded->items, &recorded->count, sizeof(*added));
    if (added)
        *added = value;
    recorded->present |= added != NULL;
}

static void add_node(struct recorded *recorded, const struct document_node *node)
{
    if (document_is_absent(node) || node->kind == DOCUMENT_MAPPING)
        return;
    recorded->present |= node->kind == DOCUMENT_SEQUENCE;
    for (size_t i = 0; node->kind == DOCUMENT_SEQUENCE && i < node->sequence.count; i++)
        add_node(recorded, node->sequence.items[i]);
    if (node->kind < DOCUMENT_SEQUENCE)
        add_text(recorded, recorded->use->field->type, node->text, node);
}

/* ---- what follows from other fields ---- */

static void add_of(struct recorded *recorded, struct view name)
{
    add_node(recorded, document_get(recorded->event, name));
}

/* Both ends, and networks from addresses. */
static void add_from_ends(struct recorded *recorded)
{
    static const struct {
        const char *field, *from[2];
    } known[] = {
        {"fd.ip", {"fd.cip", "fd.sip"}},       {"fd.net", {"fd.cip", "fd.sip"}},
        {"fd.port", {"fd.cport", "fd.sport"}}, {"fd.proto", {"fd.cproto", "fd.sproto"}},
        {"fd.cnet", {"fd.cip", NULL}},         {"fd.snet", {"fd.sip", NULL}},
        {"fd.lnet", {"fd.lip", NULL}},         {"fd.rnet", {"fd.rip", NULL}},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(recorded->use->field->name, known[i].field) == 0)
            for (size_t k = 0; k < 2 && known[i].from[k]; k++)
                add_of(recorded, view_of(known[i].from[k]));
    if (!recorded->present && strcmp(recorded->use->field->name, "fd.net") == 0)
        add_of(recorded, VIEW("fd.ip"));
}

static void add_from_name(struct recorded *recorded)
{
    struct view name = document_get_text(recorded->event, VIEW("fd.name"));
    ptrdiff_t slash = view_rfind(name, '/');

    if (slash < 0 || name.ptr[0] != '/')
        return;
    if (strcmp(recorded->use->field->name, "fd.directory") == 0)
        add_text(recorded, RULE_PATH, view_sub(name, 0, slash ? (size_t)slash : 1),
                 document_get(recorded->event, VIEW("fd.name")));
    if (strcmp(recorded->use->field->name, "fd.filename") == 0)
        add_text(recorded, RULE_TEXT, view_sub(name, (size_t)slash + 1, name.len),
                 document_get(recorded->event, VIEW("fd.name")));
}

static bool is_ancestor_field(const struct rule_field *field)
{
    return (field->flags & RULE_FIELD_INDEX) && (field->flags & RULE_FIELD_LIST) &&
           !(field->flags & RULE_FIELD_KEY);
}

/* proc.aname[2] is the second of the list proc.aname; the list is made of the
 * numbered ones, up to the first that is not there. */
static void add_ancestors(struct recorded *recorded)
{
    const struct rule_field *field = recorded->use->field;

    if (recorded->use->has_argument) {
        const struct document_node *all = document_get(recorded->event, view_of(field->name));

        if (recorded->use->index)
            add_node(recorded, document_item(all, recorded->use->index - 1));
        return;
    }
    for (unsigned i = 1; i <= ANCESTOR_LIMIT; i++) {
        struct view name = arena_printf(recorded->scratch, "%s[%u]", field->name, i);
        const struct document_node *node = document_get(recorded->event, name);

        if (node)
            add_node(recorded, node);
        else if (i > 16)
            return;
    }
}

static struct rule_values extract(const void *event, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    struct recorded recorded = {.event = event, .use = use, .scratch = scratch};

    (void)item;
    if (use->of_item)
        return (struct rule_values){0};
    add_node(&recorded, document_get(event, use->text));
    if (!recorded.present && is_ancestor_field(use->field))
        add_ancestors(&recorded);
    if (!recorded.present && !use->has_argument) {
        add_from_ends(&recorded);
        add_from_name(&recorded);
    }
    return (struct rule_values){
        .present = recorded.present,
        .list = (use->field->flags & RULE_FIELD_LIST) && !use->has_argument,
        .items = recorded.items,
        .count = recorded.count,
    };
}

const struct rule_source rule_source_syscall = {
    .name = "syscall",
    .doc = TR_KEY("system calls and processes, seen by the kernel"),
    .fields = syscall_field_table,
    .field_count = SYSCALL_FIELD_COUNT,
    .class_field = "evt.type",
    .extract = extract,
};
