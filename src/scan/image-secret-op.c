#include "base/hash.h"
#include "codec/json.h"
#include "scan/image-secret.h"
#include "scan/text-masker.h"

enum { MASKED_LIMIT = 8 << 20 };

struct run {
    struct secret_scanner *scanner;
    struct buf records, masked;
    uint64_t texts, masked_count;
    bool silent; /* the secrets of this text are told of another */
    struct text_masker *masker;
};

static void found(void *ctx, const struct secret_match *match)
{
    struct run *run = ctx;
    struct secret_match placed = *match;

    /* A variable has no lines. */
    placed.line = placed.column = placed.end_line = placed.end_column = 0;
    if (!run->silent)
        secret_record_add(&run->records,
                          &(struct secret_record){.kind = SECRET_RECORD_MATCH, .match = placed});
}

static void left_out(void *ctx, struct view path, const struct error *why)
{
    struct run *run = ctx;

    secret_record_add(
        &run->records,
        &(struct secret_record){.kind = SECRET_RECORD_LEFT_OUT, .path = path, .why = *why});
}

/* A line that the report shows elsewhere: by its hash, the line without secrets. */
static void add_masked(struct run *run, struct view text)
{
    struct buf shown = BUF_INIT(MASKED_LIMIT);

    if (text_masker_run(run->masker, text, &shown)) {
        buf_add_u64(&run->masked, hash_stable(text));
        buf_add_bytes(&run->masked, buf_view(&shown));
        run->masked_count++;
    }
    buf_done(&shown);
}

static void scan(struct run *run, const char *where, size_t number, struct view text)
{
    char path[64];

    if (text.len == 0 || run->texts++ >= IMAGE_SECRET_TEXT_LIMIT)
        return;
    snprintf(path, sizeof(path), "%s[%zu]", where, number);
    secret_scanner_text(run->scanner, view_of(path), text);
}

static void scan_variables(struct run *run, struct json_value config)
{
    size_t number = 0;

    for (struct json_iter i = json_iter(json_get(config, VIEW("Env"))); json_next(&i);)
        scan(run, "config.Env", number++, json_string(i.value));
}

static void scan_labels(struct run *run, struct json_value config)
{
    size_t number = 0;

    for (struct json_iter i = json_iter(json_get(config, VIEW("Labels"))); json_next(&i);) {
        struct buf text = BUF_INIT(1 << 20);

        buf_add(&text, i.key);
        buf_add_char(&text, '=');
        buf_add(&text, json_string(i.value));
        scan(run, "config.Labels", number++, buf_view(&text));
        buf_done(&text);
    }
}

static void scan_commands(struct run *run, struct json_value config)
{
    static const struct view keys[] = {VIEW("Entrypoint"), VIEW("Cmd")};

    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        size_t number = 0;

        for (struct json_iter i = json_iter(json_get(config, keys[k])); json_next(&i);)
            scan(run, k ? "config.Cmd" : "config.Entrypoint", number++, json_string(i.value));
    }
}

static void scan_history(struct run *run, struct json_value root)
{
    size_t number = 0;

    for (struct json_iter i = json_iter(json_get(root, VIEW("history"))); json_next(&i);) {
        struct view line = json_get_string(i.value, VIEW("created_by"));

        /* What ENV put there stands in the settings, too, and is told there. */
        run->silent = view_find_view(line, VIEW(" ENV ")) >= 0 || view_starts(line, VIEW("ENV "));
        scan(run, "history", number++, line);
        add_masked(run, line);
    }
    run->silent = false;
}

static int scan_config(struct run *run, struct view text, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct json_value root, config;
    int r = json_parser_new(&parser, err);

    if (r == 0)
        r = json_parse(parser, text, &root, err);
    if (r < 0)
        return r;
    config = json_get(root, VIEW("config"));
    scan_variables(run, config);
    scan_labels(run, config);
    scan_commands(run, config);
    scan_history(run, root);
    secret_record_add(&run->records,
                      &(struct secret_record){.kind = SECRET_RECORD_END, .files = run->texts});
    r = buf_failed(&run->records, "the secrets that were found", err);
    return r < 0 ? r : buf_failed(&run->masked, "the secrets that were found", err);
}

static int reply(struct worker *worker, const struct run *run, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SECRET_OP_REPLY_LIMIT);
    int r;

    buf_add_varint(&text, run->masked_count);
    buf_add(&text, buf_view(&run->masked));
    buf_add(&text, buf_view(&run->records));
    r = buf_failed(&text, "the secrets that were found", err);
    return r < 0 ? r : worker_reply(worker, buf_view(&text), err);
}

static int run_op(struct worker *worker, struct view request, struct error *err)
{
    const struct scan_rules *rules = worker_context(worker);
    struct run run = {.records = BUF_INIT(SECRET_OP_REPLY_LIMIT),
                      .masked = BUF_INIT(SECRET_OP_REPLY_LIMIT)};
    struct secret_options options = SECRET_OPTIONS_DEFAULT;
    int r;

    if (!rules || !rules->secrets)
        return error_set(err, ERROR_INTERNAL, "a worker has no secret rules");
    options.ctx = &run;
    options.found = found;
    options.left_out = left_out;
    r = secret_scanner_new(rules->secrets, &options, &run.scanner, err);
    if (r == 0)
        r = text_masker_new(rules->secrets, &run.masker, err);
    if (r == 0)
        r = scan_config(&run, request, err);
    if (r == 0)
        r = reply(worker, &run, err);
    secret_scanner_free(run.scanner);
    text_masker_free(run.masker);
    buf_done(&run.records);
    buf_done(&run.masked);
    return r;
}

const struct sandbox_op image_secret_op = {
    .name = "image-secrets",
    .run = run_op,
    .memory_limit = SECRET_OP_MEMORY,
    .reply_limit = SECRET_OP_REPLY_LIMIT + 1,
    .cpu_seconds = SECRET_OP_CPU_SECONDS,
};
