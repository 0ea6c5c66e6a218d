/* Commands that run other commands. */
#include <ctype.h>

#include "config/shell/draft.h"

struct shell_wrapper {
    const char *name;
    const char *values;      /* short options that take the next word */
    const char *long_values; /* long ones, between blanks */
    unsigned operands;       /* words of its own before the command */
    bool assignments;        /* NAME=VALUE may stand before the command */
    bool opens;              /* adds arguments from elsewhere */
    const char *unless;      /* short options with which it runs nothing */
};

static const struct shell_wrapper wrappers[] = {
    {"busybox", "", "", 0, false, false, ""},
    {"builtin", "", "", 0, false, false, ""},
    {"chroot", "", "", 1, false, false, ""},
    {"chrt", "TPD", " sched-runtime sched-period sched-deadline ", 1, false, false, "p"},
    {"command", "", "", 0, false, false, "vV"},
    {"doas", "uC", "", 0, false, false, "L"},
    {"dumb-init", "r", " rewrite ", 0, false, false, ""},
    {"eatmydata", "", "", 0, false, false, ""},
    {"env", "uC", " unset chdir ", 0, true, false, "S"},
    {"exec", "a", "", 0, false, false, ""},
    {"fakeroot", "lsib", " lib faked unknown-is-real ", 0, false, false, ""},
    {"faketime", "p", "", 1, false, false, ""},
    {"gosu", "", "", 1, false, false, ""},
    {"ionice", "cnpPu", " class classdata pid pgid uid ", 0, false, false, "p"},
    {"nice", "n", " adjustment ", 0, false, false, ""},
    {"nohup", "", "", 0, false, false, ""},
    {"setarch", "", "", 1, false, false, ""},
    {"setpriv", "", " reuid regid groups caps inh-caps bounding-set securebits pdeathsig ", 0,
     false, false, ""},
    {"setsid", "", "", 0, false, false, ""},
    {"stdbuf", "ioe", " input output error ", 0, false, false, ""},
    {"strace", "abeEIoOpPsSuU", "", 0, false, false, ""},
    {"su-exec", "", "", 1, false, false, ""},
    {"sudo", "ugpCchrtTUDR",
     " user group prompt close-from host role type command-timeout other-user chdir chroot ", 0,
     true, false, "lvKe"},
    {"taskset", "", "", 1, false, false, "p"},
    {"time", "fo", " format output ", 0, false, false, ""},
    {"timeout", "ks", " kill-after signal ", 1, false, false, ""},
    {"tini", "pe", "", 0, false, false, ""},
    {"unshare", "SGRw", " setuid setgid root wd map-user map-group ", 0, false, false, ""},
    {"watch", "n", " interval ", 0, false, false, ""},
    {"xargs", "aEILnPsd",
     " arg-file delimiter max-lines max-args max-procs max-chars process-slot-var ", 0, false, true,
     ""},
    {"xvfb-run", "efnpsw", " error-file auth-file server-num xauth-protocol server-args wait ", 0,
     false, false, ""},
};

static const char *const shells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "rbash"};

const struct shell_wrapper *shell_wrapper_find(struct view name)
{
    for (size_t i = 0; i < sizeof(wrappers) / sizeof(*wrappers); i++)
        if (view_eq(name, view_of(wrappers[i].name)))
            return &wrappers[i];
    return NULL;
}

bool shell_wrapper_opens(const struct shell_wrapper *wrapper)
{
    return wrapper->opens;
}

static bool is_long_value(const struct shell_wrapper *wrapper, struct view option)
{
    char name[64];
    int len = snprintf(name, sizeof(name), " %.*s ", VIEW_ARG(option));

    return len > 0 && (size_t)len < sizeof(name) && strstr(wrapper->long_values, name);
}

/* The words an option takes (1 or 2); 0: with it nothing is run. */
static size_t option_words(const struct shell_wrapper *wrapper, struct view option)
{
    if (option.ptr[1] == '-')
        return view_find(option, '=') < 0 && is_long_value(wrapper, view_sub(option, 2, option.len))
                   ? 2
                   : 1;
    for (size_t i = 1; i < option.len; i++) {
        if (option.ptr[i] && strchr(wrapper->unless, option.ptr[i]))
            return 0;
        if (option.ptr[i] && strchr(wrapper->values, option.ptr[i]))
            return i + 1 < option.len ? 1 : 2;
    }
    return 1;
}

static bool is_assignment(struct view word)
{
    struct view name = view_cut(&word, '=');

    return word.ptr && shell_is_name(name);
}

size_t shell_wrapper_skip(const struct shell_wrapper *wrapper, const struct shell_word *words,
                          size_t count)
{
    size_t at = 1;

    while (at < count && words[at].text.len > 1 && words[at].text.ptr[0] == '-') {
        size_t taken;

        if (view_eq(words[at].text, VIEW("--"))) {
            at++;
            break;
        }
        taken = option_words(wrapper, words[at].text);
        if (taken == 0)
            return 0;
        at += taken;
    }
    while (wrapper->assignments && at < count && is_assignment(words[at].text))
        at++;
    at += wrapper->operands;
    return at < count ? at : 0;
}

static bool is_shell(struct view name)
{
    for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
        if (view_eq(name, view_of(shells[i])))
            return true;
    return false;
}

/* The place of -c's script for a shell; -1: there is none. */
static ptrdiff_t script_of_shell(const struct shell_word *words, size_t count, bool *ret_pipefail)
{
    bool command = false;
    size_t at = 1;

    for (; at < count && words[at].text.len > 1 && strchr("-+", words[at].text.ptr[0]); at++) {
        struct view option = words[at].text;

        if (view_starts(option, VIEW("--"))) {
            if (option.len == 2) {
                at++;
                break;
            }
            at += view_eq(option, VIEW("--rcfile")) || view_eq(option, VIEW("--init-file"));
            continue;
        }
        command = command || view_find(option, 'c') > 0;
        if (view_find(option, 'o') > 0 || view_find(option, 'O') > 0) {
            at++;
            if (at < count && view_eq(words[at].text, VIEW("pipefail")))
                *ret_pipefail = option.ptr[0] == '-';
        }
    }
    return command && at < count ? (ptrdiff_t)at : -1;
}

/* su and runuser: -c SCRIPT anywhere. */
static ptrdiff_t script_of_su(const struct shell_word *words, size_t count)
{
    for (size_t i = 1; i + 1 < count; i++)
        if (view_eq(words[i].text, VIEW("-c")) || view_eq(words[i].text, VIEW("--command")))
            return (ptrdiff_t)i + 1;
    return -1;
}

ptrdiff_t shell_inner_script(struct view name, const struct shell_word *words, size_t count,
                             bool *ret_pipefail)
{
    *ret_pipefail = false;
    if (is_shell(name))
        return script_of_shell(words, count, ret_pipefail);
    if (view_eq(name, VIEW("su")) || view_eq(name, VIEW("runuser")))
        return script_of_su(words, count);
    if (view_eq(name, VIEW("eval")) && count == 2)
        return 1;
    return -1;
}

bool shell_reads_script(struct view name, const struct shell_word *words, size_t count)
{
    bool pipefail;
    size_t at = 1;

    if (!is_shell(name) || script_of_shell(words, count, &pipefail) >= 0)
        return false;
    while (at < count && words[at].text.len && strchr("-+", words[at].text.ptr[0])) {
        if (view_find(words[at].text, 's') > 0)
            return true;
        at++;
    }
    return at >= count;
}
