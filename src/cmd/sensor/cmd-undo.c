#include "base/text.h"
#include "cmd/line/output.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/session.h"

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(session_close) struct session session = {0};
    const char *id = invocation->operands[0];
    struct view who = session_who(invocation->arena);
    struct view line = arena_printf(invocation->arena, tr("%s: taken back\n"), id);

    if (!who.len || !line.len)
        return error_memory(err);
    if (session_require_journal(invocation, err) < 0 ||
        session_open_responder(&session, invocation, err) < 0 ||
        responder_undo(session.responder, view_of(id), who, err) < 0)
        return err->kind;
    return output_write(NULL, line, err);
}

static const char *const description[] = {
    TR_KEY("Takes an action back: thaws a paused container, opens its network again, starts it. "
           "The journal says how, so that it works after a restart, too."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor journal", TR_KEY("the ids of what was done")},
    {"plimsoll-sensor undo 20261121T130501-1", TR_KEY("take one back")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_journal,
    &options_runtimes,
    &options_general,
    NULL,
};

const struct command command_undo = {
    .name = "undo",
    .parent = &command_program,
    .operands = "ID",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("take an action back"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
