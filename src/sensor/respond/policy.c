#include "sensor/respond/policy.h"

#include <fnmatch.h>
#include <stddef.h>

#include "base/fd.h"
#include "base/nearest-name.h"
#include "base/text.h"
#include "codec/document.h"

enum { ARENA_LIMIT = 32 << 20 };

struct patterns {
    const char **list;
    size_t count;
};

/* Each list is a condition when it is there: one of its patterns must fit. */
struct entry {
    struct patterns rules, tags, containers, images, namespaces;
    bool has_priority;
    enum rule_priority priority; /* at least */
    const struct action *actions[POLICY_ACTIONS_LIMIT];
    size_t action_count;
};

struct policy {
    struct arena *arena;
    bool dry_run;
    struct entry *entries;
    size_t entry_count;
    struct patterns never_containers, never_images, never_namespaces, never_processes;
};

/* ---- Reading ---- */

struct reader {
    struct policy *policy;
    const char *name;
    struct error *err;
};

static int fail_at(const struct reader *reader, const struct document_node *node, const char *what)
{
    return error_set(reader->err, ERROR_INPUT, "%s:%u: %s", reader->name, node->start.line, what);
}

/* Where a key's value goes. */
struct key {
    const char *name;
    int (*read)(const struct reader *reader, const struct document_node *value, void *to);
    size_t offset;
};

static int unknown_key(const struct reader *reader, const struct document_node *key,
                       const struct key *keys, size_t count)
{
    struct nearest_name nearest = nearest_name_for(key->text);

    for (size_t i = 0; i < count; i++)
        nearest_name_offer(&nearest, view_of(keys[i].name));
    error_set(reader->err, ERROR_INPUT, "%s:%u: unknown key \"%.*s\"", reader->name,
              key->start.line, VIEW_ARG(key->text));
    if (nearest.best.len)
        error_hint(reader->err, "did you mean \"%.*s\"?", VIEW_ARG(nearest.best));
    return ERROR_INPUT;
}

