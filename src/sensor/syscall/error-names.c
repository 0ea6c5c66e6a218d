#include <errno.h>
#include <signal.h>
#include <string.h>

#include "sensor/syscall/syscall.h"

/* Errors that stay within the kernel, but which tracing sees. */
static const struct {
    unsigned number;
    const char *name;
} internal_errors[] = {
    {512, "ERESTARTSYS"},
    {513, "ERESTARTNOINTR"},
    {514, "ERESTARTNOHAND"},
    {515, "ENOIOCTLCMD"},
    {516, "ERESTART_RESTARTBLOCK"},
    {517, "EPROBE_DEFER"},
    {518, "EOPENSTALE"},
    {519, "ENOPARAM"},
    {521, "EBADHANDLE"},
    {522, "ENOTSYNC"},
    {523, "EBADCOOKIE"},
    {524, "ENOTSUPP"},
    {525, "ETOOSMALL"},
    {526, "ESERVERFAULT"},
    {527, "EBADTYPE"},
    {528, "EJUKEBOX"},
    {529, "EIOCBQUEUED"},
    {530, "ERECALLCONFLICT"},
};

const char *syscall_error_name(unsigned number)
{
    for (size_t i = 0; i < sizeof(internal_errors) / sizeof(internal_errors[0]); i++)
        if (internal_errors[i].number == number)
            return internal_errors[i].name;
    return number > 0 && number < 512 ? strerrorname_np((int)number) : NULL;
}

#define SIGNAL(name) [name] = #name
static const char *const signals[] = {
    SIGNAL(SIGHUP),    SIGNAL(SIGINT),   SIGNAL(SIGQUIT), SIGNAL(SIGILL),  SIGNAL(SIGTRAP),
    SIGNAL(SIGABRT),   SIGNAL(SIGBUS),   SIGNAL(SIGFPE),  SIGNAL(SIGKILL), SIGNAL(SIGUSR1),
    SIGNAL(SIGSEGV),   SIGNAL(SIGUSR2),  SIGNAL(SIGPIPE), SIGNAL(SIGALRM), SIGNAL(SIGTERM),
    SIGNAL(SIGCHLD),   SIGNAL(SIGCONT),  SIGNAL(SIGSTOP), SIGNAL(SIGTSTP), SIGNAL(SIGTTIN),
    SIGNAL(SIGTTOU),   SIGNAL(SIGURG),   SIGNAL(SIGXCPU), SIGNAL(SIGXFSZ), SIGNAL(SIGVTALRM),
    SIGNAL(SIGPROF),   SIGNAL(SIGWINCH), SIGNAL(SIGIO),   SIGNAL(SIGPWR),  SIGNAL(SIGSYS),
    SIGNAL(SIGSTKFLT),
};

const char *syscall_signal_name(unsigned number)
{
    return number < sizeof(signals) / sizeof(signals[0]) ? signals[number] : NULL;
}
