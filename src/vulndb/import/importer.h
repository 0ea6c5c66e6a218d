/* Importers: one const descriptor for each published form of advisory data.
 *
 * An importer is pure: bytes in, records to a sink. It opens nothing, so that
 * it can run in a sandbox worker (worker.h), a test or a fuzzer. A record that
 * is broken is counted, told and left out; what can't be read at all (not the
 * format, cut in the middle, past a limit) fails the import of that input,
 * after the records before it went to the sink.
 *
 * docs/formats/advisory-sources.md says what each source publishes and how
 * its words become statuses.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "codec/json.h"
#include "codec/stream.h"
#include "vulndb/import/sink.h"

enum {
    IMPORT_HEAD = 64 << 10,              /* decoded bytes that sniffing looks at */
    IMPORT_PLAIN_LIMIT = 512 << 20,      /* bytes of one whole document in memory */
    IMPORT_EXPANSION_LIMIT_MB = 8 << 10, /* decoded megabytes of one streamed input */
};

/* One file, perhaps compressed. Views are the caller's. */
struct import_input {
    struct view name;      /* file name or path; for messages and for what it tells */
    struct view bytes;     /* as stored */
    struct view companion; /* a second file that explains it: apt's Release for a Packages */
};

struct importer {
    const char *name; /* as in `type=` of a source, and in advisory.source */
    const char *doc;  /* one line for people */
    /* Whether this looks like the importer's format. `head`: the first decoded
     * bytes; a zip's or tar's own bytes. */
    bool (*sniff)(const struct import_input *input, struct view head);
    int (*run)(const struct import_input *input, struct import_sink *sink, struct error *err);
};

/* All importers, in the order they are asked. NULL past the last. */
const struct importer *importer_at(size_t i);
const struct importer *importer_by_name(struct view name);
/* The importer whose format the input has, or NULL. */
const struct importer *importer_sniff(const struct import_input *input);

/* ---- For importers ---- */

/* The input decoded (gzip, bzip2, xz, zstd, lz4, plain), as a stream. */
int import_open(const struct import_input *input, struct stream **ret, struct error *err);
/* The whole document: a view of `input->bytes` when they are plain, else of
 * `store`, which must be empty and outlive the view. */
int import_whole(const struct import_input *input, struct buf *store, struct view *ret,
                 struct error *err);
/* The whole document as JSON, counted in the tally. */
int import_json(const struct import_input *input, struct import_sink *sink,
                struct json_parser **ret_parser, struct json_value *ret, struct error *err);

extern const struct importer importer_osv, importer_alpine_secdb, importer_debian_tracker,
    importer_debian_list, importer_oval, importer_kev, importer_epss, importer_apt_lists;
