/* What a process runs since its last exec: never changed, shared by the
 * processes that were forked from it, and kept while something looks at it.
 *
 * One allocation with all its texts. One thread.
 */
#pragma once

#include "base/view.h"
#include "sensor/abi/event.h"

struct program_image {
    uint32_t references;
    uint32_t flags;          /* SENSOR_EXE_* and SENSOR_EXECVEAT of enum sensor_process_flag */
    struct view exe;         /* argv[0] */
    struct view exepath;     /* full path, resolved by the kernel */
    struct view arguments;   /* argv[1..] joined by blanks, as proc.args */
    struct view argv;        /* argv[1..], each with its NUL but perhaps the last, when cut */
    uint32_t argument_count; /* of argv[1..] */
    bool arguments_cut;
    uint64_t exe_inode;
    uint32_t exe_device, exe_uid, exe_mode;
    int64_t exe_ctime, exe_mtime;
    uint64_t start; /* when this program began, nanoseconds since boot */
    struct sensor_descriptor stdio[3];
    bool stdio_known;
    struct view stdio_socket[3]; /* of those that are sockets: a struct sensor_socket, 8-aligned */
    /* Matching results that depend on nothing but this (detect/): 0 not asked. */
    uint64_t cache[4];
    size_t *account; /* where its bytes are counted; NULL: nowhere */
    size_t size;
};

/* Of a SENSOR_EXEC or SENSOR_PROCESS record. NULL without memory. */
struct program_image *program_image_new(const struct sensor_event *event, size_t *account);
struct program_image *program_image_ref(struct program_image *image);
void program_image_unref(struct program_image *image); /* NULL is fine */
/* Would program_image_new() give the same? */
bool program_image_is_of(const struct program_image *image, const struct sensor_event *event);
