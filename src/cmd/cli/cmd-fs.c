#include "base/text.h"
#include "cmd/cli/scan-command.h"

static int scan(const struct invocation *invocation, const struct scan_options *options,
                struct sandbox *sandbox, struct arena *arena, struct report *ret, struct error *err)
{
    return scan_tree(invocation->operands[0], options, sandbox, arena, ret, err);
}

static int run(struct invocation *invocation, struct error *err)
{
    static const struct scan_plan plan = {.scan = scan};

    return scan_command_run(invocation, &plan, err);
}

static const char *const description[] = {
    TR_KEY("Takes a directory as the root of a system, as unpacked by debootstrap or mounted from "
           "a disk, and tells which of its installed packages have known vulnerabilities. "
           "Symbolic links are resolved inside the directory and never lead out of it."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll fs /mnt/rootfs", TR_KEY("a mounted root file system")},
    {"plimsoll fs rootfs --fail-on critical --ignore-unfixed",
     TR_KEY("fail when a critical finding has a fix")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_gate, &options_packages, &options_output,
    &options_scan, &options_database, &options_general,
    NULL,
};

const struct command command_fs = {
    .name = "fs",
    .parent = &command_program,
    .operands = "DIR",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("find the vulnerable packages in a directory"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
