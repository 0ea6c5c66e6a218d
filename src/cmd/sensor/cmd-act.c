#include "base/text.h"
#include "cmd/line/output.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/container-name.h"
#include "cmd/sensor/session.h"
#include "sensor/respond/target.h"

enum { LIST_LIMIT = 1024 };

static int unknown_action(const char *name, struct error *err)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(LIST_LIMIT);

    for (size_t i = 0; action_at(i); i++)
        buf_addf(&list, "%s%s", i ? ", " : "", action_at(i)->name);
    error_set(err, ERROR_USAGE, "there is no action '%s'", name);
    error_hint(err, "there are: %s", buf_cstr(&list));
    return ERROR_USAGE;
}

static int find_container(struct session *session, const struct invocation *invocation,
                          struct response_target *ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct view name = view_of(s->container);
    int r = name.len < TARGET_ID_DIGITS
                ? ERROR_NOT_FOUND
                : response_target_of_container(name, invocation->arena, ret, err);

    if (r != ERROR_NOT_FOUND)
        return r;
    if (session_start_sandbox(session, err) < 0 ||
        session_open_inquiry(session, invocation, err) < 0)
        return err->kind;
    return container_named(name, session->inquiry, (uint32_t)(s->wait * 1000), invocation->arena,
                           ret, err);
}

static int find_target(struct session *session, const struct invocation *invocation,
                       const struct action *action, struct response_target *ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    int r = 0;

    if (action->needs_process && s->pid == OPTION_UNSET)
        return error_set(err, ERROR_USAGE, "%s needs --pid", action->name);
    if (s->pid == OPTION_UNSET && !s->container)
        return error_set(err, ERROR_USAGE, "%s needs --container or --pid", action->name);
    if (s->pid != OPTION_UNSET)
        r = response_target_of_pid((uint32_t)s->pid, invocation->arena, ret, err);
    else
        r = find_container(session, invocation, ret, err);
    if (r == 0 && s->container && s->pid != OPTION_UNSET &&
        !view_starts(ret->container_id, view_of(s->container)))
        return error_set(err, ERROR_INPUT, "process %u is not in the container %s",
                         (unsigned)s->pid, s->container);
    return r;
}

static int run(struct invocation *invocation, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct action *action = action_find(view_of(invocation->operands[0]));
    _cleanup_(session_close) struct session session = {0};
    struct response_target target = {0};
    struct view id, line;

    if (!action)
        return unknown_action(invocation->operands[0], err);
    if (session_check(invocation, err) < 0 ||
        find_target(&session, invocation, action, &target, err) < 0 ||
        session_open_responder(&session, invocation, err) < 0 ||
        responder_act(session.responder, action, &target, session_who(invocation->arena),
                      s->reason ? view_of(s->reason) : (struct view){0}, &id, err) < 0)
        return err->kind;
    line = s->dry_run ? arena_printf(invocation->arena, tr("%.*s: would be done\n"), VIEW_ARG(id))
           : action_can_undo(action, &target)
               ? arena_printf(invocation->arena,
                              tr("%.*s: done; plimsoll-sensor undo %.*s takes it back\n"),
                              VIEW_ARG(id), VIEW_ARG(id))
               : arena_printf(invocation->arena, tr("%.*s: done\n"), VIEW_ARG(id));
    return line.len ? output_write(NULL, line, err) : error_memory(err);
}

static const char *const description[] = {
    TR_KEY("Does one action to a container or a process, and writes it into the journal. "
           "Processes outside containers are left alone unless --allow-host is given; the first "
           "process, kernel threads and the sensor are never touched."),
    NULL,
};

static const struct command_note notes[] = {
    {"kill", TR_KEY("end a process at once; needs --pid")},
    {"kill-tree", TR_KEY("end it and all that it started")},
    {"pause", TR_KEY("freeze all processes of a container")},
    {"stop", TR_KEY("stop the container through its runtime")},
    {"isolate", TR_KEY("cut a container off the network, but for --keep")},
    {"deny-exec", TR_KEY("refuse programs that did not come with the image")},
    {"image-only", TR_KEY("the same, and refuse those of volumes, too; needs BPF LSM")},
    {NULL, NULL},
};

static const struct command_example examples[] = {
    {"plimsoll-sensor act pause --container 3f2a9c --reason 'looks like a miner'",
     TR_KEY("freeze it, to look at it")},
    {"plimsoll-sensor act isolate -c web --keep 10.0.0.5/32:443", TR_KEY("leave one way open")},
    {"plimsoll-sensor act kill --pid 4711 --dry-run", TR_KEY("what would be done")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_target, &options_journal, &options_runtimes, &options_general, NULL,
};

const struct command command_act = {
    .name = "act",
    .parent = &command_program,
    .operands = "ACTION",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("kill, pause, stop, isolate"),
    .description = description,
    .notes = notes,
    .examples = examples,
    .options = options,
    .run = run,
};
