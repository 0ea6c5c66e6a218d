/* What has to be changed in files so that findings go away.
 *
 * Findings of one look at the files become edits; each file is then written
 * once. Whoever repairs looks at the result again, until a look plans no edit:
 * a repair may make another one possible, and shows whether it helped.
 *
 *     plan_new(&options, arena, &plan, err)
 *     plan_add(plan, &finding, err)            for each finding
 *     plan_wish(plan, kind, &event, err)       for each event
 *     plan_write(plan, &file, &text, err)      for each file
 *     plan_outcome(plan)                       what was changed, what was left
 *
 * Pure. All memory is the arena's, which files, rules and findings must share or
 * outlive; the event itself is asked only while it is added. One thread.
 */
#pragma once

#include "config/harden/answers.h"
#include "config/kind.h"
#include "model/severity.h"
#include "rule/ruleset.h"

enum {
    PLAN_EDIT_LIMIT = 1 << 20,
    PLAN_RETRY_LIMIT = 500, /* findings that are tried one by one when not all can be written */
};

enum plan_level {
    PLAN_BASELINE,   /* Pod Security Standards baseline, and what is high or critical */
    PLAN_RESTRICTED, /* restricted too, and what is medium */
    PLAN_ALL,
};

struct plan_options {
    enum plan_level level;
    bool chosen; /* the checks were chosen one by one: whatever the level */
    struct answers answers;
    struct config_target target;
};

struct plan_finding {
    size_t kind; /* index into config_kinds */
    const struct rule *rule;
    struct config_event event;
    uint32_t line;
    struct view message;
};

struct plan_change {
    struct view path, resource, part;
    uint32_t line;   /* 0: not known */
    struct view id;  /* of the rule; empty: an answer that no rule asked for */
    struct view why; /* the rule's title */
    struct view what;
    enum severity severity;
    struct view asks; /* the question that it leaves open; may be empty */
    struct view open; /* what that means */
};

enum plan_reason {
    PLAN_NO_FIX,      /* only a person can repair it */
    PLAN_ASKS,        /* `detail` is the question */
    PLAN_NO_EFFECT,   /* the fix changes nothing, and the rule still matches */
    PLAN_NOT_WRITTEN, /* the document can't be changed so; `detail` says why */
    PLAN_TOO_NEW,     /* the cluster's version lacks the field that `detail` names */
};

struct plan_left {
    struct view path, resource, part;
    uint32_t line;
    struct view id, message, remediation;
    enum severity severity;
    enum plan_reason reason;
    struct view detail;
    struct view of; /* the image that the question is about; may be empty */
};

struct plan_outcome {
    const struct plan_change *changes;
    size_t change_count;
    const struct plan_left *left;
    size_t left_count;
};

struct plan;

int plan_new(const struct plan_options *options, struct arena *arena, struct plan **ret,
             struct error *err);
/* Whether findings of the rule are to be repaired at all. */
bool plan_concerns(const struct plan_options *options, const struct rule *rule);
int plan_add(struct plan *plan, const struct plan_finding *finding, struct error *err);
/* Edits for answers that no rule asks for: a user where none is set. */
int plan_wish(struct plan *plan, size_t kind, const struct config_event *event, struct error *err);
/* The file's text with its edits; the same view where it has none. */
int plan_write(struct plan *plan, const struct config_file *file, struct view *ret,
               struct error *err);
/* Valid when all files are written. */
struct plan_outcome plan_outcome(const struct plan *plan);
