/* Workers: what they can do, what they cannot, and how their end is told. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fd.h"
#include "sandbox/confine.h"
#include "sandbox/sandbox.h"

static int op_echo(struct worker *worker, struct view request, struct error *err)
{
    worker_note(worker, VIEW("echoing"));
    return worker_reply(worker, request, err);
}

static int op_copy(struct worker *worker, struct view request, struct error *err)
{
    char block[4096];
    ssize_t n;

    (void)request;
    while ((n = fd_read_full(worker_fd(worker, 0), block, sizeof(block), err)) > 0)
        if (worker_reply(worker, view_from(block, (size_t)n), err) < 0)
            return err->kind;
    return (int)n;
}

static int op_fail(struct worker *worker, struct view request, struct error *err)
{
    (void)worker;
    error_set(err, ERROR_INPUT, "bad \x1b[31m header: %.*s", VIEW_ARG(request));
    error_hint(err, "fix it");
    return ERROR_INPUT;
}

static int op_crash(struct worker *worker, struct view request, struct error *err)
{
    (void)request;
    (void)err;
    worker_note(worker, VIEW("var/lib/dpkg/status"));
    __builtin_trap();
}

static int op_spin(struct worker *worker, struct view request, struct error *err)
{
    (void)worker;
    (void)request;
    (void)err;
    for (volatile unsigned i = 0; i < 2; i = 0)
        ;
    return 0;
}

static int op_flood(struct worker *worker, struct view request, struct error *err)
{
    static const char zeros[4096];

    (void)request;
    while (worker_reply(worker, view_from(zeros, sizeof(zeros)), err) == 0)
        ;
    return err->kind;
}

static int op_eat(struct worker *worker, struct view request, struct error *err)
{
    (void)worker;
    (void)request;
    for (size_t i = 0; i < 4096; i++) {
        char *block = malloc(1 << 20);

        if (!block)
            return error_memory(err);
        memset(block, (int)i, 1 << 20);
    }
    return 0;
}

/* Tries what must be refused; replies with the name of what was not. */
static int op_probe(struct worker *worker, struct view request, struct error *err)
{
    const char *open_path = "/etc/passwd";
    int fd = open(open_path, O_RDONLY);
    void *code;

    (void)request;
    if (fd >= 0)
        return worker_reply(worker, VIEW("open"), err);
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        return worker_reply(worker, VIEW("socket"), err);
    code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code != MAP_FAILED)
        return worker_reply(worker, VIEW("executable memory"), err);
    if (syscall(SYS_chdir, "/") == 0)
        return worker_reply(worker, VIEW("chdir"), err);
    if (geteuid() == 0)
        return worker_reply(worker, VIEW("root"), err);
    for (int other = 3; other < 64; other++)
        if (fcntl(other, F_GETFD) >= 0)
            return worker_reply(worker, VIEW("a descriptor"), err);
    return worker_reply(worker, VIEW("nothing"), err);
}

static int op_exec(struct worker *worker, struct view request, struct error *err)
{
    (void)worker;
    (void)request;
    (void)err;
    execl("/bin/true", "true", NULL);
    return 0;
}

static const struct sandbox_op ops[] = {
    {"echo", op_echo, 64 << 20, 1 << 20, 10}, {"copy", op_copy, 64 << 20, 0, 10},
    {"fail", op_fail, 64 << 20, 1 << 20, 10}, {"crash", op_crash, 64 << 20, 1 << 20, 10},
    {"spin", op_spin, 64 << 20, 1 << 20, 1},  {"flood", op_flood, 64 << 20, 1 << 16, 10},
    {"eat", op_eat, 64 << 20, 1 << 20, 10},   {"probe", op_probe, 64 << 20, 1 << 20, 10},
    {"exec", op_exec, 64 << 20, 1 << 20, 10},
};

static int start(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    return sandbox_start(ops, sizeof(ops) / sizeof(ops[0]), (struct sandbox **)state, NULL);
}

static int stop(void **state)
{
    sandbox_stop(*state);
    return 0;
}

