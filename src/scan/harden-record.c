#include "scan/harden-op.h"

/* ---- The request ---- */

static void write_answers(struct buf *to, const struct answers *answers)
{
    buf_add_varint(to, answers->count);
    for (size_t i = 0; i < answers->count; i++) {
        buf_add_bytes(to, answers->list[i].question->name);
        buf_add_bytes(to, answers->list[i].of);
        buf_add_bytes(to, answers->list[i].value);
    }
}

void harden_request_write(struct buf *to, const struct harden_options *options)
{
    buf_add_u8(to, (uint8_t)options->plan.level);
    buf_add_u8(to, options->plan.chosen);
    buf_add_varint(to, options->plan.target.kubernetes_minor);
    buf_add_u64(to, (uint64_t)options->now);
    write_answers(to, &options->plan.answers);
    buf_add_varint(to, options->declined_count);
    for (size_t i = 0; i < options->declined_count; i++)
        buf_add_bytes(to, options->declined[i]);
}

static void read_answers(struct cursor *c, struct arena *arena, struct answers *ret)
{
    size_t count = (size_t)cursor_count(c, HARDEN_OP_LIST_LIMIT);
    struct fix_answer *list = arena_array(arena, count ? count : 1, sizeof(*list));

    for (size_t i = 0; list && i < count; i++) {
        list[i].question = question_find(cursor_bytes(c));
        list[i].of = cursor_bytes(c);
        list[i].value = cursor_bytes(c);
        if (!list[i].question)
            cursor_fail(c);
    }
    if (!list)
        cursor_fail(c);
    *ret = (struct answers){list, c->failed ? 0 : count};
}

int harden_request_read(struct view request, struct arena *arena, struct harden_options *ret,
                        struct error *err)
{
    struct cursor c = cursor_of(request);
    uint8_t level = cursor_u8(&c);
    struct harden_options options = {.plan = {.level = (enum plan_level)level}};
    struct view *declined;
    size_t count;

    options.plan.chosen = cursor_u8(&c) != 0;
    options.plan.target.kubernetes_minor = (uint32_t)cursor_count(&c, UINT32_MAX);
    options.now = (int64_t)cursor_u64(&c);
    read_answers(&c, arena, &options.plan.answers);
    count = (size_t)cursor_count(&c, HARDEN_OP_LIST_LIMIT);
    declined = arena_array(arena, count ? count : 1, sizeof(*declined));
    for (size_t i = 0; declined && i < count; i++)
        declined[i] = cursor_bytes(&c);
    if (!declined || level > PLAN_ALL || !cursor_at_end(&c))
        return error_set(err, ERROR_INTERNAL, "a request to a worker is malformed");
    options.declined = declined;
    options.declined_count = count;
    *ret = options;
    return 0;
}

/* ---- Records ---- */

static void write_file(struct buf *to, const struct harden_file *f)
{
    bool same = view_eq(f->text, f->hardened);

    buf_add_bytes(to, f->path);
    buf_add_varint(to, f->tag);
    buf_add_u8(to, f->claimed);
    buf_add_bytes(to, f->text);
    buf_add_u8(to, same);
    if (!same)
        buf_add_bytes(to, f->hardened);
    buf_add_varint(to, (uint64_t)-f->error.kind);
    buf_add_bytes(to, view_of(f->error.message));
    buf_add_bytes(to, view_of(f->error.hint));
}

static void copy_text(char *to, size_t size, struct view text)
{
    size_t len = text.len < size ? text.len : size - 1;

    if (len)
        memcpy(to, text.ptr, len);
    to[len] = '\0';
    error_make_printable(to);
}

static void read_file(struct cursor *c, struct harden_file *f)
{
    f->path = cursor_bytes(c);
    f->tag = (uint32_t)cursor_count(c, UINT32_MAX);
    f->claimed = cursor_u8(c) != 0;
    f->text = cursor_bytes(c);
    f->hardened = cursor_u8(c) ? f->text : cursor_bytes(c);
    f->error.kind = -(int)cursor_count(c, -ERROR_INTERNAL);
    copy_text(f->error.message, sizeof(f->error.message), cursor_bytes(c));
    copy_text(f->error.hint, sizeof(f->error.hint), cursor_bytes(c));
}

static void write_change(struct buf *to, const struct plan_change *change)
{
    buf_add_bytes(to, change->path);
    buf_add_bytes(to, change->resource);
    buf_add_bytes(to, change->part);
    buf_add_varint(to, change->line);
    buf_add_bytes(to, change->id);
    buf_add_bytes(to, change->why);
    buf_add_bytes(to, change->what);
    buf_add_u8(to, (uint8_t)change->severity);
    buf_add_bytes(to, change->asks);
    buf_add_bytes(to, change->open);
}

