#include "base/text.h"
#include "cmd/line/general-commands.h"
#include "cmd/line/output.h"

int version_command_run(struct invocation *invocation, struct error *err)
{
    struct view line = arena_printf(invocation->arena, "%s %s\n",
                                    command_root(invocation->command)->name, PLIMSOLL_VERSION);

    return line.len ? output_write(NULL, line, err) : error_memory(err);
}
