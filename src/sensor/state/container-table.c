#include "sensor/state/container-table.h"

#include <sys/random.h>
#include <xxhash.h>

#include "sensor/abi/record.h"
#include "sensor/state/cgroup-path.h"
#include "sensor/state/number-map.h"

enum {
    SHORT_ID = 12,
    METADATA_LIMIT = 1 << 20, /* bytes of one container's metadata in memory */
    EVICTION_TRIES = 64,
};

/* A container with what only its table needs. */
struct entry {
    struct container container; /* first */
    struct container_table *table;
    size_t index; /* in the table's list */
    struct cgroup *cgroups;
    struct arena *arena; /* of the metadata */
    char texts[];        /* id, cgroup, pod's uid */
};

struct cgroup {
    uint64_t id;
    uint64_t path_hash;
    struct entry *container; /* NULL: the host; else no reference, but in its list */
    struct cgroup *next, *previous;
};

struct container_table {
    struct number_map cgroups; /* by id */
    struct number_map by_id;   /* by the hash of the container's id */
    struct entry **list;
    size_t count, capacity;
    container_found *found;
    void *context;
    uint64_t seed;
    size_t container_hand, cgroup_hand; /* where eviction goes on */
    uint64_t refused, evicted;
};

int container_table_new(struct container_table **ret, struct error *err)
{
    struct container_table *table = calloc(1, sizeof(*table));

    if (!table)
        return error_memory(err);
    /* Without entropy the table still works; the seed stays at its address. */
    if (getrandom(&table->seed, sizeof(table->seed), GRND_NONBLOCK) < 0)
        table->seed = (uint64_t)(uintptr_t)table;
    *ret = table;
    return 0;
}

void container_table_on_found(struct container_table *table, container_found *found, void *context)
{
    table->found = found;
    table->context = context;
}

/* ---- Containers ---- */

static uint64_t hash_of(const struct container_table *table, struct view text)
{
    return XXH3_64bits_withSeed(text.ptr ? text.ptr : "", text.len, table->seed);
}

static struct entry *entry_of(struct container *container)
{
    return (struct entry *)container;
}

static void free_entry(struct entry *entry)
{
    struct container_table *table = entry->table;

    number_map_remove(&table->by_id, hash_of(table, entry->container.id));
    table->list[entry->index] = table->list[--table->count];
    table->list[entry->index]->index = entry->index;
    arena_free(entry->arena);
    free(entry);
}

struct container *container_ref(struct container *container)
{
    if (container)
        container->references++;
    return container;
}

void container_unref(struct container *container)
{
    if (container && --container->references == 0)
        free_entry(entry_of(container));
}

static struct entry *find(const struct container_table *table, struct view id)
{
    struct entry *entry = number_map_get(&table->by_id, hash_of(table, id));

    return entry && view_eq(entry->container.id, id) ? entry : NULL;
}

struct container *container_table_find(const struct container_table *table, struct view id)
{
    struct entry *entry = find(table, id);

    return entry ? &entry->container : NULL;
}

static struct view put(char **at, struct view text)
{
    struct view copy = view_from(*at, text.len);

    if (text.len)
        memcpy(*at, text.ptr, text.len);
    *at += text.len;
    return copy;
}

static struct entry *make(struct container_table *table, const struct cgroup_owner *owner,
                          struct view path, uint64_t time)
{
    struct entry *entry = calloc(1, sizeof(*entry) + owner->id.len + owner->pod_uid.len + path.len);
    char *at;

    if (!entry)
        return NULL;
    at = entry->texts;
    entry->table = table;
    entry->container.runtime = owner->runtime;
    entry->container.id = put(&at, owner->id);
    entry->container.short_id = view_sub(entry->container.id, 0, SHORT_ID);
    entry->container.cgroup = put(&at, path);
    entry->container.pod_uid = put(&at, owner->pod_uid);
    entry->container.first_seen = time;
    return entry;
}

