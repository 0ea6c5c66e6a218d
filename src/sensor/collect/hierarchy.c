#include "sensor/collect/hierarchy.h"

#include <bpf/btf.h>
#include <dirent.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "sensor/abi/record.h"

enum {
    CGROUP_FILE_LIMIT = 64 * 1024, /* of /proc/self/cgroup */
    CGROUP_DEPTH_LIMIT = 256,      /* a descriptor each */
};

static const char *const preferred[] = {"pids",    "memory", "cpu",   "freezer",
                                        "devices", "cpuset", "blkio", "cpuacct"};

/* A line of /proc/self/cgroup is "8:pids:/": id, controllers, path. */
static int32_t id_of(struct view lines, struct view controller)
{
    while (lines.ptr) {
        struct view line = view_line(&lines), id = view_cut(&line, ':');
        struct view names = view_cut(&line, ':');
        uint64_t number;

        while (names.ptr)
            if (view_eq(view_cut(&names, ','), controller) && view_to_u64(id, &number) &&
                number < INT32_MAX)
                return (int32_t)number;
    }
    return 0;
}

static bool has_option(const struct mntent *entry, const char *name)
{
    return !name[0] || hasmntopt(entry, name);
}

/* The first place where the hierarchy is mounted. */
static void find_mount(struct cgroup_hierarchy *to)
{
    _cleanup_fclose_ FILE *file = setmntent("/proc/self/mounts", "re");
    const char *type = to->controller[0] ? "cgroup" : "cgroup2";
    struct mntent entry;
    char text[4096];

    if (!file)
        return;
    while (getmntent_r(file, &entry, text, sizeof(text)))
        if (strcmp(entry.mnt_type, type) == 0 && has_option(&entry, to->controller) &&
            strlen(entry.mnt_dir) < sizeof(to->mount)) {
            memcpy(to->mount, entry.mnt_dir, strlen(entry.mnt_dir) + 1);
            return;
        }
}

int cgroup_hierarchy_find(struct cgroup_hierarchy *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf lines = BUF_INIT(CGROUP_FILE_LIMIT);
    struct cgroup_hierarchy found = {0};

    if (fd_read_file("/proc/self/cgroup", &lines, err) < 0)
        return error_wrap(err, "find the cgroup hierarchy");
    for (size_t i = 0; i < sizeof(preferred) / sizeof(preferred[0]); i++) {
        found.id = id_of(buf_view(&lines), view_of(preferred[i]));
        if (!found.id)
            continue;
        memcpy(found.controller, preferred[i], strlen(preferred[i]));
        break;
    }
    find_mount(&found);
    *ret = found;
    return 0;
}

int32_t cgroup_hierarchy_subsystem(const struct cgroup_hierarchy *hierarchy, const struct btf *btf)
{
    int32_t id = btf__find_by_name_kind(btf, "cgroup_subsys_id", BTF_KIND_ENUM);
    const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
    const struct btf_enum *value = type ? btf_enum(type) : NULL;
    const char *controller = hierarchy->controller;
    char name[64];

    if (!controller[0])
        return -1;
    /* blkio is called io in there. */
    snprintf(name, sizeof(name), "%s_cgrp_id", strcmp(controller, "blkio") ? controller : "io");
    for (uint16_t i = 0; type && i < btf_vlen(type); i++)
        if (strcmp(btf__name_by_offset(btf, value[i].name_off), name) == 0)
            return value[i].val;
    return -1;
}

struct walk {
    const struct cgroup_hierarchy *hierarchy;
    struct buf path; /* below the mount, as the kernel has it */
    bool is_cut;     /* it ends at an ancestor */
    struct buf record;
    probe_each *each;
    void *context;
};

static int tell(struct walk *walk, uint64_t id, struct error *err)
{
    struct sensor_event event = {.kind = SENSOR_CGROUP_MAKE, .flags = SENSOR_STATE};
    struct view path = buf_view(&walk->path);
    struct timespec now;
    size_t begin;

    clock_gettime(CLOCK_BOOTTIME, &now);
    event.time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    event.arguments[0] = id;
    event.arguments[1] = (uint64_t)walk->hierarchy->id;
    buf_reset(&walk->record);
    begin = record_begin(&walk->record, &event);
    record_add(&walk->record, SENSOR_CGROUP, 0, 0, path.len ? path : VIEW("/"));
    record_end(&walk->record, begin);
    if (buf_failed(&walk->record, "cgroup", err) < 0)
        return err->kind;
    walk->each((const struct sensor_event *)(const void *)walk->record.ptr, walk->context);
    return 0;
}

static void closedir_p(DIR **directory)
{
    if (*directory)
        closedir(*directory);
}

/* Who may make cgroups can make one whose path is too long: it is told by the path of an
 * ancestor, which belongs to the same container. */
static void enter(struct walk *walk, const char *name)
{
    walk->is_cut |= walk->path.len + 1 + strlen(name) > walk->path.max;
    if (walk->is_cut)
        return;
    buf_add_char(&walk->path, '/');
    buf_add_str(&walk->path, name);
}

/* A cgroup that vanishes meanwhile is left out. The number of a cgroup is its
 * directory's inode. */
static int visit(struct walk *walk, int parent, const char *name, unsigned depth, struct error *err)
{
    _cleanup_close_ int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    _cleanup_(closedir_p) DIR *directory = NULL;
    const struct dirent *entry;
    struct stat info;

    if (fd < 0 || fstat(fd, &info) < 0)
        return 0;
    if (tell(walk, info.st_ino, err) < 0)
        return err->kind;
    directory = depth < CGROUP_DEPTH_LIMIT ? fdopendir(fd) : NULL;
    if (!directory)
        return 0;
    take_fd(&fd);
    while ((entry = readdir(directory))) {
        size_t length = walk->path.len;
        bool is_cut = walk->is_cut;

        if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0)
            continue;
        enter(walk, entry->d_name);
        if (visit(walk, dirfd(directory), entry->d_name, depth + 1, err) < 0)
            return err->kind;
        walk->path.len = length;
        walk->is_cut = is_cut;
    }
    return 0;
}

int cgroup_hierarchy_walk(const struct cgroup_hierarchy *hierarchy, probe_each *each, void *context,
                          struct error *err)
{
    struct walk walk = {.hierarchy = hierarchy,
                        .path = BUF_INIT(SENSOR_PATH_LIMIT),
                        .record = BUF_INIT(SENSOR_EVENT_LIMIT),
                        .each = each,
                        .context = context};
    int kind = 0;

    if (hierarchy->mount[0])
        kind = visit(&walk, AT_FDCWD, hierarchy->mount, 0, err);
    buf_done(&walk.path);
    buf_done(&walk.record);
    return kind;
}
