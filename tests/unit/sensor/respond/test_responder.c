/* Alerts that cause actions, in the order and number that is allowed. */
#include "test.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "sensor/respond/living-process.h"
#include "sensor/respond/responder.h"

struct fixture {
    char directory[64], journal[96], policy[96];
    struct arena *arena;
    struct responder_options options;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    strcpy(f->directory, "/tmp/responder-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->journal, sizeof(f->journal), "%s/journal", f->directory);
    snprintf(f->policy, sizeof(f->policy), "%s/policy", f->directory);
    f->arena = arena_new(64 << 20);
    f->options = (struct responder_options){
        .journal_path = f->journal, .policy_path = f->policy, .context = {.allow_host = true}};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    unlink(f->journal);
    unlink(f->policy);
    rmdir(f->directory);
    arena_free(f->arena);
    free(f);
    return 0;
}

static struct responder *open_responder(const struct fixture *f, const char *policy)
{
    struct responder *responder = NULL;
    struct error err = ERROR_INIT;
    int fd = open(f->policy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, view_of(policy), NULL), 0);
    close(fd);
    if (responder_new(&f->options, &responder, &err) < 0)
        fail_msg("%s", err.message);
    return responder;
}

static pid_t fork_idle(struct response_target *ret)
{
    struct living_process process;
    pid_t child = fork();

    while (child == 0)
        pause();
    assert_int_equal(living_process_read((uint32_t)child, &process, NULL), 0);
    *ret = (struct response_target){.pid = process.pid, .start = process.start};
    return child;
}

static void raise_alert(struct responder *responder, const struct response_target *target,
                        const char *want)
{
    _cleanup_(buf_done) struct buf actions = BUF_INIT(4096);
    struct alert alert = {.rule = VIEW("Shell"), .output = VIEW("a shell"), .priority = RULE_ERROR};

    responder_alert(responder, &alert, target, &actions);
    assert_view(buf_view(&actions), want);
}

static size_t entries(const struct fixture *f, struct journal_entry **ret)
{
    size_t count, broken;

    assert_int_equal(journal_read(f->journal, f->arena, ret, &count, &broken, NULL), 0);
    assert_int_equal(broken, 0);
    return count;
}

