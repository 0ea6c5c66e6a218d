#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/line/general-commands.h"
#include "cmd/line/help.h"
#include "cmd/line/manual.h"
#include "cmd/line/markdown.h"
#include "cmd/line/output.h"

enum {
    TEXT_LIMIT = 1 << 20,
    FILE_WIDTH = 80, /* where there is no terminal */
};

int help_command_run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    const struct command *command = command_root(invocation->command);
    size_t width = environment_width(invocation->env, STDOUT_FILENO);

    for (size_t i = 0; i < invocation->operand_count; i++) {
        const struct command *verb = command_verb(command, invocation->operands[i]);

        if (!verb)
            return command_unknown(command, invocation->operands[i], err);
        command = verb;
    }
    if (general_of(invocation)->man)
        manual_write(command, &text);
    else if (general_of(invocation)->markdown)
        markdown_write(command, &text);
    else
        help_write(command, width ? width : FILE_WIDTH, &text);
    if (buf_failed(&text, "help", err) < 0)
        return err->kind;
    return output_write(NULL, buf_view(&text), err);
}
