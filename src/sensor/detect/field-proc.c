#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/fd.h"
#include "sensor/abi/record.h"
#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"

/* When the process began, in ticks since boot: field 22 of /proc/PID/stat. */
static bool start_of(int folder, uint64_t *ret)
{
    enum { FIELDS_BEFORE = 19 }; /* between the name and it */
    _cleanup_close_ int fd = openat(folder, "stat", O_RDONLY | O_CLOEXEC);
    char text[1024];
    struct error err = ERROR_INIT;
    ssize_t length = fd < 0 ? -1 : fd_read_full(fd, text, sizeof(text), &err);
    struct view rest;

    if (length <= 0)
        return false;
    rest = view_from(text, (size_t)length);
    rest = view_sub(rest, (size_t)(view_rfind(rest, ')') + 1), rest.len);
    for (unsigned i = 0; i < FIELDS_BEFORE; i++)
        view_word(&rest);
    return view_to_u64(view_word(&rest), ret);
}

/* The folder of a process in /proc, of events of now only. Its number may have
 * been given to another since: when that began tells. */
static int open_process(const struct reading *r, const struct process *process)
{
    _cleanup_close_ int folder = -1;
    uint64_t tick = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK), start;
    char path[32];

    if (!r->o->live || !process || process->ended)
        return -1;
    snprintf(path, sizeof(path), "/proc/%u", process->pid);
    folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || !start_of(folder, &start) ||
        (process->start && start != process->start / tick))
        return -1;
    return take_fd(&folder);
}

static struct view read_file(const struct reading *r, const struct process *process,
                             const char *name)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(OBSERVATION_PROC_LIMIT);
    _cleanup_close_ int folder = open_process(r, process);
    _cleanup_close_ int fd = folder < 0 ? -1 : openat(folder, name, O_RDONLY | O_CLOEXEC);
    struct error err = ERROR_INIT;
    char *room = fd < 0 ? NULL : buf_reserve(&text, OBSERVATION_PROC_LIMIT);
    ssize_t length = room ? fd_read_full(fd, room, OBSERVATION_PROC_LIMIT, &err) : 0;

    return length > 0 ? arena_copy(r->scratch, view_from(room, (size_t)length)) : VIEW_EMPTY;
}

/* ---- environment ---- */

/* The process's own is in the event when it has just begun to run. Variables, each
 * with its NUL. */
static struct view environment_of(const struct reading *r, const struct process *process)
{
    struct observation_cache *cache = r->cache;

    if (process != r->o->process)
        return read_file(r, process, "environ");
    if (!cache->environment_known) {
        cache->environment_known = true;
        if (!record_find(r->o->event, SENSOR_ENVIRONMENT, -1, &cache->environment))
            cache->environment = read_file(r, process, "environ");
    }
    return cache->environment;
}

static bool find_variable(struct view environment, struct view name, struct view *ret)
{
    while (environment.ptr) {
        struct view one = view_cut(&environment, '\0');

        if (one.len > name.len && one.ptr[name.len] == '=' && view_starts(one, name)) {
            *ret = view_sub(one, name.len + 1, one.len);
            return true;
        }
    }
    return false;
}

/* All variables with blanks between them. */
static struct view join_variables(struct view environment, struct arena *scratch)
{
    struct view copy = arena_copy(scratch, environment);
    char *text = (char *)(uintptr_t)copy.ptr;
    size_t length = copy.len;

    while (length && text[length - 1] == '\0')
        length--;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    return view_from(text, length);
}

static struct rule_values environment_value(const struct reading *r, struct view environment,
                                            bool one)
{
    struct view value;

    if (!environment.len)
        return FIELD_MISSING;
    if (!one)
        return field_text(r, join_variables(environment, r->scratch));
    return find_variable(environment, r->use->argument, &value) ? field_text(r, value)
                                                                : FIELD_MISSING;
}

/* `how`: OWN or OF_PARENT. */
struct rule_values field_process_environment(const struct reading *r)
{
    const struct process *process = r->o->process;

    if (process && r->how == OF_PARENT)
        process = process->parent;
    return process ? environment_value(r, environment_of(r, process), r->use->has_argument)
                   : FIELD_MISSING;
}

/* A variable of every ancestor that has it, or all variables of the nth. */
struct rule_values field_ancestor_environment(const struct reading *r)
{
    const struct process *process = r->o->process ? r->o->process->parent : NULL;
    struct rule_value *values;
    size_t count = 0;
    uint64_t nth;

