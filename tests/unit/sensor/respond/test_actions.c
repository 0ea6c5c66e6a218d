/* Actions on real processes, cgroups and namespaces; root only. */
#include "test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "box.h"
#include "sensor/respond/exec-guard.h"

enum { MOMENT = 10000, SHORT = 300, UNDO_LIMIT = 4096 };

static const struct response_context plain = {.docker_socket = "/nonexistent/docker.sock"};
static const struct response_context dry = {.dry_run = true};

static int act(const char *name, const struct response_context *context,
               const struct response_target *target, struct buf *undo)
{
    struct error err = ERROR_INIT;
    int r = action_find(view_of(name))->act(context, target, undo, &err);

    if (r < 0)
        print_message("%s: %s\n", name, err.message);
    return r;
}

static int take_back(const char *name, const struct response_target *target, const struct buf *undo)
{
    struct error err = ERROR_INIT;
    int r = action_find(view_of(name))->undo(&plain, target, buf_view(undo), &err);

    if (r < 0)
        print_message("%s: %s\n", name, err.message);
    return r;
}

static void test_target(void **state)
{
    struct response_target target, found;
    struct box box;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_view(target.container_id, box.id);
    assert_int_equal(target.pid, box.pid);
    assert_true(target.start > 0);
    assert_int_equal(response_target_of_container(view_from(box.id, 12), box.arena, &found, NULL),
                     0);
    assert_view(found.container_id, box.id);
    assert_int_equal(found.pid, 0);
    assert_int_equal(response_target_of_container(view_from(box.id, 5), box.arena, &found, NULL),
                     ERROR_INPUT);
    assert_int_equal(response_target_of_container(VIEW("fffffffffffffff"), box.arena, &found, NULL),
                     ERROR_NOT_FOUND);
    assert_int_equal(response_target_of_pid((uint32_t)getpid(), box.arena, &found, NULL), 0);
    assert_int_equal(found.container_id.len, 0);
    box_close(&box);
}

static void test_kill(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT);
    struct response_target target, other;
    struct box box;
    int status;

    (void)state;
    box_open(&box);
    target = other = box_target(&box);
    other.start += 1000000000; /* another process had this pid */
    assert_int_equal(act("kill", &plain, &other, &undo), ERROR_NOT_FOUND);
    assert_int_equal(act("kill", &dry, &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_NOTHING, MOMENT), 0);
    assert_int_equal(act("kill", &plain, &target, &undo), 0);
    status = box_wait(&box);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_int_equal(act("kill", &plain, &target, &undo), ERROR_NOT_FOUND);
    box_close(&box);
}

/* A process of the host. */
static pid_t fork_idle(void)
{
    pid_t child = fork();

    while (child == 0)
        pause();
    return child;
}

static void test_never_touched(void **state)
{
    const struct {
        const char *name;
        uint32_t pid;
        bool allow_host;
        int want;
    } cases[] = {
        {"the first process", 1, true, ERROR_DENIED},
        {"the sensor", (uint32_t)getpid(), true, ERROR_DENIED},
        {"the host's", (uint32_t)fork_idle(), false, ERROR_DENIED},
        {"the host's, allowed", (uint32_t)fork_idle(), true, 0},
        {"nobody", 0, true, ERROR_NOT_FOUND},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct response_context context = {.allow_host = cases[i].allow_host};
        struct response_target target = {.pid = cases[i].pid};
        struct living_process process = {0};
        int r;

        living_process_read(cases[i].pid, &process, NULL);
        target.start = process.start;
        r = act("kill", &context, &target, NULL);
        if (r != cases[i].want)
            fail_msg("%s: %d", cases[i].name, r);
    }
    for (size_t i = 2; i < 4; i++) {
        kill((pid_t)cases[i].pid, SIGKILL);
        waitpid((pid_t)cases[i].pid, NULL, 0);
    }
}

static void test_kill_tree(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    struct box box;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_int_equal(box_ask(&box, BOX_FORK, MOMENT), 0);
    while (box_count(&box) < 4)
        poll(NULL, 0, 1);
    assert_int_equal(act("kill-tree", &plain, &target, &undo), 0);
    box_wait(&box);
    for (int i = 0; box_count(&box) > 0 && i < MOMENT; i++)
        poll(NULL, 0, 1);
    assert_int_equal(box_count(&box), 0);
    box_close(&box);
}

