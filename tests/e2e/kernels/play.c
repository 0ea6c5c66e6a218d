/* Runs the actions of a plan one after the other, on the host of a virtual machine and in
 * containers that are made as runtimes make them: a cgroup, namespaces, an overlay for a root,
 * few capabilities. Tells of each how it ended, and what it said: MARK CODE TEXT.
 *
 *     play PLAN
 *
 * The plan is texts, each ended by a zero byte. An action is
 *
 *     MARK CONTAINER HOW OPTIONS COUNT ARGUMENT...
 *
 * MARK is the name of one of its ancestors. CONTAINER is empty on the host, or an id: the first
 * action with it is the container's first process. HOW is "stay" where that is not waited for,
 * and others enter the container; "terminal" for one; or empty. OPTIONS are words of a new
 * container: privileged, host-pid, capability=NUMBER, user=NUMBER, bind=FROM:TO,
 * variable=NAME=VALUE, no-rings (io_uring is refused).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "refuse.h"

enum {
    CONTAINERS = 64,
    WORDS = 32,
    TEXT = 512,
    SAID_LIMIT = 300,
    SECONDS = 30, /* that an action may take */
    LAST_CAPABILITY = 63,
    BROKEN = 125, /* exit code */
};

#define CGROUPS "/sys/fs/cgroup/docker"
#define ROOTS "/run/roots"
#define LAYERS "/run/layers"
#define SAID "/tmp/said"

/* As Docker's default: chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap,
 * net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap. */
static const unsigned long long usual_capabilities = 0xa80425fb;

/* Packets to everywhere come back. */
static const char network[] = "ip link set lo up; ip address add 198.51.100.2/24 dev lo; "
                              "ip route add default dev lo src 198.51.100.2";

struct container {
    const char *id, *options;
    pid_t first; /* process; 0: it is to be made */
};

/* What an action writes to: a file, or a terminal that is copied to it. */
struct output {
    int said, master, end; /* without a terminal `end` is `said`, and `master` -1 */
};

struct action {
    const char *mark, *id, *how, *options;
    char *arguments[WORDS];
};

static struct container containers[CONTAINERS];
static size_t container_count;

static void check(long result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "play: %s: %s\n", what, strerror(errno));
        exit(BROKEN);
    }
}

static __attribute__((format(printf, 2, 3))) const char *text(char buffer[TEXT], const char *format,
                                                              ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(buffer, TEXT, format, list);
    va_end(list);
    return buffer;
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        check(-1, path);
}

/* Begins with an option of that name; what stands behind it. */
static const char *option(const char *word, const char *name)
{
    size_t length = strlen(name);

    return strncmp(word, name, length) == 0 ? word + length : NULL;
}

static bool has(const char *options, const char *name)
{
    char *words = strdupa(options), *word;

    while ((word = strsep(&words, " ")))
        if (strcmp(word, name) == 0)
            return true;
    return false;
}

/* ---- what a container is ---- */

static void make_root(const char *id)
{
    char upper[TEXT], work[TEXT], root[TEXT], options[4 * TEXT];

    make_folder(text(upper, LAYERS "/%s", id));
    make_folder(text(upper, LAYERS "/%s/upper", id));
    make_folder(text(work, LAYERS "/%s/work", id));
    make_folder(text(root, ROOTS "/%s", id));
    snprintf(options, sizeof(options), "lowerdir=/image,upperdir=%s,workdir=%s", upper, work);
    check(mount("overlay", root, "overlay", 0, options), "overlay");
}

static void make_devices(void)
{
    static const struct {
        const char *path;
        unsigned int major, minor;
    } devices[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                   {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};

    check(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755"), "dev");
    umask(0);
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
        check(mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)),
              devices[i].path);
    umask(022);
    make_folder("dev/pts");
    make_folder("dev/shm");
    check(mount("devpts", "dev/pts", "devpts", 0, "newinstance,ptmxmode=0666"), "devpts");
    check(mount("shm", "dev/shm", "tmpfs", 0, NULL), "shm");
    check(symlink("/proc/self/fd", "dev/fd"), "fd");
}

static void bind(const char *words)
{
    char from[TEXT], to[TEXT];

    if (sscanf(words, "%511[^:]:%511s", from, to) == 2)
        check(mount(from, to + 1, NULL, MS_BIND, NULL), words);
}

