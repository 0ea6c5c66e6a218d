#include "base/clock.h"
#include "base/text.h"
#include "cmd/line/output.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/session.h"
#include "codec/json-write.h"
#include "sensor/alert/printable.h"
#include "sensor/respond/responder.h"

enum {
    TEXT_LIMIT = 256 << 20,
    SECOND = 1000000000,
};

static const char *state_name(const struct journal_entry *entry)
{
    static const char *const names[] = {
        [JOURNAL_INTENDED] = TR_KEY("intended"),
        [JOURNAL_DONE] = TR_KEY("done"),
        [JOURNAL_FAILED] = TR_KEY("failed"),
        [JOURNAL_UNDONE] = TR_KEY("undone"),
    };

    return entry->dry_run && entry->state != JOURNAL_FAILED ? TR_KEY("dry run")
                                                            : names[entry->state];
}

static void add_name(struct buf *to, struct view name)
{
    if (name.len == 0)
        return;
    buf_add_str(to, " (");
    printable_add(to, name);
    buf_add_char(to, ')');
}

/* Names and reasons hold what processes say of themselves. */
static void write_entry(const struct journal_entry *entry, struct buf *to)
{
    char stamp[CLOCK_STAMP_SIZE];

    printable_add(to, entry->id);
    buf_addf(to, "  %s  %-9.*s  %s", clock_format(entry->time / SECOND, stamp),
             VIEW_ARG(entry->action), tr(state_name(entry)));
    if (entry->dry_run && entry->state == JOURNAL_FAILED)
        buf_add_str(to, tr(" (dry run)"));
    if (entry->target.container_id.len)
        buf_addf(to, "  %.*s", VIEW_ARG(view_sub(entry->target.container_id, 0, 12)));
    add_name(to, entry->target.container_name);
    if (entry->target.pid)
        buf_addf(to, "  pid %u", entry->target.pid);
    buf_add_str(to, "\n    ");
    printable_add(to, entry->who);
    if (entry->why.len) {
        buf_add_str(to, ": ");
        printable_add(to, entry->why);
    }
    buf_add_char(to, '\n');
    if (entry->outcome.len) {
        buf_add_str(to, "    ");
        printable_add(to, entry->outcome);
        buf_add_char(to, '\n');
    }
}

static void write_end(const struct journal_entry *entry, struct buf *to)
{
    if (entry->undone_by.len) {
        buf_add_str(to, tr("    taken back by "));
        printable_add(to, entry->undone_by);
        buf_add_char(to, '\n');
    }
    if (responder_can_undo(entry))
        buf_addf(to, tr("    plimsoll-sensor undo %.*s takes it back\n"), VIEW_ARG(entry->id));
}

static void add_member(struct json_writer *w, const char *key, struct view text)
{
    if (text.len)
        json_write_member(w, view_of(key), text);
}

static void write_json_entry(struct json_writer *w, const struct journal_entry *entry)
{
    char stamp[CLOCK_STAMP_SIZE];

    json_write_object(w);
    add_member(w, "id", entry->id);
    add_member(w, "time", view_of(clock_format(entry->time / SECOND, stamp)));
    add_member(w, "action", entry->action);
    add_member(w, "state", view_of(state_name(entry)));
    if (entry->dry_run) {
        json_write_key(w, VIEW("dry_run"));
        json_write_bool(w, true);
    }
    add_member(w, "container", entry->target.container_id);
    add_member(w, "name", entry->target.container_name);
    add_member(w, "image", entry->target.image);
    add_member(w, "pod_namespace", entry->target.pod_namespace);
    add_member(w, "pod_name", entry->target.pod_name);
    if (entry->target.pid) {
        json_write_key(w, VIEW("pid"));
        json_write_uint(w, entry->target.pid);
    }
    add_member(w, "who", entry->who);
    add_member(w, "why", entry->why);
    add_member(w, "outcome", entry->outcome);
    json_write_key(w, VIEW("can_undo"));
    json_write_bool(w, responder_can_undo(entry));
    add_member(w, "undone_by", entry->undone_by);
    json_write_end(w);
}

static int write_json(const struct journal_entry *entries, size_t count, struct buf *to,
                      struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT(to, true);

    json_write_array(&w);
    for (size_t i = 0; i < count; i++)
        write_json_entry(&w, &entries[i]);
    json_write_end(&w);
    buf_add_char(to, '\n');
    return json_write_done(&w, "the journal", err);
}

static int run(struct invocation *invocation, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct journal_entry *entries;
    size_t count, broken;

    if (session_require_journal(invocation, err) < 0 ||
        journal_read(s->journal, invocation->arena, &entries, &count, &broken, err) < 0)
        return err->kind;
    if (s->json) {
        if (write_json(entries, count, &text, err) < 0)
            return err->kind;
    } else {
        for (size_t i = 0; i < count; i++) {
            write_entry(&entries[i], &text);
            write_end(&entries[i], &text);
        }
        if (broken)
            buf_addf(&text, tr("%zu lines can't be read\n"), broken);
    }
    if (buf_failed(&text, "the journal", err) < 0)
        return err->kind;
    return output_write(NULL, buf_view(&text), err);
}

static const char *const description[] = {
    TR_KEY("Lists what the sensor did to containers and processes, by rule or by command: when, "
           "to whom, why, and how it ended."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor journal", TR_KEY("as text")},
    {"plimsoll-sensor journal --json", TR_KEY("for programs")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_facts,
    &options_journal,
    &options_general,
    NULL,
};

const struct command command_journal = {
    .name = "journal",
    .parent = &command_program,
    .summary = TR_KEY("list what was done"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
