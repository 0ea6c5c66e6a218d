/* The worker operation that checks configuration files, and what it answers.
 *
 * "config" takes files from its feed, parses them, hands them to the kinds of
 * config/kind.h, and asks the rules that it inherited (struct scan_rules).
 * Files are all read before the first is judged, since they refer to each
 * other. The request is the minor version of the cluster (struct config_target),
 * a varint. The answer is a row of records, each with its kind in front; integers
 * are LEB128, texts have their length before them.
 */
#pragma once

#include "base/cursor.h"
#include "config/kind.h"
#include "policy/suppression.h"
#include "sandbox/sandbox.h"

enum {
    CONFIG_OP_MEMORY = 2047 << 20,
    CONFIG_OP_CPU_SECONDS = 900,
    CONFIG_OP_REPLY_LIMIT = 256 << 20,
    CONFIG_OP_FILE_LIMIT = 64 << 20,   /* bytes of one file */
    CONFIG_OP_TOTAL_LIMIT = 512 << 20, /* bytes of all files that are kept for judging */
    CONFIG_OP_FINDING_LIMIT = 1 << 20,
    CONFIG_OP_EXCERPT_LIMIT = 512, /* bytes of source text shown with a finding */
};

/* What the owner knows of a file; the tag of the feed. */
enum config_form {
    CONFIG_FORM_UNKNOWN,    /* named by a person: its content decides */
    CONFIG_FORM_DOCUMENT,   /* YAML or JSON, by its name */
    CONFIG_FORM_DOCKERFILE, /* by its name */
    CONFIG_FORM_RENDERED,   /* YAML that a program made from the file: it has no lines */
};

enum config_record_kind {
    CONFIG_RECORD_FINDING = 1,
    CONFIG_RECORD_PROBLEM,
    CONFIG_RECORD_SUPPRESSION,
    CONFIG_RECORD_END,
};

struct config_record_finding {
    size_t kind, rule; /* as in struct verdict_of_check */
    struct view path, resource, part, message, excerpt;
    struct config_place place;
    uint32_t excerpt_line;
};

struct config_record_problem {
    struct diagnostic diagnostic; /* path and place are in its texts */
};

struct config_record_end {
    uint64_t files; /* that some kind claimed, or that are broken */
};

struct config_record {
    enum config_record_kind kind;
    union {
        struct config_record_finding finding;
        struct config_record_problem problem;
        struct suppression suppression;
        struct config_record_end end;
    };
};

void config_record_add(struct buf *to, const struct config_record *record);
/* False at the end; sets the cursor failed for what is malformed. Texts point
 * into the cursor's bytes, lists lie in the arena. */
bool config_record_next(struct cursor *c, struct arena *arena, struct config_record *ret);

/* Its context is a struct scan_rules. */
extern const struct sandbox_op config_op;
