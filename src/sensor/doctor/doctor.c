#include "sensor/doctor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "sensor/collect/guard.h"
#include "sensor/collect/preemption.h"
#include "sensor/collect/probe.h"
#include "sensor/collect/uring.h"
#include "sensor/container/inquiry.h"
#include "sensor/doctor/runtime-greeting.h"

enum {
    FILE_LIMIT = 64 << 10,
    KERNEL_MAJOR = 5, /* the oldest with functions that are called back */
    KERNEL_MINOR = 13,
    CGROUP2_MAGIC = 0x63677270,
};

struct looking {
    const struct doctor_options *options;
    struct arena *arena;
    struct probe *probe;  /* the sensor's programs, in the kernel; NULL: it refused them */
    struct error refused; /* why */
    struct doctor_finding *finding;
};

typedef void look(struct looking *looking);

static void see(struct looking *l, enum doctor_state state, struct view seen)
{
    l->finding->state = state;
    l->finding->seen = seen;
}

static void see_text(struct looking *l, enum doctor_state state, const char *seen)
{
    see(l, state, view_of(seen));
}

static void costs(struct looking *l, const char *cost, const char *advice)
{
    l->finding->cost = view_of(cost);
    l->finding->advice = view_of(advice);
}

static struct view read_file(struct looking *l, const char *path)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(FILE_LIMIT);

    if (fd_read_file(path, &text, NULL) < 0)
        return (struct view){0};
    return arena_copy(l->arena, view_trim(buf_view(&text)));
}

/* ---- The kernel ---- */

static void look_at_kernel(struct looking *l)
{
    struct utsname name;
    unsigned major = 0, minor = 0;

    uname(&name);
    sscanf(name.release, "%u.%u", &major, &minor);
    see(l, DOCTOR_GOOD, arena_printf(l->arena, "Linux %s, %s", name.release, name.machine));
    if (major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR))
        return;
    l->finding->state = DOCTOR_BAD;
    costs(l, tr("the sensor's programs need what came with Linux 5.13"), tr("use a newer kernel"));
}

static void look_at_btf(struct looking *l)
{
    struct stat st;

    if (stat("/sys/kernel/btf/vmlinux", &st) == 0) {
        see(l, DOCTOR_GOOD,
            arena_printf(l->arena, tr("/sys/kernel/btf/vmlinux, %lld KiB"),
                         (long long)st.st_size >> 10));
        return;
    }
    see_text(l, DOCTOR_BAD, tr("/sys/kernel/btf/vmlinux is missing"));
    costs(l, tr("the sensor's programs can't be fitted to this kernel"),
          tr("use a kernel that is built with CONFIG_DEBUG_INFO_BTF"));
}

static void look_at_programs(struct looking *l)
{
    const struct probe_options options = {
        .hooks = PROBE_HOOKS_AUTO, .ring_size = 1 << 16, .state_ring_size = 1 << 16};
    const struct error *refused = &l->refused;

    if (probe_open(&options, &l->probe, &l->refused) == 0) {
        see_text(l, DOCTOR_GOOD, tr("the kernel takes them"));
        return;
    }
    see(l, DOCTOR_BAD, arena_copy(l->arena, view_of(refused->message)));
    costs(l, tr("the sensor sees nothing"),
          refused->kind == ERROR_DENIED
              ? tr("run it as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE")
              : arena_cstr(l->arena, view_of(refused->hint)));
}

static const char *hint_on_hooks(void)
{
    switch (preemption_here()) {
    case PREEMPTION_ALWAYS:
        return tr("boot with preempt=voluntary");
    case PREEMPTION_UNKNOWN:
        return tr("mount debugfs at /sys/kernel/debug");
    default:
        return tr("use a kernel for x86-64 with BPF trampolines: a distribution's from 6.9 on, or "
                  "an older one with its updates");
    }
}

static void look_at_hooks(struct looking *l)
{
    const char *reason = l->refused.message;

    if (l->probe && probe_abilities(l->probe)->call_hooks) {
        see_text(l, DOCTOR_GOOD, tr("on those that rules want (fexit)"));
        return;
    }
    if (l->probe)
        reason = probe_abilities(l->probe)->no_call_hooks;
    see(l, DOCTOR_LIMITED,
        arena_printf(l->arena, tr("on the return of every call (sys_exit): %s"), reason));
    costs(l, tr("every system call of the machine takes some 20 to 90 nanoseconds longer"),
          hint_on_hooks());
}

static void look_at_lsm(struct looking *l)
{
    struct view list = read_file(l, "/sys/kernel/security/lsm");

    if (guard_is_listed()) {
        see(l, DOCTOR_GOOD, list);
        return;
    }
    see(l, DOCTOR_LIMITED,
        list.len ? list
                 : view_of(tr("securityfs is not mounted, or BPF is not among the modules")));
    costs(l, tr("programs are denied through fanotify, which takes longer for each execution"),
          tr("boot with lsm=...,bpf to have them denied in the kernel"));
}

