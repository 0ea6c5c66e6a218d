/* The JSON documents that describe images: pure parsers, and a compact form in
 * which what they found crosses from a sandbox worker to the program.
 *
 * Sources: the OCI image specification 1.1 (image-layout, index, manifest,
 * config, annotations), Docker's image manifest version 2 schema 2 and image
 * specification 1.2 (manifest.json of `docker save`).
 *
 * What a document is follows from its members, not from the media type it came
 * with: "manifests" makes an index, "layers" a manifest, an array is a docker
 * archive's manifest.json. Members that are not known are ignored; a
 * schemaVersion that is not 2 is an error that says which version it is.
 * Digests are checked for form (sha256 only), sizes for sign.
 *
 * image_json_parse() runs in a worker only (op "image-json"); the program
 * calls image_json_load() of artifact/source.h.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/view.h"
#include "model/image.h"

enum {
    IMAGE_JSON_LIMIT = (8 << 20) - 4096, /* bytes of one document */
    IMAGE_JSON_LAYER_LIMIT = 4096,       /* layers of one image; engines stop at 128 */
    IMAGE_JSON_ENTRY_LIMIT = 16384,      /* entries of an index or archive */
    IMAGE_JSON_TEXT_LIMIT = 65536,       /* bytes of one string that is kept; longer ones are cut */
};

enum image_document_kind {
    IMAGE_DOCUMENT_INDEX,    /* OCI index, Docker manifest list, index.json of a layout */
    IMAGE_DOCUMENT_MANIFEST, /* OCI manifest, Docker schema 2 */
    IMAGE_DOCUMENT_CONFIG,
    IMAGE_DOCUMENT_ARCHIVE, /* manifest.json of `docker save` */
    IMAGE_DOCUMENT_LAYOUT,  /* oci-layout: says no more than that its version is known */
};

/* A pointer from one document to a blob. */
struct image_descriptor {
    struct view media_type;
    struct view digest; /* "sha256:..." */
    uint64_t size;
    struct platform platform; /* of an index's entry; empty fields: not given */
    struct view ref_name;     /* org.opencontainers.image.ref.name; may be empty */
    struct view image_name;   /* io.containerd.image.name; may be empty */
    bool attestation;         /* describes another manifest, is no image itself */
};

struct image_index {
    const struct image_descriptor *entries;
    size_t count;
};

struct image_manifest_document {
    struct image_descriptor config;
    const struct image_descriptor *layers; /* lowest first */
    size_t layer_count;
};

struct image_config {
    struct platform platform;
    struct view created; /* as given */
    const struct view *diff_ids;
    const struct view *created_by; /* history line of each layer, or empty */
    size_t layer_count;
};

/* One image of a docker archive. Paths are as written, not cleaned. */
struct image_archive_entry {
    struct view config;
    const struct view *tags; /* "name:tag" */
    size_t tag_count;
    const struct view *layers;
    size_t layer_count;
};

struct image_archive {
    const struct image_archive_entry *entries;
    size_t count;
};

struct image_document {
    enum image_document_kind kind;
    struct view media_type; /* as the document says; may be empty */
    union {
        struct image_index index;
        struct image_manifest_document manifest;
        struct image_config config;
        struct image_archive archive;
    };
};

/* What the caller expects; anything else is an error that says what it is. */
enum image_json_want {
    IMAGE_JSON_TOP, /* an index or a manifest */
    IMAGE_JSON_CONFIG,
    IMAGE_JSON_ARCHIVE,
    IMAGE_JSON_LAYOUT,
};

/* `text` in full; everything in `ret` lives in the arena. */
int image_json_parse(struct view text, enum image_json_want want, struct arena *arena,
                     struct image_document *ret, struct error *err);

void image_json_encode(const struct image_document *document, struct buf *to);
/* Checks everything again: the bytes come from a worker that may have been
 * taken over. Copies nothing: views point into `bytes`. */
int image_json_decode(struct view bytes, struct arena *arena, struct image_document *ret,
                      struct error *err);

/* The media of a layer by the type its descriptor gives. */
enum image_media image_media_of(struct view media_type);
