/* What makes a file of an image worth a look: its permissions, its kind, or
 * its name.
 *
 * The tables of names are in file-tag.c; tools count where programs lie (a
 * directory whose name ends in "bin"), so that a folder named "nc" in some
 * package's data does not. Everything here is decided by headers; what the body has
 * to say is small-file.h's.
 *
 * Pure, any thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/view.h"

enum file_kind {
    FILE_REGULAR = 1,
    FILE_DIRECTORY,
    FILE_SYMLINK,
    FILE_HARD_LINK,
    FILE_CHARACTER_DEVICE,
    FILE_BLOCK_DEVICE,
    FILE_FIFO,
    FILE_KIND_COUNT,
};

const char *file_kind_name(enum file_kind kind); /* "file", "directory", ... */

enum file_tag {
    TAG_SETUID,
    TAG_SETGID,
    TAG_WORLD_WRITABLE, /* directories: without the sticky bit */
    TAG_DEVICE,
    TAG_CAPABILITIES,
    TAG_LARGE,
    TAG_SHELL,
    TAG_PACKAGE_MANAGER,
    TAG_COMPILER,
    TAG_BUILD_TOOL,
    TAG_DEBUGGER,
    TAG_NETWORK_TOOL,
    TAG_DOWNLOADER,
    TAG_SSH_SERVER,
    TAG_SUDO,
    TAG_CONTAINER_TOOL,
    TAG_CREDENTIALS, /* a name that credentials have */
    TAG_PRIVATE_KEY, /* small-file.h looked into it */
    TAG_SSH_HOST_KEY,
    TAG_HISTORY,
    TAG_VERSION_CONTROL,
    TAG_CRON,
    TAG_PACKAGE_CACHE,
    TAG_PRELOAD,
    TAG_CORE_DUMP,
    TAG_BUILD_FILE, /* Dockerfile, compose file, CI configuration */
    TAG_WATCHED,    /* somebody asked what became of the path: image-files.h */
    FILE_TAG_COUNT,
};

const char *file_tag_name(enum file_tag tag); /* "setuid", "world-writable", ... */

#define FILE_TAG_BIT(tag) ((uint64_t)1 << (tag))
#define FILE_LARGE ((uint64_t)100 << 20) /* bytes */

struct file_status {
    struct view path; /* in normal form */
    enum file_kind kind;
    uint32_t mode; /* permissions, setuid, setgid, sticky */
    uint64_t size;
    uint64_t capabilities; /* a bit each; 0: none */
};

struct file_tagger;

struct file_tagger *file_tagger_new(void); /* NULL without memory */
void file_tagger_free(struct file_tagger *tagger);
DEFINE_CLEANUP(struct file_tagger, file_tagger_free)

/* Bits by enum file_tag. */
uint64_t file_tagger_tags(const struct file_tagger *tagger, const struct file_status *file);

/* A hash of the tables, for what is cached. */
uint64_t file_tag_fingerprint(void);

/* The capabilities that the attribute security.capability permits
 * (linux/capability.h, struct vfs_cap_data, revisions 1 to 3). 0 for none and
 * for what is malformed. */
uint64_t file_capabilities(struct view attribute);
enum { FILE_CAPABILITY_COUNT = 41 };
const char *file_capability_name(unsigned capability); /* "cap_net_raw" */
