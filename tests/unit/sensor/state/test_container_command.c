/* The cgroups and the order of events are those that a kubelet, containerd and runc make. */
#include "test.h"

#include "events.h"

#define ID "86639444b30cf67cd5347a106d02ca1227134e352e7019584eb8311370a7f843"
#define STATIC_POD "/kubepods/besteffort/poda588e21655fc250e04c7102da3793c8c/" ID
#define DOCKER "/docker/" ID

enum { CGROUP = 77, HOST_MOUNTS = 1, ITS_MOUNTS = 2, NOBODY = 0 };

/* The shim and who it starts: runc, its stages, what becomes the program. */
enum { SHIM = 10, RUNC = 20, PARENT, CHILD, INIT, HOOK = 40, EXEC = 50, FORK = 60 };

enum deed { END, MAKE, REMOVE, SEEN, FORKS, ENTERS, EXECS, EXITS };

struct step {
    enum deed deed;
    uint32_t pid, parent, vpid;
    bool inside; /* in the container's cgroup */
    uint32_t mounts;
};

/* runc until the first process of the container waits. */
#define CREATED(vpid)                                                                              \
    {SEEN, SHIM, 1}, {MAKE}, {FORKS, RUNC, SHIM}, {FORKS, PARENT, RUNC}, {ENTERS, PARENT},         \
        {FORKS, CHILD, PARENT, 0, true}, {FORKS, INIT, CHILD, vpid, true, ITS_MOUNTS},             \
        {EXITS, CHILD},                                                                            \
    {                                                                                              \
        EXITS, PARENT                                                                              \
    }
#define STARTED(vpid)                                                                              \
    CREATED(vpid),                                                                                 \
    {                                                                                              \
        EXECS, INIT, CHILD, vpid, true, ITS_MOUNTS                                                 \
    }
#define EXECUTED(vpid)                                                                             \
    {FORKS, EXEC, RUNC}, {ENTERS, EXEC},                                                           \
    {                                                                                              \
        EXECS, EXEC, RUNC, vpid, true, ITS_MOUNTS                                                  \
    }