static bool was_killed(pid_t child)
{
    int status = 0;

    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void end(pid_t child)
{
    kill(child, SIGTERM);
    assert_false(was_killed(child));
}

static void assert_outcomes(struct responder *responder, const char *action,
                            const uint64_t want[RESPONSE_OUTCOME_COUNT])
{
    struct responder_counts counts = responder_counts(responder);
    size_t place = action_index(action_find(view_of(action)));

    for (size_t i = 0; i < ACTION_COUNT; i++)
        for (int k = 0; k < RESPONSE_OUTCOME_COUNT; k++)
            assert_int_equal(counts.outcomes[i][k], i == place ? want[k] : 0);
}

static const char kill_shells[] = "actions: [{rules: [Shell], do: [kill]}]\n";

static void test_kill(void **state)
{
    const struct fixture *f = *state;
    struct responder *responder = open_responder(f, kill_shells);
    struct response_target target;
    struct journal_entry *list;
    pid_t child = fork_idle(&target);

    raise_alert(responder, &target, "kill");
    raise_alert(responder, &target, "kill (under way)");
    assert_true(was_killed(child));
    responder_free(responder);
    assert_int_equal(entries(f, &list), 1);
    assert_int_equal(list[0].state, JOURNAL_DONE);
    assert_view(list[0].who, "rule Shell");
    assert_view(list[0].why, "a shell");
    assert_int_equal(list[0].target.pid, child);
}

static void test_dry_run(void **state)
{
    const struct fixture *f = *state;
    struct responder *responder =
        open_responder(f, "dry_run: true\nactions: [{rules: [Shell], do: [kill]}]\n");
    struct response_target target;
    struct journal_entry *list;
    pid_t child = fork_idle(&target);

    raise_alert(responder, &target, "kill (dry run)");
    responder_finish(responder);
    assert_outcomes(responder, "kill", (const uint64_t[]){0, 0, 0, 1});
    responder_free(responder);
    assert_int_equal(entries(f, &list), 1);
    assert_true(list[0].dry_run);
    assert_int_equal(list[0].state, JOURNAL_DONE);
    end(child);
}

static void test_never(void **state)
{
    const struct fixture *f = *state;
    struct responder *responder = open_responder(
        f, "actions: [{rules: [Shell], do: [kill]}]\nnever: {processes: ['test_sensor*']}\n");
    struct response_target target;
    struct journal_entry *list;
    pid_t child = fork_idle(&target);

    raise_alert(responder, &target, "kill");
    responder_finish(responder);
    assert_outcomes(responder, "kill", (const uint64_t[]){0, 1, 0, 0});
    responder_free(responder);
    assert_int_equal(entries(f, &list), 1);
    assert_int_equal(list[0].state, JOURNAL_FAILED);
    assert_non_null(strstr(list[0].outcome.ptr, "never touched"));
    end(child);
}

/* What a tree is killed with is asked about, too. */
static void test_never_in_a_tree(void **state)
{
    const struct fixture *f = *state;
    struct responder *responder = open_responder(
        f, "actions: [{rules: [Shell], do: [kill-tree]}]\nnever: {processes: [spared]}\n");
    struct response_target target;
    struct living_process process;
    pid_t child, spared = 0;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        spared = fork();
        prctl(PR_SET_NAME, spared ? "killed" : "spared");
        if (spared && write(ends[1], &spared, sizeof(spared)) < 0)
            _exit(1);
        close(ends[1]);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &spared, sizeof(spared)), sizeof(spared));
    assert_int_equal(read(ends[0], &(char){0}, 1), 0); /* both have their names */
    assert_int_equal(living_process_read((uint32_t)child, &process, NULL), 0);
    target = (struct response_target){.pid = process.pid, .start = process.start};
    raise_alert(responder, &target, "kill-tree");
    responder_free(responder);
    assert_true(was_killed(child));
    assert_int_equal(living_process_read((uint32_t)spared, &process, NULL), 0);
    assert_false(process.has_ended);
    kill(spared, SIGKILL);
    close(ends[0]);
}

/* Past the rate actions are refused, and one entry says how many. */
static void test_rate(void **state)
{
    struct fixture *f = *state;
    struct responder *responder;
    struct response_target targets[5];
    struct journal_entry *list;
    pid_t children[5];

    f->options.rate = 2;
    responder = open_responder(f, kill_shells);
    for (size_t i = 0; i < COUNT(children); i++) {
        children[i] = fork_idle(&targets[i]);
        raise_alert(responder, &targets[i], i < 2 ? "kill" : "kill (refused)");
    }
    /* What was refused is not under way. */
    raise_alert(responder, &targets[2], "kill (refused)");
    raise_alert(responder, &targets[0], "kill (under way)");
    responder_tick(responder); /* the minute is not over */
    responder_finish(responder);
    assert_outcomes(responder, "kill", (const uint64_t[]){2, 0, 4, 0});
    /* Nothing is done from here on. */
    raise_alert(responder, &targets[3], "kill (refused)");
    responder_free(responder);
    for (size_t i = 0; i < 2; i++)
        assert_true(was_killed(children[i]));
    for (size_t i = 2; i < COUNT(children); i++)
        end(children[i]);
    assert_int_equal(entries(f, &list), 4);
    assert_view(list[2].action, "refused");
    assert_true(view_starts(list[2].why, VIEW("4 actions were refused")));
    assert_view(list[3].action, "refused");
    assert_true(view_starts(list[3].why, VIEW("1 actions were refused")));
}

