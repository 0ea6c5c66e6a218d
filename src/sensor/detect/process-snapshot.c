#include "sensor/detect/process-snapshot.h"

enum { RECENT = 256 }; /* snapshots that are found again, a power of two */

struct process_snapshot {
    struct process process; /* `parent` is a snapshot's, `references` are of this */
    struct process_snapshot *parent;
    const struct process *of;
    char cwd[];
};

struct process_snapshots {
    struct process_snapshot *recent[RECENT]; /* by process; no reference */
    size_t bytes;
};

struct process_snapshots *process_snapshots_new(void)
{
    return calloc(1, sizeof(struct process_snapshots));
}

void process_snapshots_free(struct process_snapshots *snapshots)
{
    free(snapshots);
}

static struct process_snapshot **recent(struct process_snapshots *snapshots,
                                        const struct process *process)
{
    return &snapshots
                ->recent[(uintptr_t)process * UINT64_C(0x9e3779b97f4a7c15) >> 56 & (RECENT - 1)];
}

/* The process without what is its place in memory. */
static void copy_plain(struct process *to, const struct process *from)
{
    memcpy(to, from, sizeof(*to)); /* padding too: copies are compared */
    to->references = 0;
    to->parent = NULL;
    to->cwd = VIEW_EMPTY;
}

static bool is_still(const struct process_snapshot *snapshot, const struct process *process,
                     const struct process_snapshot *parent)
{
    struct process now, then;

    if (snapshot->of != process || snapshot->parent != parent ||
        !view_eq(snapshot->process.cwd, process->cwd))
        return false;
    copy_plain(&now, process);
    copy_plain(&then, &snapshot->process);
    return memcmp(&now, &then, sizeof(now)) == 0;
}

static size_t size_of(const struct process_snapshot *snapshot)
{
    return sizeof(*snapshot) + snapshot->process.cwd.len;
}

/* Takes over the reference to the parent. */
static struct process_snapshot *make(struct process_snapshots *snapshots,
                                     const struct process *process, struct process_snapshot *parent)
{
    struct process_snapshot *snapshot = calloc(1, sizeof(*snapshot) + process->cwd.len);

    if (!snapshot)
        return NULL;
    copy_plain(&snapshot->process, process);
    snapshot->of = process;
    snapshot->parent = parent;
    snapshot->process.parent = parent ? &parent->process : NULL;
    if (process->cwd.len)
        memcpy(snapshot->cwd, process->cwd.ptr, process->cwd.len);
    snapshot->process.cwd = view_from(snapshot->cwd, process->cwd.len);
    if (process->image)
        program_image_ref(process->image);
    if (process->container)
        container_ref(process->container);
    snapshots->bytes += size_of(snapshot);
    *recent(snapshots, process) = snapshot;
    return snapshot;
}

struct process_snapshot *process_snapshot_take(struct process_snapshots *snapshots,
                                               const struct process *process)
{
    const struct process *line[PROCESS_DEPTH_LIMIT + 1];
    struct process_snapshot *snapshot = NULL;
    size_t depth = 0;

    for (; process && depth <= PROCESS_DEPTH_LIMIT; process = process->parent)
        line[depth++] = process;
    while (depth--) { /* the oldest first */
        struct process_snapshot *parent = snapshot;

        snapshot = *recent(snapshots, line[depth]);
        if (snapshot && is_still(snapshot, line[depth], parent)) {
            snapshot->process.references++;
            process_snapshot_unref(snapshots, parent); /* the snapshot has one of its own */
            continue;
        }
        snapshot = make(snapshots, line[depth], parent);
        if (!snapshot) {
            process_snapshot_unref(snapshots, parent);
            return NULL;
        }
        snapshot->process.references = 1;
    }
    return snapshot;
}

void process_snapshot_unref(struct process_snapshots *snapshots, struct process_snapshot *snapshot)
{
    while (snapshot && --snapshot->process.references == 0) {
        struct process_snapshot *parent = snapshot->parent;
        struct process_snapshot **place = recent(snapshots, snapshot->of);

        if (*place == snapshot)
            *place = NULL;
        if (snapshot->process.image)
            program_image_unref(snapshot->process.image);
        if (snapshot->process.container)
            container_unref(snapshot->process.container);
        snapshots->bytes -= size_of(snapshot);
        free(snapshot);
        snapshot = parent;
    }
}

const struct process *process_snapshot_process(const struct process_snapshot *snapshot)
{
    return &snapshot->process;
}

size_t process_snapshots_bytes(const struct process_snapshots *snapshots)
{
    return snapshots->bytes;
}
