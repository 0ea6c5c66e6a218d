#include "sensor/state/process-table.h"

#include "sensor/abi/record.h"
#include "sensor/state/container-command.h"
#include "sensor/state/container-table.h"
#include "sensor/state/number-map.h"
#include "sensor/state/process-entry.h"

struct process_table {
    struct process_family family;
    struct number_map by_pid; /* the living */
    struct container_table *containers;
    uint32_t snapshot;
    bool in_snapshot;
    uint64_t snapshot_end; /* who appears before it ended while it was made: no gap */
    uint64_t sweep_after;  /* end of a snapshot whose missing ones are still there; 0: none */
    size_t hand;           /* where eviction goes on */
    const struct process_entry *busy; /* not to be evicted now */
    uint64_t made_up, evicted, missed_ends;
};

int process_table_new(struct container_table *containers, struct process_table **ret,
                      struct error *err)
{
    struct process_table *table = calloc(1, sizeof(*table));

    if (!table)
        return error_memory(err);
    table->containers = containers;
    *ret = table;
    return 0;
}

void process_table_free(struct process_table *table)
{
    struct process_entry *entry;

    if (!table)
        return;
    for (size_t at = 0; (entry = number_map_next(&table->by_pid, &at));)
        process_entry_end(entry, UINT64_MAX);
    number_map_done(&table->by_pid);
    free(table);
}

/* ---- Coming and going ---- */

static struct process_entry *find(const struct process_table *table, uint32_t pid)
{
    return number_map_get(&table->by_pid, pid);
}

struct process *process_table_find(const struct process_table *table, uint32_t pid)
{
    struct process_entry *entry = find(table, pid);

    return entry ? &entry->process : NULL;
}

static void end(struct process_table *table, struct process_entry *entry, uint64_t time)
{
    number_map_remove(&table->by_pid, entry->process.pid);
    process_entry_end(entry, time);
}

/* Any: which ones are wanted least is not known, and this many are no machine's
 * usual load. */
static void evict(struct process_table *table, uint64_t time)
{
    struct process_entry *entry;

    do {
        entry = number_map_next(&table->by_pid, &table->hand);
        if (!entry)
            table->hand = 0;
    } while (!entry || entry == table->busy);
    end(table, entry, time);
    table->evicted++;
}

static struct process_entry *add(struct process_table *table, uint32_t pid, uint64_t start,
                                 uint64_t time)
{
    struct process_entry *entry;

    if (table->by_pid.count >= PROCESS_TABLE_LIMIT)
        evict(table, time);
    entry = process_entry_new(&table->family, pid, start);
    if (entry && !number_map_put(&table->by_pid, pid, entry)) {
        process_unref(&entry->process);
        return NULL;
    }
    if (entry)
        entry->snapshot = table->snapshot;
    return entry;
}

static struct process_entry *make_up(struct process_table *table, uint32_t pid, uint64_t start,
                                     uint64_t time)
{
    struct process_entry *entry = add(table, pid, start, time);

    if (entry) {
        entry->process.made_up = true;
        table->made_up += time > table->snapshot_end;
    }
    return entry;
}

/* Who has the pid, when it is the process that began then; 0 matches any. Another
 * one has ended unseen. */
static struct process_entry *find_started(struct process_table *table, uint32_t pid, uint64_t start,
                                          uint64_t time)
{
    struct process_entry *entry = find(table, pid);

    if (!entry || !start || !entry->process.start || entry->process.start == start)
        return entry;
    end(table, entry, time);
    table->missed_ends++;
    return NULL;
}

/* ---- What it is ---- */

static const struct sensor_process *process_of(const struct sensor_event *event)
{
    struct view bytes;

    return record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes) ? (const void *)bytes.ptr
                                                                    : NULL;
}

/* Where a process comes that somebody in the container `mover` (NULL: the host) puts into a
 * cgroup of `target`. A container may have cgroups to write to; but it leads its processes
 * only into containers that it made within itself, not to the host nor to others. */
static struct container *container_entered(struct container *mover, struct container *target)
{
    struct view below;

    if (!mover || target == mover)
        return target;
    below = target ? view_strip_prefix(target->cgroup, mover->cgroup) : VIEW_EMPTY;
    return target && below.len < target->cgroup.len && view_starts(below, VIEW("/")) ? target
                                                                                     : mover;
}

