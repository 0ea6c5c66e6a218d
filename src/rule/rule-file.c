#include "base/nearest-name.h"
#include "rule/item-value.h"

/* The kinds of items, by the key that makes one; in the order Falco asks. */
static const struct item_kind {
    const char *key;
    bool named; /* the value is the item's name */
    void (*read)(struct ruleset *set, struct rule_item *item);
} kinds[] = {
    {"required_engine_version", false, engine_requirement_read},
    {"required_plugin_versions", false, plugin_requirement_read},
    {"list", true, list_item_read},
    {"macro", true, macro_item_read},
    {"rule", true, rule_item_read},
};
enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

static struct rule_item *new_item(struct ruleset *set, const struct rule_file *file,
                                  const struct document_node *node)
{
    struct rule_item *item = arena_alloc(set->arena, sizeof(*item));

    if (item)
        *item = (struct rule_item){.file = file, .node = node, .key = node};
    return item;
}

/* The item is of no kind: perhaps a key is mistyped. */
static void warn_unknown(struct ruleset *set, const struct rule_item *item)
{
    struct rule_problem *problem = problem_add(set, RULE_PROBLEM_WARNING, item, item->node,
                                               "an item of no known kind is left out");

    for (size_t i = 0; i < item->node->mapping.count; i++) {
        struct nearest_name nearest =
            nearest_name_for(document_text(item->node->mapping.pairs[i].key));

        for (size_t k = 0; k < KIND_COUNT; k++)
            nearest_name_offer(&nearest, view_of(kinds[k].key));
        if (nearest.best.len) {
            problem_hint(set, problem, "did you mean %.*s?", VIEW_ARG(nearest.best));
            return;
        }
    }
    problem_hint(set, problem,
                 "an item has one of the keys rule, macro, list, "
                 "required_engine_version, required_plugin_versions");
}

static void read_item(struct ruleset *set, const struct rule_file *file,
                      const struct document_node *node)
{
    struct rule_item *item = new_item(set, file, node);

    if (!item || node->kind == DOCUMENT_NULL)
        return;
    if (node->kind != DOCUMENT_MAPPING) {
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "an item must be a mapping");
        return;
    }
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct document_node *value = document_get(node, view_of(kinds[i].key));

        if (!value)
            continue;
        item->key = value;
        item->label = view_of(kinds[i].key);
        if (kinds[i].named) {
            if (!item_scalar(set, item, value, kinds[i].key))
                return;
            item->name = value->text;
            item->label = arena_printf(set->arena, "%s %.*s", kinds[i].key, VIEW_ARG(item->name));
        }
        kinds[i].read(set, item);
        return;
    }
    warn_unknown(set, item);
}

static void read_document(struct ruleset *set, const struct rule_file *file,
                          const struct document *document)
{
    struct document_node place = {.start = document->error_mark, .end = document->error_mark};
    const struct document_node *root = document->root;
    struct rule_item *item = new_item(set, file, root);

    if (!item)
        return;
    if (document->error) {
        problem_hint(
            set, problem_add(set, RULE_PROBLEM_ERROR, item, &place, "%s", document->error->message),
            "%s", document->error->hint);
        return;
    }
    if (document_is_absent(root))
        return;
    if (root->kind != DOCUMENT_SEQUENCE) {
        problem_hint(
            set,
            problem_add(set, RULE_PROBLEM_ERROR, item, root, "a rule file is a sequence of items"),
            "begin each item with \"- \"");
        return;
    }
    for (size_t i = 0; i < root->sequence.count; i++)
        read_item(set, file, root->sequence.items[i]);
}

int ruleset_add(struct ruleset *set, struct view file, struct view text, struct error *err)
{
    struct rule_file *own = arena_alloc(set->arena, sizeof(*own));
    struct document_set documents;
    int kind;

    if (text.len > RULESET_FILE_LIMIT) {
        error_set(err, ERROR_LIMIT, "%.*s: longer than %d MiB", VIEW_ARG(file),
                  RULESET_FILE_LIMIT >> 20);
        return ERROR_LIMIT;
    }
    kind = document_parse(text, DOCUMENT_YAML, set->arena, &documents, err);
    if (kind) {
        error_wrap(err, "%.*s", VIEW_ARG(file));
        return kind;
    }
    if (own) {
        own->name = arena_copy(set->arena, file);
        own->text = documents.text;
        for (size_t i = 0; i < documents.count; i++)
            read_document(set, own, &documents.list[i]);
    }
    if (hash_map_count(set->rules) > RULESET_RULE_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d rules", RULESET_RULE_LIMIT);
    return arena_failed(set->arena, "rules", err);
}
