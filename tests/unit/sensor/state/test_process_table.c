#include "test.h"

#include "events.h"

#define DOCKER_ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_ID "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define THIRD_ID "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

struct fixture {
    struct container_table *containers;
    struct process_table *table;
    struct maker make;
};

static void start(struct fixture *f)
{
    *f = (struct fixture){.make = MAKER_INIT};
    assert_int_equal(container_table_new(&f->containers, NULL), 0);
    assert_int_equal(process_table_new(f->containers, &f->table, NULL), 0);
}

static void stop(struct fixture *f)
{
    process_table_free(f->table);
    container_table_free(f->containers);
    buf_done(&f->make.buf);
}

static struct process *feed(struct fixture *f, const struct sensor_event *event)
{
    struct process *process = process_table_apply(f->table, event);

    process_table_finish(f->table, event);
    return process;
}

/* init, known from a snapshot. */
static void start_with_init(struct fixture *f)
{
    start(f);
    feed(f, make_snapshot(&f->make, &(struct told){.pid = 1,
                                                   .comm = "init",
                                                   .exe = "/sbin/init",
                                                   .cwd = "/",
                                                   .arguments = VIEW("/sbin/init\0--x\0")}));
}

static void fork_to(struct fixture *f, uint32_t parent, uint32_t child)
{
    feed(f, make_fork(&f->make, parent, &(struct told){.pid = child, .parent = parent}));
}

static void test_fork_exec_exit(void **state)
{
    struct fixture f;
    struct process *child;

    (void)state;
    start_with_init(&f);
    assert_ptr_equal(feed(&f, make_fork(&f.make, 1, &(struct told){.pid = 7, .comm = "init"})),
                     process_table_find(f.table, 1));
    child = process_table_find(f.table, 7);
    assert_non_null(child);
    assert_ptr_equal(child->parent, process_table_find(f.table, 1));
    assert_ptr_equal(child->image, child->parent->image);
    assert_int_equal(child->parent->child_count, 1);
    assert_int_equal(child->start, 7000);
    assert_view(child->cwd, "/");
    assert_string_equal(child->comm, "init");

    feed(&f, make_exec(&f.make, &(struct told){.pid = 7,
                                               .parent = 1,
                                               .comm = "sh",
                                               .exe = "/bin/dash",
                                               .cwd = "/tmp",
                                               .uid = 33,
                                               .arguments = VIEW("sh\0-c\0id -u\0")}));
    assert_view(child->image->exe, "sh");
    assert_view(child->image->exepath, "/bin/dash");
    assert_view(child->image->arguments, "-c id -u");
    assert_int_equal(child->image->argv.len, 9);
    assert_int_equal(child->image->argument_count, 2);
    assert_int_equal(child->image->start, f.make.time);
    assert_string_equal(child->comm, "sh");
    assert_view(child->cwd, "/tmp");
    assert_int_equal(child->credentials.uid, 33);
    assert_view(child->parent->image->arguments, "--x");

    /* An exit is applied when the rules have seen it. */
    assert_ptr_equal(process_table_apply(f.table, make_exit(&f.make, 7)), child);
    assert_int_equal(child->ended, 0);
    process_table_finish(f.table, (const void *)f.make.buf.ptr);
    assert_null(process_table_find(f.table, 7));
    assert_int_equal(process_table_find(f.table, 1)->child_count, 0);
    assert_int_equal(process_table_counts(f.table).kept, 0);
    assert_int_equal(process_table_counts(f.table).processes, 1);
    assert_int_equal(process_table_counts(f.table).made_up, 0);
    stop(&f);
}

static void test_changes(void **state)
{
    struct fixture f;
    struct process *process;

    (void)state;
    start_with_init(&f);
    process = process_table_find(f.table, 1);
    feed(&f, make_setuid(&f.make, 1, 1, 1000));
    assert_int_equal(process->credentials.uid, 1000);
    feed(&f, make_setuid(&f.make, 1, 5, 0)); /* another thread's */
    assert_int_equal(process->credentials.uid, 1000);
    feed(&f, make_chdir(&f.make, 1, "/root"));
    assert_view(process->cwd, "/root");
    feed(&f, make_rename(&f.make, 1, "sixteen-bytes-xy"));
    assert_memory_equal(process->comm, "sixteen-bytes-xy", SENSOR_COMM_SIZE);
    stop(&f);
}