/* `mover`: who is behind it, when it is another cgroup than before. */
static void look_up_container(struct process_table *table, struct process_entry *entry,
                              struct container *mover)
{
    bool known = false;
    struct container *container =
        container_table_of_cgroup(table->containers, entry->process.cgroup, &known);

    entry->cgroup_unknown = !known;
    if (known)
        process_entry_set_container(entry, container_entered(mover, container));
}

/* A path whose beginning is missing tells nothing; the cgroup itself was told when it was
 * made. Who is in the cgroup that he was put into stays where he was then. */
static void enter_cgroup(struct process_table *table, struct process_entry *entry, uint64_t cgroup,
                         struct container *mover, const struct sensor_event *event)
{
    const struct sensor_parameter *path = record_parameter(event, SENSOR_CGROUP, -1);
    bool is_settled = entry->process.cgroup == cgroup && !entry->cgroup_unknown;

    if (path && !(path->flags & SENSOR_PARAMETER_CUT))
        container_table_cgroup(table->containers, cgroup, record_bytes(path), event->time);
    entry->process.cgroup = cgroup;
    if (!is_settled || !entry->process.container)
        look_up_container(table, entry, mover);
}

static void set_ids(struct process *process, const struct sensor_process *told)
{
    if (!process->start)
        process->start = told->start;
    process->vpid = told->vpid;
    process->vpgid = told->vpgid;
    process->vsid = told->vsid;
    process->pgid = told->pgid;
    process->sid = told->sid;
    process->tty = told->tty;
    process->flags = told->flags;
    process->thread_count = told->thread_count;
    process->pid_namespace = told->pid_namespace;
    process->mount_namespace = told->mount_namespace;
    process->net_namespace = told->net_namespace;
    process->user_namespace = told->user_namespace;
    process->ipc_namespace = told->ipc_namespace;
    process->cgroup_namespace = told->cgroup_namespace;
    process->namespace_start = told->namespace_start;
}

static void set_credentials(struct process *process, const struct sensor_event *event)
{
    struct view bytes;

    if (record_find(event, SENSOR_CREDENTIALS, -1, &bytes))
        memcpy(&process->credentials, bytes.ptr, sizeof(process->credentials));
}

static void set_cwd(struct process_entry *entry, const struct sensor_event *event)
{
    struct view path;

    if (record_find(event, SENSOR_CWD, -1, &path) && !view_eq(path, entry->process.cwd))
        process_entry_set_cwd(entry, shared_text_new(path, &entry->family->bytes));
}

/* All that a record of a process tells but its program. */
static void renew(struct process_table *table, struct process_entry *entry,
                  const struct sensor_process *told, const struct sensor_event *event)
{
    if (told) {
        set_ids(&entry->process, told);
        memcpy(entry->process.comm, told->comm, sizeof(told->comm));
        enter_cgroup(table, entry, told->cgroup, entry->process.container, event);
    }
    set_credentials(&entry->process, event);
    set_cwd(entry, event);
}

/* Who is told as the parent, when it is known. In a snapshot it lives, since the kernel
 * names it, and may be told of later than the child, or, where something hides it, not
 * at all: then it is there already. */
static struct process_entry *told_parent(struct process_table *table,
                                         const struct sensor_process *told, uint64_t time)
{
    struct process_entry *parent = find(table, told->parent);

    if (parent && parent->process.start && told->parent_start &&
        parent->process.start != told->parent_start)
        return NULL;
    if (!parent && table->in_snapshot) {
        parent = add(table, told->parent, told->parent_start, time);
        if (parent)
            parent->process.made_up = true;
    }
    if (parent && table->in_snapshot)
        parent->snapshot = table->snapshot;
    return parent;
}

/* Finds the parent of a process that appeared without its fork. */
static void adopt(struct process_table *table, struct process_entry *entry,
                  const struct sensor_process *told, uint64_t time)
{
    struct process_entry *parent;

    if (!told || !told->parent || told->parent == entry->process.pid)
        return;
    parent = told_parent(table, told, time);
    if (parent && !entry->process.parent)
        process_entry_set_parent(entry, parent);
}

/* ---- Events ---- */

/* A change is of the event's process, as far as it is known. */
typedef void change(struct process_table *table, struct process_entry *entry,
                    const struct sensor_event *event);