    if (!r->o->process)
        return FIELD_MISSING;
    if (r->use->has_argument && view_to_u64(r->use->argument, &nth)) {
        process =
            nth <= PROCESS_DEPTH_LIMIT ? process_ancestor(r->o->process, (unsigned)nth) : NULL;
        return process ? environment_value(r, environment_of(r, process), false) : FIELD_MISSING;
    }
    values = field_values(r, PROCESS_DEPTH_LIMIT);
    for (unsigned i = 0; values && process && i < PROCESS_DEPTH_LIMIT;
         i++, process = process->parent) {
        struct rule_values one =
            environment_value(r, environment_of(r, process), r->use->has_argument);

        if (one.present)
            values[count++] = one.items[0];
    }
    return count ? field_list(values, count) : FIELD_MISSING;
}

/* ---- descriptors ---- */

static bool count_descriptors(const struct reading *r, int64_t *ret)
{
    _cleanup_close_ int folder = open_process(r, r->o->process);
    int fd = folder < 0 ? -1 : openat(folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    int64_t count = 0;

    if (!list) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    while ((entry = readdir(list)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(list);
    *ret = count;
    return true;
}

/* The event tells it of a process that has just begun to run. */
static bool descriptor_limit(const struct reading *r, int64_t *ret)
{
    struct rlimit limit;
    struct view told;

    if (record_find(r->o->event, SENSOR_PROCESS_PARAMETER, -1, &told) &&
        told.len >= sizeof(struct sensor_process) && r->o->event->kind != SENSOR_FORK) {
        *ret = ((const struct sensor_process *)(const void *)told.ptr)->descriptor_limit;
        return true;
    }
    if (!r->o->live || !r->o->process || r->o->process->ended ||
        prlimit((pid_t)r->o->process->pid, RLIMIT_NOFILE, NULL, &limit) != 0)
        return false;
    *ret = (int64_t)limit.rlim_cur;
    return true;
}

struct rule_values field_process_descriptors(const struct reading *r)
{
    int64_t count = 0, limit = 0;

    if (r->how != DESCRIPTOR_LIMIT && !count_descriptors(r, &count))
        return FIELD_MISSING;
    if (r->how != DESCRIPTOR_COUNT && !descriptor_limit(r, &limit))
        return FIELD_MISSING;
    if (r->how == DESCRIPTOR_USAGE)
        return limit > 0 ? field_decimal(r, 100.0 * (double)count / (double)limit) : FIELD_MISSING;
    return field_number(r, r->how == DESCRIPTOR_COUNT ? count : limit);
}

/* What the kernel calls a descriptor: a path, "socket:[123]", "pipe:[123]". */
static struct view descriptor_link(const struct reading *r, uint64_t number)
{
    _cleanup_close_ int folder = open_process(r, r->o->process);
    char name[32], text[SENSOR_PATH_LIMIT];
    ssize_t length = -1;

    snprintf(name, sizeof(name), "fd/%llu", (unsigned long long)number);
    if (folder >= 0)
        length = readlinkat(folder, name, text, sizeof(text));
    return length > 0 ? arena_copy(r->scratch, view_from(text, (size_t)length)) : VIEW_EMPTY;
}

/* The event as if it were about descriptor 0, 1 or 2 of the program. */
static struct reading stdio_reading(const struct reading *r, unsigned number,
                                    struct observation_cache *empty)
{
    const struct program_image *image = r->o->process->image;
    struct reading reading = *r;

    reading.cache = empty;
    empty->decoded = true;
    if (!image || !image->stdio_known)
        return reading;
    empty->descriptor = &image->stdio[number];
    if (image->stdio_socket[number].len >= sizeof(struct sensor_socket)) {
        struct view bytes = image->stdio_socket[number];

        empty->socket = (const void *)bytes.ptr;
        empty->socket_path = view_sub(bytes, sizeof(struct sensor_socket), bytes.len);
    }
    return reading;
}

/* Files have no name in the event: /proc knows it while the process lives. */
static struct view stdio_name(const struct reading *r, unsigned number)
{
    struct observation_cache *cache = arena_alloc(r->scratch, sizeof(*cache));
    struct reading reading;
    struct rule_values name;

    if (!cache)
        return VIEW_EMPTY;
    reading = stdio_reading(r, number, cache);
    name = observation_name(&reading);
    return name.count && name.items[0].text.len ? name.items[0].text : descriptor_link(r, number);
}

const char *observation_stdio_type(const struct reading *r, unsigned number)
{
    struct observation_cache *cache = arena_alloc(r->scratch, sizeof(*cache));
    struct reading reading;

    if (!cache)
        return NULL;
    reading = stdio_reading(r, number, cache);
    return observation_type(&reading);
}

/* `how`: STDIO_TYPE or STDIO_NAME + number. */
struct rule_values field_process_stdio(const struct reading *r)
{
    unsigned number = (unsigned)r->how % STDIO_NAME;

    if (!r->o->process)
        return FIELD_MISSING;
    return r->how >= STDIO_NAME ? field_filled(r, stdio_name(r, number))
                                : field_string(r, observation_stdio_type(r, number));
}

struct rule_values field_process_fd_name(const struct reading *r)
{
    int64_t number;

    if (!r->o->process || r->use->index > INT32_MAX)
        return FIELD_MISSING;
    if (observation_number(r, &number) && number == (int64_t)r->use->index) {
        struct rule_values name = observation_name(r);

        if (name.count && name.items[0].text.len)
            return field_text(r, name.items[0].text);
    }
    return field_filled(r, r->use->index < 3 ? stdio_name(r, (unsigned)r->use->index)
                                             : descriptor_link(r, r->use->index));
}

/* ---- memory ---- */

static uint64_t memory_of(const struct sensor_process *process, int which)
{
    return which == MEMORY_SIZE       ? process->memory_size
           : which == MEMORY_RESIDENT ? process->memory_resident
                                      : process->memory_swapped;
}

/* "VmRSS:	 1234 kB" of /proc/PID/status. */
static bool memory_of_status(struct view status, int which, int64_t *ret)
{
    static const char *const names[] = {"VmSize:", "VmRSS:", "VmSwap:"};

    while (status.ptr) {
        struct view line = view_line(&status);
        uint64_t number;

        if (!view_starts(line, view_of(names[which])))
            continue;
        line = view_sub(line, strlen(names[which]), line.len);
        if (!view_to_u64(view_word(&line), &number) || number > INT64_MAX)
            return false;
        *ret = (int64_t)number;
        return true;
    }
    return false;
}

/* `how`: MEMORY_*. */
struct rule_values field_process_memory(const struct reading *r)
{
    struct view told;
    int64_t number;

    if (record_find(r->o->event, SENSOR_PROCESS_PARAMETER, -1, &told) &&
        told.len >= sizeof(struct sensor_process) && r->o->event->kind != SENSOR_FORK)
        return field_number(r, (int64_t)memory_of((const void *)told.ptr, r->how));
    return memory_of_status(read_file(r, r->o->process, "status"), r->how, &number)
               ? field_number(r, number)
               : FIELD_MISSING;
}

/* ---- control groups ---- */

/* "cpu=/docker/1 memory=/docker/1", of lines "4:cpu,cpuacct:/docker/1". The
 * unified hierarchy has no subsystems; it is called "". */
static struct view cgroup_of(struct view lines, struct view subsystem)
{
    while (lines.ptr && lines.len) {
        struct view line = view_line(&lines), names;

        view_cut(&line, ':');
        names = view_cut(&line, ':');
        while (names.ptr)
            if (view_eq(view_cut(&names, ','), subsystem))
                return line;
    }
    return VIEW_EMPTY;
}

static struct view all_cgroups(struct view lines, struct arena *scratch)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(OBSERVATION_PROC_LIMIT);

    while (lines.ptr && lines.len) {
        struct view line = view_line(&lines), names;

        view_cut(&line, ':');
        names = view_cut(&line, ':');
        while (names.ptr) {
            if (text.len)
                buf_add_char(&text, ' ');
            buf_add(&text, view_cut(&names, ','));
            buf_add_char(&text, '=');
            buf_add(&text, line);
        }
    }
    return arena_copy(scratch, buf_view(&text));
}

/* Where /proc can't be asked, the one group that tells containers is known. */
static struct view known_cgroup(const struct reading *r)
{
    struct view told;

    if (record_find(r->o->event, SENSOR_CGROUP, -1, &told) && r->o->event->kind != SENSOR_FORK)
        return told;
    return r->o->container ? r->o->container->cgroup : VIEW_EMPTY;
}

struct rule_values field_thread_cgroups(const struct reading *r)
{
    struct view lines = read_file(r, r->o->process, "cgroup"), known = known_cgroup(r);

    if (lines.len)
        return field_filled(r, all_cgroups(lines, r->scratch));
    return known.len ? field_filled(r, arena_printf(r->scratch, "=%.*s", VIEW_ARG(known)))
                     : FIELD_MISSING;
}

struct rule_values field_thread_cgroup(const struct reading *r)
{
    struct view lines = read_file(r, r->o->process, "cgroup");

    if (!lines.len)
        return field_filled(r, known_cgroup(r));
    return field_filled(r, cgroup_of(lines, r->use->argument));
}
