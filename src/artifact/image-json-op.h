/* The worker operation "image-json", which parses documents; its caller is
 * image_json_load() of artifact/source.h. */
#pragma once

#include "sandbox/sandbox.h"

enum { IMAGE_JSON_REPLY_LIMIT = 32 << 20 };

int image_json_run(struct worker *worker, struct view request, struct error *err);
