#include "events.h"

enum { HOST_NAMESPACE = 4026531836 };

static const struct sensor_event *done(struct maker *maker, size_t begin)
{
    record_end(&maker->buf, begin);
    if (maker->buf.failed || record_check(buf_view(&maker->buf), NULL) < 0)
        abort();
    return (const void *)maker->buf.ptr;
}

static size_t begin(struct maker *maker, enum sensor_event_kind kind, uint32_t pid, uint32_t other)
{
    struct sensor_event event = {.kind = kind,
                                 .time = ++maker->time,
                                 .pid = pid,
                                 .tid = pid,
                                 .other = other,
                                 .flags = SENSOR_STATE};

    buf_reset(&maker->buf);
    return record_begin(&maker->buf, &event);
}

static void add_text(struct maker *maker, enum sensor_parameter_kind kind, const char *text)
{
    if (text)
        record_add(&maker->buf, kind, 0, 0, view_of(text));
}

static void add_credentials(struct maker *maker, uint32_t uid)
{
    struct sensor_credentials credentials = {.uid = uid, .euid = uid};

    record_add(&maker->buf, SENSOR_CREDENTIALS, 0, 0, view_from(&credentials, sizeof(credentials)));
}

static void add_process(struct maker *maker, const struct told *told)
{
    struct sensor_process process = {
        .pid = told->pid,
        .parent = told->parent,
        .vpid = told->vpid ? told->vpid : told->pid,
        .start = told->start ? told->start : UINT64_C(1000) * told->pid,
        .parent_start = told->parent_start ? told->parent_start : UINT64_C(1000) * told->parent,
        .cgroup = told->cgroup,
        .flags = told->flags,
        .pid_namespace = HOST_NAMESPACE,
        .mount_namespace = told->mount_namespace,
        .thread_count = 1,
    };

    if (told->comm)
        memcpy(process.comm, told->comm, strnlen(told->comm, sizeof(process.comm)));
    record_add(&maker->buf, SENSOR_PROCESS_PARAMETER, 0, 0, view_from(&process, sizeof(process)));
    add_text(maker, SENSOR_EXE, told->exe);
    if (told->arguments.len)
        record_add(&maker->buf, SENSOR_ARGUMENTS, 0, 0, told->arguments);
    add_credentials(maker, told->uid);
    add_text(maker, SENSOR_CWD, told->cwd);
    add_text(maker, SENSOR_CGROUP, told->cgroup_path);
}

const struct sensor_event *make_fork(struct maker *maker, uint32_t parent, const struct told *told)
{
    size_t at = begin(maker, SENSOR_FORK, parent, told->pid);

    add_process(maker, told);
    return done(maker, at);
}

const struct sensor_event *make_exec(struct maker *maker, const struct told *told)
{
    size_t at = begin(maker, SENSOR_EXEC, told->pid, 0);

    add_process(maker, told);
    return done(maker, at);
}

const struct sensor_event *make_exit(struct maker *maker, uint32_t pid)
{
    return done(maker, begin(maker, SENSOR_EXIT, pid, 0));
}

const struct sensor_event *make_snapshot(struct maker *maker, const struct told *told)
{
    size_t at = begin(maker, SENSOR_PROCESS, told->pid, 0);

    add_process(maker, told);
    return done(maker, at);
}

const struct sensor_event *make_setuid(struct maker *maker, uint32_t pid, uint32_t tid,
                                       uint32_t uid)
{
    size_t at = begin(maker, SENSOR_SYSCALL, pid, 0);

    ((struct sensor_event *)(void *)maker->buf.ptr)->tid = tid;
    add_credentials(maker, uid);
    return done(maker, at);
}

const struct sensor_event *make_chdir(struct maker *maker, uint32_t pid, const char *cwd)
{
    size_t at = begin(maker, SENSOR_SYSCALL, pid, 0);

    add_text(maker, SENSOR_CWD, cwd);
    return done(maker, at);
}

const struct sensor_event *make_rename(struct maker *maker, uint32_t pid, const char *comm)
{
    size_t at = begin(maker, SENSOR_RENAME, pid, 0);
    char padded[SENSOR_COMM_SIZE] = "";

    memcpy(padded, comm, strnlen(comm, sizeof(padded)));
    record_add(&maker->buf, SENSOR_COMM, 0, 0, view_from(padded, sizeof(padded)));
    return done(maker, at);
}

const struct sensor_event *make_cgroup(struct maker *maker, enum sensor_event_kind kind,
                                       uint64_t id, const char *path, uint32_t other)
{
    size_t at = begin(maker, kind, 1, other);

    ((struct sensor_event *)(void *)maker->buf.ptr)->arguments[0] = id;
    add_text(maker, SENSOR_CGROUP, path);
    return done(maker, at);
}

const struct sensor_event *make_plain(struct maker *maker, uint32_t pid)
{
    size_t at = begin(maker, SENSOR_SYSCALL, pid, 0);

    ((struct sensor_event *)(void *)maker->buf.ptr)->flags = 0;
    return done(maker, at);
}
