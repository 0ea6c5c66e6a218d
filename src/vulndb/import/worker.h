/* Importing in a sandbox worker: the program opens files and hands over
 * descriptors, the worker maps them, recognises the format, parses, and
 * answers with frames (frame.h).
 */
#pragma once

#include "sandbox/sandbox.h"
#include "vulndb/import/frame.h"

/* Part of the program's table of operations. */
extern const struct sandbox_op vulndb_import_ops[];
extern const size_t vulndb_import_op_count;

struct import_request {
    struct view name;                /* of the input, for messages */
    const struct importer *importer; /* NULL: what the content tells */
    bool only;                       /* leave inputs alone that the importer doesn't recognise */
    bool bundle;                     /* the input is a bundle of small files (bundle.h) */
};

/* Reads `fds[0]`, explained by `fds[1]` when there are two (struct
 * import_input), in a worker. Records go to `sink`, each input's outcome to
 * `result`. `lock`, when given, is held while a batch is handed over.
 * Fails when the worker does, naming what it was reading; an input that can't
 * be read is a result, not a failure. */
struct import_job {
    struct import_sink *sink;
    void (*result)(void *ctx, const struct import_result *result);
    void *ctx;
    void (*lock)(void *ctx);
    void (*unlock)(void *ctx);
};

int import_in_worker(struct sandbox *sandbox, const struct import_request *request, const int *fds,
                     size_t fd_count, const struct import_job *job, struct error *err);
