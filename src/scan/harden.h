/* Repairs files until nothing more can be repaired: judge, plan, write, and
 * judge again.
 *
 * What a person accepted (comments, annotations) is left alone, and so is what
 * is declined by its key. Pure: the worker's operation (scan/harden-op.h) and
 * tests call it. The result lies in the arena.
 */
#pragma once

#include "config/checks.h"
#include "config/harden/plan.h"
#include "model/diagnostic.h"

enum {
    HARDEN_ROUND_LIMIT = 12,
    HARDEN_ARENA_LIMIT = 3 << 29, /* 1.5 GiB: trees of one round */
};

struct harden_options {
    struct plan_options plan;
    const struct view *declined; /* keys of changes that are not wanted; harden_key() */
    size_t declined_count;
    int64_t now; /* seconds since 1970: which suppressions have ended */
    void (*note)(void *ctx, struct view path);
    void *note_ctx;
};

struct harden_file {
    struct view path;
    uint32_t tag;     /* the caller's */
    bool dockerfile;  /* by its name or its content; else YAML or JSON */
    struct view text; /* as it was */
    /* The result. */
    bool claimed; /* some kind of configuration */
    struct view hardened;
    struct error error; /* set: it could not be read, `hardened` is `text` */
};

struct harden_result {
    const struct plan_change *changes;
    size_t change_count;
    const struct plan_left *left;
    size_t left_count;
    const struct diagnostic *problems;
    size_t problem_count;
};

/* Fills in the files' results. Fails for limits and memory only. */
int harden_run(struct harden_file *files, size_t count, const struct checks *checks,
               const struct harden_options *options, struct arena *arena, struct harden_result *ret,
               struct error *err);

/* What a change is known by from one run to the next. */
struct view harden_key(struct view id, struct view path, struct view resource, struct view part,
                       struct arena *arena);

/* Whether the text looks like a Dockerfile: its first instruction is FROM or ARG. */
bool harden_looks_like_dockerfile(struct view text);
