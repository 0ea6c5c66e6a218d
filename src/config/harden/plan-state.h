/* The insides of a plan, for the files that make its edits. */
#pragma once

#include "config/dockerfile/dockerfile-edit.h"
#include "config/harden/address.h"
#include "config/harden/fix.h"
#include "config/harden/plan.h"

/* What one finding wants changed; edits of a group are written together or not at all. */
struct plan_group {
    const struct plan_finding *finding; /* NULL: a wish */
    size_t first_edit, edit_count;
    size_t first_change, change_count;
    bool refused;
};

struct plan_file {
    const struct config_file *file;
    struct document_edit *edits;
    size_t edit_count;
    struct plan_group *groups;
    size_t group_count;
    struct dockerfile_edits *dockerfile; /* NULL: none */
};

struct plan {
    struct plan_options options;
    struct arena *arena;
    struct plan_file *files; /* by number */
    size_t file_count;
    struct plan_change *changes;
    size_t change_count;
    struct plan_left *left;
    size_t left_count;
};

/* One finding, or wish, while its edits are made. */
struct plan_work {
    struct plan *plan;
    struct plan_file *file;
    const struct config_kind *kind;
    const struct config_event *event;
    const struct plan_finding *finding; /* NULL: a wish */
    const struct question *wish;
    uint32_t line;
    bool covered;                     /* some edit that repairs it is in the plan */
    struct view asked;                /* a question without an answer */
    struct view asked_of;             /* the image it is about; may be empty */
    struct view too_new;              /* a field that the cluster's version lacks */
    const struct fix_condition *open; /* what the repair leaves open; NULL: nothing */
};

/* Sets the work's file, and begins and ends a group of edits there. */
int plan_open(struct plan_work *work, struct error *err);
void plan_close(struct plan_work *work);
/* Adds an edit and says what it does, unless it is in the plan already. */
int plan_edit(struct plan_work *work, enum document_edit_verb verb, const struct address *at,
              const struct document_node *value, struct view what, struct error *err);
int plan_note_change(struct plan_work *work, struct view what, struct error *err);
/* One step of a fix. */
int plan_step(struct plan_work *work, const struct fix_step *step, struct error *err);
/* Volumes for what the container of the event writes to. */
int plan_writable(struct plan_work *work, struct error *err);
/* The answer to a step's question as a value; NULL, and the question noted, where
 * there is none. `now` is what stands there. */
const struct document_node *plan_answer(struct plan_work *work, struct view question,
                                        const struct document_node *now);
/* An image without its tag and digest. */
struct view plan_image_name(struct view image);
/* A value in one line, as YAML in flow style has it. */
struct view plan_value_text(const struct document_node *node, struct arena *arena);
