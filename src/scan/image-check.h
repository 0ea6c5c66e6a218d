/* Findings of an image beside those of its packages: how it is made, and the
 * malware in it.
 *
 * The censuses of all layers go to one worker (scan/image-check-op.h), which
 * says what breaks a rule, and what became of the files with malware in them;
 * what a later layer hides is reported all the same, since it is still in the
 * image, with a word about it.
 */
#pragma once

#include "scan/layer-scan.h"
#include "scan/session.h"

/* Adds findings and diagnostics to the session. The image's layers are
 * described in the session already. */
int image_check(struct session *s, const struct image *image, const struct layer_outcome *outcomes,
                size_t count, struct error *err);
