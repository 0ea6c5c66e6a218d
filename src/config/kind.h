/* Kinds of configuration: what each reads, and the events its rules are asked
 * about.
 *
 * A kind is one const descriptor. A reader of it is given files, and then
 * walks its events: one for each subject of each object (every container,
 * every RUN instruction, ...). Readers are pure and run in a worker; all of
 * their memory is the arena's. Files given must outlive the reader.
 *
 *     kind->open(arena, &target, &reader, err)
 *     kind->add(reader, &file, &claimed, err)      for each file
 *     kind->visit(reader, &visitor, err)           once, when all files are known
 *
 * What links files to each other (a Service and its pods, a namespace and its
 * policies) is resolved in visit().
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "codec/document.h"
#include "model/diagnostic.h"
#include "rule/source.h"

struct config_file {
    struct view path;
    uint32_t number;                       /* the owner's */
    struct view text;
    const struct document_set *documents;  /* NULL for what is no YAML or JSON */
};

struct config_place {
    uint32_t line, column, end_line, end_column; /* from 1; 0: not known */
};

/* One thing that rules are asked about. */
struct config_event {
    const void *event;  /* for the source's extract() */
    size_t subject;     /* index into the source's subjects */
    const struct config_file *file;
    struct view resource;      /* "Deployment shop/web", "stage build", "service db" */
    struct view part;          /* container's name; may be empty */
    struct config_place place; /* where it stands, when a rule has no better place */
    /* Annotations of the object, for suppressions; may be NULL. */
    const struct document_node *annotations;
};

struct config_visitor {
    void *ctx;
    int (*visit)(void *ctx, const struct config_event *event, struct error *err);
    /* A problem of a file: a Dockerfile's syntax, an object without a name, ... */
    int (*problem)(void *ctx, const struct config_file *file, const struct config_place *place,
                   const struct diagnostic *diagnostic, struct error *err);
};

/* What the files are judged for. Zero is what nobody said. */
struct config_target {
    unsigned kubernetes_minor; /* of the cluster's version 1.N; 0: the newest that is known */
};

struct config_reader;

struct config_kind {
    const char *name; /* "kubernetes" */
    const struct rule_source *source;
    int (*open)(struct arena *arena, const struct config_target *target,
                struct config_reader **ret, struct error *err);
    /* Looks whether the file is of this kind; `*ret_claimed` tells. */
    int (*add)(struct config_reader *reader, const struct config_file *file, bool *ret_claimed,
               struct error *err);
    int (*visit)(struct config_reader *reader, const struct config_visitor *visitor,
                 struct error *err);
    /* The place of a field of an event: of its value, or, when it is not
     * there, of the nearest thing above it. False: no better than the event's. */
    bool (*locate)(const void *event, const struct rule_use *use, struct config_place *ret);
};

extern const struct config_kind config_kubernetes, config_dockerfile, config_compose, config_image;
