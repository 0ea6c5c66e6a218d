/* The filter decides in the kernel as it does here. As root. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sensor/abi/filter-decide.h"
#include "sensor/syscall/syscall.h"

#include "watch.h"

#include "test.h"

static struct watch watch;
static char folder[] = "/tmp/plimsoll-probe-XXXXXX";

/* Opens of files below /etc, or whose names end with "_secret", or with "zq" anywhere. */
static void ask_for_paths(struct filter *filter)
{
    struct filter_text *path = &filter->path;
    struct filter_call *call = &filter->calls[SYS_openat];

    path->prefix_cut[0] = 5;
    path->prefix_cut_count = 1;
    path->suffix_cut[0] = 7;
    path->suffix_cut_count = 1;
    path->every = 1;
    assert_true(filter_add_prefix(path, "/etc/", 5, 1));
    assert_true(filter_add_suffix(path, "_secret", 7, 1));
    path->pair[0][0] = 'z';
    path->pair[0][1] = 'q';
    filter_add_pair(path, 0, 1);
    path->pair_count = 1;
    filter->needs[0] = (struct filter_need){.any = 1, .count = 1, .group = 0xff, .all = {1}};
    call->wanted = FILTER_FOR_RULES;
    call->row = 1;
    memset(filter->rows[1].verdict, 1, FILTER_PROFILES);
}

struct opening {
    const char *name;
    const char *cwd;
    const char *path; /* "@" stands for the test's folder */
    const char *root; /* "@", or a directory; NULL: the usual one */
    bool want;
};

static const struct opening openings[] = {
    {"a literal's prefix", "/", "/etc/hostname", NULL, true},
    {"another path", "/", "/usr/share/common-licenses/GPL-3", NULL, false},
    {"a file of the root", "/", "/usr", NULL, false},
    {"the root", "/", "/", NULL, false},
    {"relative", "/etc", "hostname", NULL, true},
    {"relative, of the root", "/", "etc/hostname", NULL, true},
    {"relative, elsewhere", "/usr", "share/common-licenses/GPL-3", NULL, false},
    {"upwards", "/usr/share", "../../etc/hostname", NULL, true},
    {"upwards, elsewhere", "/usr/share", "../share/common-licenses/GPL-3", NULL, false},
    {"dots", "/", "/usr/../etc/./hostname", NULL, true},
    {"dots, elsewhere", "/", "/usr/share/../share/./common-licenses/GPL-3", NULL, false},
    {"doubled slashes", "/", "//etc//hostname", NULL, true},
    {"doubled slashes, elsewhere", "/", "/usr//share//common-licenses/GPL-3", NULL, false},
    {"a slash at the end", "/", "/usr/share/", NULL, false},
    {"a link to it", "/", "@/link", NULL, true},
    {"through a link to its directory", "/", "@/dirlink/hostname", NULL, true},
    {"relative, through a link", "@", "dirlink/hostname", NULL, true},
    {"a link elsewhere", "/", "@/plainlink", NULL, false},
    {"a name's end", "/", "@/my_secret", NULL, true},
    {"a link of the same length", "/", "@/my_public", NULL, true},
    {"a link of the same length, relative", "@", "my_public", NULL, true},
    {"a name's end, relative", "@", "my_secret", NULL, true},
    {"a pair within", "/", "@/azqb", NULL, true},
    {"a pair not within", "/", "@/aqzb", NULL, false},
    {"a hidden file", "/", "@/.hidden", NULL, false},
    {"a hidden directory", "/", "@/.dir/file", NULL, false},
    {"a bind mount of it", "/", "@/bound/hostname", NULL, true},
    {"another root", "/", "/etc/file", "@", true},
    {"another root, elsewhere", "/", "/file", "@", false},
    {"another root, upwards", "/", "../../etc/file", "@", true},
    {"its directory as root", "/", "/hostname", "/etc", true},
    {"its directory as root, relative", "/", "hostname", "/etc", true},
    {"its directory as root, missing", "/", "/there-is-none", "/etc", false},
    {"a directory as root, elsewhere", "/", "/common-licenses/GPL-3", "/usr/share", false},
    {"missing", "/", "/etc/there-is-none", NULL, true},
    {"missing elsewhere", "/", "/usr/there-is-none", NULL, false},
    {"missing, relative", "/etc", "there-is-none", NULL, true},
    {"missing, relative, elsewhere", "/usr", "there-is-none", NULL, false},
};

