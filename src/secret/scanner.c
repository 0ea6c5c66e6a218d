#include "secret/scanner.h"

#include "secret/token.h"

enum { DECODE_DEPTH_LIMIT = SECRET_DECODE_DEPTH + 6 };

/* Pieces are joined until they have so many bytes, and as many are copied where
 * large pieces meet. */
enum { JOINED = 1 << 20, LARGE = 256 << 10, KEPT = 2 * SECRET_CONTEXT };

/* ---- Life ---- */

static void state_init(struct file_state *state)
{
    *state = (struct file_state){
        .archived = BUF_INIT(ARCHIVE_BUFFER_LIMIT),
        .pending = BUF_INIT(JOINED + LARGE + KEPT),
        .place = PLACE_START,
    };
}

static void state_done(struct file_state *state)
{
    buf_done(&state->archived);
    buf_done(&state->pending);
}

static int prepare(struct secret_scanner *s, struct error *err)
{
    size_t count = secret_rules_count(s->set) + 1;
    int r;

    s->states = calloc(count, sizeof(*s->states));
    s->path_copy = malloc(SCANNER_PATH_LIMIT);
    if (!s->states || !s->path_copy)
        return error_memory(err);
    if (hs_alloc_scratch(secret_rules_database(s->set), &s->scratch) != HS_SUCCESS)
        return error_memory(err);
    r = candidates_init(&s->found, s->set, err);
    if (r == 0)
        r = confirm_new(s->set, &s->confirm, err);
    return r;
}

int secret_scanner_new(const struct secret_rules *set, const struct secret_options *options,
                       struct secret_scanner **ret, struct error *err)
{
    struct secret_scanner *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return error_memory(err);
    s->set = set;
    s->options = *options;
    if (s->options.decode_depth > DECODE_DEPTH_LIMIT)
        s->options.decode_depth = DECODE_DEPTH_LIMIT;
    /* UTF-16 grows by half at most. */
    s->text = BUF_INIT((size_t)SECRET_PIECE_LIMIT * 2);
    for (size_t i = 0; i < DECODE_DEPTH_LIMIT; i++)
        s->decodes[i] = BUF_INIT(TOKEN_LIMIT);
    state_init(&s->outer);
    s->file = &s->outer;
    r = prepare(s, err);
    if (r < 0) {
        secret_scanner_free(s);
        return r;
    }
    *ret = s;
    return 0;
}

void secret_scanner_free(struct secret_scanner *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < DECODE_DEPTH_LIMIT; i++)
        buf_done(&s->decodes[i]);
    buf_done(&s->text);
    state_done(&s->outer);
    confirm_free(s->confirm);
    candidates_done(&s->found);
    hs_free_scratch(s->scratch);
    free(s->states);
    free(s->path_copy);
    free(s);
}

uint64_t secret_scanner_bytes(const struct secret_scanner *s)
{
    return s->bytes;
}

void scanner_tell(struct secret_scanner *s, const struct error *why)
{
    if (s->options.left_out)
        s->options.left_out(s->options.ctx, s->file->path, why);
}

/* ---- Text ---- */

static void scan(struct secret_scanner *s, struct view bytes, uint64_t base, struct place start,
                 size_t own_from, size_t own_to)
{
    struct window w = {
        .scanner = s,
        .bytes = bytes,
        .own_from = own_from,
        .own_to = own_to,
        .base = base,
        .start = start,
    };

    window_scan(&w);
}

/* Looks at the pending bytes up to `own_to`, and forgets what nothing that
 * follows needs to see. */
static void scan_pending(struct secret_scanner *s, size_t own_to)
{
    struct file_state *file = s->file;
    struct buf *pending = &file->pending;
    size_t drop;

    scan(s, buf_view(pending), file->offset, file->place, file->owned, own_to);
    drop = pending->len > KEPT ? pending->len - KEPT : 0;
    place_advance(&file->place, view_sub(buf_view(pending), 0, drop));
    memmove(pending->ptr, pending->ptr + drop, pending->len - drop);
    pending->len -= drop;
    file->offset += drop;
    file->owned = own_to - drop;
}

/* The pending bytes and the first of the new ones, then the new ones by
 * themselves, without copying them. */
static void scan_large(struct secret_scanner *s, struct view bytes)
{
    struct file_state *file = s->file;
    size_t before = file->pending.len, tail = bytes.len - KEPT;
    struct place start = file->place;

    if (before) {
        place_advance(&start, buf_view(&file->pending));
        buf_add(&file->pending, view_sub(bytes, 0, KEPT));
        scan(s, buf_view(&file->pending), file->offset, file->place, file->owned,
             before + SECRET_CONTEXT);
    }
    file->offset += before;
    scan(s, bytes, file->offset, start, before ? SECRET_CONTEXT : 0, bytes.len - SECRET_CONTEXT);
    place_advance(&start, view_sub(bytes, 0, tail));
    buf_reset(&file->pending);
    buf_add(&file->pending, view_sub(bytes, tail, KEPT));
    file->place = start;
    file->offset += tail;
    file->owned = KEPT - SECRET_CONTEXT;
}

static void add_text(struct secret_scanner *s, struct view bytes)
{
    struct file_state *file = s->file;

    if (bytes.len >= LARGE) {
        scan_large(s, bytes);
        return;
    }
    buf_add(&file->pending, bytes);
    if (file->pending.len >= JOINED)
        scan_pending(s, file->pending.len - SECRET_CONTEXT);
}

