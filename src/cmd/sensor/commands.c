#include "cmd/sensor/commands.h"

#include "base/text.h"
#include "cmd/line/general-commands.h"

GENERAL_COMMANDS("plimsoll-sensor", "run", "[COMMAND]", 1);

static const char *const description[] = {
    TR_KEY("The sensor watches what the containers of a machine do: it sees system calls and "
           "processes in the kernel, judges them by rules, tells what is wrong, and stops it where "
           "it was told to. Rules are Falco's language; without a file, those that are built in."),
    TR_KEY("It needs a kernel of 5.13 or later with BTF, and root. plimsoll-sensor doctor says "
           "what this machine allows."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor doctor", TR_KEY("what this kernel and these runtimes allow")},
    {"plimsoll-sensor run", TR_KEY("watch, with the rules that are built in")},
    {"plimsoll-sensor run --rules falco_rules.yaml --format json",
     TR_KEY("Falco's rules, as JSON")},
    {"plimsoll-sensor record -o events.plc --duration 60s", TR_KEY("keep a minute of events")},
    {"plimsoll-sensor replay events.plc --rules mine.yaml", TR_KEY("try rules on them")},
    {NULL, NULL},
};

static const struct command *const commands[] = {
    &command_run,  &command_record,  &command_replay,     &command_doctor,
    &command_act,  &command_undo,    &command_journal,    &command_filter,
    &command_help, &command_version, &command_completion, NULL,
};

static const struct exit_status statuses[] = {
    {"0", TR_KEY("done; a sensor that runs: told to end, or after --duration")},
    {"1", TR_KEY("doctor: the sensor can't run here")},
    {"2", TR_KEY("wrong usage")},
    {"3", TR_KEY("the work could not be done: standard error says why")},
    {NULL, NULL},
};

static const struct environment_variable variables[] = {
    {"NOTIFY_SOCKET", TR_KEY("socket of the service manager, which is told when events are seen")},
    {"NO_COLOR", TR_KEY("set: no colour, as with --color never")},
    {"COLUMNS", TR_KEY("width of tables, in place of the terminal's")},
    {"LC_ALL, LC_MESSAGES, LANG", TR_KEY("language of messages, unless one is given")},
    {"TZ", TR_KEY("time zone of times in alerts as text")},
    {NULL, NULL},
};

const struct command command_program = {
    .name = "plimsoll-sensor",
    .summary = TR_KEY("see, judge and stop what containers do"),
    .description = description,
    .examples = examples,
    .options = general_options,
    .verbs = commands,
    .exit_statuses = statuses,
    .variables = variables,
};
