#include "scan/file-inspector.h"
#include "scan/image-secret.h"

struct inspection {
    struct secret_scanner *scanner;
    struct buf section;
};

static uint64_t generation(const struct scan_rules *rules)
{
    return rules && rules->secrets ? secret_rules_generation(rules->secrets) : 0;
}

static void on_found(void *ctx, const struct secret_match *match)
{
    struct inspection *inspection = ctx;

    secret_record_add(&inspection->section,
                      &(struct secret_record){.kind = SECRET_RECORD_MATCH, .match = *match});
}

static void on_left_out(void *ctx, struct view path, const struct error *why)
{
    struct inspection *inspection = ctx;

    secret_record_add(
        &inspection->section,
        &(struct secret_record){.kind = SECRET_RECORD_LEFT_OUT, .path = path, .why = *why});
}

static void close_inspection(void *ctx)
{
    struct inspection *inspection = ctx;

    if (!inspection)
        return;
    secret_scanner_free(inspection->scanner);
    buf_done(&inspection->section);
    free(inspection);
}

static int open_inspection(const struct scan_rules *rules, void **ret, struct error *err)
{
    struct inspection *inspection = calloc(1, sizeof(*inspection));
    struct secret_options options = SECRET_OPTIONS_DEFAULT;
    int r;

    if (!inspection)
        return error_memory(err);
    if (!rules || !rules->secrets) {
        free(inspection);
        return error_set(err, ERROR_INTERNAL, "a worker has no secret rules");
    }
    options.ctx = inspection;
    options.found = on_found;
    options.left_out = on_left_out;
    inspection->section = BUF_INIT(IMAGE_SECRET_SECTION_LIMIT);
    r = secret_scanner_new(rules->secrets, &options, &inspection->scanner, err);
    if (r < 0) {
        close_inspection(inspection);
        return r;
    }
    *ret = inspection;
    return 0;
}

static bool begin(void *ctx, const struct inspected_file *file)
{
    struct inspection *inspection = ctx;

    secret_scanner_begin(inspection->scanner, file->path);
    return true;
}

static int piece(void *ctx, struct view bytes, struct error *err)
{
    struct inspection *inspection = ctx;

    (void)err;
    secret_scanner_add(inspection->scanner, bytes);
    return 0;
}

/* What of a file could be read counts. */
static int end(void *ctx, bool whole, struct error *err)
{
    struct inspection *inspection = ctx;

    (void)whole;
    (void)err;
    secret_scanner_end(inspection->scanner);
    return 0;
}

static int finish(void *ctx, struct view *ret, struct error *err)
{
    struct inspection *inspection = ctx;

    /* An end of its own tells a layer without secrets from one not looked into. */
    secret_record_add(&inspection->section, &(struct secret_record){.kind = SECRET_RECORD_END});
    *ret = buf_view(&inspection->section);
    return buf_failed(&inspection->section, "the secrets of a layer", err);
}

const struct file_inspector secret_inspector = {
    .section = LAYER_SECTION_SECRETS,
    .version = 1,
    .generation = generation,
    .open = open_inspection,
    .close = close_inspection,
    .begin = begin,
    .piece = piece,
    .end = end,
    .finish = finish,
};
