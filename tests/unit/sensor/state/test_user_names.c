#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensor/state/user-names.h"

#define SECOND UINT64_C(1000000000)

/* A container by its id. */
static struct container container_of(const char *id)
{
    return (struct container){.id = view_of(id)};
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_host(void **state)
{
    _cleanup_(user_names_free_p) struct user_names *names = NULL;
    struct user_entry user;
    struct view group;

    (void)state;
    assert_int_equal(user_names_new(true, &names, NULL), 0);
    assert_true(user_names_user(names, NULL, NULL, 0, SECOND, &user));
    assert_view(user.name, "root");
    assert_view(user.home, "/root");
    assert_true(user_names_group(names, NULL, NULL, 0, SECOND, &group));
    assert_view(group, "root");
    assert_false(user_names_user(names, NULL, NULL, 4000000000U, SECOND, &user));
}

static void test_replay(void **state)
{
    _cleanup_(user_names_free_p) struct user_names *names = NULL;
    struct user_entry user, ann = {VIEW("ann"), VIEW("/home/ann"), VIEW("/bin/sh")};
    struct view group;
    struct container c1 = container_of("c1"), c2 = container_of("c2");

    (void)state;
    assert_int_equal(user_names_new(false, &names, NULL), 0);
    assert_false(user_names_user(names, NULL, NULL, 0, SECOND, &user));
    user_names_add(names, VIEW("c1"), false, 1000, &ann);
    user_names_add(names, VIEW("c1"), true, 5, &ann);
    assert_true(user_names_user(names, &c1, NULL, 1000, SECOND, &user));
    assert_view(user.shell, "/bin/sh");
    assert_true(user_names_group(names, &c1, NULL, 5, SECOND, &group));
    assert_view(group, "ann");
    assert_false(user_names_user(names, &c2, NULL, 1000, SECOND, &user));
    assert_false(user_names_user(names, NULL, NULL, 1000, SECOND, &user));
    user_names_forget(names, VIEW("c1"));
    assert_false(user_names_user(names, &c1, NULL, 1000, SECOND, &user));
}

/* A thousand containers, of which the first are forgotten. */
static void test_many(void **state)
{
    _cleanup_(user_names_free_p) struct user_names *names = NULL;
    struct container last = container_of("container-999"), first = container_of("container-0");
    struct user_entry user, entry = {.name = VIEW("x")};
    char id[32];

    (void)state;
    assert_int_equal(user_names_new(false, &names, NULL), 0);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(id, sizeof(id), "container-%u", i);
        user_names_add(names, view_of(id), false, i, &entry);
    }
    assert_true(user_names_user(names, &last, NULL, 999, SECOND, &user));
    assert_false(user_names_user(names, &first, NULL, 0, SECOND, &user));
}

static size_t told_users, told_groups;

static void told(struct view container, bool group, uint32_t id, const struct user_entry *entry,
                 void *context)
{
    (void)context;
    assert_view(container, "c");
    if (id == 1000)
        assert_view(entry->name, told_users >= 4 ? "eve" : "ann");
    told_users += !group;
    told_groups += group;
}

/* A later name takes the place of an earlier one. */
static void test_renamed(void **state)
{
    _cleanup_(user_names_free_p) struct user_names *names = NULL;
    struct user_entry user, ann = {.name = VIEW("ann")}, eve = {.name = VIEW("eve")};

    (void)state;
    assert_int_equal(user_names_new(false, &names, NULL), 0);
    user_names_add(names, VIEW_EMPTY, false, 7, &ann);
    user_names_add(names, VIEW_EMPTY, false, 7, &eve);
    assert_true(user_names_user(names, NULL, NULL, 7, SECOND, &user));
    assert_view(user.name, "eve");
}

/* A process of a container that has not entered it yet. */
static void test_host_root(void **state)
{
    _cleanup_(user_names_free_p) struct user_names *names = NULL;
    struct container container = container_of("c");
    struct process process = {.pid = (uint32_t)getpid(), .container = &container};
    struct user_entry user;

    (void)state;
    assert_int_equal(user_names_new(true, &names, NULL), 0);
    user_names_on_read(names, NULL, NULL);
    assert_true(user_names_user(names, &container, &process, 0, SECOND, &user));
    assert_view(user.name, "root");
}

