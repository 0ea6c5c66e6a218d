#include "sensor/collect/preemption.h"

#include <stdio.h>
#include <sys/utsname.h>

#include "base/cleanup.h"

enum { SIGN_LIMIT = 4096 };

static bool holds(struct view text, struct view part)
{
    return view_find_view(text, part) >= 0;
}

bool preemption_is_full(const struct preemption_signs *signs)
{
    if (!holds(signs->version, VIEW("PREEMPT")))
        return false;
    if (!holds(signs->version, VIEW("PREEMPT_DYNAMIC")))
        return true;
    if (signs->modes.len)
        return holds(signs->modes, VIEW("(full)"));
    return holds(signs->options, VIEW("preempt=full"));
}

static struct view read_sign(const char *path, char room[SIGN_LIMIT])
{
    _cleanup_fclose_ FILE *file = fopen(path, "re");

    return (struct view){room, file ? fread(room, 1, SIGN_LIMIT, file) : 0};
}

bool preemption_is_full_here(void)
{
    char modes[SIGN_LIMIT], options[SIGN_LIMIT];
    struct utsname name = {0};
    struct preemption_signs signs;

    uname(&name);
    signs = (struct preemption_signs){
        .modes = read_sign("/sys/kernel/debug/sched/preempt", modes),
        .version = view_of(name.version),
        .options = read_sign("/proc/cmdline", options),
    };
    return preemption_is_full(&signs);
}
