#include "cmd/cli/cmd-db.h"

#include "base/text.h"
#include "cmd/cli/storage.h"
#include "vulndb/update.h"

static int run_export(struct invocation *invocation, struct error *err)
{
    return vulndb_export(storage_database(invocation), invocation->operands[0], err);
}

static const struct command_example export_examples[] = {
    {"plimsoll db export advisories.db", TR_KEY("a checked copy, to carry to another machine")},
    {NULL, NULL},
};

static const struct option_group *const export_options[] = {&options_database, &options_general,
                                                            NULL};

const struct command command_db_export = {
    .name = "export",
    .parent = &command_db,
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("write a copy of the database to a file"),
    .examples = export_examples,
    .options = export_options,
    .run = run_export,
};

static const char *const description[] = {
    TR_KEY("The advisory database is one file, made from all sources at once and put in place "
           "whole. Any number of scans read it at the same time; an update that fails leaves the "
           "old one as it is."),
    NULL,
};

static const struct command *const verbs[] = {
    &command_db_update, &command_db_import, &command_db_info, &command_db_export, NULL,
};

static const struct option_group *const options[] = {&options_general, NULL};

const struct command command_db = {
    .name = "db",
    .parent = &command_program,
    .summary = TR_KEY("make, inspect and carry the advisory database"),
    .description = description,
    .options = options,
    .verbs = verbs,
};
