#include "config/image/image-subject.h"

#include "base/clock.h"
#include "config/image/history.h"
#include "config/kubernetes/image-name.h"
#include "config/kubernetes/secret-value.h"

enum {
    SECONDS_OF_A_DAY = 86400,
    /* Reproducible builds set the time to 1970, or to what they were made of. */
    OLDEST_CREATION = 946684800, /* 2000-01-01 */
};

/* Room for `count` elements that are filled in one by one. */
#define NEW_LIST(arena, list, count)                                                               \
    ((list) = arena_array(arena, (count) ? (count) : 1, sizeof(*(list))))

static struct image_texts texts_of(const struct document_node *node, struct arena *arena)
{
    struct image_texts texts = {0};
    struct view *list;

    if (node && node->kind == DOCUMENT_STRING && node->text.len) { /* an old shell form */
        NEW_LIST(arena, list, 1);
        if (list)
            list[texts.count++] = node->text;
        texts.list = list;
        return texts;
    }
    if (!node || node->kind != DOCUMENT_SEQUENCE || !NEW_LIST(arena, list, document_count(node)))
        return texts;
    for (size_t i = 0; i < document_count(node); i++)
        list[texts.count++] = document_text(document_item(node, i));
    texts.list = list;
    return texts;
}

/* Keys of a mapping, as {"80/tcp": {}}; lists are taken, too. */
static struct image_texts keys_of(const struct document_node *node, struct arena *arena)
{
    struct image_texts texts = {0};
    struct view *list;

    if (!node || node->kind != DOCUMENT_MAPPING)
        return texts_of(node, arena);
    if (!NEW_LIST(arena, list, node->mapping.count))
        return texts;
    for (size_t i = 0; i < node->mapping.count; i++)
        if (!node->mapping.pairs[i].replaced)
            list[texts.count++] = document_text(node->mapping.pairs[i].key);
    texts.list = list;
    return texts;
}

/* ---- Parts of the config ---- */

static void take_env(struct image_subject *subject, struct arena *arena)
{
    const struct document_node *node = document_get(subject->config, VIEW("Env"));
    size_t count = node && node->kind == DOCUMENT_SEQUENCE ? document_count(node) : 0;
    struct image_subject_env *list;

    if (!NEW_LIST(arena, list, count))
        return;
    for (size_t i = 0; i < count; i++) {
        struct view value = document_text(document_item(node, i));
        struct view name = view_cut(&value, '=');

        list[i] = (struct image_subject_env){name, value, secret_named(name, value)};
    }
    subject->env = list;
    subject->env_count = count;
}

/* "8000-8010/udp" stands for its first port; the rest of a range is the same
 * decision. */
static void take_ports(struct image_subject *subject, struct arena *arena)
{
    struct image_subject_port *list;

    subject->whole.ports = keys_of(document_get(subject->config, VIEW("ExposedPorts")), arena);
    if (!NEW_LIST(arena, list, subject->whole.ports.count))
        return;
    for (size_t i = 0; i < subject->whole.ports.count; i++) {
        struct view protocol = subject->whole.ports.list[i];
        struct view range = view_cut(&protocol, '/'), first = view_cut(&range, '-');

        if (view_to_u64(first, &list[subject->port_count].number))
            list[subject->port_count++].protocol = protocol.len ? protocol : VIEW("tcp");
    }
    subject->ports = list;
}

static void take_volumes(struct image_subject *subject, struct arena *arena)
{
    struct image_subject_volume *list;

    subject->whole.volumes = keys_of(document_get(subject->config, VIEW("Volumes")), arena);
    if (!NEW_LIST(arena, list, subject->whole.volumes.count))
        return;
    for (size_t i = 0; i < subject->whole.volumes.count; i++)
        list[i].path = subject->whole.volumes.list[i];
    subject->volumes = list;
    subject->volume_count = subject->whole.volumes.count;
}

static void take_history(struct image_subject *subject, struct arena *arena)
{
    const struct document_node *node = document_get(subject->root, VIEW("history"));
    size_t count = node && node->kind == DOCUMENT_SEQUENCE ? document_count(node) : 0;
    struct image_subject_history *list;

    if (!NEW_LIST(arena, list, count))
        return;
    for (size_t i = 0; i < count; i++) {
        const struct document_node *line = document_item(node, i);
        const struct document_node *empty = document_get(line, VIEW("empty_layer"));

        list[i].index = i + 1;
        list[i].empty = empty && empty->kind == DOCUMENT_BOOL && empty->boolean;
        history_parse(document_get_text(line, VIEW("created_by")), arena, &list[i]);
    }
    subject->history = list;
    subject->history_count = count;
}

/* {"Test": ["NONE"]} switches off what a base image set. */
static struct view healthcheck_of(const struct document_node *config)
{
    const struct document_node *test =
        document_get(document_get(config, VIEW("Healthcheck")), VIEW("Test"));

