/* What an image says of itself: manifest and config, in one shape for Docker
 * schema 2 and OCI. */
#pragma once

#include "base/view.h"

struct platform {
    struct view os, arch, variant;
};

enum image_media {
    IMAGE_MEDIA_UNKNOWN, /* sniffed from the first bytes */
    IMAGE_MEDIA_TAR,
    IMAGE_MEDIA_TAR_GZIP,
    IMAGE_MEDIA_TAR_ZSTD,
    IMAGE_MEDIA_FOREIGN,   /* non-distributable: told, not read */
    IMAGE_MEDIA_ENCRYPTED, /* needs a key: told, not read */
};

struct image_layer {
    struct view diff_id; /* "sha256:..." of the uncompressed tar */
    struct view digest;  /* "sha256:..." of the stored bytes; empty: unknown */
    uint64_t size;       /* stored bytes; 0 unknown */
    enum image_media media;
    struct view created_by; /* history line; may be empty */
};

struct image_manifest {
    struct view digest;    /* of the manifest's bytes; empty for docker archives */
    struct view config_id; /* digest of the config: the image id */
    struct platform platform;
    struct view created;              /* RFC 3339 as given; may be empty */
    const struct image_layer *layers; /* lowest first */
    size_t layer_count;
    struct view config_json; /* the config's own bytes, for later checks of it */
};