static const struct {
    const char *name, *cgroup;
    struct step steps[24];
    uint32_t want;
} cases[] = {
    {"a process namespace of its own", STATIC_POD, {STARTED(1)}, INIT},
    {"the pod's process namespace", STATIC_POD, {STARTED(42)}, INIT},
    {"the host's process namespace", STATIC_POD, {STARTED(INIT)}, INIT},
    {"the host's, in Docker", DOCKER, {STARTED(INIT)}, INIT},
    {"not before it runs its program", STATIC_POD, {CREATED(1)}, NOBODY},
    {"a probe", STATIC_POD, {STARTED(42), EXECUTED(48)}, INIT},
    {"the probe of one that was not told of",
     DOCKER,
     {{SEEN, SHIM, 1}, {MAKE}, EXECUTED(48)},
     NOBODY},
    {"of whose start nothing is known", STATIC_POD, {{SEEN, SHIM, 1}, EXECUTED(48)}, NOBODY},
    {"the runtime, anew",
     STATIC_POD,
     {{SEEN, SHIM, 1},
      {MAKE},
      {FORKS, RUNC, SHIM},
      {FORKS, PARENT, RUNC},
      {ENTERS, PARENT},
      {EXECS, PARENT, RUNC, PARENT, true, HOST_MOUNTS}},
     NOBODY},
    {"a hook before it",
     STATIC_POD,
     {CREATED(7),
      {FORKS, HOOK, INIT, 8, true, ITS_MOUNTS},
      {EXECS, HOOK, INIT, 8, true, ITS_MOUNTS},
      {EXITS, HOOK},
      {EXECS, INIT, CHILD, 7, true, ITS_MOUNTS}},
     INIT},
    {"it runs something else",
     STATIC_POD,
     {STARTED(1), {EXECS, INIT, CHILD, 1, true, ITS_MOUNTS}},
     INIT},
    {"the first of a namespace within",
     STATIC_POD,
     {STARTED(1),
      {FORKS, FORK, INIT, 1, true, ITS_MOUNTS},
      {EXECS, FORK, INIT, 1, true, ITS_MOUNTS}},
     INIT},
    {"what outlives it",
     STATIC_POD,
     {STARTED(42), EXECUTED(48), {EXITS, INIT}, {EXECS, EXEC, RUNC, 48, true, ITS_MOUNTS}},
     NOBODY},
    {"the next start",
     DOCKER,
     {STARTED(1),
      {EXITS, INIT},
      {REMOVE},
      {MAKE},
      {FORKS, FORK, SHIM},
      {ENTERS, FORK},
      {EXECS, FORK, SHIM, 1, true, ITS_MOUNTS}},
     FORK},
    {"there before: the oldest",
     STATIC_POD,
     {{SEEN, SHIM, 1},
      {SEEN, EXEC, SHIM, 48, true, ITS_MOUNTS},
      {SEEN, INIT, SHIM, 42, true, ITS_MOUNTS},
      {SEEN, FORK, INIT, 49, true, ITS_MOUNTS}},
     INIT},
    {"there before, and a probe now",
     STATIC_POD,
     {{SEEN, SHIM, 1}, {SEEN, INIT, SHIM, 42, true, ITS_MOUNTS}, EXECUTED(48)},
     INIT},
    {"a snapshot while it starts",
     STATIC_POD,
     {{SEEN, SHIM, 1},
      {MAKE},
      {SEEN, PARENT, SHIM, PARENT, true, HOST_MOUNTS},
      {FORKS, INIT, PARENT, 7, true, ITS_MOUNTS},
      {EXITS, PARENT},
      {EXECS, INIT, PARENT, 7, true, ITS_MOUNTS}},
     INIT},
    {"a snapshot later does not change it",
     STATIC_POD,
     {STARTED(42), {SEEN, SHIM, 1, SHIM, true, ITS_MOUNTS}},
     INIT},
};

static const struct sensor_event *event_of(struct maker *make, const char *cgroup,
                                           const struct step *step)
{
    const struct told told = {
        .pid = step->pid,
        .parent = step->parent,
        .vpid = step->vpid,
        .cgroup = step->inside ? CGROUP : 1,
        .cgroup_path = step->inside ? cgroup : "/",
        .mount_namespace = step->mounts ? step->mounts : HOST_MOUNTS,
        .exe = "/bin/x",
    };

    switch (step->deed) {
    case MAKE:
        return make_cgroup(make, SENSOR_CGROUP_MAKE, CGROUP, cgroup, 0);
    case REMOVE:
        return make_cgroup(make, SENSOR_CGROUP_REMOVE, CGROUP, cgroup, 0);
    case ENTERS:
        return make_cgroup(make, SENSOR_CGROUP_ENTER, CGROUP, cgroup, step->pid);
    case FORKS:
        return make_fork(make, step->parent, &told);
    case EXECS:
        return make_exec(make, &told);
    case EXITS:
        return make_exit(make, step->pid);
    default:
        return make_snapshot(make, &told);
    }
}

static void test_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct maker make = MAKER_INIT;
        struct container_table *containers;
        struct process_table *table;

        assert_int_equal(container_table_new(&containers, NULL), 0);
        assert_int_equal(process_table_new(containers, &table, NULL), 0);
        for (const struct step *step = cases[i].steps; step->deed != END; step++) {
            const struct sensor_event *event = event_of(&make, cases[i].cgroup, step);

            process_table_apply(table, event);
            process_table_finish(table, event);
        }
        for (uint32_t pid = 1; pid <= FORK; pid++) {
            const struct process *process = process_table_find(table, pid);

            if (process && process->is_command != (pid == cases[i].want))
                fail_msg("%s: %u is%s its command", cases[i].name, pid,
                         process->is_command ? "" : " not");
        }
        process_table_free(table);
        container_table_free(containers);
        buf_done(&make.buf);
    }
}

RUN_TESTS(cmocka_unit_test(test_commands))