static void expand(char to[512], const char *path)
{
    snprintf(to, 512, "%s%s", path[0] == '@' ? folder : "", path + (path[0] == '@'));
}

static int open_it(void *context)
{
    const struct opening *opening = context;
    char cwd[512], path[512];

    expand(cwd, opening->cwd);
    expand(path, opening->path);
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        return 101;
    if (opening->root) {
        char root[512];

        expand(root, opening->root);
        if (chroot(root))
            return 102;
    } else {
        char bound[512];

        expand(bound, "@/bound");
        /* A bind mount's text never shows its origin: the given path is what counts, and
         * the mount is inside of it. */
        if (strstr(path, "/bound/") && mount("/etc", bound, NULL, MS_BIND, NULL))
            return 103;
    }
    if (chdir(cwd))
        return 104;
    (void)!syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
    return 0;
}

static void paths(void **state)
{
    (void)state;
    ask_for_paths(&watch.filter);
    watch_set_filter(&watch);
    for (size_t i = 0; i < COUNT(openings); i++) {
        struct opening opening = openings[i];
        bool sent;

        if (strstr(opening.path, "/bound/"))
            opening.want = false;
        watch_run(&watch, open_it, &opening);
        sent = watch_find(&watch, SENSOR_SYSCALL, "openat", 0) != NULL;
        if (sent != opening.want)
            fail_msg("%s: %s", opening.name, sent ? "sent" : "held back");
    }
}

/* ---- Opens that were found ordinary a moment ago ---- */

static const char plain[] = "@/way/plain/file";

static int step(const char *what, int result)
{
    if (result)
        perror(what);
    return result;
}

static int move_directory(void)
{
    char from[512], to[512];

    expand(from, "@/way/plain");
    expand(to, "@/way/azqdir");
    return step("rename", rename(from, to)) || step("symlink", symlink("azqdir", from));
}

static int move_directory_of_that_length(void)
{
    char from[512], to[512];

    expand(from, "@/way/plain");
    expand(to, "@/way/azqin");
    return step("rename", rename(from, to)) || step("symlink", symlink("azqin", from));
}

static int move_file(void)
{
    char from[512], to[512];

    expand(from, plain);
    expand(to, "@/way/plain/file_secret");
    return step("rename", rename(from, to)) || step("symlink", symlink("file_secret", from));
}

static int make_anew(void)
{
    char path[512];

    expand(path, plain);
    return step("unlink", unlink(path)) || step("mknod", mknod(path, S_IFREG | 0644, 0));
}

static int cover_directory(void)
{
    char path[512], other[512];

    expand(path, "@/way/plain");
    expand(other, "@/way");
    return step("mount", mount(other, path, NULL, MS_BIND, NULL)) ||
           step("mknod", mknod("file", S_IFREG | 0644, 0));
}

static int move_file_system(void)
{
    char from[512], to[512];

    expand(from, "@/way/mount");
    expand(to, "@/way/azqmount");
    return step("mount", mount(from, to, NULL, MS_MOVE, NULL)) || step("rmdir", rmdir(from)) ||
           step("symlink", symlink("azqmount", from));
}

static int change_root(void)
{
    char root[512];

    expand(root, "@/way/azqroot");
    return step("chroot", chroot(root));
}

static int change_name(void)
{
    return step("prctl", prctl(PR_SET_NAME, "secretive"));
}

static int change_end_of_name(void)
{
    return step("prctl", prctl(PR_SET_NAME, "test_sensible"));
}