static struct view decode_utf16(struct secret_scanner *s, struct view bytes)
{
    buf_reset(&s->text);
    utf16_decode(s->file->utf16, bytes, &s->file->rest, &s->text);
    return buf_view(&s->text);
}

/* What the first bytes say. */
static void sniff(struct secret_scanner *s, struct view start)
{
    struct file_state *file = s->file;

    file->begun = true;
    file->utf16 = utf16_sniff(start);
    file->start = file->utf16 ? VIEW_EMPTY : start;
    file->archive = s->archive_depth < s->options.archive_depth && archive_is(start);
}

const struct secret_file *scanner_file(struct secret_scanner *s)
{
    struct file_state *file = s->file;

    if (!file->known)
        file->is = secret_file_of(file->path, file->start);
    file->known = true;
    return &file->is;
}

static void add_some(struct secret_scanner *s, struct view bytes)
{
    struct file_state *file = s->file;

    if (file->archive)
        buf_add(&file->archived, bytes);
    else
        add_text(s, file->utf16 ? decode_utf16(s, bytes) : bytes);
}

void scanner_add(struct secret_scanner *s, struct view bytes)
{
    if (!s->file->begun) {
        sniff(s, bytes);
        scanner_file(s); /* while the first bytes are there */
    }
    while (bytes.len) {
        add_some(s, view_sub(bytes, 0, SECRET_PIECE_LIMIT));
        bytes = view_sub(bytes, SECRET_PIECE_LIMIT, bytes.len);
    }
}

static void tell_too_large(struct secret_scanner *s)
{
    struct error why;

    error_set(&why, ERROR_LIMIT, "an archive larger than %d MiB is not opened",
              ARCHIVE_BUFFER_LIMIT >> 20);
    scanner_tell(s, &why);
}

/* What turned out to be no archive is text after all. */
static void finish_archive(struct secret_scanner *s)
{
    struct file_state *file = s->file;

    file->archive = false;
    if (file->archived.failed)
        tell_too_large(s);
    else if (!archive_scan(s, buf_view(&file->archived)))
        scanner_add(s, buf_view(&file->archived));
    buf_done(&file->archived);
    file->archived = BUF_INIT(ARCHIVE_BUFFER_LIMIT);
}

static void tell_left_out(struct secret_scanner *s)
{
    struct error why;

    if (s->found.left_out == 0)
        return;
    error_set(&why, ERROR_LIMIT, "it holds more secrets or encoded text than are looked into");
    scanner_tell(s, &why);
}

void scanner_finish(struct secret_scanner *s)
{
    struct file_state *file = s->file;

    if (file->archive)
        finish_archive(s);
    if (file->pending.len > file->owned)
        scan(s, buf_view(&file->pending), file->offset, file->place, file->owned,
             file->pending.len);
    candidates_flush(&s->found, &s->options);
    tell_left_out(s);
    candidates_reset(&s->found);
}

/* Without a copy where the bytes can be scanned as they are. */
void scanner_whole(struct secret_scanner *s, struct view bytes)
{
    sniff(s, bytes);
    if (s->file->archive && archive_scan(s, bytes))
        s->file->archive = false;
    else if (s->file->utf16 || bytes.len > SECRET_PIECE_LIMIT) {
        s->file->archive = false;
        scanner_add(s, bytes);
    } else {
        s->file->archive = false;
        scan(s, bytes, 0, PLACE_START, 0, bytes.len);
    }
    scanner_finish(s);
}

/* ---- Files ---- */

static void reset(struct file_state *state, struct view path)
{
    state->path = path;
    state->begun = state->archive = state->known = false;
    state->utf16 = UTF16_NONE;
    state->rest.len = 0;
    state->owned = 0;
    state->offset = 0;
    state->place = PLACE_START;
    buf_reset(&state->pending);
}

struct file_state *scanner_enter(struct secret_scanner *s, struct file_state *state,
                                 struct view path)
{
    struct file_state *before = s->file;

    state_init(state);
    state->path = path;
    s->file = state;
    s->archive_depth++;
    return before;
}

void scanner_leave(struct secret_scanner *s, struct file_state *before)
{
    state_done(s->file);
    s->file = before;
    s->archive_depth--;
}

void secret_scanner_begin(struct secret_scanner *s, struct view path)
{
    size_t len = path.len < SCANNER_PATH_LIMIT ? path.len : SCANNER_PATH_LIMIT;

    if (len)
        memcpy(s->path_copy, path.ptr, len);
    reset(&s->outer, view_from(s->path_copy, len));
    s->decoded = s->unpacked = 0;
    s->spaces = 0;
}

void secret_scanner_add(struct secret_scanner *s, struct view bytes)
{
    scanner_add(s, bytes);
}

void secret_scanner_end(struct secret_scanner *s)
{
    scanner_finish(s);
}

void secret_scanner_file(struct secret_scanner *s, struct view path, struct view bytes)
{
    secret_scanner_begin(s, path);
    scanner_whole(s, bytes);
}

void secret_scanner_text(struct secret_scanner *s, struct view path, struct view text)
{
    secret_scanner_begin(s, path);
    s->file->is = (struct secret_file){SECRET_FILE_SETTINGS, false};
    s->file->begun = s->file->known = true;
    scanner_add(s, text);
    scanner_finish(s);
}
