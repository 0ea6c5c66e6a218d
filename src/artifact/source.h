/* The internal interface of artifact/: what every source of images
 * implements, and what they share.
 *
 * A source is one image opened at one place. It is opened by name (the part
 * behind its prefix), gives its manifest, and streams its layers. The table of
 * sources and their prefixes is in image.c.
 *
 * To write one: embed `struct source` first in a struct of your own; open()
 * fills `manifest` (see manifest.h for the walk index -> manifest -> config,
 * which needs nothing but a function that fetches a small blob), read_layers()
 * hands blobs to a layer_feed (layer-feed.h) or a whole archive that comes
 * down a pipe to archive_stream_read() (archive-stream.h).
 */
#pragma once

#include "artifact/image-json.h"
#include "artifact/image.h"
#include "artifact/reference.h"
#include "base/arena.h"
#include "base/error.h"
#include "sandbox/sandbox.h"

enum { SOURCE_ARENA_LIMIT = 96 << 20 };

/* What a source works with. The options' strings are the caller's and outlive
 * the image; options.platform is filled in (never empty) and normal. */
struct source_context {
    struct image_options options;
    bool platform_asked; /* by the user, so that nothing else will do; else it is this machine's */
    struct sandbox *sandbox;
};

struct source;

struct source_type {
    const char *name; /* "docker", "registry", "oci", ...: image_source_name() */
    /* ERROR_NOT_FOUND when the place is not there (no such engine) or does not
     * have the image: for a bare name the next source is then asked. */
    int (*open)(const struct source_context *context, const char *name, struct source **ret,
                struct error *err);
    int (*read_layers)(struct source *source, const bool *wanted, const struct layer_sink *sink,
                       struct error *err);
    void (*free)(struct source *source);
};

struct source {
    const struct source_type *type;
    const struct source_context *context; /* lives as long as the source */
    struct arena *arena;                  /* owned; manifest and other results */
    /* NULL only for a stream whose manifest comes behind its layers; then set
     * before the first done() or failed() of read_layers(). */
    const struct image_manifest *manifest;
};

/* The fields of `source`, or without memory an error. */
int source_init(struct source *source, const struct source_type *type,
                const struct source_context *context, struct error *err);
void source_done(struct source *source); /* what source_init() made */

extern const struct source_type source_archive;    /* archive.c: a file, or "-" */
extern const struct source_type source_oci_layout; /* oci-layout.c: DIR[:TAG] */
extern const struct source_type source_docker;     /* docker-engine.c */
extern const struct source_type source_podman;     /* podman.c */
extern const struct source_type source_containerd; /* containerd.c */
extern const struct source_type source_registry;   /* registry.c */

/* Parses one JSON document of an image in the sandbox. `what` names it in
 * errors ("manifest.json", "config sha256:..."). Results live in the arena. */
int image_json_load(struct sandbox *sandbox, const char *what, struct view text,
                    enum image_json_want want, struct arena *arena, struct image_document *ret,
                    struct error *err);

/* 0 when the bytes' SHA-256 is `digest`; else ERROR_INPUT: "WHAT sha256:...: the
 * bytes are sha256:...: the image is damaged or was tampered with". */
int source_check_digest(const char *what, struct view bytes, struct view digest, struct error *err);
