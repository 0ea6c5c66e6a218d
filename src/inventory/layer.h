/* The facts of one layer: what the merge of an image's layers has to know of
 * it, in the form in which a worker sends and the cache stores it.
 *
 * Facts are the payloads of analysed files, and whatever changes the meaning
 * of paths that analysers want: whiteouts, opaque directories, links, and
 * what stands at such a path or above one. Paths are in normal form
 * (base/path.h) and in the order of the layer. A layer has an entry for every
 * wanted path it touches, with its real path; which analyser wanted it may
 * follow from a rule (below).
 *
 * Encoding: "PLSMLYR1"; the fingerprint of the analysers (u64); the rules
 * (count; target, alias); the records (kind; then by kind); a zero byte and
 * the number of records. Integers are little-endian or LEB128, text has its
 * length before it.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/error.h"

enum {
    LAYER_FACTS_LIMIT = 128 << 20, /* bytes of an encoded layer */
    LAYER_RECORD_LIMIT = 1 << 19,  /* records of a layer */
    LAYER_RULE_LIMIT = 64,         /* rules of a layer */
    LAYER_MESSAGE_LIMIT = 1024,    /* bytes of a fact's error message */
};

/* `target` is wanted like `alias`, and what lies below it like what lies below
 * `alias`: some link leads there from a path that analysers want. */
struct layer_rule {
    struct view target, alias;
};

enum layer_record_kind {
    LAYER_FACT = 1, /* a file that was analysed */
    LAYER_WHITEOUT, /* removes `path` of lower layers */
    LAYER_OPAQUE,   /* removes what lies below `path` in lower layers */
    LAYER_DIRECTORY,
    LAYER_SYMLINK,   /* to `link`, as it stands in the layer */
    LAYER_HARD_LINK, /* to `link`, in normal form */
    LAYER_OTHER,     /* something else, of no interest but that it stands there */
    LAYER_RECORD_KIND_COUNT,
};

struct layer_record {
    enum layer_record_kind kind;
    unsigned analyser; /* of a fact: its place in the table */
    struct view path;
    struct view link;
    struct view payload; /* of a fact; not looked into yet */
    struct view message; /* of a fact that failed: where and why; else empty */
};

/* Views point into the encoded bytes; the arrays lie in the arena. A zeroed
 * one stands for a layer that nobody could read. */
struct layer_facts {
    bool known; /* it was read */
    const struct layer_rule *rules;
    size_t rule_count;
    const struct layer_record *records;
    size_t record_count;
};

/* Checks everything but the payloads. ERROR_UNSUPPORTED when other analysers
 * made it: it has to be made again. */
int layer_decode(struct view bytes, struct arena *arena, struct layer_facts *ret,
                 struct error *err);

/* Rules as part of a request; the encoding above has them in the same form. */
void layer_rules_add(struct buf *to, const struct layer_rule *rules, size_t count);
/* Sets the cursor failed for rules that break a limit or are no normal paths. */
const struct layer_rule *layer_rules_read(struct cursor *c, struct arena *arena, size_t *ret_count);

/* For the builder: how an encoding begins, and its records. */
void layer_encode_start(struct buf *to, const struct layer_rule *rules, size_t count);
void layer_encode_record(struct buf *to, const struct layer_record *record);
void layer_encode_end(struct buf *to, size_t record_count);

/* No leading or trailing "/", no empty, "." or ".." component, within the
 * limits of base/path.h. The root "" is one. */
bool layer_path_is_normal(struct view path);
