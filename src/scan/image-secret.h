/* The secrets of an image: in the files of its layers, which the inspector of
 * secrets found while they streamed by, and in its settings and history, which
 * a worker looks into here.
 *
 * A file that a later layer hides is still in the image: its secrets count.
 */
#pragma once

#include "scan/layer-scan.h"
#include "scan/secret-op.h"
#include "scan/session.h"

enum {
    IMAGE_SECRET_SECTION_LIMIT = 16 << 20, /* bytes of what one layer holds */
    IMAGE_SECRET_TEXT_LIMIT = 100000,      /* variables, labels and lines of history */
};

/* Adds them to the session's findings. A part that could not be looked into
 * becomes a diagnostic. */
int image_secrets(struct session *s, const struct image *image,
                  const struct layer_outcome *outcomes, size_t count, struct error *err);

/* "image-secrets": the image's config as the request. It answers with the lines
 * of history that hold secrets (a number; of each line its hash, and the line
 * as it may be shown), then with records as secret_op does. Its context is a
 * struct scan_rules. */
extern const struct sandbox_op image_secret_op;