/* A double fork: the ancestors stay, although they have ended. */
static void test_ancestors_stay(void **state)
{
    struct fixture f;
    struct process *daemon;

    (void)state;
    start_with_init(&f);
    fork_to(&f, 1, 10);
    fork_to(&f, 10, 11);
    feed(&f, make_exit(&f.make, 10));
    fork_to(&f, 11, 12);
    feed(&f, make_exit(&f.make, 11));
    daemon = process_table_find(f.table, 12);
    assert_int_equal(process_ancestor(daemon, 1)->pid, 11);
    assert_int_equal(process_ancestor(daemon, 2)->pid, 10);
    assert_int_equal(process_ancestor(daemon, 3)->pid, 1);
    assert_null(process_ancestor(daemon, 4));
    assert_null(process_table_find(f.table, 11));
    assert_int_equal(process_table_counts(f.table).kept, 2);
    assert_int_equal(process_table_find(f.table, 1)->child_count, 0);
    feed(&f, make_exit(&f.make, 12));
    assert_int_equal(process_table_counts(f.table).kept, 0);
    stop(&f);
}

/* A fork that asks for another parent does not get it. */
static void test_clone_parent(void **state)
{
    struct fixture f;

    (void)state;
    start_with_init(&f);
    fork_to(&f, 1, 10);
    feed(&f, make_fork(&f.make, 10, &(struct told){.pid = 11, .parent = 1}));
    assert_int_equal(process_table_find(f.table, 11)->parent->pid, 10);
    stop(&f);
}

static void test_pid_reuse(void **state)
{
    struct fixture f;
    struct process *kept;

    (void)state;
    start_with_init(&f);
    fork_to(&f, 1, 10);
    kept = process_ref(process_table_find(f.table, 10));
    /* Its end was missed. */
    feed(&f, make_fork(&f.make, 1, &(struct told){.pid = 10, .parent = 1, .start = 77}));
    assert_ptr_not_equal(process_table_find(f.table, 10), kept);
    assert_int_equal(process_table_find(f.table, 10)->start, 77);
    assert_true(kept->ended > 0);
    assert_int_equal(process_table_counts(f.table).missed_ends, 1);
    assert_int_equal(process_table_counts(f.table).kept, 1);
    process_unref(kept);
    assert_int_equal(process_table_counts(f.table).kept, 0);
    stop(&f);
}

static void test_made_up(void **state)
{
    struct fixture f;
    struct process *process;

    (void)state;
    start_with_init(&f);
    process = feed(&f, make_plain(&f.make, 50));
    assert_true(process->made_up);
    assert_null(process->image);
    assert_int_equal(process_table_counts(f.table).made_up, 1);
    /* An exec tells more, and who the parent is. */
    feed(&f, make_exec(&f.make, &(struct told){.pid = 50, .parent = 1, .exe = "/bin/x"}));
    assert_int_equal(process->start, 50000);
    assert_int_equal(process->parent->pid, 1);
    assert_view(process->image->exepath, "/bin/x");
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 50, .parent = 1, .exe = "/bin/x"}));
    assert_false(process->made_up);
    /* Of one that is not known an exit leaves nothing. */
    feed(&f, make_exit(&f.make, 60));
    assert_null(process_table_find(f.table, 60));
    stop(&f);
}

static void test_snapshot(void **state)
{
    struct fixture f;
    struct program_image *image;

    (void)state;
    start(&f);
    process_table_begin_snapshot(f.table);
    /* A child is told of before its parent. */
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 5, .parent = 9, .exe = "/bin/a"}));
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 9, .exe = "/bin/b", .comm = "b"}));
    process_table_end_snapshot(f.table, f.make.time);
    assert_ptr_equal(process_table_find(f.table, 5)->parent, process_table_find(f.table, 9));
    assert_string_equal(process_table_find(f.table, 5)->parent->comm, "b");
    assert_int_equal(process_table_counts(f.table).made_up, 0);
    image = process_table_find(f.table, 9)->image;

    /* The next finds 5 gone, and 9 the same. */
    process_table_begin_snapshot(f.table);
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 9, .exe = "/bin/b", .comm = "b"}));
    process_table_end_snapshot(f.table, f.make.time);
    assert_ptr_equal(process_table_find(f.table, 9)->image, image);
    assert_non_null(process_table_find(f.table, 5)); /* its last events may still come */
    feed(&f, make_plain(&f.make, 9));
    assert_null(process_table_find(f.table, 5));
    assert_int_equal(process_table_counts(f.table).missed_ends, 1);
    stop(&f);
}