static enum severity read_severity(struct cursor *c)
{
    uint8_t severity = cursor_u8(c);

    if (severity >= SEVERITY_COUNT)
        cursor_fail(c);
    return (enum severity)severity;
}

static void read_change(struct cursor *c, struct plan_change *change)
{
    change->path = cursor_bytes(c);
    change->resource = cursor_bytes(c);
    change->part = cursor_bytes(c);
    change->line = (uint32_t)cursor_count(c, UINT32_MAX);
    change->id = cursor_bytes(c);
    change->why = cursor_bytes(c);
    change->what = cursor_bytes(c);
    change->severity = read_severity(c);
    change->asks = cursor_bytes(c);
    change->open = cursor_bytes(c);
    if (change->asks.len && !question_find(change->asks))
        cursor_fail(c);
}

static void write_left(struct buf *to, const struct plan_left *left)
{
    buf_add_bytes(to, left->path);
    buf_add_bytes(to, left->resource);
    buf_add_bytes(to, left->part);
    buf_add_varint(to, left->line);
    buf_add_bytes(to, left->id);
    buf_add_bytes(to, left->message);
    buf_add_bytes(to, left->remediation);
    buf_add_u8(to, (uint8_t)left->severity);
    buf_add_u8(to, (uint8_t)left->reason);
    buf_add_bytes(to, left->detail);
    buf_add_bytes(to, left->of);
}

static void read_left(struct cursor *c, struct plan_left *left)
{
    uint8_t reason;

    left->path = cursor_bytes(c);
    left->resource = cursor_bytes(c);
    left->part = cursor_bytes(c);
    left->line = (uint32_t)cursor_count(c, UINT32_MAX);
    left->id = cursor_bytes(c);
    left->message = cursor_bytes(c);
    left->remediation = cursor_bytes(c);
    left->severity = read_severity(c);
    reason = cursor_u8(c);
    left->reason = (enum plan_reason)reason;
    left->detail = cursor_bytes(c);
    left->of = cursor_bytes(c);
    if (reason > PLAN_TOO_NEW || (reason == PLAN_ASKS && !question_find(left->detail)))
        cursor_fail(c);
}

static void write_problem(struct buf *to, const struct diagnostic *problem)
{
    buf_add_u8(to, (uint8_t)problem->level);
    buf_add_bytes(to, problem->code);
    buf_add_bytes(to, problem->message);
    buf_add_bytes(to, problem->hint);
    buf_add_bytes(to, problem->path);
}

static void read_problem(struct cursor *c, struct diagnostic *problem)
{
    uint8_t level = cursor_u8(c);

    if (level > DIAGNOSTIC_ERROR)
        cursor_fail(c);
    problem->level = (enum diagnostic_level)level;
    problem->code = cursor_bytes(c);
    problem->message = cursor_bytes(c);
    problem->hint = cursor_bytes(c);
    problem->path = cursor_bytes(c);
}

void harden_record_write(struct buf *to, const struct harden_record *record)
{
    buf_add_u8(to, (uint8_t)record->kind);
    switch (record->kind) {
    case HARDEN_RECORD_FILE:
        write_file(to, &record->file);
        break;
    case HARDEN_RECORD_CHANGE:
        write_change(to, &record->change);
        break;
    case HARDEN_RECORD_LEFT:
        write_left(to, &record->left);
        break;
    case HARDEN_RECORD_PROBLEM:
        write_problem(to, &record->problem);
        break;
    case HARDEN_RECORD_END:
        break;
    }
}

bool harden_record_next(struct cursor *c, struct harden_record *ret)
{
    uint8_t kind;

    if (cursor_left(c) == 0)
        return false;
    memset(ret, 0, sizeof(*ret));
    kind = cursor_u8(c);
    ret->kind = (enum harden_record_kind)kind;
    switch (kind) {
    case HARDEN_RECORD_FILE:
        read_file(c, &ret->file);
        break;
    case HARDEN_RECORD_CHANGE:
        read_change(c, &ret->change);
        break;
    case HARDEN_RECORD_LEFT:
        read_left(c, &ret->left);
        break;
    case HARDEN_RECORD_PROBLEM:
        read_problem(c, &ret->problem);
        break;
    case HARDEN_RECORD_END:
        break;
    default:
        cursor_fail(c);
    }
    return !c->failed;
}
