#include <fcntl.h>
#include <sys/socket.h>

#include "sensor/detect/event-read.h"

/* ---- types ---- */

static const struct {
    const char *type;
    char letter;
    const char *anonymous; /* fd.name of what has no path */
} types[] = {
    [SENSOR_FD_FILE] = {"file", 'f', NULL},
    [SENSOR_FD_DIRECTORY] = {"directory", 'd', NULL},
    /* Falco takes devices for files: rules about /dev/tty and /dev/sda ask for 'f'. */
    [SENSOR_FD_CHARACTER] = {"file", 'f', NULL},
    [SENSOR_FD_BLOCK] = {"file", 'f', NULL},
    [SENSOR_FD_PIPE] = {"pipe", 'p', NULL},
    [SENSOR_FD_SOCKET] = {NULL, 0, NULL},
    [SENSOR_FD_EVENTFD] = {"event", 'e', "anon_inode:[eventfd]"},
    [SENSOR_FD_EPOLL] = {"eventpoll", 'l', "anon_inode:[eventpoll]"},
    [SENSOR_FD_INOTIFY] = {"inotify", 'i', "anon_inode:inotify"},
    [SENSOR_FD_SIGNALFD] = {"signalfd", 's', "anon_inode:[signalfd]"},
    [SENSOR_FD_TIMERFD] = {"timerfd", 't', "anon_inode:[timerfd]"},
    [SENSOR_FD_USERFAULTFD] = {"userfaultfd", 'u', "anon_inode:[userfaultfd]"},
    [SENSOR_FD_BPF] = {"bpf", 'b', "anon_inode:bpf"},
    [SENSOR_FD_MEMFD] = {"memfd", 'm', NULL},
    [SENSOR_FD_PIDFD] = {"pidfd", 'P', "anon_inode:[pidfd]"},
    [SENSOR_FD_IO_URING] = {"io_uring", 'r', "anon_inode:[io_uring]"},
    [SENSOR_FD_OTHER] = {"other", 'o', "anon_inode"},
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

const char *descriptor_type_name(const struct sensor_descriptor *descriptor)
{
    if (descriptor->type == SENSOR_FD_SOCKET)
        return "socket";
    return descriptor->type < TYPES ? types[descriptor->type].type : NULL;
}

char descriptor_letter(const struct sensor_descriptor *descriptor)
{
    return descriptor->type < TYPES ? types[descriptor->type].letter : 0;
}

/* A call that opens and failed has no descriptor, but is about a file. */
static bool opens_directory(const struct observation_cache *cache)
{
    return cache->open_flags & O_DIRECTORY;
}

static bool is_opening(const struct observation_cache *cache)
{
    return cache->call && cache->call->shape == SHAPE_OPEN && !cache->descriptor;
}

const char *observation_type(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;

    if (is_opening(cache))
        return opens_directory(cache) ? "directory" : "file";
    if (cache->socket) {
        uint8_t family = observation_ends(r)->family;

        return family == 4                           ? "ipv4"
               : family == 6                         ? "ipv6"
               : cache->socket->family == AF_UNIX    ? "unix"
               : cache->socket->family == AF_NETLINK ? "netlink"
                                                     : "unsupported";
    }
    return cache->descriptor ? descriptor_type_name(cache->descriptor) : NULL;
}

char observation_letter(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;

    if (is_opening(cache))
        return opens_directory(cache) ? 'd' : 'f';
    if (cache->socket) {
        uint8_t family = observation_ends(r)->family;

        return family                                ? (char)('0' + family)
               : cache->socket->family == AF_UNIX    ? 'u'
               : cache->socket->family == AF_NETLINK ? 'n'
                                                     : 'X';
    }
    return cache->descriptor ? descriptor_letter(cache->descriptor) : 0;
}

bool observation_number(const struct reading *r, int64_t *ret)
{
    const struct observation_cache *cache = r->cache;

    if (cache->failed_new && !cache->descriptor)
        *ret = -1;
    else if (cache->descriptor)
        *ret = cache->descriptor->number;
    else if (cache->call && cache->call->result == CAPTURE_RESULT_DESCRIPTOR &&
             r->o->event->kind == SENSOR_SYSCALL)
        *ret = r->o->event->result;
    else
        return false;
    return true;
}

/* ---- names ---- */

int observation_path_place(const struct observation_cache *cache, unsigned nth)
{
    for (const struct syscall_argument *a = cache->call ? cache->call->arguments : NULL;
         a && a->name; a++)
        if (a->capture == CAPTURE_PATH || a->capture == CAPTURE_PATH_CWD ||
            a->capture == CAPTURE_PATH_RAW)
            if (nth-- == 0)
                return a->position;
    return -1;
}

/* The path that was given, and the file that the kernel opened when that is another:
 * a link does not hide a file, nor does what it is called. */
static struct rule_values opened_name(const struct reading *r)
{
    int place = observation_path_place(r->cache, 0);
    struct view given = place < 0 ? VIEW_EMPTY : observation_path(r, (unsigned)place);
    struct view real = r->cache->file;
    struct rule_value *values;
    size_t count = 0;

    if (given.len && real.len && !view_eq(given, real))
        count = 2;
    else if (given.len || real.len)
        count = 1;
    values = count ? field_values(r, count) : NULL;
    if (!values)
        return FIELD_MISSING;
    values[0] = (struct rule_value){.type = RULE_PATH, .text = given.len ? given : real};
    if (count > 1)
        values[1] = (struct rule_value){.type = RULE_PATH, .text = real};
    return field_readings(values, count);
}

static struct view socket_name(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;

    if (cache->socket->family == AF_UNIX)
        return cache->socket_path.len ? cache->socket_path : cache->address_path;
    return observation_ends_text(r);
}

/* Of what lies in no file system the kernel knows a name at most. */
struct view descriptor_name(const struct sensor_descriptor *descriptor, struct view file,
                            struct arena *scratch)
{
    unsigned type = descriptor->type < TYPES ? descriptor->type : SENSOR_FD_NONE;

    if (type == SENSOR_FD_OTHER && file.len)
        return arena_printf(scratch, "anon_inode:%.*s", VIEW_ARG(path_leaf(file)));
    if (type == SENSOR_FD_PIPE && !file.len)
        return arena_printf(scratch, "pipe:[%llu]", (unsigned long long)descriptor->inode);
    return types[type].anonymous ? view_of(types[type].anonymous) : file;
}

static struct view file_name(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;

    return cache->descriptor ? descriptor_name(cache->descriptor, cache->file, r->scratch)
                             : cache->file;
}

static struct rule_values name_of_descriptor(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;
    struct rule_value *value;

    if (!cache->socket && !cache->has_file && !cache->descriptor)
        return FIELD_MISSING;
    value = field_values(r, 1);
    if (value)
        *value = (struct rule_value){.type = RULE_PATH,
                                     .text = cache->socket ? socket_name(r) : file_name(r)};
    return field_readings(value, value != NULL);
}

struct rule_values observation_name(const struct reading *r)
{
    struct observation_cache *cache = r->cache;

    if (!cache->name_known) {
        cache->name_known = true;
        cache->name = cache->call && cache->call->shape == SHAPE_OPEN ? opened_name(r)
                                                                      : name_of_descriptor(r);
    }
    return cache->name;
}
