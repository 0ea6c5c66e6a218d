#include "scan/config-op.h"

#include "base/arena.h"
#include "base/path.h"
#include "base/text.h"
#include "config/checks.h"
#include "config/judge.h"
#include "sandbox/feed.h"
#include "scan/scan.h"
#include "scan/text-masker.h"

enum {
    ARENA_LIMIT = 3 << 29, /* 1.5 GiB: files, their trees, and what kinds make of them */
    EXCERPT_COLUMNS = 160,
};

struct run {
    struct worker *worker;
    struct arena *arena;
    const struct checks *checks;
    struct config_reader *readers[CONFIG_KINDS];
    struct judge *judge;
    struct buf reply;
    struct buf whole; /* a file that came in pieces */
    size_t file_count;
    bool *rendered; /* by a file's number: its lines are those of nothing a person wrote */
    uint64_t kept;  /* bytes of files that wait to be judged */
    uint64_t claimed_count, finding_count;
    size_t kind;                       /* that is being visited */
    struct text_masker *masker;        /* NULL: there are no secret rules */
    struct buf shown;                  /* the line shown last, masked */
    uint32_t shown_line;               /* its number in `indexed`; 0: none */
    const struct config_file *indexed; /* whose lines these are */
    struct view *lines;
    size_t line_count;
    /* The object whose annotations were read last. */
    const struct document_node *annotations;
};

static int add_record(struct run *run, const struct config_record *record, struct error *err)
{
    config_record_add(&run->reply, record);
    return buf_failed(&run->reply, "what was found", err);
}

static int add_diagnostic(struct run *run, const struct diagnostic *diagnostic, struct error *err)
{
    struct config_record record = {.kind = CONFIG_RECORD_PROBLEM};

    record.problem.diagnostic = *diagnostic;
    return add_record(run, &record, err);
}

static int add_problem(struct run *run, enum diagnostic_level level, const char *code,
                       struct view path, const struct error *why, struct error *err)
{
    struct diagnostic diagnostic = {
        .level = level,
        .code = view_of(code),
        .message = view_of(why->message),
        .hint = view_of(why->hint),
        .path = path,
    };

    return add_diagnostic(run, &diagnostic, err);
}

/* ---- Files ---- */

static bool has(struct view text, struct view word)
{
    return word.len <= text.len && memmem(text.ptr, text.len, word.ptr, word.len);
}

/* Looks whether a document can concern any kind, at the price of a search: most
 * YAML and JSON of a source tree does not. */
static bool may_concern(struct view text)
{
    static const struct view words[] = {VIEW("apiVersion"), VIEW("services")};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (has(text, words[i]))
            return true;
    return false;
}

static bool looks_like_manifest(struct view text)
{
    return has(text, VIEW("apiVersion")) && has(text, VIEW("kind"));
}

static bool looks_like_json(struct view path, struct view text)
{
    struct view trimmed = view_trim(text);

    return view_ends(path, VIEW(".json")) ||
           (!view_ends(path, VIEW(".yaml")) && !view_ends(path, VIEW(".yml")) && trimmed.len &&
            trimmed.ptr[0] == '{');
}

/* Manifests are read as kubectl reads them. */
static enum document_format format_of(struct view path, struct view text)
{
    if (looks_like_json(path, text))
        return DOCUMENT_JSON;
    return looks_like_manifest(text) ? DOCUMENT_MANIFEST : DOCUMENT_YAML;
}

/* YAML's flow style looks like JSON, too, where no name tells. */
static int parse(struct view path, struct view text, struct arena *arena, struct document_set *ret,
                 struct error *err)
{
    enum document_format format = format_of(path, text);
    int r = document_parse(text, format, arena, ret, err);

    if (r == 0 && format == DOCUMENT_JSON && !view_ends(path, VIEW(".json")) && ret->count &&
        ret->list[0].error)
        r = document_parse(text, DOCUMENT_MANIFEST, arena, ret, err);
    return r;
}

/* The first instruction of a Dockerfile is FROM or ARG. */
static bool looks_like_dockerfile(struct view text)
{
    struct view rest = text;

    while (rest.ptr) {
        struct view line = view_trim(view_line(&rest)), word = view_word(&line);

        if (word.len == 0 || word.ptr[0] == '#')
            continue;
        return view_eq_nocase(word, VIEW("FROM")) || view_eq_nocase(word, VIEW("ARG"));
    }
    return false;
}

