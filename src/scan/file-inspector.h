/* What looks into the bodies of files while a layer streams by.
 *
 * A layer is inflated once; each regular file's body passes all inspectors
 * that want it, piece by piece, and the analysers of packages and accounts
 * with them. An inspector is one const descriptor. It runs in a worker, with
 * rules that the worker inherited, and answers with one section of its own
 * (layer-section.h) that is cached under its own generation.
 *
 *     open(rules, &inspection, err)
 *     for each file: begin(); when it is wanted piece()..., end()
 *     finish(inspection, &section, err)
 *     close(inspection)
 *
 * The worker notes the path before a file is inspected: an inspection that
 * dies of a file costs the layer that file. Trouble with a file (a limit, a
 * time-out) belongs into the section; errors end the layer.
 */
#pragma once

#include "scan/layer-section.h"

struct inspected_file {
    struct view path; /* in normal form; lives until end() */
    uint64_t size;
    uint32_t mode;
};

struct file_inspector {
    enum layer_section section;
    unsigned version; /* of its answer for the same rules */
    /* Of the rules; 0 when there are none of its kind. */
    uint64_t (*generation)(const struct scan_rules *rules);
    int (*open)(const struct scan_rules *rules, void **ret, struct error *err);
    void (*close)(void *inspection);
    /* Whether the body is wanted. Pieces that come may be dropped. */
    bool (*begin)(void *inspection, const struct inspected_file *file);
    int (*piece)(void *inspection, struct view bytes, struct error *err);
    /* `whole`: all of the body was given. */
    int (*end)(void *inspection, bool whole, struct error *err);
    /* Lives as long as the inspection. */
    int (*finish)(void *inspection, struct view *ret, struct error *err);
};

/* malware-inspector.c, secret-inspector.c */
extern const struct file_inspector malware_inspector, secret_inspector;

/* All of them: file-inspector.c. */
extern const struct file_inspector *const file_inspectors[];
extern const size_t file_inspector_count;
enum { FILE_INSPECTORS_LIMIT = 4 };
