#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/line/completion.h"
#include "cmd/line/general-commands.h"
#include "cmd/line/output.h"

enum { TEXT_LIMIT = 1 << 20 };

int completion_command_run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    const char *name = invocation->operands[0];

    for (size_t i = 0; i < completion_shell_count; i++) {
        if (strcmp(completion_shells[i].name, name) != 0)
            continue;
        completion_shells[i].write(command_root(invocation->command), &text);
        if (buf_failed(&text, "completion", err) < 0)
            return err->kind;
        return output_write(NULL, buf_view(&text), err);
    }
    error_set(err, ERROR_USAGE, "no completion for the shell '%s'", name);
    error_hint(err, "there is completion for bash, zsh and fish");
    return ERROR_USAGE;
}