/* Events from before the snapshot record change nothing that it told. */
static void test_old_events(void **state)
{
    struct fixture f;
    uint64_t now;

    (void)state;
    start_with_init(&f);
    now = f.make.time;
    f.make.time = now + 100;
    feed(&f, make_snapshot(
                 &f.make, &(struct told){.pid = 5, .parent = 1, .exe = "/bin/new", .cwd = "/new"}));
    f.make.time = now + 10;
    feed(&f, make_fork(&f.make, 1, &(struct told){.pid = 5, .parent = 1, .cwd = "/old"}));
    feed(&f, make_exec(&f.make, &(struct told){.pid = 5, .parent = 1, .exe = "/bin/old"}));
    feed(&f, make_chdir(&f.make, 5, "/older"));
    assert_view(process_table_find(f.table, 5)->image->exepath, "/bin/new");
    assert_view(process_table_find(f.table, 5)->cwd, "/new");
    /* An exit counts all the same. */
    feed(&f, make_exit(&f.make, 5));
    assert_null(process_table_find(f.table, 5));
    stop(&f);
}

/* A parent that no record tells of lives as long as its children name it. */
static void test_hidden_parent(void **state)
{
    struct fixture f;

    (void)state;
    start(&f);
    for (int round = 0; round < 2; round++) {
        process_table_begin_snapshot(f.table);
        feed(&f, make_snapshot(&f.make, &(struct told){.pid = 5, .parent = 9, .exe = "/bin/a"}));
        process_table_end_snapshot(f.table, f.make.time);
        feed(&f, make_plain(&f.make, 5));
        assert_int_equal(process_table_find(f.table, 5)->parent->pid, 9);
        assert_true(process_table_find(f.table, 9)->made_up);
    }
    assert_int_equal(process_table_counts(f.table).missed_ends, 0);
    /* A cgroup that the kernel made by itself makes nobody up. */
    assert_null(feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_MAKE, 40, "/x", 0)));
    assert_int_equal(process_table_counts(f.table).made_up, 0);
    stop(&f);
}

static void test_containers(void **state)
{
    struct fixture f;
    struct container *container;
    struct process *process;

    (void)state;
    start_with_init(&f);
    feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_MAKE, 40, "/docker/" DOCKER_ID, 0));
    container = container_table_find(f.containers, VIEW(DOCKER_ID));
    assert_non_null(container);
    fork_to(&f, 1, 10);
    process = process_table_find(f.table, 10);
    assert_null(process->container);
    feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_ENTER, 40, NULL, 10));
    assert_ptr_equal(process->container, container);
    assert_int_equal(container->process_count, 1);
    feed(&f, make_fork(&f.make, 10, &(struct told){.pid = 11, .parent = 10, .cgroup = 40}));
    assert_ptr_equal(process_table_find(f.table, 11)->container, container);
    assert_int_equal(container->process_count, 2);
    /* The cgroup goes while a process's last event waits: the container stays. */
    process_ref(process);
    feed(&f, make_exit(&f.make, 11));
    feed(&f, make_exit(&f.make, 10));
    feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_REMOVE, 40, NULL, 0));
    assert_int_equal(container->process_count, 0);
    assert_int_equal(container_table_count(f.containers), 1);
    assert_view(process->container->id, DOCKER_ID);
    process_unref(process);
    assert_int_equal(container_table_count(f.containers), 0);
    stop(&f);
}

/* A process whose cgroup is heard of only afterwards. */
static void test_late_cgroup(void **state)
{
    struct fixture f;
    struct process *process;

    (void)state;
    start_with_init(&f);
    feed(&f, make_fork(&f.make, 1, &(struct told){.pid = 10, .parent = 1, .cgroup = 40}));
    process = process_table_find(f.table, 10);
    assert_null(process->container);
    feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_MAKE, 40, "/docker/" DOCKER_ID, 0));
    feed(&f, make_plain(&f.make, 10));
    assert_non_null(process->container);
    /* An exec names its cgroup itself. */
    feed(&f, make_fork(&f.make, 1, &(struct told){.pid = 11, .parent = 1, .cgroup = 41}));
    process = process_table_find(f.table, 11);
    feed(&f, make_exec(&f.make, &(struct told){.pid = 11,
                                               .parent = 1,
                                               .cgroup = 42,
                                               .cgroup_path = "/docker/" DOCKER_ID "/a"}));
    assert_non_null(process->container);
    stop(&f);
}