/* Room in the list for one more; false without memory. */
static bool reserve(struct container_table *table)
{
    size_t capacity = table->capacity ? table->capacity * 2 : 16;
    struct entry **list;

    if (table->count < table->capacity)
        return true;
    list = reallocarray(table->list, capacity, sizeof(struct entry *));
    if (!list)
        return false;
    table->list = list;
    table->capacity = capacity;
    return true;
}

static void lose_cgroup(struct cgroup *cgroup)
{
    struct entry *entry = cgroup->container;

    if (!entry)
        return;
    *(cgroup->previous ? &cgroup->previous->next : &entry->cgroups) = cgroup->next;
    if (cgroup->next)
        cgroup->next->previous = cgroup->previous;
    if (!entry->cgroups)
        container_unref(&entry->container);
}

static void remove_cgroup(struct container_table *table, struct cgroup *cgroup)
{
    number_map_remove(&table->cgroups, cgroup->id);
    lose_cgroup(cgroup);
    free(cgroup);
}

/* Frees a container that no process is in and nothing refers to. */
static bool evict_container(struct container_table *table)
{
    for (unsigned i = 0; i < EVICTION_TRIES; i++) {
        struct entry *entry = table->list[table->container_hand++ % table->count];

        if (entry->container.references != 1 || !entry->cgroups)
            continue;
        container_ref(&entry->container);
        while (entry->cgroups)
            remove_cgroup(table, entry->cgroups);
        container_unref(&entry->container);
        table->evicted++;
        return true;
    }
    return false;
}

static struct entry *add(struct container_table *table, const struct cgroup_owner *owner,
                         struct view path, uint64_t time)
{
    struct entry *entry;

    if (number_map_get(&table->by_id, hash_of(table, owner->id)))
        return NULL; /* another id with the same hash, one in 2^64 */
    if (table->count >= CONTAINER_TABLE_LIMIT && !evict_container(table))
        return NULL;
    entry = reserve(table) ? make(table, owner, path, time) : NULL;
    if (entry && !number_map_put(&table->by_id, hash_of(table, owner->id), entry)) {
        free(entry);
        return NULL;
    }
    if (entry) {
        entry->index = table->count;
        table->list[table->count++] = entry;
    }
    return entry;
}

/* The container of that owner has one more cgroup now; the first of them keeps it. */
static void gain_cgroup(struct container_table *table, const struct cgroup_owner *owner,
                        struct view path, uint64_t time, struct cgroup *cgroup)
{
    struct entry *entry = find(table, owner->id);
    bool is_first;

    if (!entry)
        entry = add(table, owner, path, time);
    if (!entry) {
        table->refused++;
        return;
    }
    is_first = !entry->cgroups;
    cgroup->container = entry;
    cgroup->next = entry->cgroups;
    if (entry->cgroups)
        entry->cgroups->previous = cgroup;
    entry->cgroups = cgroup;
    if (!is_first)
        return;
    container_ref(&entry->container);
    entry->container.knowledge = CONTAINER_PENDING;
    if (table->found)
        table->found(&entry->container, table->context);
}

/* ---- Cgroups ---- */

/* Frees one of the host, or of a container without processes; else any. */
static void evict_cgroup(struct container_table *table)
{
    struct cgroup *cgroup = NULL;

    for (unsigned i = 0; i < EVICTION_TRIES || !cgroup; i++) {
        cgroup = number_map_next(&table->cgroups, &table->cgroup_hand);
        if (!cgroup)
            table->cgroup_hand = 0;
        else if (!cgroup->container || cgroup->container->container.process_count == 0)
            break;
    }
    remove_cgroup(table, cgroup);
    table->evicted++;
}

void container_table_cgroup(struct container_table *table, uint64_t id, struct view path,
                            uint64_t time)
{
    struct cgroup *cgroup = number_map_get(&table->cgroups, id);
    uint64_t path_hash = hash_of(table, path);
    struct cgroup_owner owner;

    if (cgroup && cgroup->path_hash == path_hash)
        return;
    if (cgroup)
        remove_cgroup(table, cgroup); /* its removal was missed */
    if (table->cgroups.count >= CGROUP_TABLE_LIMIT)
        evict_cgroup(table);
    cgroup = malloc(sizeof(*cgroup));
    if (!cgroup || !number_map_put(&table->cgroups, id, cgroup)) {
        free(cgroup);
        table->refused++;
        return;
    }
    *cgroup = (struct cgroup){.id = id, .path_hash = path_hash};
    if (cgroup_path_owner(path, &owner))
        gain_cgroup(table, &owner, path, time, cgroup);
}