static int make_link(void)
{
    char path[512];

    expand(path, "@/way/plain/missing");
    return step("symlink", symlink("../azqroot", path));
}

static int link_directory(void)
{
    char path[512];

    expand(path, "@/way/zqain");
    return step("symlink", symlink("plain", path));
}

static int change_nothing(void)
{
    return 0;
}

struct change {
    const char *name;
    int (*make)(void);
    const char *path;
    bool want;
    const char *then; /* another path that is opened after it; NULL: the same */
    int flags;        /* of the open after it */
};

static const struct change changes[] = {
    {"nothing", change_nothing, plain, false},
    {"its directory was moved, and a link left", move_directory, plain, true},
    {"the same, and its name is as long", move_directory_of_that_length, plain, true},
    {"it was moved, and a link left", move_file, plain, true},
    {"another file of the name", make_anew, plain, false},
    {"another file of the name, by a mount", cover_directory, plain, false},
    {"its file system was moved, and a link left", move_file_system, "@/way/mount/file", true},
    {"the same text below another root", change_root, plain, true},
    {"the process got a name that counts", change_name, plain, true},
    {"the process got a name that begins as its own", change_end_of_name, plain, true},
    {"the same file by a link, which nearly has its name", link_directory, plain, true,
     "@/way/zqain/file", 0},
    {"opened to be written", change_nothing, plain, true, NULL, O_WRONLY},
    {"missing", change_nothing, "@/way/plain/missing", false},
    {"missing, then a link", make_link, "@/way/plain/missing", true},
};

static int open_before_and_after(void *context)
{
    const struct change *change = context;
    char path[512], mounted[512], command[2048];

    expand(path, change->path);
    expand(mounted, "@/way/mount");
    /* On the processor where it is remembered, in mounts of its own. */
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        return 101;
    snprintf(command, sizeof(command),
             "rm -rf %s/way && mkdir -p %s/way/plain %s/way/mount %s/way/azqmount "
             "%s/way/azqroot%s/way/plain && touch %s/way/plain/file "
             "%s/way/azqroot%s/way/plain/file",
             folder, folder, folder, folder, folder, folder, folder, folder, folder);
    if (system(command) || chdir(folder) || chdir("way") ||
        mount("none", mounted, "tmpfs", 0, NULL))
        return 102;
    expand(command, "@/way/mount/file");
    if (mknod(command, S_IFREG | 0644, 0))
        return 103;
    for (int i = 0; i < 3; i++)
        (void)!syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
    if (change->make())
        return 104;
    if (change->then)
        expand(path, change->then);
    (void)!syscall(SYS_openat, AT_FDCWD, path, change->flags);
    return 0;
}

static int open_licence(void *context)
{
    (void)context;
    (void)!syscall(SYS_openat, AT_FDCWD, "/usr/share/common-licenses/GPL-3", O_RDONLY);
    return 0;
}

static bool is_told(watch_action *action, void *context, unsigned nth)
{
    watch_run(&watch, action, context);
    return watch_find(&watch, SENSOR_SYSCALL, "openat", nth);
}

/* The path of the test's folder has neither literal in it. */
static void remembered(void **state)
{
    cpu_set_t all, one;

    (void)state;
    assert_true(filter_add_name(&watch.filter, "secretive", strlen("secretive"), 2));
    assert_true(filter_add_name(&watch.filter, "test_sensible", strlen("test_sensible"), 2));
    watch.filter.needs[0] =
        (struct filter_need){.any = 3, .count = 2, .uses_name = 1, .group = 0xff, .all = {1, 2}};
    /* Who writes wants "in/file", too. */
    assert_true(filter_add_suffix(&watch.filter.path, "in/file", 7, 4));
    watch.filter.path.every = 5;
    watch.filter.needs[1] =
        (struct filter_need){.any = 7, .count = 3, .uses_name = 1, .group = 0xff, .all = {1, 2, 4}};
    for (unsigned i = 0; i < FILTER_PROFILES; i++)
        if (i >> PROFILE_DETAIL_SHIFT & OPEN_WRITES)
            watch.filter.rows[1].verdict[i] = 2;
    watch_set_filter(&watch);
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct change change = changes[i];
        const struct sensor_event *event;
        unsigned sent = 0;

        watch_run(&watch, open_before_and_after, &change);
        while ((event = watch_find(&watch, SENSOR_SYSCALL, "openat", sent)))
            sent++;
        if (sent != change.want)
            fail_msg("%s: %u were sent", change.name, sent);
    }
    /* Other rules: what was remembered counts no more. */
    assert_false(is_told(open_licence, NULL, 0));
    assert_false(is_told(open_licence, NULL, 0));
    assert_true(filter_add_suffix(&watch.filter.path, "s/GPL-3", 7, 1));
    watch_set_filter(&watch);
    assert_true(is_told(open_licence, NULL, 0));
    assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

