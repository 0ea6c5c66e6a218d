/* From an index or manifest to a struct image_manifest: the walk that layouts,
 * OCI archives, registries and containerd share.
 *
 *     top document -> (index: choose by name, then by platform) -> manifest -> config
 *
 * Everything is checked against the digest that led to it, parsed in the
 * sandbox, and checked against each other: as many layers as diff_ids, a
 * platform that is the one asked for.
 */
#pragma once

#include "artifact/source.h"

enum { MANIFEST_INDEX_DEPTH = 4 }; /* indexes within indexes */

/* Fetches small blobs of a content store. */
struct manifest_reader {
    void *ctx;
    /* Appends the blob's bytes, at most IMAGE_JSON_LIMIT, to `to`. Need not
     * check the digest. `is_manifest`: a manifest or index (registries keep
     * them under another address), else a config. ERROR_NOT_FOUND when the
     * store does not have it. */
    int (*read)(void *ctx, const struct image_descriptor *blob, bool is_manifest, struct buf *to,
                struct error *err);
};

/* `top` is the first document's bytes: index.json of a layout (`top_digest` is
 * then empty), or what a registry answered for a tag (`top_digest` is then its
 * digest, checked by the caller). `name`: the entry of index.json that is
 * wanted, by tag, name or digest; or empty: then the only image, or an error
 * that lists the names. The platform is the one asked for; when none was asked
 * for, this machine's, and failing that the only one there is. Results live in
 * the arena. */
int manifest_resolve(const struct source_context *context, const struct manifest_reader *reader,
                     struct view top, struct view top_digest, struct view name, struct arena *arena,
                     const struct image_manifest **ret, struct error *err);

/* A manifest made of a parsed config alone, for sources that know nothing
 * else (docker archives, engines): diff_ids without digests. `config_json` is
 * hashed for config_id. `layers` gives the arena array for changes, when not NULL. */
int manifest_of_config(const struct image_config *config, struct view config_json,
                       struct arena *arena, struct image_manifest *ret,
                       struct image_layer **ret_layers, struct error *err);

/* 0 unless the user asked for a platform that this image doesn't serve. */
int manifest_check_platform(const struct source_context *context, struct platform platform,
                            struct arena *arena, struct error *err);