void container_table_cgroup_removed(struct container_table *table, uint64_t id)
{
    struct cgroup *cgroup = number_map_get(&table->cgroups, id);

    if (cgroup)
        remove_cgroup(table, cgroup);
}

struct container *container_table_of_cgroup(struct container_table *table, uint64_t id,
                                            bool *ret_known)
{
    struct cgroup *cgroup = number_map_get(&table->cgroups, id);

    *ret_known = cgroup != NULL;
    return cgroup && cgroup->container ? &cgroup->container->container : NULL;
}

void container_table_free(struct container_table *table)
{
    struct cgroup *cgroup;

    if (!table)
        return;
    for (size_t at = 0; (cgroup = number_map_next(&table->cgroups, &at));) {
        lose_cgroup(cgroup);
        free(cgroup);
    }
    number_map_done(&table->cgroups);
    number_map_done(&table->by_id);
    free(table->list);
    free(table);
}

/* ---- What the runtime says ---- */

int container_table_settle(struct container_table *table, struct view id,
                           enum container_runtime runtime, struct view json, struct error *err)
{
    _cleanup_arena_ struct arena *arena = NULL;
    const struct container_metadata *metadata;
    struct entry *entry = find(table, id);
    int r;

    if (!entry)
        return error_set(err, ERROR_NOT_FOUND, "container %.*s: it is not known (any more)",
                         VIEW_ARG(id));
    if (json.len == 0) {
        entry->container.knowledge = CONTAINER_UNKNOWN;
        return 0;
    }
    arena = arena_new(METADATA_LIMIT);
    if (!arena)
        return error_memory(err);
    r = container_metadata_read(json, arena, &metadata, err);
    if (r < 0)
        return r;
    arena_free(entry->arena);
    entry->arena = take_ptr(&arena);
    entry->container.metadata = metadata;
    entry->container.runtime = runtime;
    entry->container.knowledge = CONTAINER_KNOWN;
    return 0;
}

void container_record_write(const struct container *container, uint64_t time, struct buf *to)
{
    _cleanup_(buf_done) struct buf json = BUF_INIT(SENSOR_EVENT_LIMIT);
    struct sensor_event event = {
        .kind = SENSOR_CONTAINER, .time = time, .arguments = {container->runtime}};
    size_t begin = record_begin(to, &event);

    if (container->knowledge == CONTAINER_KNOWN)
        container_metadata_write(container, &json);
    record_add(to, SENSOR_NAME, 0, 0, container->id);
    record_add(to, SENSOR_CONTAINER_PARAMETER, 0, 0, buf_view(&json));
    record_end(to, begin);
}

int container_table_settle_record(struct container_table *table, const struct sensor_event *event,
                                  struct error *err)
{
    struct view id = VIEW_EMPTY, json = VIEW_EMPTY;

    if (event->kind != SENSOR_CONTAINER || event->arguments[0] >= CONTAINER_RUNTIME_COUNT)
        return error_set(err, ERROR_INPUT, "container: an event that tells of none");
    record_find(event, SENSOR_NAME, -1, &id);
    record_find(event, SENSOR_CONTAINER_PARAMETER, -1, &json);
    return container_table_settle(table, id, (enum container_runtime)event->arguments[0], json,
                                  err);
}

/* ---- All ---- */

size_t container_table_count(const struct container_table *table)
{
    return table->count;
}

struct container *container_table_at(const struct container_table *table, size_t i)
{
    return &table->list[i]->container;
}

struct container_table_counts container_table_counts(const struct container_table *table)
{
    return (struct container_table_counts){
        .containers = table->count,
        .cgroups = table->cgroups.count,
        .refused = table->refused,
        .evicted = table->evicted,
    };
}