/* The container's mounts, and its root for "/". */
static void enter_root(const char *id, const char *options)
{
    char root[TEXT], *words = strdupa(options), *word;

    check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    check(chdir(text(root, ROOTS "/%s", id)), "root");
    check(mount("proc", "proc", "proc", 0, NULL), "proc");
    check(mount("sysfs", "sys", "sysfs", MS_RDONLY, NULL), "sys");
    make_devices();
    while ((word = strsep(&words, " ")))
        if (option(word, "bind="))
            bind(option(word, "bind="));
    /* The first root there is, an initramfs, can't be exchanged by pivot_root(). */
    check(mount(".", "/", NULL, MS_MOVE, NULL), "move");
    check(chroot("."), "chroot");
    check(chdir("/"), "/");
}

static void limit(const char *options)
{
    unsigned long long kept = has(options, "privileged") ? ~0ULL : usual_capabilities;
    char *words = strdupa(options), *word;
    unsigned int user = 0;

    while ((word = strsep(&words, " "))) {
        if (option(word, "capability="))
            kept |= 1ULL << strtoul(option(word, "capability="), NULL, 10);
        else if (option(word, "user="))
            user = (unsigned int)strtoul(option(word, "user="), NULL, 10);
        else if (option(word, "variable="))
            putenv(strdup(option(word, "variable=")));
        else if (strcmp(word, "no-rings") == 0)
            check(refuse_call(SYS_io_uring_setup), "seccomp");
    }
    for (unsigned long i = 0; i <= LAST_CAPABILITY; i++)
        if (!(kept >> i & 1))
            prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
    if (user) {
        check(setresgid(user, user, user), "setresgid");
        check(setresuid(user, user, user), "setresuid");
    }
}

/* ---- running ---- */

static struct output open_output(const char *how)
{
    struct output output = {.said = open(SAID, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600),
                            .master = -1};

