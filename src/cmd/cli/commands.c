#include "cmd/cli/commands.h"

#include "base/text.h"
#include "cmd/line/general-commands.h"

static const struct option_group *const options[] = {&options_general, NULL};

static const struct command_example help_examples[] = {
    {"plimsoll help image", TR_KEY("the options of a command")},
    {"plimsoll help --man db | man -l -", TR_KEY("a man page without installing it")},
    {NULL, NULL},
};

static const struct option_group *const help_options[] = {&options_pages, &options_general, NULL};

const struct command command_help = {
    .name = "help",
    .parent = &command_program,
    .operands = "[COMMAND [VERB]]",
    .operand_max = 2,
    .summary = TR_KEY("explain a command"),
    .examples = help_examples,
    .options = help_options,
    .run = help_command_run,
};

static const struct command_example version_examples[] = {
    {"plimsoll version", TR_KEY("name and version on one line")},
    {NULL, NULL},
};

const struct command command_version = {
    .name = "version",
    .parent = &command_program,
    .summary = TR_KEY("tell the version"),
    .examples = version_examples,
    .options = options,
    .run = version_command_run,
};

static const struct command_example completion_examples[] = {
    {"source <(plimsoll completion bash)", TR_KEY("in ~/.bashrc; zsh likewise")},
    {"plimsoll completion fish | source", TR_KEY("in config.fish")},
    {NULL, NULL},
};

const struct command command_completion = {
    .name = "completion",
    .parent = &command_program,
    .operands = "bash|zsh|fish",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("write completion for a shell"),
    .examples = completion_examples,
    .options = options,
    .run = completion_command_run,
};

static const char *const description[] = {
    TR_KEY("Plimsoll finds what is wrong with containers, from the manifest to the image: packages "
           "with known vulnerabilities, insecure configuration, secrets and malware; and it "
           "repairs configuration. It works alone, without a server or an account."),
    TR_KEY("Packages are held against advisories, which it needs first: plimsoll db update fetches "
           "them, plimsoll db import reads them from files. All else works at once."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll config .", TR_KEY("manifests, Dockerfiles and compose files below this folder")},
    {"plimsoll secret . --git", TR_KEY("what was ever committed")},
    {"plimsoll db update", TR_KEY("fetch the advisories")},
    {"plimsoll image debian:12", TR_KEY("an image by name")},
    {"plimsoll image app.tar --fail-on high", TR_KEY("a gate in CI")},
    {NULL, NULL},
};

static const struct command *const commands[] = {
    &command_image,   &command_fs,         &command_host, &command_config, &command_harden,
    &command_secret,  &command_rules,      &command_db,   &command_cache,  &command_help,
    &command_version, &command_completion, NULL,
};

const struct command command_program = {
    .name = "plimsoll",
    .summary = TR_KEY("container security"),
    .description = description,
    .examples = examples,
    .options = options,
    .verbs = commands,
};