static bool is_old(const struct process_entry *entry, const struct sensor_event *event)
{
    return event->time < entry->renewed;
}

static void on_syscall(struct process_table *table, struct process_entry *entry,
                       const struct sensor_event *event)
{
    const struct sensor_process *told = process_of(event);

    (void)table;
    if (is_old(entry, event) || !(event->flags & SENSOR_STATE))
        return;
    if (event->tid == event->pid)
        set_credentials(&entry->process, event);
    set_cwd(entry, event);
    if (told && told->pid == event->pid)
        set_ids(&entry->process, told);
}

static void on_exec(struct process_table *table, struct process_entry *entry,
                    const struct sensor_event *event)
{
    const struct sensor_process *told = process_of(event);

    if (is_old(entry, event))
        return;
    renew(table, entry, told, event);
    adopt(table, entry, told, event->time);
    process_entry_set_image(entry, program_image_new(event, &table->family.bytes));
    container_command_exec(table, &entry->process);
}

static void inherit(struct process_entry *child, struct process_entry *parent)
{
    struct process *to = &child->process;
    const struct process *from = &parent->process;

    memcpy(to->comm, from->comm, sizeof(to->comm));
    to->credentials = from->credentials;
    to->vpgid = from->vpgid;
    to->vsid = from->vsid;
    to->pgid = from->pgid;
    to->sid = from->sid;
    to->tty = from->tty;
    to->flags = from->flags;
    to->pid_namespace = from->pid_namespace;
    to->mount_namespace = from->mount_namespace;
    to->net_namespace = from->net_namespace;
    to->user_namespace = from->user_namespace;
    to->ipc_namespace = from->ipc_namespace;
    to->cgroup_namespace = from->cgroup_namespace;
    to->namespace_start = from->namespace_start;
    to->cgroup = from->cgroup;
    child->cgroup_unknown = parent->cgroup_unknown;
    process_entry_set_container(child, from->container);
    process_entry_set_image(child, program_image_ref(from->image));
    process_entry_set_cwd(child, shared_text_ref(parent->cwd));
}

static void on_fork(struct process_table *table, struct process_entry *entry,
                    const struct sensor_event *event)
{
    const struct sensor_process *told = process_of(event);
    uint32_t pid = told ? told->pid : event->other;
    uint64_t start = told && told->start ? told->start : event->time;
    struct process_entry *child;

    if (!pid || pid == event->pid)
        return;
    child = find_started(table, pid, start, event->time);
    if (!child)
        child = add(table, pid, start, event->time);
    if (!child)
        return;
    process_entry_set_parent(child, entry);
    child->process.made_up = false;
    if (is_old(child, event))
        return;
    inherit(child, entry);
    renew(table, child, told, event);
}

static void on_rename(struct process_table *table, struct process_entry *entry,
                      const struct sensor_event *event)
{
    struct view comm;

    (void)table;
    if (!is_old(entry, event) && record_find(event, SENSOR_COMM, -1, &comm))
        memcpy(entry->process.comm, comm.ptr, sizeof(entry->process.comm));
}

static void on_cgroup_make(struct process_table *table, struct process_entry *entry,
                           const struct sensor_event *event)
{
    struct container *container;
    struct view path;
    bool known;

    (void)entry;
    if (!record_find(event, SENSOR_CGROUP, -1, &path))
        return;
    container_table_cgroup(table->containers, event->arguments[0], path, event->time);
    container = container_table_of_cgroup(table->containers, event->arguments[0], &known);
    if (container && container->process_count == 0)
        container->seen_made = true;
}

static void on_cgroup_enter(struct process_table *table, struct process_entry *entry,
                            const struct sensor_event *event)
{
    struct process_entry *moved = find(table, event->other);
    struct container *mover = entry ? entry->process.container : NULL;

    if (!moved || is_old(moved, event))
        return;
    moved->process.cgroup = 0; /* or it would be where it is put */
    enter_cgroup(table, moved, event->arguments[0], mover, event);
}