/* A thread opens while another one, on another processor, changes the name of the process
 * between one that counts and one that does not. At the end of each round it has the first
 * one, and the open is to be told. (Without care, one in a thousand is not.) */
enum { ROUNDS = 2500, RACING = 8, LAST_OF_ROUND = O_NONBLOCK };

struct race {
    int processors[2];
    char path[512];
    atomic_uint asked, done; /* half rounds */
};

static bool move_to(int processor)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    return sched_setaffinity(0, sizeof(one), &one) == 0;
}

static void await(atomic_uint *number, unsigned value)
{
    while (*number < value)
        sched_yield();
}

static void open_racing(const struct race *race, int flags)
{
    close((int)syscall(SYS_openat, AT_FDCWD, race->path, flags));
}

static void *open_in_rounds(void *context)
{
    struct race *race = context;

    if (!move_to(race->processors[0]))
        return NULL;
    for (unsigned i = 0; i < 2 * ROUNDS; i += 2) {
        await(&race->asked, i + 1);
        for (unsigned n = 0; n < RACING; n++)
            open_racing(race, O_RDONLY);
        race->done = i + 1;
        await(&race->asked, i + 2);
        open_racing(race, LAST_OF_ROUND);
        race->done = i + 2;
    }
    return NULL;
}

static int change_name_meanwhile(void *context)
{
    struct race *race = context;
    pthread_t thread;

    if (pthread_create(&thread, NULL, open_in_rounds, race) || !move_to(race->processors[1]))
        return 101;
    for (unsigned i = 0; i < 2 * ROUNDS; i += 2) {
        race->asked = i + 1;
        for (unsigned n = 0; n < RACING; n++) {
            prctl(PR_SET_NAME, "ordinary");
            prctl(PR_SET_NAME, "secretive");
        }
        await(&race->done, i + 1);
        race->asked = i + 2;
        await(&race->done, i + 2);
    }
    return pthread_join(thread, NULL) ? 102 : 0;
}

static bool find_processors(int ret[2])
{
    unsigned found = 0;
    cpu_set_t all;

    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    for (int i = 0; i < CPU_SETSIZE && found < 2; i++)
        if (CPU_ISSET(i, &all))
            ret[found++] = i;
    return found == 2;
}

static uint64_t lost_opens(void)
{
    return probe_counts(watch.probe).lost[SENSOR_CLASS_FILE];
}

static void names_that_change(void **state)
{
    const struct sensor_event *event;
    struct race race = {.asked = 0};
    uint64_t told = 0, lost = lost_opens();

    (void)state;
    if (!find_processors(race.processors))
        skip();
    expand(race.path, "@/file");
    watch_run(&watch, change_name_meanwhile, &race);
    for (unsigned n = 0; (event = watch_find(&watch, SENSOR_SYSCALL, "openat", n)); n++)
        told += event->arguments[2] == LAST_OF_ROUND;
    /* On a busy machine the reader may come too late for some. */
    assert_in_range(told + lost_opens() - lost, ROUNDS, UINT64_MAX);
}

