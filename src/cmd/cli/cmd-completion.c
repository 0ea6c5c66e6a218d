#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/cli/command.h"
#include "cmd/cli/completion.h"
#include "cmd/cli/output.h"

enum { TEXT_LIMIT = 1 << 20 };

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    const char *name = invocation->operands[0];

    for (size_t i = 0; i < completion_shell_count; i++) {
        if (strcmp(completion_shells[i].name, name) != 0)
            continue;
        completion_shells[i].write(&command_program, &text);
        if (buf_failed(&text, "completion", err) < 0)
            return err->kind;
        return output_write(NULL, buf_view(&text), err);
    }
    error_set(err, ERROR_USAGE, "no completion for the shell '%s'", name);
    error_hint(err, "there is completion for bash, zsh and fish");
    return ERROR_USAGE;
}

static const struct command_example examples[] = {
    {"source <(plimsoll completion bash)", TR_KEY("in ~/.bashrc; zsh likewise")},
    {"plimsoll completion fish | source", TR_KEY("in config.fish")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_general, NULL};

const struct command command_completion = {
    .name = "completion",
    .parent = &command_program,
    .operands = "bash|zsh|fish",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("write completion for a shell"),
    .examples = examples,
    .options = options,
    .run = run,
};