    check(output.said, SAID);
    output.end = output.said;
    if (strcmp(how, "terminal") != 0)
        return output;
    output.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    check(output.master, "a terminal");
    grantpt(output.master);
    unlockpt(output.master);
    output.end = open(ptsname(output.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    check(output.end, "a terminal");
    return output;
}

static int wait_for(pid_t child)
{
    int status;

    check(waitpid(child, &status, 0), "wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Nobody else has the terminal's end. */
static int copy_and_wait_for(pid_t child, const struct output *output)
{
    char bytes[4096];
    ssize_t count;

    close(output->end);
    while (output->master >= 0 && (count = read(output->master, bytes, sizeof(bytes))) > 0)
        check(write(output->said, bytes, (size_t)count), SAID);
    return wait_for(child);
}

static void begin_program(const struct action *action, const struct output *output)
{
    bool terminal = output->master >= 0;

    for (int i = terminal ? 0 : 1; i < 3; i++)
        dup2(output->end, i);
    if (terminal) {
        setsid();
        ioctl(0, TIOCSCTTY, 0);
    }
    execvp(action->arguments[0], action->arguments);
    fprintf(stderr, "play: %s: %s\n", action->arguments[0], strerror(errno));
    _exit(127);
}

static void make_network(void)
{
    pid_t child = fork();

    if (child == 0) {
        execl("/bin/sh", "sh", "-ec", network, NULL);
        _exit(BROKEN);
    }
    check(wait_for(child) == 0 ? 0 : -1, "network");
}

/* The namespaces that what this process forks shall have. */
static void make_namespaces(const struct container *container)
{
    check(unshare(CLONE_NEWNET), "unshare");
    make_network();
    if (!has(container->options, "host-pid"))
        check(unshare(CLONE_NEWPID), "unshare"); /* whose first process comes next */
}

static void enter_namespaces(const struct container *container)
{
    int pidfd = (int)syscall(SYS_pidfd_open, container->first, 0);
    int spaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

    if (!has(container->options, "host-pid"))
        spaces |= CLONE_NEWPID;
    check(pidfd, "pidfd_open");
    check(setns(pidfd, spaces), "setns");
    close(pidfd);
}

static void on_alarm(int number)
{
    (void)number;
    kill(0, SIGKILL); /* all of the action, and this */
}

/* What becomes the program; `cgroup` is the container's cgroup.procs. */
static void begin_in_container(const struct action *action, const struct container *container,
                               int cgroup, const struct output *output)
{
    prctl(PR_SET_NAME, "runc:[2:INIT]");
    check(write(cgroup, "0", 1), "cgroup.procs");
    close(cgroup);
    if (!container->first) {
        check(unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP), "unshare");
        enter_root(container->id, container->options);
    }
    limit(container->options);
    begin_program(action, output);
}

/* As the parent of what runs in containers is: a process of the host. */
static pid_t start_in_container(const struct action *action, const struct container *container,
                                const struct output *output)
{
    char path[TEXT];
    int cgroup = open(text(path, CGROUPS "/%s/cgroup.procs", container->id), O_WRONLY | O_CLOEXEC);
    pid_t child;

    check(cgroup, path);
    prctl(PR_SET_NAME, "containerd-shim");
    if (container->first)
        enter_namespaces(container);
    else
        make_namespaces(container);
    child = fork();
    check(child, "fork");
    if (child == 0)
        begin_in_container(action, container, cgroup, output);
    close(cgroup);
    return child;
}

/* The ancestor that has the mark for its name. Tells the number of the action's process. */
static void begin(const struct action *action, const struct container *container, int tell_process)
{
    struct output output = open_output(action->how);
    pid_t child;

    prctl(PR_SET_NAME, action->mark);
    child = container ? fork() : 0;
    check(child, "fork");
    if (child > 0) {
        close(output.end);
        exit(wait_for(child));
    }
    if (container) {
        child = start_in_container(action, container, &output);
        check(write(tell_process, &child, sizeof(child)), "the process");
    } else if ((child = fork()) == 0) {
        begin_program(action, &output);
    }
    exit(copy_and_wait_for(child, &output));
}

static struct container *find_container(const struct action *action)
{
    struct container *container;
    char path[TEXT];

    if (!*action->id)
        return NULL;
    for (size_t i = 0; i < container_count; i++)
        if (strcmp(containers[i].id, action->id) == 0)
            return &containers[i];
    if (container_count == CONTAINERS)
        check(-1, "more containers than there is room for");
    container = &containers[container_count++];
    container->id = action->id;
    container->options = action->options;
    make_root(action->id);
    make_folder(text(path, CGROUPS "/%s", action->id));
    return container;
}

static void tell(const struct action *action, int code)
{
    char said[SAID_LIMIT + 1];
    int fd = open(SAID, O_RDONLY | O_CLOEXEC);
    ssize_t count = read(fd, said, sizeof(said) - 1);

    close(fd);
    said[count > 0 ? count : 0] = 0;
    for (char *at = said; *at; at++)
        if (*at < ' ')
            *at = ' ';
    printf("%s %d %s\n", action->mark, code, said);
    fflush(stdout);
}

/* Until it is the program: before that it may not be entered. */
static void wait_for_program(pid_t first)
{
    char path[TEXT], own[TEXT] = "", its[TEXT] = "";

    check(readlink("/proc/self/exe", own, sizeof(own) - 1), "exe");
    text(path, "/proc/%d/exe", first);
    do {
        usleep(1000);
        memset(its, 0, sizeof(its));
        check(readlink(path, its, sizeof(its) - 1), "a container's first process");
    } while (strcmp(own, its) == 0);
}

static void run(const struct action *action)
{
    struct container *container = find_container(action);
    bool stays = strcmp(action->how, "stay") == 0;
    int process[2], code = 0;
    pid_t child;

    check(pipe2(process, O_CLOEXEC), "pipe");
    child = fork();
    check(child, "fork");
    if (child == 0) {
        setpgid(0, 0);
        signal(SIGALRM, on_alarm);
        alarm(stays ? 0 : SECONDS);
        begin(action, container, process[1]);
    }
    close(process[1]);
    if (stays) {
        pid_t first = 0;

        check(read(process[0], &first, sizeof(first)), "the process");
        wait_for_program(first);
        container->first = first;
    } else {
        code = wait_for(child);
    }
    close(process[0]);
    tell(action, code);
}

/* ---- the plan ---- */

static char *next(char **at)
{
    char *word = *at;

    *at += strlen(word) + 1;
    return word;
}

static void read_action(char **at, struct action *ret)
{
    size_t count;

    *ret = (struct action){.mark = next(at), .id = next(at), .how = next(at), .options = next(at)};
    count = strtoul(next(at), NULL, 10);
    for (size_t i = 0; i < count && i + 1 < WORDS; i++)
        ret->arguments[i] = next(at);
}

int main(int argc, char **argv)
{
    struct stat status;
    int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    char *plan, *at;

    check(fd, "plan");
    check(fstat(fd, &status), "plan");
    plan = at = calloc(1, (size_t)status.st_size + 1);
    check(read(fd, plan, (size_t)status.st_size) - status.st_size, "plan");
    close(fd);
    make_folder(CGROUPS);
    make_folder(ROOTS);
    make_folder(LAYERS);
    while (at < plan + status.st_size) {
        struct action action;

        read_action(&at, &action);
        run(&action);
    }
    return 0;
}