/* Cgroups that a container may write to: its processes stay the container's. */
static void test_cgroups_of_a_container(void **state)
{
    static const struct {
        const char *name, *path;
        uint32_t mover;
        const char *want; /* NULL: the host */
    } cases[] = {
        {"its own", "/docker/" DOCKER_ID "/a", 10, DOCKER_ID},
        {"another's name below its own", "/docker/" DOCKER_ID "/docker/" OTHER_ID, 10, DOCKER_ID},
        {"another's", "/docker/" OTHER_ID "/a", 10, DOCKER_ID},
        {"the host's", "/", 10, DOCKER_ID},
        {"a container that it made", "/docker/" DOCKER_ID "/docker/" THIRD_ID, 10, THIRD_ID},
        {"another's, by the host", "/docker/" OTHER_ID "/a", 1, OTHER_ID},
        {"the host's, by the host", "/", 1, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct sensor_event *event;
        const struct process *process;
        struct fixture f;

        start_with_init(&f);
        feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_MAKE, 40, "/docker/" DOCKER_ID, 0));
        feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_MAKE, 41, "/docker/" OTHER_ID, 0));
        feed(&f, make_fork(&f.make, 1, &(struct told){.pid = 10, .parent = 1, .cgroup = 40}));
        feed(&f, make_cgroup(&f.make, SENSOR_CGROUP_MAKE, 42, cases[i].path, 0));
        event = make_cgroup(&f.make, SENSOR_CGROUP_ENTER, 42, cases[i].path, 10);
        ((struct sensor_event *)(void *)f.make.buf.ptr)->pid = cases[i].mover;
        feed(&f, event);
        /* And it stays so for what it runs and forks. */
        feed(&f,
             make_exec(&f.make,
                       &(struct told){
                           .pid = 10, .parent = 1, .cgroup = 42, .cgroup_path = cases[i].path}));
        feed(&f, make_fork(&f.make, 10, &(struct told){.pid = 12, .parent = 10, .cgroup = 42}));
        process = process_table_find(f.table, 12);
        if (cases[i].want
                ? !process->container || !view_eq(process->container->id, view_of(cases[i].want))
                : process->container != NULL)
            fail_msg("%s: %.12s", cases[i].name,
                     process->container ? process->container->id.ptr : "host");
        stop(&f);
    }
}

/* Each forks the next and ends: the chain is cut in the middle. */
static void test_chain_is_bounded(void **state)
{
    enum { LENGTH = 100000 };
    struct fixture f;
    struct process *last;

    (void)state;
    start_with_init(&f);
    for (uint32_t pid = 2; pid < LENGTH; pid++) {
        fork_to(&f, pid - 1, pid);
        if (pid > 2)
            feed(&f, make_exit(&f.make, pid - 1));
    }
    assert_in_range(process_table_counts(f.table).kept, 8000, 8300);
    assert_in_range(process_table_counts(f.table).bytes, 1, 6 << 20);
    last = process_table_find(f.table, LENGTH - 1);
    assert_int_equal(process_ancestor(last, 1)->pid, LENGTH - 2);
    assert_int_equal(process_ancestor(last, PROCESS_DEPTH_LIMIT)->pid,
                     LENGTH - 1 - PROCESS_DEPTH_LIMIT);
    assert_null(process_ancestor(last, PROCESS_DEPTH_LIMIT + 1));
    while (last->parent)
        last = last->parent;
    assert_int_equal(last->pid, 1);
    stop(&f);
}

/* What a file may claim: everybody is everybody's parent. */
static void test_no_cycles(void **state)
{
    struct fixture f;
    const struct process *process;
    unsigned depth = 0;

    (void)state;
    start(&f);
    process_table_begin_snapshot(f.table);
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 5, .parent = 6}));
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 6, .parent = 7}));
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 7, .parent = 5}));
    feed(&f, make_snapshot(&f.make, &(struct told){.pid = 8, .parent = 8}));
    fork_to(&f, 5, 7);
    fork_to(&f, 5, 5);
    for (process = process_table_find(f.table, 5); process; process = process->parent)
        assert_true(++depth < 10);
    assert_null(process_table_find(f.table, 8)->parent);
    stop(&f);
}

RUN_TESTS(cmocka_unit_test(test_fork_exec_exit), cmocka_unit_test(test_changes),
          cmocka_unit_test(test_ancestors_stay), cmocka_unit_test(test_clone_parent),
          cmocka_unit_test(test_pid_reuse), cmocka_unit_test(test_made_up),
          cmocka_unit_test(test_snapshot), cmocka_unit_test(test_old_events),
          cmocka_unit_test(test_containers), cmocka_unit_test(test_hidden_parent),
          cmocka_unit_test(test_late_cgroup), cmocka_unit_test(test_cgroups_of_a_container),
          cmocka_unit_test(test_chain_is_bounded), cmocka_unit_test(test_no_cycles))
