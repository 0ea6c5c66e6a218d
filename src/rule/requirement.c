#include "base/text.h"
#include "rule/item-value.h"

/* The engine of Falco's whose language this is. */
enum { ENGINE_MAJOR = 0, ENGINE_MINOR = 63, ENGINE_PATCH = 0 };

struct version {
    uint64_t part[3];
};

/* major.minor.patch, with an optional -pre or +build behind. */
static bool parse_semver(struct view text, struct version *ret)
{
    for (size_t i = 0; i < 3; i++) {
        size_t digits = 0;

        while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
            digits++;
        if (!view_to_u64(view_sub(text, 0, digits), &ret->part[i]))
            return false;
        text = view_sub(text, digits, text.len);
        if (i < 2 && !view_starts(text, VIEW(".")))
            return false;
        text = view_strip_prefix(text, VIEW("."));
    }
    return text.len == 0 || text.ptr[0] == '-' || text.ptr[0] == '+';
}

/* Falco: engines of the same major number, and at least as new. */
static bool is_satisfied(const struct version *wanted)
{
    static const uint64_t ours[] = {ENGINE_MAJOR, ENGINE_MINOR, ENGINE_PATCH};

    if (wanted->part[0] != ours[0])
        return false;
    if (wanted->part[1] != ours[1])
        return wanted->part[1] < ours[1];
    return wanted->part[2] <= ours[2];
}

void engine_requirement_read(struct ruleset *set, struct rule_item *item)
{
    static const char *const known[] = {"required_engine_version", NULL};
    struct version wanted = {{0, 0, 0}};

    item_check_keys(set, item, item->node, known);
    if (!item_scalar(set, item, item->key, known[0]))
        return;
    if (!view_to_u64(item->key->text, &wanted.part[1]) && !parse_semver(item->key->text, &wanted)) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                                 "\"%.*s\" is no version of an engine", VIEW_ARG(item->key->text)),
                     "write a number, or major.minor.patch");
    } else if (!is_satisfied(&wanted)) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                                 "the file asks for engine %lu.%lu.%lu, and this is %d.%d.%d",
                                 wanted.part[0], wanted.part[1], wanted.part[2], ENGINE_MAJOR,
                                 ENGINE_MINOR, ENGINE_PATCH),
                     "use a newer Plimsoll, or an older version of the file");
    }
}

/* Plugins of Falco's whose sources or fields are built in. */
static bool is_built_in(struct view name)
{
    static const struct view names[] = {
        VIEW("container"),    VIEW("json"),         VIEW("k8saudit"),
        VIEW("k8saudit-aks"), VIEW("k8saudit-eks"), VIEW("k8saudit-gke"),
        VIEW("k8saudit-ovh"), VIEW("cloudtrail"),   VIEW("gcpaudit"),
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (view_eq(name, names[i]))
            return true;
    return false;
}

static bool read_plugin(struct ruleset *set, const struct rule_item *item,
                        const struct document_node *node, const char *const *known,
                        struct rule_plugin *ret)
{
    const struct document_node *name = document_get(node, VIEW("name"));
    const struct document_node *version = document_get(node, VIEW("version"));
    struct version parsed;

    if (!item_mapping(set, item, node, tr("a plugin")))
        return false;
    item_check_keys(set, item, node, known);
    if (!name || !version) {
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "a plugin needs a name and a version");
        return false;
    }
    if (!item_scalar(set, item, name, "name") || !item_scalar(set, item, version, "version"))
        return false;
    if (!parse_semver(version->text, &parsed)) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, version,
                                 "\"%.*s\" is no version of a plugin", VIEW_ARG(version->text)),
                     "write major.minor.patch");
        return false;
    }
    *ret = (struct rule_plugin){name->text, version->text, NULL, 0, is_built_in(name->text)};
    return true;
}

static bool is_named(const struct rule_plugin *list, size_t count, struct view name)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(list[i].name, name))
            return true;
    return false;
}

static bool read_alternatives(struct ruleset *set, const struct rule_item *item,
                              const struct document_node *node, struct rule_plugin *plugin)
{
    static const char *const known[] = {"name", "version", NULL};
    struct rule_plugin *list = NULL;
    size_t count = 0;

    if (!item_sequence(set, item, node, "alternatives"))
        return false;
    for (size_t i = 0; i < node->sequence.count; i++) {
        struct rule_plugin alternative, *added;

        if (!read_plugin(set, item, node->sequence.items[i], known, &alternative))
            return false;
        if (view_eq(alternative.name, plugin->name) || is_named(list, count, alternative.name)) {
            problem_add(set, RULE_PROBLEM_ERROR, item, node->sequence.items[i],
                        "the plugin %.*s is asked for twice", VIEW_ARG(alternative.name));
            return false;
        }
        added = arena_push(set->arena, &list, &count, sizeof(*list));
        if (!added)
            return false;
        *added = alternative;
        plugin->known |= alternative.known;
    }
    plugin->alternatives = list;
    plugin->alternative_count = count;
    return true;
}

void plugin_requirement_read(struct ruleset *set, struct rule_item *item)
{
    static const char *const item_keys[] = {"required_plugin_versions", NULL};
    static const char *const known[] = {"name", "version", "alternatives", NULL};

    item_check_keys(set, item, item->node, item_keys);
    if (!item_sequence(set, item, item->key, item_keys[0]))
        return;
    for (size_t i = 0; i < item->key->sequence.count; i++) {
        const struct document_node *node = item->key->sequence.items[i];
        const struct document_node *alternatives = document_get(node, VIEW("alternatives"));
        struct rule_plugin plugin, *added;

        if (!read_plugin(set, item, node, known, &plugin) ||
            (alternatives && !read_alternatives(set, item, alternatives, &plugin)))
            continue;
        if (!plugin.known)
            problem_hint(set,
                         problem_add(set, RULE_PROBLEM_WARNING, item, node,
                                     "the plugin %.*s is not built in", VIEW_ARG(plugin.name)),
                         "rules of its source are left out");
        added = arena_push(set->arena, &set->plugins, &set->plugin_count, sizeof(*added));
        if (added)
            *added = plugin;
    }
}

const struct rule_plugin *ruleset_plugins(const struct ruleset *set, size_t *ret_count)
{
    *ret_count = set->plugin_count;
    return set->plugins;
}