static void test_pause(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT), nothing = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    struct box box;
    int answer;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_int_equal(act("pause", &dry, &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_NOTHING, MOMENT), 0);
    assert_int_equal(act("pause", &plain, &target, &undo), 0);
    assert_view(buf_view(&undo), box.cgroup);
    assert_int_equal(box_ask(&box, BOX_NOTHING, SHORT), -1);
    assert_int_equal(take_back("pause", &target, &undo), 0);
    assert_int_equal(read(box.socket, &answer, sizeof(answer)), sizeof(answer));
    assert_int_equal(box_ask(&box, BOX_NOTHING, MOMENT), 0);
    /* Who paused it did not come to write down where. */
    buf_reset(&undo);
    assert_int_equal(act("pause", &plain, &target, &undo), 0);
    assert_int_equal(take_back("pause", &target, &nothing), 0);
    assert_int_equal(box_ask(&box, BOX_NOTHING, MOMENT), 0);
    box_close(&box);
    assert_int_equal(take_back("pause", &target, &undo), 0); /* it is gone */
    assert_int_equal(take_back("pause", &target, &nothing), 0);
    buf_reset(&undo);
    buf_add_str(&undo, "/etc");
    assert_int_equal(take_back("pause", &target, &undo), ERROR_INPUT);
}

/* No engine answers: its processes are ended. */
static void test_stop(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    struct box box;
    int status;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_int_equal(box_ask(&box, BOX_FORK, MOMENT), 0);
    assert_int_equal(act("stop", &plain, &target, &undo), 0);
    status = box_wait(&box);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_int_equal(box_count(&box), 0);
    assert_int_equal(undo.len, 0);
    assert_true(take_back("stop", &target, &undo) < 0); /* nor does one now */
    target.runtime = CONTAINER_OTHER;
    assert_int_equal(take_back("stop", &target, &undo), ERROR_UNSUPPORTED);
    box_close(&box);
}

/* One that stands still is ended without being let loose before. */
static void test_stop_paused(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    struct box box;
    int status;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_int_equal(box_ask(&box, BOX_FORK, MOMENT), 0);
    assert_int_equal(act("pause", &plain, &target, &undo), 0);
    assert_int_equal(act("stop", &plain, &target, &undo), 0);
    status = box_wait(&box);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    while (box_count(&box)) /* who forked them is gone: they are not collected at once */
        poll(NULL, 0, 1);
    box_close(&box);
}

static void test_isolate(void **state)
{
    static const struct view kept[] = {VIEW("10.99.0.0/24:443"), VIEW("fd00::/8")},
                             other[] = {VIEW("10.99.0.2:80")};
    const struct response_context keeping = {.keep = kept, .keep_count = COUNT(kept)},
                                  keeping_other = {.keep = other, .keep_count = 1},
                                  wrong = {.keep = (struct view[]){VIEW("x; flush ruleset")},
                                           .keep_count = 1};
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT), nothing = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    struct box box;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), 0);
    assert_int_equal(act("isolate", &dry, &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), 0);
    assert_int_equal(act("isolate", &wrong, &target, &undo), ERROR_USAGE);
    assert_int_equal(act("isolate", &keeping_other, &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), EPERM);
    buf_reset(&undo);
    assert_int_equal(act("isolate", &keeping, &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), 0);
    buf_reset(&undo);
    assert_int_equal(act("isolate", &plain, &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), EPERM);
    assert_int_equal(take_back("isolate", &target, &undo), 0);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), 0);
    assert_int_equal(take_back("isolate", &target, &undo), 0);
    /* Who cut it off did not come to write down which namespace. */
    buf_reset(&undo);
    assert_int_equal(act("isolate", &plain, &target, &undo), 0);
    assert_int_equal(take_back("isolate", &target, &nothing), 0);
    assert_int_equal(box_ask(&box, BOX_SEND, MOMENT), 0);
    box_close(&box);
    assert_int_equal(take_back("isolate", &target, &undo), 0); /* it is gone */
    assert_int_equal(take_back("isolate", &target, &nothing), 0);
}