static void look_at_lockdown(struct looking *l)
{
    struct view mode = read_file(l, "/sys/kernel/security/lockdown");

    if (view_find_view(mode, VIEW("[confidentiality]")) < 0) {
        see_text(l, DOCTOR_GOOD, mode.len ? "integrity, or none" : tr("none"));
        return;
    }
    see(l, DOCTOR_BAD, mode);
    costs(l, tr("the kernel lets no program read its memory"),
          tr("boot without lockdown=confidentiality"));
}

static bool has_permission_events(void)
{
    _cleanup_close_ int fd =
        fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_CLOEXEC);

    return fd >= 0 &&
           fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, AT_FDCWD, "/proc/self/exe") == 0;
}

static void look_at_fanotify(struct looking *l)
{
    if (has_permission_events()) {
        see_text(l, DOCTOR_GOOD, tr("permission events work"));
        return;
    }
    see(l, DOCTOR_LIMITED, arena_printf(l->arena, "%s", strerror(errno)));
    costs(l, tr("executions can't be denied where BPF is no security module"),
          tr("use a kernel with CONFIG_FANOTIFY_ACCESS_PERMISSIONS, and CAP_SYS_ADMIN"));
}

/* Which of the two deny-exec uses. */
static void look_at_denying(struct looking *l)
{
    struct error err = ERROR_INIT;

    if (guard_check(&err) == 0) {
        see_text(l, DOCTOR_GOOD, tr("in the kernel (BPF LSM)"));
        return;
    }
    if (has_permission_events()) {
        see(l, guard_is_listed() ? DOCTOR_LIMITED : DOCTOR_GOOD,
            arena_printf(l->arena, tr("by a guard process (fanotify): %s"), err.message));
        if (l->finding->state == DOCTOR_LIMITED)
            costs(l, tr("programs in memory, and on mounts that come later, are not denied"),
                  arena_cstr(l->arena, view_of(err.hint)));
        return;
    }
    see(l, DOCTOR_LIMITED, arena_copy(l->arena, view_of(err.message)));
    costs(l, tr("executions can't be denied; they are seen, and killed"),
          tr("boot with lsm=...,bpf, or use a kernel with CONFIG_FANOTIFY_ACCESS_PERMISSIONS"));
}

/* 0: for all; 1: for a group; 2: for nobody. Kernels before 6.6 have no such switch. */
static void look_at_io_uring(struct looking *l)
{
    struct view disabled = read_file(l, "/proc/sys/kernel/io_uring_disabled");

    if (view_eq(disabled, VIEW("2"))) {
        see_text(l, DOCTOR_GOOD, tr("switched off"));
        return;
    }
    if (uring_is_told()) {
        see_text(l, DOCTOR_GOOD, tr("seen as the calls that do the same"));
        return;
    }
    see_text(l, DOCTOR_LIMITED,
             view_eq(disabled, VIEW("1")) ? tr("for the members of one group")
                                          : tr("for all processes"));
    costs(l,
          tr("what programs do by it (files, connections) is no system call: of that only "
             "io_uring_setup and io_uring_enter are seen"),
          disabled.len ? tr("set kernel.io_uring_disabled=2 where nothing needs it")
                       : tr("let the runtimes' seccomp profiles refuse it, as those of Docker 25 "
                            "and containerd 2.0 do"));
}

/* ---- Control groups ---- */

static bool is_cgroup2(const char *path)
{
    struct statfs fs;

    return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_MAGIC;
}

static void look_at_cgroups(struct looking *l)
{
    if (is_cgroup2("/sys/fs/cgroup"))
        see_text(l, DOCTOR_GOOD, tr("version 2"));
    else if (is_cgroup2("/sys/fs/cgroup/unified"))
        see_text(l, DOCTOR_GOOD, tr("hybrid: version 1, with version 2 at its side"));
    else if (access("/sys/fs/cgroup/pids", F_OK) == 0 || access("/sys/fs/cgroup/memory", F_OK) == 0)
        see_text(l, DOCTOR_GOOD, tr("version 1"));
    else {
        see_text(l, DOCTOR_LIMITED, tr("none is mounted at /sys/fs/cgroup"));
        costs(l, tr("containers are not told from the host"), tr("mount them"));
    }
}

static void look_at_freezer(struct looking *l)
{
    if (is_cgroup2("/sys/fs/cgroup") || is_cgroup2("/sys/fs/cgroup/unified") ||
        access("/sys/fs/cgroup/freezer", W_OK) == 0) {
        see_text(l, DOCTOR_GOOD, tr("containers can be paused"));
        return;
    }
    see_text(l, DOCTOR_LIMITED, tr("no freezer"));
    costs(l, tr("containers can't be paused"), tr("mount the freezer of control groups"));
}

/* ---- Runtimes ---- */

