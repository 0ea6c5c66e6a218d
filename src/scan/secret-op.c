#include "scan/secret-op.h"

#include "sandbox/feed.h"
#include "scan/scan.h"

/* ---- On the wire ---- */

enum { DEPTH_LIMIT = 64 };

void secret_request_encode(const struct secret_request *request, struct buf *to)
{
    buf_add_varint(to, request->decode_depth);
    buf_add_varint(to, request->archive_depth);
}

static void add_match(struct buf *to, const struct secret_match *m)
{
    buf_add_varint(to, m->rule);
    buf_add_bytes(to, m->path);
    buf_add_varint(to, m->line);
    buf_add_varint(to, m->column);
    buf_add_varint(to, m->end_line);
    buf_add_varint(to, m->end_column);
    buf_add_bytes(to, m->masked);
    buf_add_bytes(to, m->name);
    buf_add_bytes(to, m->encoding);
    buf_add_varint(to, m->severity);
    buf_add_varint(to, m->test);
    buf_add(to, view_from(m->fingerprint, SECRET_FINGERPRINT_SIZE));
}

void secret_record_add(struct buf *to, const struct secret_record *record)
{
    buf_add_varint(to, record->kind);
    switch (record->kind) {
    case SECRET_RECORD_MATCH:
        buf_add_varint(to, record->number);
        add_match(to, &record->match);
        return;
    case SECRET_RECORD_LEFT_OUT:
        buf_add_bytes(to, record->path);
        buf_add_bytes(to, view_of(record->why.message));
        return;
    case SECRET_RECORD_END:
        buf_add_varint(to, record->files);
    }
}

static void next_match(struct cursor *c, struct secret_match *m)
{
    struct view fingerprint;

    m->rule = (size_t)cursor_varint(c);
    m->path = cursor_bytes(c);
    m->line = (uint32_t)cursor_count(c, UINT32_MAX);
    m->column = (uint32_t)cursor_count(c, UINT32_MAX);
    m->end_line = (uint32_t)cursor_count(c, UINT32_MAX);
    m->end_column = (uint32_t)cursor_count(c, UINT32_MAX);
    m->masked = cursor_bytes(c);
    m->name = cursor_bytes(c);
    m->encoding = cursor_bytes(c);
    m->severity = (enum severity)cursor_count(c, SEVERITY_COUNT - 1);
    m->test = cursor_count(c, 1);
    fingerprint = cursor_take(c, SECRET_FINGERPRINT_SIZE);
    if (!c->failed)
        memcpy(m->fingerprint, fingerprint.ptr, fingerprint.len);
}

static void next_left_out(struct cursor *c, struct secret_record *record)
{
    struct view message;

    record->path = cursor_bytes(c);
    message = view_sub(cursor_bytes(c), 0, sizeof(record->why.message) - 1);
    if (message.len)
        memcpy(record->why.message, message.ptr, message.len);
    record->why.kind = ERROR_LIMIT;
    error_make_printable(record->why.message);
}

bool secret_record_next(struct cursor *c, struct secret_record *ret)
{
    if (cursor_left(c) == 0)
        return false;
    *ret = (struct secret_record){.kind = (enum secret_record_kind)cursor_count(c, 3)};
    switch (ret->kind) {
    case SECRET_RECORD_MATCH:
        ret->number = (uint32_t)cursor_count(c, UINT32_MAX);
        next_match(c, &ret->match);
        break;
    case SECRET_RECORD_LEFT_OUT:
        next_left_out(c, ret);
        break;
    case SECRET_RECORD_END:
        ret->files = cursor_varint(c);
        break;
    default:
        cursor_fail(c);
    }
    return !c->failed;
}

/* ---- In the worker ---- */

struct run {
    struct buf reply;
    uint64_t files;
    uint32_t number; /* of the file that is being scanned */
};

static void found(void *ctx, const struct secret_match *match)
{
    struct run *run = ctx;

    secret_record_add(&run->reply, &(struct secret_record){.kind = SECRET_RECORD_MATCH,
                                                           .number = run->number,
                                                           .match = *match});
}

static void left_out(void *ctx, struct view path, const struct error *why)
{
    struct run *run = ctx;

    secret_record_add(&run->reply, &(struct secret_record){
                                       .kind = SECRET_RECORD_LEFT_OUT, .path = path, .why = *why});
}

static void scan_piece(struct secret_scanner *scanner, const struct feed_piece *piece)
{
    if ((piece->tag & 1) == SECRET_FORM_TEXT && piece->first && piece->last) {
        secret_scanner_text(scanner, piece->path, piece->bytes);
    } else if (piece->first && piece->last) {
        secret_scanner_file(scanner, piece->path, piece->bytes);
    } else {
        if (piece->first)
            secret_scanner_begin(scanner, piece->path);
        secret_scanner_add(scanner, piece->bytes);
        if (piece->last)
            secret_scanner_end(scanner);
    }
}

static int scan_feed(struct worker *worker, struct secret_scanner *scanner, struct run *run,
                     struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    struct feed_piece piece;
    int r = feed_reader_new(worker, &reader, err);

    while (r == 0 && (r = feed_next(reader, &piece, err)) == 1) {
        if (piece.first)
            worker_note(worker, piece.path);
        run->number = piece.tag >> 1;
        scan_piece(scanner, &piece);
        run->files += piece.last;
        r = 0;
    }
    worker_note(worker, VIEW_EMPTY);
    return r;
}

static int run_op(struct worker *worker, struct view request, struct error *err)
{
    const struct scan_rules *rules = worker_context(worker);
    _cleanup_(secret_scanner_free_p) struct secret_scanner *scanner = NULL;
    struct run run = {.reply = BUF_INIT(SECRET_OP_REPLY_LIMIT)};
    struct secret_options options = SECRET_OPTIONS_DEFAULT;
    struct cursor c = cursor_of(request);
    int r;

    options.decode_depth = (unsigned)cursor_count(&c, DEPTH_LIMIT);
    options.archive_depth = (unsigned)cursor_count(&c, DEPTH_LIMIT);
    options.ctx = &run;
    options.found = found;
    options.left_out = left_out;
    if (!rules || !rules->secrets || !cursor_at_end(&c))
        return error_set(err, ERROR_INTERNAL, "a worker has no secret rules");
    r = secret_scanner_new(rules->secrets, &options, &scanner, err);
    if (r == 0)
        r = scan_feed(worker, scanner, &run, err);
    secret_record_add(&run.reply,
                      &(struct secret_record){.kind = SECRET_RECORD_END, .files = run.files});
    if (r == 0)
        r = buf_failed(&run.reply, "the secrets that were found", err);
    if (r == 0)
        r = worker_reply(worker, buf_view(&run.reply), err);
    buf_done(&run.reply);
    return r;
}

const struct sandbox_op secret_op = {
    .name = "secrets",
    .run = run_op,
    .memory_limit = SECRET_OP_MEMORY,
    .reply_limit = SECRET_OP_REPLY_LIMIT + 1,
    .cpu_seconds = SECRET_OP_CPU_SECONDS,
};