static void outcomes_are_told(void **state)
{
    static const struct {
        const char *op;
        unsigned deadline;
        int want;
        const char *message, *note;
        bool plain_only; /* sanitizers end these in their own way */
    } cases[] = {
        {"echo", 0, 0, "", "echoing", false},
        {"fail", 0, ERROR_INPUT, "bad ?[31m header: hello", "", false},
        {"crash", 0, ERROR_CRASH, "crash crashed (signal 4, SIGILL)", "var/lib/dpkg/status", true},
        {"spin", 0, ERROR_LIMIT, "spin used more than 1 s of processor time", "", false},
        {"flood", 0, ERROR_LIMIT, "the reply of flood is larger than 65536 bytes", "", false},
        {"eat", 0, ERROR_MEMORY, "out of memory", "", true},
        {"exec", 0, ERROR_CRASH,
         "exec made a forbidden system call and was killed: the input may be hostile", "", true},
        {"no-such", 0, ERROR_INTERNAL, "no worker can do no-such", "", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        _cleanup_(buf_done) struct buf reply = BUF_INIT(1 << 20);
        char note[SANDBOX_NOTE_LIMIT] = "";
        struct error err = ERROR_INIT;
        struct sandbox_job *job;
        int r;

        if (cases[i].plain_only && CONFINE_SANITIZED)
            continue;
        r = sandbox_job_start(*state, cases[i].op, VIEW("hello"), NULL, 0, cases[i].deadline, &job,
                              &err);
        if (r == 0)
            r = sandbox_job_finish_noted(job, &reply, note, &err);
        assert_int_equal(r, cases[i].want);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(note, cases[i].note);
    }
}

static void a_deadline_ends_a_stuck_worker(void **state)
{
    int pipes[2];
    struct error err = ERROR_INIT;

    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    assert_int_equal(sandbox_call(*state, "copy", VIEW_EMPTY, pipes, 1, 1, NULL, &err),
                     ERROR_TIMEOUT);
    assert_string_equal(err.message, "copy took too long and was stopped");
    close(pipes[0]);
    close(pipes[1]);
}

static void a_cancelled_job_ends(void **state)
{
    int pipes[2];
    struct sandbox_job *job;
    struct error err = ERROR_INIT;

    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    assert_int_equal(sandbox_job_start(*state, "copy", VIEW_EMPTY, pipes, 1, 0, &job, &err), 0);
    sandbox_job_cancel(job);
    assert_int_equal(sandbox_job_finish(job, NULL, &err), ERROR_LIMIT);
    close(pipes[0]);
    close(pipes[1]);
}

static void a_descriptor_is_read(void **state)
{
    _cleanup_close_ int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    char head[4];
    struct error err = ERROR_INIT;
    struct sandbox_job *job;

    assert_int_equal(sandbox_job_start(*state, "copy", VIEW_EMPTY, &fd, 1, 0, &job, &err), 0);
    assert_int_equal(sandbox_job_read(job, head, sizeof(head), &err), sizeof(head));
    assert_memory_equal(head, "\177ELF", 4);
    assert_int_equal(sandbox_job_finish(job, NULL, &err), 0);
}

static void a_worker_can_reach_nothing(void **state)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT(1 << 20);
    struct error err = ERROR_INIT;

    if (CONFINE_SANITIZED)
        skip();
    assert_int_equal(sandbox_call(*state, "probe", VIEW_EMPTY, NULL, 0, 0, &reply, &err), 0);
    assert_string_equal(buf_cstr(&reply), "nothing");
}

static void large_requests_and_many_jobs(void **state)
{
    enum { SIZE = 300000, JOBS = 40 };
    _cleanup_free_ char *bytes = malloc(SIZE);
    struct sandbox_job *jobs[JOBS];
    struct error err = ERROR_INIT;

    memset(bytes, 'x', SIZE);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(sandbox_job_start(*state, "echo", view_from(bytes, SIZE - i), NULL, 0, 0,
                                           &jobs[i], &err),
                         0);
    for (size_t i = JOBS; i-- > 0;) {
        _cleanup_(buf_done) struct buf reply = BUF_INIT(1 << 20);

        assert_int_equal(sandbox_job_finish(jobs[i], &reply, &err), 0);
        assert_int_equal(reply.len, SIZE - i);
    }
}

static void workers_die_with_the_program(void **state)
{
    int pipes[2], alive[2];
    pid_t program;
    char byte;

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(pipe(alive), 0);
    program = fork();
    if (program == 0) {
        struct sandbox *own;
        struct sandbox_job *job;
        int fds[] = {pipes[0], alive[1]};

        if (sandbox_start(ops, sizeof(ops) / sizeof(ops[0]), &own, NULL) < 0 ||
            sandbox_job_start(own, "copy", VIEW_EMPTY, fds, 2, 0, &job, NULL) < 0)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    close(alive[1]);
    /* The pipe ends when its last writer, the worker, is gone. */
    assert_int_equal(read(alive[0], &byte, 1), 0);
    close(alive[0]);
    close(pipes[0]);
    close(pipes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_are_told),
        cmocka_unit_test(a_deadline_ends_a_stuck_worker),
        cmocka_unit_test(a_cancelled_job_ends),
        cmocka_unit_test(a_descriptor_is_read),
        cmocka_unit_test(a_worker_can_reach_nothing),
        cmocka_unit_test(large_requests_and_many_jobs),
        cmocka_unit_test(workers_die_with_the_program),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
