/* A process with what only its table needs: who its children are, and its place
 * among the ended ones that are kept.
 *
 * An ended process is kept while it is referred to: by children, or by events
 * that wait. Of those that end with children at most PROCESS_KEPT_LIMIT stay.
 * Past it the one that ended first is taken out of its chains: its children get its
 * own parent as theirs. So chains of short processes, however long, take bounded
 * memory and keep their nearest and their farthest ancestors.
 */
#pragma once

#include "base/cleanup.h"
#include "sensor/state/process.h"
#include "sensor/state/shared-text.h"

enum {
    PROCESS_KEPT_LIMIT = 8192,
    PROCESS_MANY_CHILDREN = 64, /* such are kept longer: moving their children takes time */
};

/* All processes of a table. */
struct process_family {
    size_t bytes; /* of processes, images and directories */
    uint64_t kept;
    uint64_t kept_with_children;
    struct process_entry *oldest, *newest; /* ended with children, in order of ending */
};

struct process_entry {
    struct process process; /* first: pointers to it are pointers to this */
    struct process_family *family;
    struct process_entry *first_child, *next_sibling, *previous_sibling;
    struct process_entry *next_kept, *previous_kept;
    struct shared_text *cwd;
    uint64_t renewed;  /* time of the snapshot record that told of it last; 0: none */
    uint32_t snapshot; /* the last one that it was seen in, or after which it began */
    bool queued;       /* among `oldest` ... `newest` */
    bool cgroup_unknown;
};

/* With one reference. NULL without memory. */
struct process_entry *process_entry_new(struct process_family *family, uint32_t pid,
                                        uint64_t start);
struct process_entry *process_entry_of(struct process *process);
/* Does nothing when the process would become its own ancestor. */
void process_entry_set_parent(struct process_entry *entry, struct process_entry *parent);
void process_entry_set_container(struct process_entry *entry, struct container *container);
void process_entry_set_image(struct process_entry *entry, struct program_image *image); /* owned */
void process_entry_set_cwd(struct process_entry *entry, struct shared_text *cwd);       /* owned */
/* It has ended; takes over the table's reference. */
void process_entry_end(struct process_entry *entry, uint64_t time);