static void test_isolate_host(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct response_target target;

    (void)state;
    assert_int_equal(response_target_of_pid((uint32_t)getpid(), arena, &target, NULL), 0);
    target.container_id = VIEW("none such");
    assert_int_equal(act("isolate", &plain, &target, NULL), ERROR_NOT_FOUND);
}

static void test_deny_exec(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT), again = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    uint64_t guard;
    struct view rest;
    struct box box;
    int r;

    (void)state;
    box_open(&box);
    target = box_target(&box);
    assert_int_equal(box_ask(&box, BOX_RUN_NEW, MOMENT), 0);
    r = act("deny-exec", &plain, &target, &undo);
    if (r == ERROR_UNSUPPORTED) {
        box_close(&box);
        skip();
    }
    assert_int_equal(r, 0);
    assert_int_equal(box_ask(&box, BOX_RUN_OLD, MOMENT), 0);
    assert_int_equal(box_ask(&box, BOX_RUN_NEW, MOMENT), EPERM);
    assert_int_equal(box_ask(&box, BOX_RUN_NEW, MOMENT), EPERM);
    /* One guard is enough. */
    assert_int_equal(act("deny-exec", &plain, &target, &again), 0);
    assert_int_equal(again.len, 0);
    assert_int_equal(take_back("deny-exec", &target, &again), ERROR_INPUT);
    assert_int_equal(take_back("deny-exec", &target, &undo), 0);
    rest = buf_view(&undo);
    assert_true(view_to_u64(view_word(&rest), &guard));
    while (kill((pid_t)guard, 0) == 0)
        poll(NULL, 0, 1);
    assert_int_equal(box_ask(&box, BOX_RUN_NEW, MOMENT), 0);
    assert_int_equal(take_back("deny-exec", &target, &undo), 0);
    box_close(&box);
}

/* A guard ends with its container, and one that is killed holds nothing up. */
static void test_guard_ends(void **state)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT);
    struct response_target target;
    struct box box;
    uint64_t guard = 0;

    (void)state;
    for (int killed = 0; killed < 2; killed++) {
        struct view rest;

        box_open(&box);
        target = box_target(&box);
        buf_reset(&undo);
        assert_int_equal(act("deny-exec", &plain, &target, &undo), 0);
        rest = buf_view(&undo);
        assert_true(view_to_u64(view_word(&rest), &guard));
        if (killed) {
            kill((pid_t)guard, SIGSTOP);
            assert_int_equal(box_ask(&box, BOX_RUN_OLD, SHORT), -1);
            kill((pid_t)guard, SIGKILL);
            assert_int_equal(read(box.socket, &(int){1}, sizeof(int)), sizeof(int));
        }
        box_close(&box);
        while (kill((pid_t)guard, 0) == 0)
            poll(NULL, 0, 1);
    }
}

static void test_what_can_be_undone(void **state)
{
    static const struct {
        const char *action;
        enum container_runtime runtime;
        bool want;
    } cases[] = {
        {"kill", CONTAINER_DOCKER, false},     {"pause", CONTAINER_CONTAINERD, true},
        {"stop", CONTAINER_DOCKER, true},      {"stop", CONTAINER_PODMAN, true},
        {"stop", CONTAINER_CONTAINERD, false}, {"stop", CONTAINER_CRIO, false},
        {"isolate", CONTAINER_CRIO, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct response_target target = {.runtime = cases[i].runtime};

        assert_int_equal(action_can_undo(action_find(view_of(cases[i].action)), &target),
                         cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(test_target), cmocka_unit_test(test_kill),
          cmocka_unit_test(test_never_touched), cmocka_unit_test(test_kill_tree),
          cmocka_unit_test(test_pause), cmocka_unit_test(test_stop),
          cmocka_unit_test(test_stop_paused), cmocka_unit_test(test_isolate),
          cmocka_unit_test(test_isolate_host), cmocka_unit_test(test_deny_exec),
          cmocka_unit_test(test_guard_ends), cmocka_unit_test(test_what_can_be_undone))
