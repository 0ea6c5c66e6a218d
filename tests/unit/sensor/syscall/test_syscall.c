/* The table of system calls against the machine's own headers, the kernel's own
 * description of arguments (tracefs), and hand-written expectations. */
#include "test.h"

#include <asm/unistd.h>
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "sensor/syscall/names.h"

static const struct syscall *call_of(const char *name)
{
    const struct syscall *call = syscall_by_name(view_of(name));

    if (!call)
        fail_msg("no call %s", name);
    return call;
}

/* ---- numbers ---- */

/* Reads "#define __NR_name 12" lines; false: no such file. */
static bool each_number(const char *path, void each(const char *name, unsigned number))
{
    FILE *file = fopen(path, "re");
    char line[256], name[64];
    unsigned number;

    if (!file)
        return false;
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "#define __NR_%63s %u", name, &number) == 2)
            each(name, number);
    fclose(file);
    return true;
}

static void check_native(const char *name, unsigned number)
{
    const struct syscall *call = syscall_by_number(number);

    if (!call || strcmp(call->kernel_name, name) != 0 || call->number != number)
        fail_msg("%s is number %u, not %s", name, number, call ? call->name : "nothing");
}

static void check_compat(const char *name, unsigned number)
{
    unsigned native = syscall_from_compat(number);
    const struct syscall *same = syscall_by_name(view_of(name));

    if (same && native != same->number)
        fail_msg("32-bit %s (%u) is %u", name, number, native);
}

static void test_numbers(void **state)
{
    (void)state;
    if (!each_number("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", check_native) &&
        !each_number("/usr/include/asm-generic/unistd.h", check_native))
        skip();
}

