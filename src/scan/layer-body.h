/* Hands the body of one file to everybody who wants it: the analyser of
 * packages, the census, the inspectors. The body is read once. */
#pragma once

#include "codec/tar.h"
#include "hygiene/census.h"
#include "inventory/layer-builder.h"
#include "scan/file-inspector.h"

enum { LAYER_BODY_LIMIT = 512 << 20 /* bytes of a body that somebody wants whole */ };

struct layer_readers {
    struct layer_builder *builder; /* NULL: nobody asked for that section */
    struct census_builder *census;
    const struct file_inspector *inspectors[FILE_INSPECTORS_LIMIT];
    void *inspections[FILE_INSPECTORS_LIMIT];
    size_t inspector_count;
    struct buf body; /* reused */
};

/* Opens what `sections` asks for. After a failure, too, layer_readers_done(). */
int layer_readers_open(struct layer_readers *readers, unsigned sections,
                       const struct scan_rules *rules, enum layer_form form,
                       const struct layer_rule *layer_rules, size_t rule_count, struct error *err);
void layer_readers_done(struct layer_readers *readers);

/* Who wants the body of the entry that tar_next() gave. */
struct layer_wishes {
    const struct analyser *analyser;
    bool census;
    bool inspectors[FILE_INSPECTORS_LIMIT];
    bool any;
};

/* Tells all readers of the entry. */
int layer_readers_entry(struct layer_readers *readers, const struct tar_entry *entry,
                        struct layer_wishes *ret, struct error *err);
/* Reads the body. When it could be read in part only, what there is of it has
 * been handed on, and the error is returned. `refused`: instead of reading,
 * everybody is told this. */
int layer_readers_body(struct layer_readers *readers, struct tar *tar,
                       const struct layer_wishes *wishes, const struct error *refused,
                       struct error *err);
/* Ends each section and gives it to `take`. */
int layer_readers_finish(struct layer_readers *readers,
                         int (*take)(void *ctx, enum layer_section section, struct view bytes,
                                     struct error *err),
                         void *ctx, struct error *err);
