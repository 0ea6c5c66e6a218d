/* Images of an engine that speaks Docker's API: Docker itself, and podman's
 * service.
 *
 * What the image consists of is asked first (GET /images/NAME/json), so that a
 * scan whose layers are all known needs nothing more. Layers come by the
 * engine's export (GET /images/ID/get), a tar that goes down a pipe into
 * archive-stream.h as it arrives.
 *
 * An engine's address is unix://PATH, or tcp://HOST:PORT and http://HOST:PORT,
 * which are plain and for this machine only.
 */
#pragma once

#include "artifact/source.h"

enum {
    ENGINE_EXPORT_STALL_SECONDS = 900, /* engines prepare a large export before its first byte */
    ENGINE_NAME_LIMIT = 512,           /* bytes of an image's name */
};

/* Opens `name` at `address` (as above, not NULL). ERROR_NOT_FOUND when nobody
 * is there or the image is not. `type` is the source that is opened. */
int docker_engine_open(const struct source_context *context, const struct source_type *type,
                       const char *address, const char *name, struct source **ret,
                       struct error *err);
int docker_engine_read_layers(struct source *source, const bool *wanted,
                              const struct layer_sink *sink, struct error *err);
void docker_engine_free(struct source *source);

/* A name as engines take it: letters, digits and "._:@-" between slashes, not
 * beginning with "-", without "." and ".." as components. It becomes part of a
 * URL, or an argument of a program. */
int docker_engine_check_name(const char *name, struct error *err);