static int ask_parent(void *context)
{
    for (int i = 0; i < *(int *)context; i++)
        syscall(SYS_getppid);
    return 0;
}

static uint64_t filtered(void)
{
    return probe_counts(watch.probe).filtered;
}

static void verdicts(void **state)
{
    int times = 5;
    uint64_t before;

    (void)state;
    watch.filter.calls[SYS_getppid].wanted = FILTER_FOR_RULES;
    watch.filter.calls[SYS_getppid].row = 2;
    memset(watch.filter.rows[2].verdict, FILTER_DROP, FILTER_PROFILES);
    watch_set_filter(&watch);
    before = filtered();
    watch_run(&watch, ask_parent, &times);
    assert_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
    assert_true(filtered() >= before + 5);
    watch.filter.off = 1;
    watch_set_filter(&watch);
    watch_run(&watch, ask_parent, &times);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 4));
    assert_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 5));
    watch.filter.off = 0;
    memset(watch.filter.rows[2].verdict, FILTER_SEND, FILTER_PROFILES);
    watch_set_filter(&watch);
    watch_run(&watch, ask_parent, &times);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 4));
}

struct kinds {
    int unix_end, datagram;
};

static int send_both(void *context)
{
    const struct kinds *kinds = context;

    syscall(SYS_sendto, kinds->unix_end, "unix", 4, MSG_NOSIGNAL, NULL, 0);
    syscall(SYS_sendto, kinds->datagram, "inet", 4, MSG_NOSIGNAL, NULL, 0);
    return 0;
}

/* How many of the two calls were sent. */
static unsigned sends_told(struct kinds *kinds)
{
    unsigned sent = 0;

    watch_run(&watch, send_both, kinds);
    while (watch_find(&watch, SENSOR_SYSCALL, "sendto", sent))
        sent++;
    return sent;
}

/* What socket() is about is what it returns, not the descriptor with its family's number. */
static int make_socket(void *context)
{
    const struct kinds *kinds = context;

    return dup2(kinds->unix_end, AF_INET) < 0 || socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0;
}

static void kinds_of_results(struct kinds *kinds)
{
    struct filter_call *call = &watch.filter.calls[SYS_socket];

    call->wanted = FILTER_FOR_RULES;
    call->row = 3;
    call->dropped = 1U << FILTER_FD_UNIX;
    watch_set_filter(&watch);
    watch_run(&watch, make_socket, kinds);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "socket", 0));
    call->wanted = FILTER_IGNORE;
}

#if defined(__x86_64__)
static bool has_no_32_bit_calls(void)
{
    return access("/proc/sys/abi/vsyscall32", F_OK) < 0;
}

/* A 32-bit sendto() of a descriptor that is none; where 64-bit calls have their first argument,
 * it has the address: the number of a descriptor. */
static int send_as_32_bits(void *context)
{
    const struct kinds *kinds = context;
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(369), "b"(-1), "c"(0), "d"(0), "S"(0), "D"((long)kinds->unix_end)
                     : "memory");
    return 0;
}

static void kinds_of_32_bit_calls(struct kinds *kinds)
{
    const struct sensor_event *event;

    watch_run(&watch, send_as_32_bits, kinds);
    event = watch_find(&watch, SENSOR_SYSCALL, "sendto", 0);
    if (event)
        assert_true(event->flags & SENSOR_COMPAT);
    else
        assert_true(has_no_32_bit_calls());
}
#else
static void kinds_of_32_bit_calls(struct kinds *kinds)
{
    (void)kinds;
}
#endif

