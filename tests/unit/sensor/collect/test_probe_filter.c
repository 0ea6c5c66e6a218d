/* The filter decides in the kernel as it does here. As root. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(paths), cmocka_unit_test(verdicts),
                                       cmocka_unit_test(containers), cmocka_unit_test(masks)};
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
