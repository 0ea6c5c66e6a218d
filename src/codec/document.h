/* Document trees: YAML (as Kubernetes reads it) and JSON with the place of
 * every value, for checks that must say where.
 *
 * YAML is read by libyaml's events, JSON by our own reader (simdjson keeps no
 * places). What a plain YAML scalar means follows YAML 1.1 as sigs.k8s.io/yaml
 * (go-yaml v2) has it: yes, no, on, off, y and n are booleans, 0777 is octal, ~ is
 * null; a quoted scalar is always a string; tags (!!str, !!int, ...) count.
 * Merge keys ("<<") are resolved: pairs that came from one are marked, and an
 * own key wins. An alias is the anchored node itself, shared: a document is a
 * graph without cycles, and its expanded size is bounded.
 *
 * "{{" is refused as what it is, part of a template.
 *
 * A document with an error ends there; reading goes on behind the next line
 * that starts a document ("---"), so one broken document costs itself only.
 * All memory is the arena's. Pure. Of equal keys in a mapping the last counts,
 * as in Kubernetes; the others are kept and marked.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"

enum {
    DOCUMENT_DEPTH_LIMIT = 200,         /* nesting of one document */
    DOCUMENT_NODE_LIMIT = 4 << 20,      /* nodes of one document */
    DOCUMENT_EXPANDED_LIMIT = 16 << 20, /* nodes of one document with aliases followed */
    DOCUMENT_COUNT_LIMIT = 1 << 20,     /* documents of one text */
    DOCUMENT_BROKEN_LIMIT = 1000,       /* broken documents of one text; the rest isn't read */
    DOCUMENT_TEXT_LIMIT = 256 << 20,    /* bytes of one text */
};

enum document_format {
    DOCUMENT_YAML,
    DOCUMENT_JSON,
    DOCUMENT_MANIFEST, /* YAML as kubectl reads it: a merge key wins over own keys before it */
};

enum document_kind {
    DOCUMENT_NULL,
    DOCUMENT_BOOL,
    DOCUMENT_INTEGER,
    DOCUMENT_FLOAT,
    DOCUMENT_STRING,
    DOCUMENT_SEQUENCE,
    DOCUMENT_MAPPING,
};

enum document_style {
    DOCUMENT_PLAIN,
    DOCUMENT_SINGLE_QUOTED,
    DOCUMENT_DOUBLE_QUOTED, /* JSON strings too */
    DOCUMENT_LITERAL,       /* | */
    DOCUMENT_FOLDED,        /* > */
    DOCUMENT_BLOCK,         /* collections */
    DOCUMENT_FLOW,          /* [...] and {...}; JSON collections too */
};

/* A place in the text. Lines and columns count from 1; columns count code points. */
struct document_mark {
    size_t offset; /* bytes */
    uint32_t line, column;
};

struct document_node;

struct document_pair {
    const struct document_node *key; /* any kind; usually a string */
    const struct document_node *value;
    bool merged;   /* came in by a merge key */
    bool replaced; /* does not count: a later pair has the same key, or it is `merge` */
    bool merge;    /* the merge key itself, "<<" */
};

struct document_node {
    enum document_kind kind;
    enum document_style style;
    bool aliased;     /* something refers to it by an alias */
    struct view text; /* a scalar's value, decoded; numbers and booleans as written */
    struct view tag;  /* an explicit tag as written ("!!str", "!Ref"); empty: none */
    struct document_mark start, end; /* `end` is behind the last byte */
    union {
        bool boolean;
        int64_t integer; /* out of range: the node is a DOCUMENT_FLOAT */
        double number;
        struct {
            const struct document_node *const *items;
            size_t count;
        } sequence;
        struct {
            const struct document_pair *pairs; /* as written, merged ones last */
            size_t count;
        } mapping;
    };
};

struct document {
    const struct document_node *root; /* NULL: empty (only comments), or broken */
    const struct error *error;        /* not NULL: it is broken, and where */
    struct document_mark start;       /* of its first byte, behind "---" */
    struct document_mark error_mark;
};

struct document_set {
    struct view text; /* copied into the arena */
    enum document_format format;
    struct document *list;
    size_t count;
};

/* Fails only for limits of the whole text and for memory; broken documents say
 * so themselves. `text` need not outlive the call. */
int document_parse(struct view text, enum document_format format, struct arena *arena,
                   struct document_set *ret, struct error *err);

/* The value of a key, or NULL: also when `node` is NULL or no mapping. */
const struct document_node *document_get(const struct document_node *node, struct view key);
/* A walk along keys: document_path(root, "spec", "template", NULL). */
const struct document_node *document_path(const struct document_node *node, const char *key, ...)
    __attribute__((sentinel));
/* The text of a scalar that is no null; else the empty view. */
struct view document_text(const struct document_node *node);
struct view document_get_text(const struct document_node *node, struct view key);
/* Not there, or null. */
bool document_is_absent(const struct document_node *node);
/* Items or pairs; 0 for scalars and NULL. */
size_t document_count(const struct document_node *node);
/* The i-th item of a sequence; NULL past the end. */
const struct document_node *document_item(const struct document_node *node, size_t i);
/* Do both mean the same? Mappings count as equal in any order; places, styles
 * and tags don't matter, kinds do. NULL equals NULL only. */
bool document_equal(const struct document_node *a, const struct document_node *b);