static int add_suppressions(struct run *run, const struct suppressions *found, struct error *err)
{
    for (size_t i = 0; i < found->count; i++) {
        struct config_record record = {.kind = CONFIG_RECORD_SUPPRESSION};
        int r;

        record.suppression = found->list[i];
        r = add_record(run, &record, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int scan_comments(struct run *run, const struct config_file *file, struct error *err)
{
    struct suppressions found = {0};
    struct diagnostic *problems = NULL;
    size_t problem_count = 0;
    int r = suppressions_scan_comments(file->path, file->text, run->arena, &found, &problems,
                                       &problem_count, err);

    for (size_t i = 0; r == 0 && i < problem_count; i++)
        r = add_diagnostic(run, &problems[i], err);
    return r < 0 ? r : add_suppressions(run, &found, err);
}

/* Tells broken documents: as an error where the file means to be a manifest,
 * since it was not checked then. */
static int tell_broken(struct run *run, const struct config_file *file, bool named, bool *ret_any,
                       struct error *err)
{
    enum diagnostic_level level =
        named || looks_like_manifest(file->text) ? DIAGNOSTIC_ERROR : DIAGNOSTIC_NOTE;

    for (size_t i = 0; i < file->documents->count; i++) {
        const struct error *why = file->documents->list[i].error;
        int r;

        if (!why)
            continue;
        *ret_any = true;
        r = add_problem(run, level, "file-unreadable", file->path, why, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int offer(struct run *run, const struct config_file *file, bool *ret_claimed,
                 struct error *err)
{
    for (size_t i = 0; i < CONFIG_KINDS; i++) {
        bool claimed = false;
        int r;

        if (!run->readers[i])
            continue;
        r = config_kinds[i]->add(run->readers[i], file, &claimed, err);
        if (r < 0)
            return r;
        *ret_claimed |= claimed;
    }
    return 0;
}

static struct config_file *new_file(struct run *run, struct view path, struct view text,
                                    enum config_form form)
{
    struct config_file *file = arena_alloc(run->arena, sizeof(*file));
    size_t number = run->file_count;
    bool *rendered =
        arena_push(run->arena, &run->rendered, &run->file_count, sizeof(*run->rendered));

    if (!file || !rendered)
        return NULL;
    *rendered = form == CONFIG_FORM_RENDERED;
    *file = (struct config_file){
        .path = arena_copy(run->arena, path),
        .number = (uint32_t)number,
        .text = text,
    };
    run->kept += text.len;
    return file;
}

static int add_document(struct run *run, struct view path, struct view text, enum config_form form,
                        struct error *err)
{
    struct document_set *set;
    struct config_file *file;
    bool claimed = false, broken = false;
    int r;

    if (form == CONFIG_FORM_DOCUMENT && !may_concern(text))
        return 0;
    set = arena_alloc(run->arena, sizeof(*set));
    if (!set)
        return error_memory(err);
    r = parse(path, text, run->arena, set, err);
    file = r == 0 ? new_file(run, path, set->text, form) : NULL;
    if (!file)
        return r < 0 ? r : error_memory(err);
    file->documents = set;
    r = tell_broken(run, file, form == CONFIG_FORM_UNKNOWN, &broken, err);
    if (r == 0)
        r = offer(run, file, &claimed, err);
    if (r == 0 && (claimed || broken)) {
        run->claimed_count++;
        r = scan_comments(run, file, err);
    } else if (r == 0 && form == CONFIG_FORM_UNKNOWN) {
        struct error why = ERROR_INIT;

        /* A program that failed before us in a pipe must not pass a gate. */
        if (view_trim(text).len == 0 && view_eq(path, VIEW("-"))) {
            error_set(&why, ERROR_INPUT, "standard input is empty");
            return add_problem(run, DIAGNOSTIC_ERROR, "file-empty", file->path, &why, err);
        }
        error_set(&why, ERROR_INPUT, "no kind of configuration that checks are known for");
        r = add_problem(run, DIAGNOSTIC_NOTE, "file-of-no-kind", file->path, &why, err);
    }
    return r;
}

static int add_dockerfile(struct run *run, struct view path, struct view text, struct error *err)
{
    struct config_file *file =
        new_file(run, path, arena_copy(run->arena, text), CONFIG_FORM_DOCKERFILE);
    bool claimed = false;
    int r;

    if (!file)
        return error_memory(err);
    r = offer(run, file, &claimed, err);
    if (r < 0 || !claimed)
        return r;
    run->claimed_count++;
    return scan_comments(run, file, err);
}

/* A file's own fault ends that file, and is told; the rest goes on. */
static int add_file(struct run *run, struct view path, struct view text, enum config_form form,
                    struct error *err)
{
    struct error why = ERROR_INIT;
    int r;

    if (text.len > CONFIG_OP_FILE_LIMIT || run->kept + text.len > CONFIG_OP_TOTAL_LIMIT) {
        error_set(
            &why, ERROR_LIMIT,
            text.len > CONFIG_OP_FILE_LIMIT
                ? "the file is larger than %d MiB"
                : "all files together are larger than %d MiB: this one was left out",
            (text.len > CONFIG_OP_FILE_LIMIT ? CONFIG_OP_FILE_LIMIT : CONFIG_OP_TOTAL_LIMIT) >> 20);
        return add_problem(run, DIAGNOSTIC_ERROR, "file-too-large", path, &why, err);
    }
    worker_note(run->worker, path);
    if (form == CONFIG_FORM_DOCKERFILE ||
        (form == CONFIG_FORM_UNKNOWN && looks_like_dockerfile(text)))
        r = add_dockerfile(run, path, text, &why);
    else
        r = add_document(run, path, text, form, &why);
    worker_note(run->worker, VIEW_EMPTY);
    if (r == ERROR_MEMORY || r == ERROR_CRASH) {
        if (err)
            *err = why;
        return r;
    }
    return r < 0 ? add_problem(run, DIAGNOSTIC_ERROR, "file-unreadable", path, &why, err) : 0;
}

static int read_files(struct run *run, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    struct feed_piece piece;
    int r = feed_reader_new(run->worker, &reader, err);

    while (r == 0 && (r = feed_next(reader, &piece, err)) > 0) {
        struct view text = piece.bytes;

        r = 0;
        if (!piece.first || !piece.last) {
            if (piece.first)
                buf_reset(&run->whole);
            buf_add(&run->whole, piece.bytes);
            if (!piece.last)
                continue;
            text = buf_view(&run->whole);
            r = buf_failed(&run->whole, "a file", err);
        }
        if (r == 0)
            r = add_file(run, piece.path, text, (enum config_form)piece.tag, err);
    }
    return r;
}

/* ---- Judging ---- */

/* Where the lines of the file begin, made when its first finding is told. */
static int index_lines(struct run *run, const struct config_file *file, struct error *err)
{
    struct view rest = file->text;
    size_t count = 0;

    if (run->indexed == file)
        return 0;
    for (size_t i = 0; i < file->text.len; i++)
        count += file->text.ptr[i] == '\n';
    free(run->lines);
    run->lines = calloc(count + 1, sizeof(*run->lines));
    if (!run->lines)
        return error_memory(err);
    run->indexed = file;
    run->shown_line = 0;
    for (run->line_count = 0; rest.ptr && run->line_count <= count; run->line_count++)
        run->lines[run->line_count] = view_line(&rest);
    return 0;
}

/* The line as a report may show it; several findings often stand on one. */
static struct view line_of(struct run *run, uint32_t line)
{
    struct view text;

    if (line == 0 || line > run->line_count)
        return VIEW_EMPTY;
    if (line == run->shown_line)
        return text_prefix(buf_view(&run->shown), EXCERPT_COLUMNS);
    text = run->lines[line - 1];
    buf_reset(&run->shown);
    if (run->masker)
        text_masker_run(run->masker, view_sub(text, 0, CONFIG_OP_EXCERPT_LIMIT), &run->shown);
    else
        buf_add(&run->shown, text_prefix(text, EXCERPT_COLUMNS));
    run->shown_line = line;
    return text_prefix(buf_view(&run->shown), EXCERPT_COLUMNS);
}

static int on_verdict(void *ctx, const struct verdict_of_check *verdict, struct error *err)
{
    struct run *run = ctx;
    const struct config_event *event = verdict->event;
    struct config_record record = {.kind = CONFIG_RECORD_FINDING};
    int r = index_lines(run, event->file, err);

    if (r < 0)
        return r;
    if (run->finding_count++ >= CONFIG_OP_FINDING_LIMIT)
        return error_set(err, ERROR_LIMIT, "there are more than %d findings",
                         CONFIG_OP_FINDING_LIMIT);
    record.finding = (struct config_record_finding){
        .kind = verdict->kind,
        .rule = verdict->rule,
        .path = event->file->path,
        .resource = event->resource,
        .part = event->part,
        .message = verdict->message,
    };
    if (!run->rendered[event->file->number]) {
        record.finding.place = verdict->place;
        record.finding.excerpt_line = verdict->place.line;
        record.finding.excerpt = line_of(run, verdict->place.line);
    }
    return add_record(run, &record, err);
}

/* Annotations are read once an object; the events of one follow each other. */
static int read_annotations(struct run *run, const struct config_event *event, struct error *err)
{
    struct suppressions found = {0};
    struct diagnostic *problems = NULL;
    size_t problem_count = 0;
    int r;

    if (!event->annotations || event->annotations == run->annotations)
        return 0;
    run->annotations = event->annotations;
    r = suppressions_read_annotations(event->file->path, event->resource, event->annotations,
                                      run->arena, &found, &problems, &problem_count, err);
    for (size_t i = 0; r == 0 && i < problem_count; i++)
        r = add_diagnostic(run, &problems[i], err);
    return r < 0 ? r : add_suppressions(run, &found, err);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct run *run = ctx;
    int r;

    worker_note(run->worker, event->file->path);
    r = read_annotations(run, event, err);
    return r < 0 ? r : judge_event(run->judge, run->kind, event, on_verdict, run, err);
}

static int on_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                      const struct diagnostic *diagnostic, struct error *err)
{
    struct run *run = ctx;
    struct diagnostic told = *diagnostic;

    told.path = file->path;
    if (place && place->line)
        told.message = arena_printf(run->arena, tr("line %u, column %u: %.*s"), place->line,
                                    place->column, VIEW_ARG(diagnostic->message));
    return add_diagnostic(run, &told, err);
}

static int judge_all(struct run *run, struct error *err)
{
    const struct config_visitor visitor = {run, on_event, on_problem};
    int r = judge_new(run->checks, &run->judge, err);

    for (size_t i = 0; r == 0 && i < CONFIG_KINDS; i++) {
        run->kind = i;
        if (run->readers[i])
            r = config_kinds[i]->visit(run->readers[i], &visitor, err);
    }
    worker_note(run->worker, VIEW_EMPTY);
    return r;
}

/* ---- The operation ---- */

static int open_readers(struct run *run, const struct config_target *target, struct error *err)
{
    for (size_t i = 0; i < CONFIG_KINDS; i++) {
        int r;

        if (!checks_program(run->checks, i))
            continue;
        r = config_kinds[i]->open(run->arena, target, &run->readers[i], err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_request(struct view request, struct config_target *ret, struct error *err)
{
    struct cursor c = cursor_of(request);

    ret->kubernetes_minor = (unsigned)cursor_count(&c, UINT32_MAX);
    return cursor_at_end(&c) ? 0
                             : error_set(err, ERROR_INTERNAL, "a request to a worker is malformed");
}

static int run_all(struct run *run, struct view request, struct error *err)
{
    struct config_record end = {.kind = CONFIG_RECORD_END};
    struct config_target target;
    int r = read_request(request, &target, err);

    if (r == 0)
        r = open_readers(run, &target, err);
    if (r == 0)
        r = read_files(run, err);
    if (r == 0)
        r = judge_all(run, err);
    end.end.files = run->claimed_count;
    if (r == 0)
        r = add_record(run, &end, err);
    return r < 0 ? r : worker_reply(run->worker, buf_view(&run->reply), err);
}

static int run_config(struct worker *worker, struct view request, struct error *err)
{
    const struct scan_rules *rules = worker_context(worker);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct run run = {
        .worker = worker,
        .arena = arena,
        .reply = BUF_INIT(CONFIG_OP_REPLY_LIMIT),
        .whole = BUF_INIT((size_t)CONFIG_OP_FILE_LIMIT + 1),
        .shown = BUF_INIT(64 << 10),
    };
    int r;

    if (!rules || !rules->checks)
        return error_set(err, ERROR_INTERNAL, "there are no checks");
    if (!arena)
        return error_memory(err);
    run.checks = rules->checks;
    r = rules->secrets ? text_masker_new(rules->secrets, &run.masker, err) : 0;
    if (r == 0)
        r = run_all(&run, request, err);
    text_masker_free(run.masker);
    buf_done(&run.shown);
    judge_free(run.judge);
    free(run.lines);
    buf_done(&run.reply);
    buf_done(&run.whole);
    return r;
}

const struct sandbox_op config_op = {
    .name = "config",
    .run = run_config,
    .memory_limit = CONFIG_OP_MEMORY,
    .reply_limit = CONFIG_OP_REPLY_LIMIT,
    .cpu_seconds = CONFIG_OP_CPU_SECONDS,
};