static int read_keys(const struct reader *reader, const struct document_node *mapping,
                     const struct key *keys, size_t count, void *to)
{
    if (mapping->kind != DOCUMENT_MAPPING)
        return fail_at(reader, mapping, tr("this must be keys with their values"));
    for (size_t i = 0; i < mapping->mapping.count; i++) {
        const struct document_pair *pair = &mapping->mapping.pairs[i];
        const struct key *key = NULL;
        int r;

        if (pair->replaced)
            return fail_at(reader, pair->key, tr("this key is here twice"));
        for (size_t k = 0; k < count; k++)
            if (view_eq(pair->key->text, view_of(keys[k].name)))
                key = &keys[k];
        if (!key)
            return unknown_key(reader, pair->key, keys, count);
        r = key->read(reader, pair->value, (char *)to + key->offset);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_patterns(const struct reader *reader, const struct document_node *value, void *to)
{
    struct patterns *patterns = to;
    size_t count = document_count(value);

    if (value->kind != DOCUMENT_SEQUENCE || count == 0 || count > POLICY_PATTERNS_LIMIT)
        return fail_at(reader, value, tr("this must be a list of names, in [ ] or a line each"));
    patterns->list = arena_array(reader->policy->arena, count, sizeof(*patterns->list));
    if (!patterns->list)
        return error_memory(reader->err);
    for (size_t i = 0; i < count; i++) {
        const struct document_node *item = document_item(value, i);

        if (!document_text(item).len || memchr(item->text.ptr, '\0', item->text.len))
            return fail_at(reader, item, tr("this must be a name"));
        patterns->list[i] = arena_cstr(reader->policy->arena, item->text);
        if (!patterns->list[i])
            return error_memory(reader->err);
    }
    patterns->count = count;
    return 0;
}

static int read_bool(const struct reader *reader, const struct document_node *value, void *to)
{
    if (value->kind != DOCUMENT_BOOL)
        return fail_at(reader, value, tr("this must be true or false"));
    *(bool *)to = value->boolean;
    return 0;
}

static int read_version(const struct reader *reader, const struct document_node *value, void *to)
{
    (void)to;
    if (value->kind != DOCUMENT_INTEGER || value->integer != 1)
        return fail_at(reader, value, tr("this program reads version 1"));
    return 0;
}

static int read_priority(const struct reader *reader, const struct document_node *value, void *to)
{
    struct entry *entry = to;

    if (!rule_priority_parse(document_text(value), &entry->priority))
        return fail_at(reader, value, tr("there is no such priority"));
    entry->has_priority = true;
    return 0;
}

static int read_actions(const struct reader *reader, const struct document_node *value, void *to)
{
    struct entry *entry = to;
    size_t count = document_count(value);

    if (value->kind != DOCUMENT_SEQUENCE || count == 0 || count > POLICY_ACTIONS_LIMIT)
        return fail_at(reader, value, tr("this must be a list of actions"));
    for (size_t i = 0; i < count; i++) {
        entry->actions[i] = action_find(document_text(document_item(value, i)));
        if (!entry->actions[i]) {
            fail_at(reader, document_item(value, i), tr("there is no such action"));
            error_hint(reader->err,
                       "there are: kill, kill-tree, pause, stop, isolate, deny-exec, image-only");
            return ERROR_INPUT;
        }
    }
    entry->action_count = count;
    return 0;
}

#define ENTRY(field) offsetof(struct entry, field)

static const struct key entry_keys[] = {
    {"rules", read_patterns, ENTRY(rules)},
    {"tags", read_patterns, ENTRY(tags)},
    {"priority", read_priority, 0},
    {"containers", read_patterns, ENTRY(containers)},
    {"images", read_patterns, ENTRY(images)},
    {"namespaces", read_patterns, ENTRY(namespaces)},
    {"do", read_actions, 0},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int read_entry(const struct reader *reader, const struct document_node *node,
                      struct entry *entry)
{
    int r = read_keys(reader, node, entry_keys, COUNT(entry_keys), entry);

    if (r < 0)
        return r;
    if (!entry->action_count)
        return fail_at(reader, node, tr("\"do\" is missing: what shall be done"));
    if (!entry->rules.count && !entry->tags.count && !entry->has_priority)
        return fail_at(
            reader, node,
            tr("\"rules\", \"tags\" or \"priority\" is missing: which alerts are meant"));
    return 0;
}

static int read_entries(const struct reader *reader, const struct document_node *value, void *to)
{
    struct policy *policy = to;
    size_t count = document_count(value);
    int r = 0;

    if (value->kind != DOCUMENT_SEQUENCE || count > POLICY_ENTRIES_LIMIT)
        return fail_at(reader, value, tr("this must be a list"));
    policy->entries = arena_array(policy->arena, count ? count : 1, sizeof(*policy->entries));
    if (!policy->entries)
        return error_memory(reader->err);
    policy->entry_count = count;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = read_entry(reader, document_item(value, i), &policy->entries[i]);
    return r;
}

#define POLICY(field) offsetof(struct policy, field)

static const struct key never_keys[] = {
    {"containers", read_patterns, POLICY(never_containers)},
    {"images", read_patterns, POLICY(never_images)},
    {"namespaces", read_patterns, POLICY(never_namespaces)},
    {"processes", read_patterns, POLICY(never_processes)},
};

static int read_never(const struct reader *reader, const struct document_node *value, void *to)
{
    return read_keys(reader, value, never_keys, COUNT(never_keys), to);
}

static const struct key policy_keys[] = {
    {"version", read_version, 0},
    {"dry_run", read_bool, POLICY(dry_run)},
    {"actions", read_entries, 0},
    {"never", read_never, 0},
};

static int parse(struct policy *policy, struct view text, const char *name, struct error *err)
{
    struct reader reader = {policy, name, err};
    struct document_set set;
    int r = document_parse(text, DOCUMENT_YAML, policy->arena, &set, err);

    if (r < 0)
        return error_wrap(err, "%s", name);
    for (size_t i = 0; i < set.count; i++)
        if (set.list[i].error)
            return error_set(err, ERROR_INPUT, "%s: %s", name, set.list[i].error->message);
    if (set.count != 1 || !set.list[0].root)
        return error_set(err, ERROR_INPUT, "%s: a response policy is one document", name);
    return read_keys(&reader, set.list[0].root, policy_keys, COUNT(policy_keys), policy);
}

int policy_parse(struct view text, const char *name, struct policy **ret, struct error *err)
{
    _cleanup_(policy_free_p) struct policy *policy = calloc(1, sizeof(*policy));
    int r;

    if (!policy)
        return error_memory(err);
    policy->arena = arena_new(ARENA_LIMIT);
    r = policy->arena ? parse(policy, text, name, err) : error_memory(err);
    if (r < 0)
        return r;
    *ret = take_ptr(&policy);
    return 0;
}

int policy_read(const char *path, struct policy **ret, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(POLICY_FILE_LIMIT);
    int r = fd_read_file(path, &text, err);

    return r < 0 ? error_wrap(err, "response policy")
                 : policy_parse(buf_view(&text), path, ret, err);
}

void policy_free(struct policy *policy)
{
    if (!policy)
        return;
    arena_free(policy->arena);
    free(policy);
}

/* ---- Asking ---- */

const char *policy_pattern_at(const struct policy *policy, size_t number)
{
    for (size_t i = 0; i < policy->entry_count; i++) {
        const struct patterns *lists[] = {&policy->entries[i].rules, &policy->entries[i].tags};

        for (size_t j = 0; j < sizeof(lists) / sizeof(lists[0]); j++) {
            if (number < lists[j]->count)
                return lists[j]->list[number];
            number -= lists[j]->count;
        }
    }
    return NULL;
}

bool policy_is_dry_run(const struct policy *policy)
{
    return policy->dry_run;
}

static bool fits(const struct patterns *patterns, struct view text)
{
    char name[CONTAINER_TEXT_LIMIT + 1];

    if (!text.len || text.len >= sizeof(name))
        return false;
    memcpy(name, text.ptr, text.len);
    name[text.len] = '\0';
    for (size_t i = 0; i < patterns->count; i++)
        if (fnmatch(patterns->list[i], name, 0) == 0)
            return true;
    return false;
}

static bool holds(const struct patterns *patterns, struct view text)
{
    return patterns->count == 0 || fits(patterns, text);
}

static bool holds_tag(const struct patterns *patterns, const struct alert *alert)
{
    for (size_t i = 0; i < alert->tag_count; i++)
        if (fits(patterns, alert->tags[i]))
            return true;
    return patterns->count == 0;
}

static bool is_for(const struct entry *entry, const struct alert *alert,
                   const struct response_target *target)
{
    return (holds(&entry->rules, alert->rule) || fits(&entry->rules, alert->rule_id)) &&
           holds_tag(&entry->tags, alert) &&
           (!entry->has_priority || alert->priority <= entry->priority) &&
           (holds(&entry->containers, target->container_name) ||
            fits(&entry->containers, target->container_id)) &&
           holds(&entry->images, target->image) && holds(&entry->namespaces, target->pod_namespace);
}

static bool has_action(const struct entry *entry, const struct action *action)
{
    for (size_t i = 0; i < entry->action_count; i++)
        if (entry->actions[i] == action)
            return true;
    return false;
}

static bool asks_for(const struct policy *policy, const struct action *action,
                     const struct alert *alert, const struct response_target *target)
{
    for (size_t i = 0; i < policy->entry_count; i++)
        if (has_action(&policy->entries[i], action) && is_for(&policy->entries[i], alert, target))
            return true;
    return false;
}

/* An action on containers is not for alerts about the host. */
static bool is_possible(const struct action *action, const struct response_target *target)
{
    return (!action->needs_process || target->pid) &&
           (!action->needs_container || target->container_id.len);
}

size_t policy_actions(const struct policy *policy, const struct alert *alert,
                      const struct response_target *target,
                      const struct action *ret[static POLICY_ACTIONS_LIMIT])
{
    const struct action *action;
    size_t count = 0;

    for (size_t i = 0; (action = action_at(i)) && count < POLICY_ACTIONS_LIMIT; i++)
        if (is_possible(action, target) && asks_for(policy, action, alert, target))
            ret[count++] = action;
    return count;
}

const char *policy_never(const struct policy *policy, const struct response_target *target,
                         struct view process)
{
    bool is_container = target->container_id.len > 0;
    bool is_known = target->container_name.len || target->image.len;

    if (fits(&policy->never_processes, process))
        return TR_KEY("the process is on the policy's list of those that are never touched");
    if (!is_container)
        return NULL;
    if (fits(&policy->never_containers, target->container_name) ||
        fits(&policy->never_containers, target->container_id) ||
        fits(&policy->never_images, target->image) ||
        fits(&policy->never_namespaces, target->pod_namespace))
        return TR_KEY("the container is on the policy's list of those that are never touched");
    if (!is_known && (policy->never_containers.count || policy->never_images.count ||
                      policy->never_namespaces.count))
        return TR_KEY("what container it is is not known, and some are never to be touched");
    return NULL;
}
