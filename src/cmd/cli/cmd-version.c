#include "base/text.h"
#include "cmd/cli/command.h"
#include "cmd/cli/output.h"

static int run(struct invocation *invocation, struct error *err)
{
    (void)invocation;
    return output_write(NULL, VIEW("plimsoll " PLIMSOLL_VERSION "\n"), err);
}

static const struct command_example examples[] = {
    {"plimsoll version", TR_KEY("name and version on one line")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_general, NULL};

const struct command command_version = {
    .name = "version",
    .parent = &command_program,
    .summary = TR_KEY("tell the version"),
    .examples = examples,
    .options = options,
    .run = run,
};
