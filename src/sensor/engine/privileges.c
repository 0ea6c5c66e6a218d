#include "sensor/engine/privileges.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "base/cleanup.h"

static const cap_value_t always[] = {
    CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_SYS_RESOURCE,
};

static const cap_value_t for_responses[] = {
    CAP_KILL,
    CAP_NET_ADMIN,
    CAP_SYS_ADMIN,
    CAP_DAC_OVERRIDE,
};

enum {
    ALWAYS = sizeof(always) / sizeof(always[0]),
    FOR_RESPONSES = sizeof(for_responses) / sizeof(for_responses[0]),
};

static void cap_free_p(cap_t *caps)
{
    cap_free(*caps);
}

static void seccomp_release_p(scmp_filter_ctx *filter)
{
    seccomp_release(*filter);
}

static bool is_in(cap_value_t cap, const cap_value_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == cap)
            return true;
    return false;
}

static bool is_kept(cap_value_t cap, bool responds)
{
    return is_in(cap, always, ALWAYS) || (responds && is_in(cap, for_responses, FOR_RESPONSES));
}

/* The permitted set shrinks to what is kept and there at all. */
static int drop_capabilities(bool responds, struct error *err)
{
    _cleanup_(cap_free_p) cap_t now = cap_get_proc();
    cap_flag_value_t may_drop = CAP_CLEAR;

    if (!now)
        return error_errno(err, "cannot read the capabilities");
    cap_get_flag(now, CAP_SETPCAP, CAP_EFFECTIVE, &may_drop);
    for (cap_value_t cap = 0; cap <= cap_max_bits() - 1; cap++) {
        if (is_kept(cap, responds))
            continue;
        if (may_drop == CAP_SET)
            cap_drop_bound(cap);
        cap_set_flag(now, CAP_PERMITTED, 1, &cap, CAP_CLEAR);
        cap_set_flag(now, CAP_EFFECTIVE, 1, &cap, CAP_CLEAR);
        cap_set_flag(now, CAP_INHERITABLE, 1, &cap, CAP_CLEAR);
    }
    return cap_set_proc(now) < 0 ? error_errno(err, "cannot give up capabilities") : 0;
}

/* What no part of the sensor does. */
static const int never[] = {
    SCMP_SYS(init_module),     SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),   SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
    SCMP_SYS(swapon),          SCMP_SYS(swapoff),
    SCMP_SYS(ptrace),          SCMP_SYS(process_vm_writev),
    SCMP_SYS(add_key),         SCMP_SYS(request_key),
    SCMP_SYS(keyctl),          SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),   SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),   SCMP_SYS(pivot_root),
    SCMP_SYS(mount),           SCMP_SYS(umount2),
    SCMP_SYS(move_mount),      SCMP_SYS(mount_setattr),
    SCMP_SYS(fsopen),          SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),         SCMP_SYS(fspick),
    SCMP_SYS(open_tree),       SCMP_SYS(io_uring_setup), /* its operations pass by this filter */
    SCMP_SYS(io_uring_enter),  SCMP_SYS(io_uring_register),
    SCMP_SYS(userfaultfd),     SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),   SCMP_SYS(iopl),
    SCMP_SYS(ioperm),          SCMP_SYS(acct),
    SCMP_SYS(quotactl),        SCMP_SYS(open_by_handle_at),
    SCMP_SYS(personality),     SCMP_SYS(execve),
    SCMP_SYS(execveat),        SCMP_SYS(unshare),
    SCMP_SYS(chroot),
};

static int refuse_calls(bool responds, struct error *err)
{
    _cleanup_(seccomp_release_p) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int r = filter ? 0 : -ENOMEM;

    for (size_t i = 0; r == 0 && i < sizeof(never) / sizeof(never[0]); i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), never[i], 0);
    if (r == 0 && !responds)
        r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(setns), 0);
    if (r == 0)
        r = seccomp_load(filter);
    if (r == 0)
        return 0;
    errno = -r;
    return error_errno(err, "cannot refuse system calls");
}

int privileges_drop(bool responds, struct error *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return error_errno(err, "cannot give up new privileges");
    if (drop_capabilities(responds, err) < 0)
        return err->kind;
    return refuse_calls(responds, err);
}
