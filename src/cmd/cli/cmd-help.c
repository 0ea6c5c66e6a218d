#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/cli/command.h"
#include "cmd/cli/help.h"
#include "cmd/cli/manual.h"
#include "cmd/cli/markdown.h"
#include "cmd/cli/output.h"

enum {
    TEXT_LIMIT = 1 << 20,
    FILE_WIDTH = 80, /* where there is no terminal */
};

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    const struct command *command = &command_program;
    size_t width = environment_width(invocation->env, STDOUT_FILENO);

    for (size_t i = 0; i < invocation->operand_count; i++) {
        const struct command *verb = command_verb(command, invocation->operands[i]);

        if (!verb)
            return command_unknown(command, invocation->operands[i], err);
        command = verb;
    }
    if (invocation->settings.man)
        manual_write(command, &text);
    else if (invocation->settings.markdown)
        markdown_write(command, &text);
    else
        help_write(command, width ? width : FILE_WIDTH, &text);
    if (buf_failed(&text, "help", err) < 0)
        return err->kind;
    return output_write(NULL, buf_view(&text), err);
}

static const struct command_example examples[] = {
    {"plimsoll help image", TR_KEY("the options of a command")},
    {"plimsoll help --man db | man -l -", TR_KEY("a man page without installing it")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_pages, &options_general, NULL};

const struct command command_help = {
    .name = "help",
    .parent = &command_program,
    .operands = "[COMMAND [VERB]]",
    .operand_max = 2,
    .summary = TR_KEY("explain a command"),
    .examples = examples,
    .options = options,
    .run = run,
};
