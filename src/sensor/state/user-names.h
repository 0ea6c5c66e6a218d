/* Names of users and groups, of the host and of containers.
 *
 * The host's are /etc/passwd and /etc/group, read when first asked for and again when
 * the files have changed (looked at every USER_NAMES_PERIOD at most). A container's are
 * those of its own files, through /proc/PID/root of one of its processes, opened
 * below that root only (base/path.h): of the process that is asked about, or, since many have
 * ended when their events are read, of an ancestor in the container or of the
 * container's first process. When none of them lives nothing is learned, and the next question
 * looks again. A process whose root is still the host's, as a runtime's before it enters
 * the container, has the host's names. A container that has no such file has no
 * names. A replay gets names from its capture instead.
 *
 * Bounded: files over USER_NAMES_FILE_LIMIT are read up to it, the tables of the
 * containers that were asked about longest ago are forgotten. Views live until
 * the next call. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/state/process.h"

enum {
    USER_NAMES_FILE_LIMIT = 1 << 20,  /* bytes of a passwd or group file */
    USER_NAMES_COUNT_LIMIT = 1 << 16, /* names of one file */
    USER_NAMES_CONTAINERS = 256,
    USER_NAMES_PERIOD = 2,        /* seconds */
    USER_NAMES_ANCESTORS = 4,     /* that are tried when a process has ended */
    USER_NAMES_TOLD_LIMIT = 4096, /* names of one file that are told */
};

struct user_names;

struct user_entry {
    struct view name, home, shell;
};

/* `live`: reads files; else names come from user_names_add() only. */
int user_names_new(bool live, struct user_names **ret, struct error *err);
void user_names_free(struct user_names *names);
DEFINE_CLEANUP(struct user_names, user_names_free)

/* Names as they are in the container (NULL: the host) for one of its processes (NULL: none is
 * known). `now` in nanoseconds of any clock. False: nobody is known to have that number. */
bool user_names_user(struct user_names *names, const struct container *container,
                     const struct process *process, uint32_t uid, uint64_t now,
                     struct user_entry *ret);
bool user_names_group(struct user_names *names, const struct container *container,
                      const struct process *process, uint32_t gid, uint64_t now, struct view *ret);
/* Called for each name of a file when it is read, for a capture. */
typedef void user_names_told(struct view container, bool group, uint32_t id,
                             const struct user_entry *entry, void *context);
void user_names_on_read(struct user_names *names, user_names_told *told, void *context);
/* What a capture tells; a later name of a number takes the place of the one before. */
void user_names_add(struct user_names *names, struct view container, bool group, uint32_t id,
                    const struct user_entry *entry);
void user_names_forget(struct user_names *names, struct view container);