/* A process whose root is the folder; its pid. */
static pid_t start_rooted(const char *folder, int ready[2])
{
    pid_t child;
    char byte;

    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || chroot(folder) != 0 ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

/* Names come from below the process's root, and no link leads out of it. */
static void test_container(void **state)
{
    _cleanup_(user_names_free_p) struct user_names *names = NULL;
    char folder[] = "/tmp/user-names-XXXXXX", path[128];
    struct container container = container_of("c");
    struct process process = {.container = &container};
    struct user_entry user;
    struct view group;
    int ready[2];
    pid_t child;

    (void)state;
    if (geteuid() != 0)
        skip();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/etc", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    write_file(folder, "etc/passwd",
               "\nbroken\nroot:x:0:0::/:/bin/ash\nann:x:1000:1000:Ann,,:/home/ann:/bin/zsh\n"
               "second:x:1000:1::/:/\nlarge:x:4294967295:0::/:/\nbad:x:-1:0::/:/\n:x:7:7::/:/\n"
               "last:x:8:8");
    snprintf(path, sizeof(path), "%s/etc/group", folder);
    assert_int_equal(symlink("/etc/shadow-of-the-host", path), 0);
    child = start_rooted(folder, ready);
    process.pid = (uint32_t)child;
    assert_int_equal(user_names_new(true, &names, NULL), 0);
    user_names_on_read(names, told, NULL);
    assert_true(user_names_user(names, &container, &process, 1000, SECOND, &user));
    assert_int_equal(told_users, 4);
    assert_view(user.name, "ann");
    assert_view(user.home, "/home/ann");
    assert_view(user.shell, "/bin/zsh");
    assert_true(user_names_user(names, &container, &process, 8, SECOND, &user));
    assert_view(user.name, "last");
    assert_false(user_names_user(names, &container, &process, 7, SECOND, &user));
    assert_false(user_names_group(names, &container, &process, 0, SECOND, &group));
    /* Changed files are read again, but not at every question. */
    write_file(folder, "etc/passwd.new", "eve:x:1000:0::/:/bin/sh\n");
    snprintf(path, sizeof(path), "%s/etc/passwd", folder);
    {
        char fresh[140];

        snprintf(fresh, sizeof(fresh), "%s.new", path);
        assert_int_equal(rename(fresh, path), 0);
    }
    assert_true(user_names_user(names, &container, &process, 1000, 2 * SECOND, &user));
    assert_view(user.name, "ann");
    assert_true(user_names_user(names, &container, &process, 1000, 9 * SECOND, &user));
    assert_view(user.name, "eve");
    assert_int_equal(told_users, 5);
    assert_int_equal(told_groups, 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    /* What is known stays when the process has ended. */
    assert_true(user_names_user(names, &container, &process, 1000, 90 * SECOND, &user));
    unlink(path);
    snprintf(path, sizeof(path), "%s/etc/group", folder);
    unlink(path);
    snprintf(path, sizeof(path), "%s/etc", folder);
    rmdir(path);
    rmdir(folder);
}

static uint32_t ended_pid(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return (uint32_t)child;
}

/* Most processes have ended when their events are read: others of the container are asked. */
static void test_ended(void **state)
{
    char folder[] = "/tmp/user-names-XXXXXX", path[128];
    struct container_metadata known = {0}, asleep = {0};
    struct container own = {.id = VIEW("c")}, other = {.id = VIEW("d")};
    struct process alive = {0}, gone = {.pid = ended_pid()}, marked = {.ended = 1};
    const struct {
        const char *name;
        const struct process *parent;
        const struct container *of; /* the parent's */
        const struct container_metadata *metadata;
        bool found;
    } cases[] = {
        {"nobody else", NULL, NULL, NULL, false},
        {"its parent lives", &alive, &own, NULL, true},
        {"its parent is no part of the container", &alive, &other, NULL, false},
        {"its parent is known to have ended", &marked, &own, NULL, false},
        {"the first process lives", NULL, NULL, &known, true},
        {"the first process is not known", NULL, NULL, &asleep, false},
        {"its parent is another's, the first process lives", &alive, &other, &known, true},
    };
    int ready[2];
    pid_t child;

    (void)state;
    if (geteuid() != 0)
        skip();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/etc", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    write_file(folder, "etc/passwd", "ann:x:1000:1000::/home/ann:/bin/zsh\n");
    child = start_rooted(folder, ready);
    alive.pid = known.init_pid = marked.pid = (uint32_t)child;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        _cleanup_(user_names_free_p) struct user_names *names = NULL;
        struct process parent = cases[i].parent ? *cases[i].parent : gone;
        struct user_entry user;

        print_message("%s\n", cases[i].name);
        assert_int_equal(user_names_new(true, &names, NULL), 0);
        parent.container = (struct container *)cases[i].of;
        own.metadata = cases[i].metadata;
        gone.container = &own;
        gone.parent = cases[i].parent ? &parent : NULL;
        assert_int_equal(user_names_user(names, &own, &gone, 1000, SECOND, &user), cases[i].found);
        /* Who could not be asked is no answer for the next. */
        alive.container = &own;
        assert_true(user_names_user(names, &own, &alive, 1000, SECOND, &user));
        assert_view(user.name, "ann");
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    snprintf(path, sizeof(path), "%s/etc/passwd", folder);
    unlink(path);
    snprintf(path, sizeof(path), "%s/etc", folder);
    rmdir(path);
    rmdir(folder);
}

RUN_TESTS(cmocka_unit_test(test_host), cmocka_unit_test(test_replay), cmocka_unit_test(test_many),
          cmocka_unit_test(test_renamed), cmocka_unit_test(test_host_root),
          cmocka_unit_test(test_container), cmocka_unit_test(test_ended))
