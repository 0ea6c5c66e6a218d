/* The events of the kind dockerfile, and what its source's fields read of them.
 * For this folder only.
 */
#pragma once

#include "config/dockerfile/build.h"
#include "config/kind.h"

enum dockerfile_subject {
    DOCKERFILE_SUBJECT_INSTRUCTION,
    DOCKERFILE_SUBJECT_FILE,
    DOCKERFILE_SUBJECT_STAGE,
    DOCKERFILE_SUBJECT_RUN,
    DOCKERFILE_SUBJECT_COMMAND,
    DOCKERFILE_SUBJECT_PIPELINE,
    DOCKERFILE_SUBJECT_COPY,
    DOCKERFILE_SUBJECT_ENV,
    DOCKERFILE_SUBJECT_ARG,
    DOCKERFILE_SUBJECT_LABEL,
    DOCKERFILE_SUBJECT_EXPOSE,
    DOCKERFILE_SUBJECT_COUNT,
};

/* What a rule is asked about. What does not belong to the subject is NULL, but
 * for what encloses it: a command has its RUN, stage and file. */
struct dockerfile_event {
    enum dockerfile_subject subject;
    const struct dockerfile_build *build;
    struct view path;
    bool dockerignore;
    const struct dockerfile_stage *stage;
    const struct dockerfile_step *step;
    const struct shell_command *command;
    const struct shell_command *before; /* the one before it in the script */
    const struct shell_pipeline *pipeline;
    const struct dockerfile_argument *argument;
    size_t at; /* which pair, or word, of the step's instruction */
};

/* An element of a list, to be asked about in quantifiers: `item` is its text,
 * `item.known` whether that is its whole value, `item.KEY` one of its settings
 * (a mount's type, target, ...). */
struct dockerfile_item {
    struct view text;
    bool known;
    struct view settings; /* "type=cache,target=/x"; empty: none */
};

/* A port of EXPOSE. */
struct dockerfile_port {
    bool valid;
    bool known;
    uint32_t first, last;
    struct view protocol; /* empty: tcp */
};

struct dockerfile_port dockerfile_port(struct dockerfile_value word);

extern const struct rule_source dockerfile_source;

bool dockerfile_locate(const void *event, const struct rule_use *use, struct config_place *ret);
struct config_place dockerfile_place(const struct dockerfile *file, struct dockerfile_span span);
/* Where a command or pipeline of a RUN stands. */
struct dockerfile_span dockerfile_script_span(const struct dockerfile_step *step, size_t start,
                                              size_t end);