static void tell_nobody(struct looking *l, bool given)
{
    see_text(l, given ? DOCTOR_LIMITED : DOCTOR_GOOD,
             given ? tr("nobody answers there") : tr("not here"));
    if (given)
        costs(l, tr("its containers have an id and no name, image or labels"),
              tr("start it, or correct the option"));
}

static void look_at_socket(struct looking *l, const char *given, enum container_runtime runtime,
                           enum runtime_language language)
{
    const char *const only[] = {given, NULL};
    const char *const *paths = given ? only : inquiry_usual_sockets(runtime);
    enum runtime_greeting greeting = RUNTIME_NOBODY;

    for (; greeting == RUNTIME_NOBODY && *paths; paths++)
        greeting = runtime_greet(*paths, language);
    if (greeting == RUNTIME_NOBODY) {
        tell_nobody(l, given != NULL);
        return;
    }
    paths--; /* the one that was greeted */
    if (greeting == RUNTIME_ANSWERS) {
        see(l, DOCTOR_GOOD, arena_printf(l->arena, "%s", *paths));
        return;
    }
    see(l, DOCTOR_LIMITED,
        greeting == RUNTIME_SILENT
            ? arena_printf(l->arena, tr("%s: no answer in %d seconds"), *paths,
                           RUNTIME_GREETING_SECONDS)
            : arena_printf(l->arena, tr("%s: what listens there does not answer as it does"),
                           *paths));
    costs(l, tr("its containers have an id and no name, image or labels"),
          given ? tr("start it again, or correct the option") : tr("start it again"));
}

static void look_at_docker(struct looking *l)
{
    look_at_socket(l, l->options->docker_socket, CONTAINER_DOCKER, RUNTIME_HTTP1);
}

static void look_at_containerd(struct looking *l)
{
    look_at_socket(l, l->options->containerd_socket, CONTAINER_CONTAINERD, RUNTIME_HTTP2);
}

static void look_at_crio(struct looking *l)
{
    look_at_socket(l, l->options->crio_socket, CONTAINER_CRIO, RUNTIME_HTTP2);
}

/* It is containerd or CRI-O; only a socket that is elsewhere must be named. */
static void look_at_cri(struct looking *l)
{
    if (l->options->cri_socket)
        look_at_socket(l, l->options->cri_socket, CONTAINER_OTHER, RUNTIME_HTTP2);
    else
        see_text(l, DOCTOR_GOOD, tr("none is named, those above are asked"));
}

static void look_at_podman(struct looking *l)
{
    look_at_socket(l, l->options->podman_socket, CONTAINER_PODMAN, RUNTIME_HTTP1);
}

static const struct {
    const char *id, *title;
    look *look;
} checks[] = {
    {"kernel", TR_KEY("Kernel"), look_at_kernel},
    {"btf", TR_KEY("Types of the kernel (BTF)"), look_at_btf},
    {"lockdown", TR_KEY("Lockdown"), look_at_lockdown},
    {"programs", TR_KEY("Programs in the kernel (BPF)"), look_at_programs},
    {"hooks", TR_KEY("Hooks on system calls"), look_at_hooks}, /* of those programs */
    {"lsm", TR_KEY("Programs at security hooks (BPF LSM)"), look_at_lsm},
    {"fanotify", TR_KEY("Questions about executions (fanotify)"), look_at_fanotify},
    {"deny-exec", TR_KEY("Denying executions"), look_at_denying},
    {"io-uring", TR_KEY("Calls past the system calls (io_uring)"), look_at_io_uring},
    {"cgroups", TR_KEY("Control groups"), look_at_cgroups},
    {"freezer", TR_KEY("Freezer"), look_at_freezer},
    {"docker", TR_KEY("Docker engine"), look_at_docker},
    {"containerd", TR_KEY("containerd"), look_at_containerd},
    {"crio", TR_KEY("CRI-O"), look_at_crio},
    {"cri", TR_KEY("The kubelet's runtime"), look_at_cri},
    {"podman", TR_KEY("Podman's service"), look_at_podman},
};

const char *doctor_state_name(enum doctor_state state)
{
    static const char *const names[] = {
        [DOCTOR_GOOD] = TR_KEY("good"),
        [DOCTOR_LIMITED] = TR_KEY("limited"),
        [DOCTOR_BAD] = TR_KEY("bad"),
    };

    return names[state];
}

_Static_assert(sizeof(checks) / sizeof(checks[0]) == DOCTOR_CHECKS, "the number of checks");

void doctor_check(const struct doctor_options *options, struct arena *arena,
                  struct doctor_finding ret[static DOCTOR_CHECKS])
{
    struct looking looking = {.options = options, .arena = arena, .refused = ERROR_INIT};

    for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
        ret[i] = (struct doctor_finding){.id = checks[i].id, .title = checks[i].title};
        looking.finding = &ret[i];
        checks[i].look(&looking);
    }
    probe_close(looking.probe);
}
