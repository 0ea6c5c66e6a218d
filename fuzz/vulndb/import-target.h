/* The body of all fuzz targets of importers: any bytes, plain or packed, give
 * records that hold what importers promise, or an error with a message. */
#pragma once

#include <assert.h>

#include "vulndb/import/importer.h"
#include "vulndb/record.h"

static int take_advisory(struct import_sink *sink, const struct advisory *advisory,
                         struct error *err)
{
    struct buf bytes = BUF_INIT(256 << 20);

    (void)sink;
    (void)err;
    assert(advisory->id.len && advisory->source.len);
    for (size_t i = 0; i < advisory->affected_count; i++) {
        assert(advisory->affected[i].ecosystem.len && advisory->affected[i].package.len);
        assert(!advisory->affected[i].severity == !advisory->affected[i].severity_source.len);
    }
    record_encode(advisory, &bytes, NULL); /* reads every byte of it */
    buf_done(&bytes);
    return 0;
}

static int take_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                          struct error *err)
{
    (void)sink;
    (void)err;
    assert(cve.len && kev->listed);
    return 0;
}

static int take_score(struct import_sink *sink, struct view cve, double score, double percentile,
                      struct error *err)
{
    (void)sink;
    (void)err;
    assert(cve.len && score >= 0 && score <= 1 && percentile >= 0 && percentile <= 1);
    return 0;
}

static void fuzz_import(const struct importer *importer, struct view bytes, struct view companion)
{
    struct import_input input = {VIEW("input"), bytes, companion};
    struct import_sink sink = {take_advisory, take_exploited, take_score, NULL, {0}};
    struct error err = ERROR_INIT;
    int r = importer->run(&input, &sink, &err);

    assert((r < 0) == error_is_set(&err));
    assert(sink.tally.withdrawn <= sink.tally.records);
    importer_sniff(&input);
}

#define FUZZ_IMPORTER(importer)                                                                    \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                  \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                   \
    {                                                                                              \
        fuzz_import(&(importer), view_from(data, size), VIEW_EMPTY);                               \
        return 0;                                                                                  \
    }