static void on_process(struct process_table *table, struct process_entry *entry,
                       const struct sensor_event *event)
{
    const struct sensor_process *told = process_of(event);
    bool has_program = record_parameter(event, SENSOR_EXE, -1) != NULL;

    entry->snapshot = table->snapshot;
    entry->renewed = event->time;
    entry->process.made_up = false;
    renew(table, entry, told, event);
    adopt(table, entry, told, event->time);
    if (has_program && !(entry->process.image && program_image_is_of(entry->process.image, event)))
        process_entry_set_image(entry, program_image_new(event, &table->family.bytes));
    container_command_snapshot(table, &entry->process);
}

static change *const changes[SENSOR_KIND_COUNT] = {
    [SENSOR_SYSCALL] = on_syscall,
    [SENSOR_EXEC] = on_exec,
    [SENSOR_FORK] = on_fork,
    [SENSOR_RENAME] = on_rename,
    [SENSOR_CGROUP_MAKE] = on_cgroup_make,
    [SENSOR_CGROUP_ENTER] = on_cgroup_enter,
    [SENSOR_PROCESS] = on_process,
};

/* Whoever did it, if a process did. */
static bool is_about_cgroup(const struct sensor_event *event)
{
    return event->kind >= SENSOR_CGROUP_MAKE && event->kind <= SENSOR_CGROUP_ENTER;
}

/* The process that the event is of, known or, but for cgroups, made up. */
static struct process_entry *subject(struct process_table *table, const struct sensor_event *event)
{
    const struct sensor_process *told = NULL;
    uint32_t pid = event->pid;
    uint64_t start = 0;
    struct process_entry *entry;

    if (event->kind == SENSOR_EXEC || event->kind == SENSOR_PROCESS || event->kind == SENSOR_FORK)
        told = process_of(event);
    if (told && event->kind == SENSOR_FORK)
        start = told->parent == pid ? told->parent_start : 0;
    else if (told) {
        pid = told->pid;
        start = told->start;
    }
    entry = find_started(table, pid, start, event->time);
    if (!entry && is_about_cgroup(event))
        return NULL;
    if (!entry)
        entry = event->kind == SENSOR_PROCESS ? add(table, pid, start, event->time)
                                              : make_up(table, pid, start, event->time);
    return entry;
}

static void sweep(struct process_table *table)
{
    struct process_entry *entry;

    for (size_t at = 0; (entry = number_map_next(&table->by_pid, &at));)
        if (entry->snapshot != table->snapshot) {
            end(table, entry, table->sweep_after);
            table->missed_ends++;
            at--;
        }
    table->sweep_after = 0;
}

struct process *process_table_apply(struct process_table *table, const struct sensor_event *event)
{
    struct process_entry *entry;

    if (event->kind >= SENSOR_KIND_COUNT)
        return NULL;
    if (table->sweep_after && event->time > table->sweep_after)
        sweep(table);
    entry = subject(table, event);
    if (!entry && !is_about_cgroup(event))
        return NULL;
    table->busy = entry;
    if (changes[event->kind])
        changes[event->kind](table, entry, event);
    table->busy = NULL;
    if (entry && entry->cgroup_unknown)
        look_up_container(table, entry, entry->process.container);
    return entry ? &entry->process : NULL;
}

void process_table_finish(struct process_table *table, const struct sensor_event *event)
{
    struct process_entry *entry;

    if (event->kind == SENSOR_CGROUP_REMOVE)
        container_table_cgroup_removed(table->containers, event->arguments[0]);
    if (event->kind != SENSOR_EXIT)
        return;
    entry = find(table, event->pid);
    if (entry && event->time >= entry->process.start)
        end(table, entry, event->time);
}

/* ---- Snapshots ---- */

void process_table_begin_snapshot(struct process_table *table)
{
    table->sweep_after = 0; /* what the last one missed, this one misses too */
    table->snapshot++;
    table->in_snapshot = true;
}

void process_table_end_snapshot(struct process_table *table, uint64_t time)
{
    table->in_snapshot = false;
    table->sweep_after = time ? time : 1;
    table->snapshot_end = time;
}

struct process_table_counts process_table_counts(const struct process_table *table)
{
    return (struct process_table_counts){
        .processes = table->by_pid.count,
        .kept = table->family.kept,
        .made_up = table->made_up,
        .evicted = table->evicted,
        .missed_ends = table->missed_ends,
        .bytes = sizeof(*table) + table->family.bytes + number_map_bytes(&table->by_pid),
    };
}
