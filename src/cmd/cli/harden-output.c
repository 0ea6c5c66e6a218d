#include "cmd/cli/harden-output.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/cli/harden-file.h"
#include "cmd/line/output.h"
#include "codec/json-write.h"
#include "report/unified-diff.h"
#include "scan/harden-op.h"

enum { FORMAT_TEXT, FORMAT_JSON };

enum { OUTPUT_LIMIT = 512 << 20 };

int harden_output_check(const struct invocation *invocation, struct error *err)
{
    const struct settings *s = settings_of(invocation);

    if (s->in_place + s->diff + s->dry_run > 1)
        return error_set(err, ERROR_USAGE,
                         "--in-place, --diff and --dry-run: only one of them can be given");
    for (size_t i = 0; i < invocation->operand_count; i++) {
        bool standard_input = strcmp(invocation->operands[i], "-") == 0;

        if (standard_input && s->in_place)
            return error_set(err, ERROR_USAGE, "standard input can't be written in place");
        if (standard_input && s->interactive)
            return error_set(err, ERROR_USAGE, "--interactive asks on standard input: name a file");
    }
    if (s->interactive && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
        return error_set(err, ERROR_USAGE, "--interactive needs a terminal");
    return 0;
}

/* ---- What is told ---- */

static struct view shown_path(struct view path)
{
    return view_eq(path, VIEW("-")) ? view_of(tr("standard input")) : path;
}

static void tell_place(struct buf *to, struct view path, uint32_t line, struct view resource,
                       struct view part)
{
    buf_add(to, shown_path(path));
    if (line)
        buf_addf(to, ":%u", line);
    buf_add_str(to, ": ");
    buf_add(to, resource);
    if (part.len)
        buf_addf(to, " [%.*s]", VIEW_ARG(part));
    if (resource.len || part.len)
        buf_add_str(to, ": ");
}

void harden_output_change(struct buf *to, const struct plan_change *change)
{
    tell_place(to, change->path, change->line, change->resource, change->part);
    buf_add(to, change->what);
    if (change->id.len)
        buf_addf(to, " (%.*s: %.*s)", VIEW_ARG(change->id), VIEW_ARG(change->why));
    else
        buf_addf(to, " (%.*s)", VIEW_ARG(change->why));
    if (change->asks.len) {
        buf_addf(to, "; %.*s; ", VIEW_ARG(change->open));
        buf_addf(to, tr("answer it with %s"), question_find(change->asks)->option);
    }
    buf_add_char(to, '\n');
}

/* Without a repair, what a person can do; else what stands in the way of it. */
static void tell_reason(struct buf *to, const struct plan_left *left)
{
    switch (left->reason) {
    case PLAN_NO_FIX:
        buf_add_str(to, tr("no repair is known"));
        if (left->remediation.len)
            buf_addf(to, ": %.*s", VIEW_ARG(left->remediation));
        break;
    case PLAN_ASKS:
        buf_addf(to, tr("answer it with %s"), question_find(left->detail)->option);
        break;
    case PLAN_NO_EFFECT:
        buf_add_str(to, tr("the repair does not help here"));
        break;
    case PLAN_NOT_WRITTEN:
        buf_addf(to, tr("it can't be written: %.*s"), VIEW_ARG(left->detail));
        break;
    case PLAN_TOO_NEW:
        buf_addf(to, tr("the cluster's version has no %.*s"), VIEW_ARG(left->detail));
        break;
    }
}

static void tell_left(struct buf *to, const struct plan_left *left)
{
    tell_place(to, left->path, left->line, left->resource, left->part);
    buf_addf(to, tr("left as it is: %.*s (%.*s); "), VIEW_ARG(left->message), VIEW_ARG(left->id));
    tell_reason(to, left);
    buf_add_char(to, '\n');
}

static void tell_problem(const struct diagnostic *problem)
{
    enum log_level level = problem->level == DIAGNOSTIC_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING;
    struct view path = shown_path(problem->path);

    if (path.len)
        log_line(level, "%.*s: %.*s", VIEW_ARG(path), VIEW_ARG(problem->message));
    else
        log_line(level, "%.*s", VIEW_ARG(problem->message));
    if (problem->hint.len)
        log_hint(level, "%.*s", VIEW_ARG(problem->hint));
}

static void tell_file(const struct harden_file *file)
{
    struct view path = shown_path(file->path);

    if (error_is_set(&file->error))
        log_error("%.*s: %s", VIEW_ARG(path), file->error.message);
    else if (!file->claimed)
        log_warning("%.*s: no kind of configuration that repairs are known for", VIEW_ARG(path));
    if (file->error.hint[0])
        log_hint(LOG_LEVEL_ERROR, "%s", file->error.hint);
}

void harden_output_tell(const struct invocation *invocation, const struct harden_report *report)
{
    const struct settings *s = settings_of(invocation);
    _cleanup_(buf_done) struct buf text = BUF_INIT(OUTPUT_LIMIT);

    for (size_t i = 0; i < report->result.problem_count; i++)
        tell_problem(&report->result.problems[i]);
    for (size_t i = 0; i < report->file_count; i++)
        if (error_is_set(&report->files[i].error) || report->file_count == 1)
            tell_file(&report->files[i]);
    if (s->general.quiet || s->harden_format == FORMAT_JSON)
        return;
    for (size_t i = 0; i < report->result.change_count; i++)
        harden_output_change(&text, &report->result.changes[i]);
    for (size_t i = 0; i < report->result.left_count; i++)
        tell_left(&text, &report->result.left[i]);
    fputs(buf_cstr(&text), stderr);
}

/* ---- JSON ---- */

static void json_place(struct json_writer *w, struct view path, uint32_t line, struct view resource,
                       struct view part, struct view id, enum severity severity)
{
    json_write_member(w, VIEW("path"), path);
    if (line) {
        json_write_key(w, VIEW("line"));
        json_write_uint(w, line);
    }
    if (resource.len)
        json_write_member(w, VIEW("resource"), resource);
    if (part.len)
        json_write_member(w, VIEW("part"), part);
    if (id.len)
        json_write_member(w, VIEW("id"), id);
    json_write_member(w, VIEW("severity"), view_of(severity_name(severity)));
}

static void json_files(struct json_writer *w, const struct harden_report *report, bool with_text)
{
    json_write_key(w, VIEW("files"));
    json_write_array(w);
    for (size_t i = 0; i < report->file_count; i++) {
        const struct harden_file *file = &report->files[i];

        json_write_object(w);
        json_write_member(w, VIEW("path"), file->path);
        json_write_key(w, VIEW("changed"));
        json_write_bool(w, !view_eq(file->text, file->hardened));
        if (error_is_set(&file->error))
            json_write_member(w, VIEW("error"), view_of(file->error.message));
        if (with_text && file->claimed)
            json_write_member(w, VIEW("text"), file->hardened);
        json_write_end(w);
    }
    json_write_end(w);
}

static void json_changes(struct json_writer *w, const struct harden_result *result)
{
    json_write_key(w, VIEW("changes"));
    json_write_array(w);
    for (size_t i = 0; i < result->change_count; i++) {
        const struct plan_change *c = &result->changes[i];

        json_write_object(w);
        json_place(w, c->path, c->line, c->resource, c->part, c->id, c->severity);
        json_write_member(w, VIEW("what"), c->what);
        json_write_member(w, VIEW("why"), c->why);
        if (c->asks.len) {
            json_write_member(w, VIEW("open"), c->open);
            json_write_member(w, VIEW("question"), c->asks);
            json_write_member(w, VIEW("option"), view_of(question_find(c->asks)->option));
        }
        json_write_end(w);
    }
    json_write_end(w);
}

static void json_left(struct json_writer *w, const struct harden_result *result)
{
    static const struct view reasons[] = {
        [PLAN_NO_FIX] = VIEW("no-fix"),       [PLAN_ASKS] = VIEW("asks"),
        [PLAN_NO_EFFECT] = VIEW("no-effect"), [PLAN_NOT_WRITTEN] = VIEW("not-written"),
        [PLAN_TOO_NEW] = VIEW("too-new"),
    };

    json_write_key(w, VIEW("left"));
    json_write_array(w);
    for (size_t i = 0; i < result->left_count; i++) {
        const struct plan_left *l = &result->left[i];

        json_write_object(w);
        json_place(w, l->path, l->line, l->resource, l->part, l->id, l->severity);
        json_write_member(w, VIEW("message"), l->message);
        json_write_member(w, VIEW("reason"), reasons[l->reason]);
        if (l->reason == PLAN_ASKS) {
            json_write_member(w, VIEW("question"), l->detail);
            json_write_member(w, VIEW("option"), view_of(question_find(l->detail)->option));
        }
        if (l->reason == PLAN_NOT_WRITTEN || l->reason == PLAN_TOO_NEW)
            json_write_member(w, VIEW("detail"), l->detail);
        json_write_end(w);
    }
    json_write_end(w);
}

static int write_json(const struct invocation *invocation, const struct harden_report *report,
                      struct error *err)
{
    const struct settings *s = settings_of(invocation);
    _cleanup_(buf_done) struct buf text = BUF_INIT(OUTPUT_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(&text, true);
    int r;

    json_write_object(&w);
    json_files(&w, report, !s->in_place && !s->dry_run);
    json_changes(&w, &report->result);
    json_left(&w, &report->result);
    json_write_end(&w);
    r = json_write_done(&w, "the result", err);
    if (r < 0)
        return r;
    buf_add_char(&text, '\n');
    return output_write(NULL, buf_view(&text), err);
}

/* ---- Diffs and files ---- */

static bool wants_color(const struct invocation *invocation)
{
    if (general_of(invocation)->color != COLOR_AUTO)
        return general_of(invocation)->color == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) && !environment_get(invocation->env, "NO_COLOR");
}

static int write_diffs(const struct invocation *invocation, const struct harden_report *report,
                       struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(OUTPUT_LIMIT);
    int r = 0;

    for (size_t i = 0; r == 0 && i < report->file_count; i++) {
        const struct harden_file *file = &report->files[i];
        struct view path = view_strip_prefix(file->path, VIEW("/"));
        const struct unified_diff diff = {
            .old_name = arena_printf(invocation->arena, "a/%.*s", VIEW_ARG(path)),
            .old_text = file->text,
            .new_name = arena_printf(invocation->arena, "b/%.*s", VIEW_ARG(path)),
            .new_text = file->hardened,
            .color = wants_color(invocation),
        };

        r = unified_diff_write(&diff, &text, err);
    }
    return r < 0 ? r : output_write(NULL, buf_view(&text), err);
}

static int write_in_place(const struct harden_report *report, struct error *err)
{
    for (size_t i = 0; i < report->file_count; i++) {
        const struct harden_file *file = &report->files[i];
        int r = view_eq(file->text, file->hardened) ? 0 : harden_file_replace(file, err);

        if (r < 0)
            return r;
    }
    return 0;
}

static int write_one(const struct harden_report *report, struct error *err)
{
    if (report->file_count > 1) {
        error_set(err, ERROR_USAGE, "several files can't be written to standard output: %zu",
                  report->file_count);
        error_hint(err, "give --in-place, --diff, --dry-run or --format json");
        return ERROR_USAGE;
    }
    if (report->file_count == 0 ||
        (!report->files[0].claimed && error_is_set(&report->files[0].error)))
        return 0;
    return output_write(NULL, report->files[0].hardened, err);
}

int harden_output_write(const struct invocation *invocation, const struct harden_report *report,
                        struct error *err)
{
    const struct settings *s = settings_of(invocation);
    int r = 0;

    if (s->in_place)
        r = write_in_place(report, err);
    if (r == 0 && s->harden_format == FORMAT_JSON)
        return write_json(invocation, report, err);
    if (r < 0 || s->in_place || s->dry_run)
        return r;
    return s->diff ? write_diffs(invocation, report, err) : write_one(report, err);
}
