/* A build while it is put together. Only for build.c and build-run.c. */
#pragma once

#include "config/dockerfile/build.h"

struct builder {
    const struct dockerfile *file;
    struct arena *arena;
    struct error *err;
    struct dockerfile_build *build;
    struct dockerfile_step **steps;
    struct dockerfile_stage **stages;
    struct dockerfile_argument **arguments;
    struct dockerfile_stage *stage; /* the one being built */
    struct dockerfile_step *previous;
    size_t first_step; /* of it */
    struct dockerfile_scope global;
    bool pipefail, posix; /* what SHELL says */
};

/* The variables that count where the builder is. */
static inline const struct dockerfile_scope *builder_scope(const struct builder *b)
{
    return b->stage ? &b->stage->scope : &b->global;
}

/* What a SHELL says of the RUNs behind it. */
void builder_follow_shell(struct builder *b, const struct dockerfile_step *step);
/* Reads a RUN as shell, where a POSIX shell runs it. */
int builder_read_run(struct builder *b, struct dockerfile_step *step);
