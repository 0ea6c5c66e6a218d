/* Makes records as the kernel side does, for tests of what is kept from them. */
#pragma once

#include "base/cleanup.h"
#include "sensor/abi/record.h"
#include "sensor/state/container-table.h"
#include "sensor/state/process-table.h"

enum { EVENT_ROOM = SENSOR_EVENT_LIMIT };

/* A process as the kernel would tell it: `start` is 1000 * pid unless it is set. */
struct told {
    uint32_t pid, parent;
    uint64_t start, parent_start, cgroup;
    const char *comm, *exe, *cwd, *cgroup_path;
    struct view arguments;
    uint32_t uid, flags;
    uint32_t vpid, mount_namespace; /* vpid: pid unless it is set */
};

struct maker {
    uint64_t time;
    struct buf buf;
};
#define MAKER_INIT                                                                                 \
    {                                                                                              \
        .time = UINT64_C(1) << 40, .buf = BUF_INIT(EVENT_ROOM)                                     \
    }

/* Each is valid until the next; time passes by 1. */
const struct sensor_event *make_fork(struct maker *maker, uint32_t parent, const struct told *told);
const struct sensor_event *make_exec(struct maker *maker, const struct told *told);
const struct sensor_event *make_exit(struct maker *maker, uint32_t pid);
const struct sensor_event *make_snapshot(struct maker *maker, const struct told *told);
const struct sensor_event *make_setuid(struct maker *maker, uint32_t pid, uint32_t tid,
                                       uint32_t uid);
const struct sensor_event *make_chdir(struct maker *maker, uint32_t pid, const char *cwd);
const struct sensor_event *make_rename(struct maker *maker, uint32_t pid, const char *comm);
const struct sensor_event *make_cgroup(struct maker *maker, enum sensor_event_kind kind,
                                       uint64_t id, const char *path, uint32_t other);
const struct sensor_event *make_plain(struct maker *maker, uint32_t pid);