static void test_compat_numbers(void **state)
{
    (void)state;
#ifdef __x86_64__
    if (!each_number("/usr/include/x86_64-linux-gnu/asm/unistd_32.h", check_compat))
        skip();
    static const struct {
        unsigned number;
        const char *want;
    } cases[] = {
        {5, "open"},   {11, "execve"},  {195, "stat"},    {213, "setuid"},
        {192, "mmap"}, {22, "umount2"}, {364, "accept4"}, {300, "newfstatat"},
        {102, NULL},   {117, NULL},     {1000, NULL},     {65535, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned want = cases[i].want ? call_of(cases[i].want)->number : SYSCALL_NONE;

        assert_int_equal(syscall_from_compat(cases[i].number), want);
    }
#else
    skip();
#endif
}

/* ---- arguments ---- */

static const char *tracefs(void)
{
    static const char *const places[] = {"/sys/kernel/tracing/events/syscalls",
                                         "/sys/kernel/debug/tracing/events/syscalls"};

    for (size_t i = 0; i < COUNT(places); i++)
        if (access(places[i], R_OK) == 0)
            return places[i];
    return NULL;
}

/* How many arguments the kernel says that the call has; -1: it does not say. */
static int kernel_arguments(const char *folder, const char *call)
{
    char path[256], line[256];
    int count = 0, offset;
    FILE *file;

    snprintf(path, sizeof(path), "%s/sys_enter_%s/format", folder, call);
    file = fopen(path, "re");
    if (!file)
        return -1;
    while (fgets(line, sizeof(line), file)) {
        const char *at = strstr(line, "offset:");

        if (at && sscanf(at, "offset:%d", &offset) == 1 && offset >= 16)
            count++;
    }
    fclose(file);
    return count;
}

static void test_arguments_exist(void **state)
{
    const char *folder = tracefs();
    size_t compared = 0;

    (void)state;
    if (!folder) {
        print_message("no tracefs is mounted: arguments are not compared\n");
        skip();
    }
    for (size_t i = 0; syscall_at(i); i++) {
        const struct syscall *call = syscall_at(i);
        int count = kernel_arguments(folder, call->kernel_name);

        for (const struct syscall_argument *a = call->arguments; count >= 0 && a->name; a++)
            if (a->notation != NOTATION_CAPABILITIES && a->position != SYSCALL_RESULT &&
                a->position >= count)
                fail_msg("%s has no argument %d (%s)", call->name, a->position, a->name);
        compared += count >= 0;
    }
    assert_true(compared > 250);
}

static void test_table_is_whole(void **state)
{
    size_t count = 0;

    (void)state;
    for (; syscall_at(count); count++) {
        const struct syscall *call = syscall_at(count);

        assert_ptr_equal(syscall_by_name(view_of(call->name)), call);
        assert_non_null(call->arguments);
        assert_true(call->class < SENSOR_CLASS_COUNT);
        for (const struct syscall_argument *a = call->arguments; a->name; a++) {
            assert_true(a->width == 32 || a->width == 64);
            assert_true((a->notation == NOTATION_FIELD) == (a->field != NULL));
            if (a->notation == NOTATION_ENUM || a->notation == NOTATION_FLAGS)
                assert_non_null(a->names);
            if (a->capture != CAPTURE_NONE)
                assert_true(a->position < 6);
            /* A name means one argument. */
            assert_ptr_equal(syscall_argument(call, view_of(a->name)), a);
        }
    }
    assert_true(count > 300);
    assert_null(syscall_by_number(4000));
    assert_null(syscall_by_name(VIEW("no_such_call")));
}

/* Names of the arguments that rules read, in evt.args' order. */
static void test_arguments(void **state)
{
    static const struct {
        const char *call, *want;
    } cases[] = {
        {"openat", "fd dirfd name flags mode dev ino"},
        {"openat2", "fd dirfd name flags mode dev ino"},
        {"unlinkat", "res dirfd name flags"},
        {"mkdirat", "res dirfd path mode"},
        {"renameat2", "res olddirfd oldpath newdirfd newpath flags"},
        {"symlinkat", "res target linkdirfd linkpath"},
        {"linkat", "res olddir oldpath newdir newpath flags"},
        {"fchmodat", "res dirfd filename mode"},
        {"connect", "res tuple fd addr"},
        {"sendto", "res data fd size tuple"},
        {"socket", "fd domain type proto"},
        {"ptrace", "res addr data request pid"},
        {"bpf", "fd cmd"},
        {"setuid", "res uid"},
        {"mount", "res dev dir type flags"},
        {"dup3", "res oldfd newfd flags"},
        {"setns", "res fd nstype"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct syscall *call = syscall_by_name(view_of(cases[i].call));
        char got[256] = "";

        for (const struct syscall_argument *a = call ? call->arguments : NULL; a && a->name; a++) {
            size_t used = strlen(got);

            snprintf(got + used, sizeof(got) - used, "%s%s", used ? " " : "", a->name);
        }
        if (call)
            assert_string_equal(got, cases[i].want);
    }
}

/* Writes what stands in backquotes in the line, separated by blanks. */
static void quoted(const char *line, char *to, size_t room)
{
    size_t used = 0;

    to[0] = '\0';
    for (const char *at = strchr(line, '`'); at; at = strchr(at + 1, '`')) {
        const char *end = strchr(at + 1, '`');

        if (!end)
            return;
        used += (size_t)snprintf(to + used, room - used, "%s%.*s", used ? " " : "",
                                 (int)(end - at - 1), at + 1);
        at = end;
    }
}

/* docs/formats/sensor-events.md says of each call what the table says. */
static void test_documented(void **state)
{
    const char *root = getenv("PLIMSOLL_SOURCE_ROOT");
    char path[512], line[2048], got[1024], want[1024];
    size_t compared = 0;
    bool within = false;
    FILE *file;

    (void)state;
    snprintf(path, sizeof(path), "%s/docs/formats/sensor-events.md", root ? root : ".");
    file = fopen(path, "re");
    if (!file)
        skip();
    while (fgets(line, sizeof(line), file)) {
        const struct syscall *call = NULL;
        size_t used;

        if (strncmp(line, "## ", 3) == 0)
            within = strcmp(line, "## Arguments\n") == 0;
        quoted(line, got, sizeof(got));
        if (within && strncmp(line, "| `", 3) == 0)
            call = syscall_by_name(view_sub(view_of(got), 0, strcspn(got, " ")));
        if (!call)
            continue;
        used = (size_t)snprintf(want, sizeof(want), "%s", call->name);
        for (const struct syscall_argument *a = call->arguments; a->name; a++)
            used += (size_t)snprintf(want + used, sizeof(want) - used, " %s", a->name);
        assert_string_equal(got, want);
        compared++;
    }
    fclose(file);
    assert_true(compared > 120);
}

/* ---- the plan ---- */

static void test_plan(void **state)
{
    static const char *const keep_state[] = {
        "setuid", "setgid", "setresuid", "setfsuid", "capset", "setsid",    "setpgid",
        "chdir",  "fchdir", "chroot",    "unshare",  "setns",  "pivot_root"};
    struct filter_call *calls = calloc(FILTER_CALLS, sizeof(*calls));
    const struct filter_call *call;

    (void)state;
    syscall_plan(calls);
    for (size_t i = 0; i < COUNT(keep_state); i++)
        assert_int_equal(calls[call_of(keep_state[i])->number].wanted, FILTER_FOR_STATE);
    call = &calls[call_of("openat")->number];
    assert_int_equal(call->wanted, FILTER_IGNORE);
    assert_int_equal(call->shape, SHAPE_OPEN);
    assert_int_equal(call->result, CAPTURE_RESULT_DESCRIPTOR);
    assert_int_equal(call->arguments[0], CAPTURE_DIRFD);
    assert_int_equal(call->arguments[1], CAPTURE_PATH);
    assert_int_equal(call->arguments[2], CAPTURE_NONE);
    call = &calls[call_of("renameat2")->number];
    assert_int_equal(call->arguments[2], CAPTURE_DIRFD);
    assert_int_equal(call->arguments[3], CAPTURE_PATH);
    call = &calls[call_of("connect")->number];
    assert_int_equal(call->shape, SHAPE_DESCRIPTOR);
    assert_int_equal(call->class, SENSOR_CLASS_NETWORK);
    assert_int_equal(call->arguments[1], CAPTURE_ADDRESS);
    assert_int_equal(calls[call_of("openat2")->number].arguments[2], CAPTURE_OPEN_HOW);
    assert_int_equal(calls[call_of("sendmsg")->number].arguments[1], CAPTURE_MESSAGE);
    assert_int_equal(calls[call_of("ptrace")->number].class, SENSOR_CLASS_PRIVILEGED);
    assert_int_equal(calls[call_of("setuid")->number].result, CAPTURE_RESULT_CREDENTIALS);
    assert_int_equal(calls[500].class, SENSOR_CLASS_OTHER);
    free(calls);
}

/* ---- names ---- */

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(syscall_error_name(2), "ENOENT");
    assert_string_equal(syscall_error_name(115), "EINPROGRESS");
    assert_string_equal(syscall_error_name(512), "ERESTARTSYS");
    assert_null(syscall_error_name(0));
    assert_null(syscall_error_name(4000));
    assert_string_equal(syscall_signal_name(9), "SIGKILL");
    assert_null(syscall_signal_name(0));
    assert_null(syscall_signal_name(99));
    for (size_t i = 0; i <= 40; i++)
        assert_int_equal(syscall_capabilities[i].value, i);
    assert_null(syscall_capabilities[41].name);
}

RUN_TESTS(cmocka_unit_test(test_numbers), cmocka_unit_test(test_compat_numbers),
          cmocka_unit_test(test_arguments_exist), cmocka_unit_test(test_table_is_whole),
          cmocka_unit_test(test_arguments), cmocka_unit_test(test_documented),
          cmocka_unit_test(test_plan), cmocka_unit_test(test_names))
