#include "base/text.h"
#include "cmd/cli/scan-command.h"

static int scan(const struct invocation *invocation, const struct scan_options *options,
                struct sandbox *sandbox, struct arena *arena, struct report *ret, struct error *err)
{
    (void)invocation;
    return scan_host(options, sandbox, arena, ret, err);
}

static int run(struct invocation *invocation, struct error *err)
{
    static const struct scan_plan plan = {.scan = scan};

    return scan_command_run(invocation, &plan, err);
}

static const char *const description[] = {
    TR_KEY("Tells which installed packages of this machine have known vulnerabilities. Security "
           "updates that the machine's own package lists know of count too, when they were "
           "imported (see plimsoll db import)."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll host", TR_KEY("this machine")},
    {"plimsoll host --ignore-unfixed --format json", TR_KEY("what can be fixed, for programs")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_gate, &options_packages, &options_output,
    &options_scan, &options_database, &options_general,
    NULL,
};

const struct command command_host = {
    .name = "host",
    .parent = &command_program,
    .summary = TR_KEY("find the vulnerable packages of this machine"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