static void test_command(void **state)
{
    struct fixture *f = *state;
    struct responder *responder;
    struct response_target target;
    struct journal_entry *list;
    struct view id = VIEW_EMPTY;
    pid_t child = fork_idle(&target);

    f->options.policy_path = NULL;
    responder = open_responder(f, "");
    raise_alert(responder, &target, "");
    assert_int_equal(responder_act(responder, action_find(VIEW("pause")), &target, VIEW("uid 0"),
                                   VIEW("because"), &id, NULL),
                     ERROR_USAGE);
    assert_int_equal(responder_act(responder, action_find(VIEW("kill")), &target, VIEW("uid 0"),
                                   VIEW("because"), &id, NULL),
                     0);
    assert_true(was_killed(child));
    assert_int_equal(entries(f, &list), 2);
    assert_int_equal(list[0].state, JOURNAL_FAILED);
    assert_view(list[1].id, id.ptr);
    assert_view(list[1].why, "because");
    assert_int_equal(responder_undo(responder, id, VIEW("uid 0"), NULL), ERROR_UNSUPPORTED);
    assert_int_equal(responder_undo(responder, list[0].id, VIEW("uid 0"), NULL), ERROR_INPUT);
    assert_int_equal(responder_undo(responder, VIEW("none"), VIEW("uid 0"), NULL), ERROR_NOT_FOUND);
    responder_free(responder);
}

/* The sensor ended between the action and its outcome: what can be found by the target is
 * taken back, and nothing is said to be that is not. */
static void test_undo_of_intended(void **state)
{
    static const struct {
        const char *action;
        int want;
    } cases[] = {
        {"pause", 0}, /* the container is gone */
        {"isolate", 0},
        {"deny-exec", ERROR_UNSUPPORTED},
        {"kill", ERROR_UNSUPPORTED},
    };
    struct fixture *f = *state;
    struct responder *responder;

    f->options.policy_path = NULL;
    responder = open_responder(f, "");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct journal_entry entry = {.action = view_of(cases[i].action),
                                      .target.container_id = VIEW("none such"),
                                      .who = VIEW("rule Shell")};
        struct journal *journal = NULL;
        char id[JOURNAL_ID_SIZE];

        print_message("%s\n", cases[i].action);
        assert_int_equal(journal_open(f->journal, &journal, NULL), 0);
        assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
        journal_close(journal);
        assert_int_equal(responder_undo(responder, view_of(id), VIEW("uid 0"), NULL),
                         cases[i].want);
        assert_int_equal(journal_find(f->journal, view_of(id), f->arena, &entry, NULL), 0);
        assert_int_equal(entry.state, cases[i].want ? JOURNAL_INTENDED : JOURNAL_UNDONE);
    }
    responder_free(responder);
}

/* A disk that is full for a while: what was done is written when it is not, without another
 * action. */
static void test_full_for_a_while(void **state)
{
    const struct fixture *f = *state;
    struct responder *responder = open_responder(f, kill_shells);
    struct response_target target;
    struct journal_entry *list;
    struct rlimit limit, none;
    pid_t child = fork_idle(&target);

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    none = (struct rlimit){0, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    raise_alert(responder, &target, "kill");
    assert_true(was_killed(child));
    while (responder_counts(responder).unwritten < 2)
        sched_yield();
    assert_true(responder_counts(responder).journal_fails);
    assert_int_equal(entries(f, &list), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    while (responder_counts(responder).journal_fails)
        sched_yield();
    assert_int_equal(entries(f, &list), 1);
    assert_int_equal(list[0].state, JOURNAL_DONE);
    responder_free(responder);
}

/* What an alert points to is gone when the action is done. */
static void test_copies(void **state)
{
    const struct fixture *f = *state;
    struct responder *responder = open_responder(f, kill_shells);
    struct response_target target;
    char image[] = "nginx:1";
    struct journal_entry *list;
    pid_t child = fork_idle(&target);

    target.image = view_of(image);
    raise_alert(responder, &target, "kill");
    memset(image, 'x', sizeof(image) - 1);
    responder_free(responder);
    assert_true(was_killed(child));
    assert_int_equal(entries(f, &list), 1);
    assert_view(list[0].target.image, "nginx:1");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

RUN_TESTS(TEST(test_kill), TEST(test_dry_run), TEST(test_never), TEST(test_never_in_a_tree),
          TEST(test_rate), TEST(test_command), TEST(test_full_for_a_while), TEST(test_copies),
          TEST(test_undo_of_intended))
