/* What an import worker answers, as the program reads it. */
#include <assert.h>

#include "vulndb/import/frame.h"
#include "vulndb/record.h"

static int take_result(struct frame_reader *reader, const struct import_result *result,
                       struct error *err)
{
    (void)reader;
    (void)err;
    assert(result->tally.problem_count <= TALLY_PROBLEMS);
    assert(result->tally.unknown_name_count <= TALLY_UNKNOWN);
    return 0;
}

/* A record of a hostile worker may be empty where an importer's is not. */
static int take_any(struct import_sink *sink, const struct advisory *advisory, struct error *err)
{
    struct buf bytes = BUF_INIT(256 << 20);
    int r = record_encode(advisory, &bytes, err);

    (void)sink;
    assert(r == 0 || r == ERROR_LIMIT);
    buf_done(&bytes);
    return 0;
}

static int take_any_exploited(struct import_sink *sink, struct view cve,
                              const struct finding_kev *kev, struct error *err)
{
    (void)sink;
    (void)cve;
    (void)err;
    assert(kev->listed);
    return 0;
}

static int take_any_score(struct import_sink *sink, struct view cve, double score,
                          double percentile, struct error *err)
{
    (void)sink;
    (void)cve;
    (void)err;
    assert(score >= 0 && score <= 1 && percentile >= 0 && percentile <= 1);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct import_sink sink = {take_any, take_any_exploited, take_any_score, NULL, {0}};
    struct arena *arena = arena_new(64 << 20);
    struct frame_reader reader = {&sink, arena, take_result};
    struct error err = ERROR_INIT;
    size_t used = 0;

    if (arena && frame_read_all(&reader, view_from(data, size), &used, &err) == 0)
        assert(used <= size);
    arena_free(arena);
    return 0;
}