    if (document_is_absent(test) || document_count(test) == 0)
        return VIEW("none");
    return view_eq(document_text(document_item(test, 0)), VIEW("NONE")) ? VIEW("disabled")
                                                                        : VIEW("set");
}

static void take_age(struct image_subject_whole *whole, int64_t now)
{
    int64_t created;

    if (now <= 0 || !clock_parse_rfc3339(whole->created, &created) || created < OLDEST_CREATION)
        return;
    whole->age_known = true;
    whole->age_days = now > created ? (uint64_t)((now - created) / SECONDS_OF_A_DAY) : 0;
}

static void take_name(struct image_subject_whole *whole, struct view name, struct arena *arena)
{
    struct image_name parsed;

    whole->name = name;
    if (!name.len || !image_name_parse(name, arena, &parsed))
        return;
    whole->tag = parsed.tag;
    whole->digest = parsed.digest.len > 0;
}

int image_subject_take_config(struct image_subject *subject, const struct document_node *root,
                              struct view name, int64_t now, struct arena *arena, struct error *err)
{
    struct image_subject_whole *whole = &subject->whole;
    const struct document_node *config;
    struct view user;

    subject->root = root;
    config = subject->config = document_get(root, VIEW("config"));
    whole->architecture = document_get_text(root, VIEW("architecture"));
    whole->created = document_get_text(root, VIEW("created"));
    user = document_get_text(config, VIEW("User"));
    whole->user = view_cut(&user, ':');
    whole->entrypoint = texts_of(document_get(config, VIEW("Entrypoint")), arena);
    whole->command = texts_of(document_get(config, VIEW("Cmd")), arena);
    whole->healthcheck = healthcheck_of(config);
    whole->stop_signal = document_get_text(config, VIEW("StopSignal"));
    take_name(whole, name, arena);
    take_age(whole, now);
    take_env(subject, arena);
    take_ports(subject, arena);
    take_volumes(subject, arena);
    take_history(subject, arena);
    return arena_failed(arena, "the image's settings", err);
}

/* ---- What follows from the parts ---- */

static struct image_subject_tag *tag_named(struct image_subject *subject,
                                           struct image_subject_tag **tags, struct view name,
                                           struct arena *arena)
{
    struct image_subject_tag *tag;

    for (size_t i = 0; i < subject->tag_count; i++)
        if (view_eq((*tags)[i].name, name))
            return &(*tags)[i];
    tag = arena_push(arena, tags, &subject->tag_count, sizeof(*tag));
    if (tag)
        tag->name = name;
    return tag;
}

/* Only for descriptions: a scan has counted already, what rules are not told
 * of one by one, too. */
static void count_tags(struct image_subject *subject, struct arena *arena)
{
    struct image_subject_tag *tags = NULL;

    for (size_t i = 0; i < subject->file_count; i++)
        for (size_t k = 0; k < subject->files[i].tags.count; k++) {
            struct image_subject_tag *tag =
                tag_named(subject, &tags, subject->files[i].tags.list[k], arena);

            if (!tag)
                return;
            tag->count++;
            tag->bytes += subject->files[i].size;
        }
    subject->tags = tags;
}

static void list_tags(struct image_subject *subject, struct arena *arena)
{
    struct view *list;

    if (!NEW_LIST(arena, list, subject->tag_count))
        return;
    for (size_t i = 0; i < subject->tag_count; i++)
        list[i] = subject->tags[i].name;
    subject->whole.tags = (struct image_texts){list, subject->tag_count};
}

static void list_packages(struct image_subject *subject, struct arena *arena)
{
    struct view *list;

    if (!NEW_LIST(arena, list, subject->package_count))
        return;
    for (size_t i = 0; i < subject->package_count; i++)
        list[i] = subject->packages[i].name;
    subject->whole.packages = (struct image_texts){list, subject->package_count};
    subject->whole.package_count = subject->package_count;
}

/* No user is root; "0" and "root" are; so is a name with uid 0. */
static bool runs_as_root(const struct image_subject *subject)
{
    struct view user = subject->whole.user;
    uint64_t uid;

    if (user.len == 0 || view_eq(user, VIEW("root")))
        return true;
    if (view_to_u64(user, &uid))
        return uid == 0;
    for (size_t i = 0; i < subject->account_count; i++)
        if (subject->accounts[i].known && view_eq(subject->accounts[i].name, user))
            return subject->accounts[i].uid == 0;
    return false;
}

int image_subject_settle(struct image_subject *subject, struct arena *arena, struct error *err)
{
    if (!subject->tags)
        count_tags(subject, arena);
    list_tags(subject, arena);
    list_packages(subject, arena);
    if (!subject->whole.layer_count)
        subject->whole.layer_count = subject->layer_count;
    if (!subject->whole.hidden)
        for (size_t i = 0; i < subject->layer_count; i++)
            subject->whole.hidden += subject->layers[i].hidden;
    subject->whole.root = runs_as_root(subject);
    return arena_failed(arena, "the image's parts", err);
}
