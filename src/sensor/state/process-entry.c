#include "sensor/state/process-entry.h"

enum {
    ANCESTORS_LIMIT = 4096, /* looked through for a cycle */
    ROTATIONS = 8,          /* of the queue, looking for one with few children */
};

struct process_entry *process_entry_of(struct process *process)
{
    return (struct process_entry *)process;
}

static struct process_entry *parent_of(const struct process_entry *entry)
{
    return process_entry_of(entry->process.parent);
}

struct process_entry *process_entry_new(struct process_family *family, uint32_t pid, uint64_t start)
{
    struct process_entry *entry = calloc(1, sizeof(*entry));

    if (!entry)
        return NULL;
    entry->process.references = 1;
    entry->process.pid = pid;
    entry->process.start = start;
    entry->process.thread_count = 1;
    entry->family = family;
    family->bytes += sizeof(*entry);
    return entry;
}

/* ---- The ended that are kept ---- */

static void queue_add(struct process_entry *entry)
{
    struct process_family *family = entry->family;

    entry->previous_kept = family->newest;
    entry->next_kept = NULL;
    *(family->newest ? &family->newest->next_kept : &family->oldest) = entry;
    family->newest = entry;
    family->kept_with_children++;
    entry->queued = true;
}

static void queue_remove(struct process_entry *entry)
{
    struct process_family *family = entry->family;

    if (!entry->queued)
        return;
    *(entry->previous_kept ? &entry->previous_kept->next_kept : &family->oldest) = entry->next_kept;
    *(entry->next_kept ? &entry->next_kept->previous_kept : &family->newest) = entry->previous_kept;
    family->kept_with_children--;
    entry->queued = false;
}

/* ---- Parents and children ---- */

static void unlink_child(struct process_entry *child)
{
    struct process_entry *parent = parent_of(child);

    *(child->previous_sibling ? &child->previous_sibling->next_sibling : &parent->first_child) =
        child->next_sibling;
    if (child->next_sibling)
        child->next_sibling->previous_sibling = child->previous_sibling;
    child->next_sibling = child->previous_sibling = NULL;
    if (!child->process.ended)
        parent->process.child_count--;
    child->process.parent = NULL;
}

/* Takes a reference to the parent. */
static void link_child(struct process_entry *child, struct process_entry *parent)
{
    child->process.parent = process_ref(&parent->process);
    child->next_sibling = parent->first_child;
    if (parent->first_child)
        parent->first_child->previous_sibling = child;
    parent->first_child = child;
    if (!child->process.ended)
        parent->process.child_count++;
}

static bool is_ancestor(const struct process_entry *of, const struct process_entry *candidate)
{
    unsigned depth = 0;

    for (; candidate; candidate = parent_of(candidate))
        if (candidate == of || ++depth > ANCESTORS_LIMIT)
            return true;
    return false;
}

void process_entry_set_parent(struct process_entry *entry, struct process_entry *parent)
{
    struct process_entry *before = parent_of(entry);

    if (before == parent || (parent && entry->first_child && is_ancestor(entry, parent)) ||
        entry == parent)
        return;
    if (before)
        unlink_child(entry);
    if (parent)
        link_child(entry, parent);
    if (before)
        process_unref(&before->process);
}

/* Frees the entry, and gives its parent, which has lost a reference. */
static struct process_entry *free_entry(struct process_entry *entry)
{
    struct process_entry *parent = parent_of(entry);

    if (parent)
        unlink_child(entry);
    queue_remove(entry);
    if (entry->process.ended)
        entry->family->kept--;
    process_entry_set_container(entry, NULL);
    process_entry_set_image(entry, NULL);
    process_entry_set_cwd(entry, NULL);
    entry->family->bytes -= sizeof(*entry);
    free(entry);
    return parent;
}

struct process *process_ref(struct process *process)
{
    if (process)
        process->references++;
    return process;
}

/* Without recursion: chains are long. */
void process_unref(struct process *process)
{
    while (process && --process->references == 0) {
        struct process_entry *parent = free_entry(process_entry_of(process));

        process = parent ? &parent->process : NULL;
    }
}

const struct process *process_ancestor(const struct process *process, unsigned n)
{
    if (n > PROCESS_DEPTH_LIMIT)
        return NULL;
    while (process && n--)
        process = process->parent;
    return process;
}

/* ---- What it is ---- */

/* Who comes next is of another start. */
static void leave(struct container *container)
{
    container->process_count--;
    if (container->process_count == 0)
        container->command_pid = 0;
}

void process_entry_set_container(struct process_entry *entry, struct container *container)
{
    struct container *before = entry->process.container;

    if (before == container)
        return;
    if (container) {
        container_ref(container);
        container->process_count += !entry->process.ended;
    }
    entry->process.container = container;
    entry->process.is_command = false;
    if (before) {
        if (!entry->process.ended)
            leave(before);
        container_unref(before);
    }
}

void process_entry_set_image(struct process_entry *entry, struct program_image *image)
{
    program_image_unref(entry->process.image);
    entry->process.image = image;
}

void process_entry_set_cwd(struct process_entry *entry, struct shared_text *cwd)
{
    shared_text_unref(entry->cwd);
    entry->cwd = cwd;
    entry->process.cwd = shared_text_view(cwd);
}

/* ---- Ending ---- */

/* Its children get its parent. */
static void take_out(struct process_entry *entry)
{
    struct process_entry *child;

    process_ref(&entry->process);
    queue_remove(entry);
    while ((child = entry->first_child)) {
        unlink_child(child);
        if (parent_of(entry))
            link_child(child, parent_of(entry));
        process_unref(&entry->process);
    }
    process_unref(&entry->process);
}

static void keep_few(struct process_family *family)
{
    for (unsigned i = 0; i < ROTATIONS; i++) {
        struct process_entry *oldest = family->oldest;

        if (oldest->process.references < PROCESS_MANY_CHILDREN)
            break;
        queue_remove(oldest);
        queue_add(oldest);
    }
    take_out(family->oldest);
}

void process_entry_end(struct process_entry *entry, uint64_t time)
{
    struct process_family *family = entry->family;

    if (entry->process.parent)
        entry->process.parent->child_count--;
    if (entry->process.container)
        leave(entry->process.container);
    entry->process.ended = time ? time : 1;
    family->kept++;
    if (entry->first_child)
        queue_add(entry);
    process_unref(&entry->process);
    if (family->kept_with_children > PROCESS_KEPT_LIMIT)
        keep_few(family);
}
