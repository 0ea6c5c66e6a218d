/* What an engine says of an image it has: the answers of Docker's API
 * (GET /images/NAME/json and /images/NAME/history) and of `podman image
 * inspect`, which differ little.
 *
 * The engine is trusted, but its answer repeats texts of the image, so it is
 * parsed in the sandbox (op "engine-json") and what comes back is checked again.
 *
 * History lines are matched to layers where that is certain: by podman's
 * "empty_layer", and in Docker's history if as many entries have a size as
 * there are layers. Elsewhere they stay empty.
 */
#pragma once

#include "artifact/image-json.h"
#include "artifact/source.h"

enum {
    ENGINE_HISTORY_LIMIT = 16384, /* entries */
    ENGINE_IMAGE_REPLY_LIMIT = 32 << 20,
};

struct engine_image {
    struct view id; /* "sha256:...": of the config, or of what the engine's store calls the image */
    struct image_config config;
};

/* `history` may be empty. Results live in the arena. */
int engine_image_load(struct sandbox *sandbox, struct view inspect, struct view history,
                      struct arena *arena, struct engine_image *ret, struct error *err);
/* The manifest that such an answer makes: diff_ids without digests. */
int engine_image_manifest(const struct engine_image *image, struct arena *arena,
                          const struct image_manifest **ret, struct error *err);
/* ERROR_NOT_FOUND when the source's image is for another platform than the
 * user asked for: an engine has an image for one platform. */
int engine_image_check_platform(const struct source *source, struct error *err);

/* The parser, for the worker and the tests. */
int engine_image_parse(struct view inspect, struct view history, struct arena *arena,
                       struct engine_image *ret, struct error *err);
/* The operation "engine-json". */
int engine_image_run(struct worker *worker, struct view request, struct error *err);