static void kinds_of_descriptors(void **state)
{
    struct filter_call *call = &watch.filter.calls[SYS_sendto];
    int ends[2];
    struct kinds kinds;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    kinds = (struct kinds){ends[0], socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    assert_true(kinds.datagram >= 0);
    call->wanted = FILTER_FOR_RULES;
    call->row = 3;
    memset(watch.filter.rows[3].verdict, FILTER_SEND, FILTER_PROFILES);
    watch_set_filter(&watch);
    assert_int_equal(sends_told(&kinds), 2);
    call->dropped = 1U << FILTER_FD_UNIX;
    watch_set_filter(&watch);
    assert_int_equal(sends_told(&kinds), 1);
    assert_int_equal(watch_find(&watch, SENSOR_SYSCALL, "sendto", 0)->arguments[0], kinds.datagram);
    kinds_of_32_bit_calls(&kinds);
    kinds_of_results(&kinds);
    watch.filter.off = 1;
    watch_set_filter(&watch);
    assert_int_equal(sends_told(&kinds), 2);
    watch.filter.off = 0;
    call->wanted |= FILTER_FOR_STATE;
    watch_set_filter(&watch);
    assert_int_equal(sends_told(&kinds), 2);
    call->wanted = FILTER_IGNORE;
    close(ends[0]);
    close(ends[1]);
    close(kinds.datagram);
}

static void find_self(const struct sensor_event *event, void *context)
{
    struct view bytes;

    if (event->kind == SENSOR_PROCESS && event->pid == (uint32_t)getpid() &&
        record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes))
        *(struct sensor_process *)context = *(const struct sensor_process *)(const void *)bytes.ptr;
}

static void containers(void **state)
{
    struct sensor_process self = {0};
    int times = 1;

    (void)state;
    for (unsigned i = 0; i < FILTER_PROFILES; i++)
        watch.filter.rows[2].verdict[i] = i & PROFILE_CONTAINER ? FILTER_SEND : FILTER_DROP;
    watch_set_filter(&watch);
    assert_int_equal(probe_snapshot(watch.probe, find_self, &self, NULL), 0);
    assert_int_not_equal(self.cgroup, 0);
    probe_forget_cgroup(watch.probe, self.cgroup);
    watch_run(&watch, ask_parent, &times);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
    probe_set_cgroup(watch.probe, self.cgroup, false);
    watch_run(&watch, ask_parent, &times);
    assert_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
    probe_set_cgroup(watch.probe, self.cgroup, true);
    watch_run(&watch, ask_parent, &times);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
}

static void masks(void **state)
{
    struct sensor_process self = {0};
    int times = 1;

    (void)state;
    memset(watch.filter.rows[2].verdict, 2, FILTER_PROFILES);
    watch.filter.needs[1] = (struct filter_need){.group = 3};
    watch_set_filter(&watch);
    assert_int_equal(probe_snapshot(watch.probe, find_self, &self, NULL), 0);
    probe_set_process_mask(watch.probe, self.pid, self.start, self.exec_id, 1 << 3);
    syscall(SYS_getppid);
    watch_own(&watch);
    assert_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
    /* A mask that was made for another program than the one that runs. */
    probe_set_process_mask(watch.probe, self.pid, self.start, self.exec_id + 1, 1 << 3);
    syscall(SYS_getppid);
    watch_own(&watch);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
    /* A child is another process. */
    probe_set_process_mask(watch.probe, self.pid, self.start, self.exec_id, 1 << 3);
    watch_run(&watch, ask_parent, &times);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(paths),
                                       cmocka_unit_test(remembered),
                                       cmocka_unit_test(names_that_change),
                                       cmocka_unit_test(verdicts),
                                       cmocka_unit_test(containers),
                                       cmocka_unit_test(masks),
                                       cmocka_unit_test(kinds_of_descriptors)};
    char command[1024];
    int failed;

    if (!watch_open(&watch, 0))
        return 77;
    if (!mkdtemp(folder))
        return 1;
    snprintf(command, sizeof(command),
             "cd %s && ln -s /etc/hostname link && ln -s /etc dirlink && "
             "ln -s /usr/share/common-licenses/GPL-3 plainlink && "
             "ln -s my_secret my_public && touch my_secret azqb aqzb .hidden file && mkdir .dir "
             "bound etc && "
             "touch .dir/file etc/file",
             folder);
    if (system(command))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    watch_close(&watch);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) ? 1 : failed;
}
