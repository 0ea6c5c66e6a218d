#include "cmd/cli/commands.h"

#include "base/text.h"
#include "cmd/line/general-commands.h"

GENERAL_COMMANDS("plimsoll", "image", "[COMMAND [VERB]]", 2);

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
    .options = general_options,
    .verbs = commands,
};
