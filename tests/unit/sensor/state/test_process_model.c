/* Random histories of processes, held against a plain model that forgets nothing. */
#include "test.h"

#include "events.h"

enum {
    HISTORIES = 60,
    STEPS = 4000,
    PIDS = 24, /* few, so that they are used again and again */
    TEXT = 16,
};

struct model_process {
    uint32_t pid;
    uint64_t start;
    int parent; /* index; -1: none */
    bool alive;
    unsigned children; /* that live */
    uint32_t uid;
    char comm[TEXT], exe[TEXT], cwd[TEXT];
};

struct history {
    struct model_process all[STEPS + 1];
    int count;
    int by_pid[PIDS + 1]; /* -1: nobody */
    uint64_t random;
    struct container_table *containers;
    struct process_table *table;
    struct maker make;
};

static uint32_t draw(struct history *h, uint32_t below)
{
    h->random = h->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(h->random >> 33) % below;
}

static void feed(struct history *h, const struct sensor_event *event)
{
    assert_non_null(process_table_apply(h->table, event));
    process_table_finish(h->table, event);
}

static struct model_process *living(struct history *h)
{
    int i = h->by_pid[1 + draw(h, PIDS)];

    return i < 0 ? NULL : &h->all[i];
}

static struct told told_of(const struct history *h, const struct model_process *p)
{
    const struct model_process *parent = p->parent < 0 ? NULL : &h->all[p->parent];

    if (parent && !parent->alive)
        parent = &h->all[0]; /* the kernel names who has taken the orphan */
    return (struct told){.pid = p->pid,
                         .parent = parent ? parent->pid : 0,
                         .start = p->start,
                         .parent_start = parent ? parent->start : 0,
                         .comm = p->comm,
                         .exe = p->exe,
                         .cwd = p->cwd,
                         .uid = p->uid};
}

static struct model_process *add(struct history *h, uint32_t pid, int parent)
{
    struct model_process *p = &h->all[h->count];

    *p = parent >= 0 ? h->all[parent] : (struct model_process){.comm = "init", .exe = "/init"};
    p->pid = pid;
    p->start = h->make.time + 1;
    p->parent = parent;
    p->alive = true;
    p->children = 0;
    h->by_pid[pid] = h->count++;
    return p;
}

static void step_fork(struct history *h, struct model_process *p)
{
    uint32_t pid = 1 + draw(h, PIDS);
    struct model_process *child;
    struct told told;

    if (h->by_pid[pid] >= 0)
        return;
    child = add(h, pid, (int)(p - h->all));
    p->children++;
    told = told_of(h, child);
    told.exe = NULL;
    feed(h, make_fork(&h->make, p->pid, &told));
}

static void step_exec(struct history *h, struct model_process *p)
{
    struct told told;

    snprintf(p->exe, TEXT, "/bin/%u", draw(h, 1000));
    snprintf(p->comm, TEXT, "c%u", draw(h, 1000));
    p->uid = draw(h, 3);
    told = told_of(h, p);
    feed(h, make_exec(&h->make, &told));
}

static void step_exit(struct history *h, struct model_process *p)
{
    if (p->pid == 1)
        return;
    p->alive = false;
    h->by_pid[p->pid] = -1;
    h->all[p->parent].children--;
    feed(h, make_exit(&h->make, p->pid));
}

static void step_change(struct history *h, struct model_process *p)
{
    switch (draw(h, 4)) {
    case 0:
        p->uid = draw(h, 5);
        feed(h, make_setuid(&h->make, p->pid, p->pid, p->uid));
        return;
    case 1:
        feed(h, make_setuid(&h->make, p->pid, p->pid + 100, 99)); /* a thread's */
        return;
    case 2:
        snprintf(p->cwd, TEXT, "/d%u", draw(h, 1000));
        feed(h, make_chdir(&h->make, p->pid, p->cwd));
        return;
    default:
        snprintf(p->comm, TEXT, "n%u", draw(h, 1000));
        feed(h, make_rename(&h->make, p->pid, p->comm));
    }
}

/* All of it is read again, from the highest pid. */
static void step_snapshot(struct history *h)
{
    process_table_begin_snapshot(h->table);
    for (uint32_t pid = PIDS; pid > 0; pid--) {
        struct told told;

        if (h->by_pid[pid] < 0)
            continue;
        told = told_of(h, &h->all[h->by_pid[pid]]);
        feed(h, make_snapshot(&h->make, &told));
    }
    process_table_end_snapshot(h->table, h->make.time);
    feed(h, make_plain(&h->make, 1));
}

static void check_one(const struct history *h, const struct process *process, int index)
{
    const struct model_process *p = &h->all[index];

    assert_int_equal(process->child_count, p->children);
    for (; process; process = process->parent, index = p->parent) {
        assert_true(index >= 0);
        p = &h->all[index];
        assert_int_equal(process->pid, p->pid);
        assert_int_equal(process->start, p->start);
        assert_int_equal(process->ended == 0, p->alive);
        assert_string_equal(process->comm, p->comm);
        assert_view(process->cwd, p->cwd);
        assert_view(process->image->exepath, p->exe);
        assert_int_equal(process->credentials.uid, p->uid);
    }
    assert_int_equal(index, -1);
}

/* Ended ones that a living one descends from. */
static uint64_t kept(struct history *h)
{
    static bool seen[STEPS + 1];
    uint64_t count = 0;

    memset(seen, 0, sizeof(seen));
    for (int i = 0; i < h->count; i++)
        for (int k = h->all[i].alive ? h->all[i].parent : -1; k >= 0 && !seen[k];
             k = h->all[k].parent) {
            seen[k] = true;
            count += !h->all[k].alive;
        }
    return count;
}

static void check(struct history *h)
{
    uint64_t count = 0;

    for (uint32_t pid = 1; pid <= PIDS; pid++) {
        const struct process *process = process_table_find(h->table, pid);

        assert_int_equal(process != NULL, h->by_pid[pid] >= 0);
        if (!process)
            continue;
        count++;
        check_one(h, process, h->by_pid[pid]);
    }
    assert_int_equal(process_table_counts(h->table).processes, count);
    assert_int_equal(process_table_counts(h->table).kept, kept(h));
    assert_int_equal(process_table_counts(h->table).made_up, 0);
    assert_int_equal(process_table_counts(h->table).missed_ends, 0);
}

static void run(struct history *h, unsigned seed)
{
    *h = (struct history){.random = seed * 7919 + 1, .make = MAKER_INIT};
    assert_int_equal(container_table_new(&h->containers, NULL), 0);
    assert_int_equal(process_table_new(h->containers, &h->table, NULL), 0);
    for (size_t i = 0; i <= PIDS; i++)
        h->by_pid[i] = -1;
    add(h, 1, -1);
    step_snapshot(h);
    for (int i = 0; i < STEPS; i++) {
        struct model_process *p = living(h);
        uint32_t kind = draw(h, 100);

        if (p && kind < 35)
            step_fork(h, p);
        else if (p && kind < 65)
            step_exit(h, p);
        else if (p && kind < 80)
            step_exec(h, p);
        else if (p && kind < 98)
            step_change(h, p);
        else if (p)
            step_snapshot(h);
        if (i % 16 == 0)
            check(h);
    }
    check(h);
    process_table_free(h->table);
    container_table_free(h->containers);
    buf_done(&h->make.buf);
}

static void test_histories(void **state)
{
    static struct history history;

    (void)state;
    for (unsigned seed = 0; seed < HISTORIES; seed++)
        run(&history, seed);
}

RUN_TESTS(cmocka_unit_test(test_histories))
