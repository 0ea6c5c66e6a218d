/* A Dockerfile as a build: stages, and their instructions as steps, with
 * variables expanded, the user each runs as, and RUN lines read as shell.
 *
 * Defaults count: an ARG has its default, as in a build that is given no
 * arguments; one without a default is not known, and neither is what the base
 * image brings (its environment, user, shell). Values that are not known keep
 * their text as written; checks leave them alone.
 *
 * Nothing fails because of what the Dockerfile says but for too many stages.
 * All memory is the arena's; the dockerfile and its text must outlive it.
 */
#pragma once

#include "config/dockerfile/dockerfile.h"
#include "config/dockerfile/expand.h"
#include "config/shell/shell.h"

/* The parts of "registry.example:5000/team/app:1.2@sha256:...". */
struct dockerfile_image {
    struct view registry;    /* empty: Docker Hub */
    struct view repository;  /* "team/app"; of Docker Hub's own images: "alpine" */
    struct view name;        /* "app" */
    struct view tag, digest; /* empty: none */
};

enum { DOCKERFILE_STAGE_LIMIT = 256 };

struct dockerfile_stage;

struct dockerfile_step {
    const struct dockerfile_instruction *instruction; /* of ONBUILD: what it holds */
    bool onbuild;
    const struct dockerfile_stage *stage;   /* NULL: before the first FROM */
    const struct dockerfile_step *previous; /* of the same stage; NULL: none */
    const struct dockerfile_value
        *words; /* as many as the instruction's, where they are expanded */
    const struct dockerfile_value *pairs; /* the values of pairs */
    const struct dockerfile_value *flags; /* the values of flags */
    struct dockerfile_value user;         /* it runs as; empty and known false: the base image's */
    struct dockerfile_value workdir;
    bool replaced; /* a later one of the same kind in the stage takes its effect away */
    bool second;   /* an earlier one of the same kind stands in the stage */
    const struct dockerfile_stage *source; /* the stage that --from names; NULL: none */
    struct dockerfile_value from;          /* --from, expanded */
    const struct shell_script *script;     /* of a RUN for a POSIX shell; else NULL */
    struct dockerfile_text script_text;    /* what the script's offsets count in */
    bool pipefail;                         /* SHELL sets it */
};

struct dockerfile_argument {
    const struct dockerfile_step *step;
    size_t pair;
    bool used;
    bool run_follows; /* a RUN behind it, whose programs may read it unseen */
};

struct dockerfile_stage {
    size_t index;
    struct view name;                      /* as written; empty: none */
    struct dockerfile_value base;          /* the image, or a stage's name */
    struct dockerfile_value platform;      /* empty: not given */
    struct dockerfile_image image;         /* of `base`, as far as it is known */
    const struct dockerfile_stage *parent; /* the stage it is based on; NULL: an image */
    bool scratch, windows;
    bool final;     /* the last one */
    bool used;      /* a later stage is based on it or copies from it */
    bool duplicate; /* an earlier stage has its name */
    const struct dockerfile_step *from;
    const struct dockerfile_step *const *steps; /* without FROM */
    size_t step_count;
    /* In effect at the end, those of `parent` too; NULL: none. */
    const struct dockerfile_step *user, *workdir, *shell, *cmd, *entrypoint, *healthcheck;
    struct dockerfile_scope scope;
};

struct dockerfile_build {
    const struct dockerfile *file;
    const struct dockerfile_stage *const *stages;
    size_t stage_count;
    struct dockerfile_step *const *steps; /* all, in order, FROM too */
    size_t step_count;
    struct dockerfile_argument *const *arguments; /* every declaration */
    size_t argument_count;
    bool from_unknown; /* a --from or FROM could not be expanded: any stage may be used */
};

int dockerfile_build(const struct dockerfile *file, struct arena *arena,
                     struct dockerfile_build *ret, struct error *err);

/* Splits an image's name; parts that are not there are empty. */
struct dockerfile_image dockerfile_image(struct view name);
