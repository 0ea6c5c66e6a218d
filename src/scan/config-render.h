/* Renders Helm charts and kustomizations with the user's own programs. */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "scan/config-find.h"

enum {
    CONFIG_RENDER_LIMIT = 64 << 20, /* bytes of one rendering */
    CONFIG_RENDER_SECONDS = 120,
};

struct config_render_options {
    const char *const *helm_values; /* files, handed to helm */
    size_t helm_values_count;
};

/* ERROR_NOT_FOUND: no program that could is installed; the hint says which. */
int config_render(const char *folder, enum config_package package,
                  const struct config_render_options *options, struct buf *to, struct error *err);

/* One file of a rendering: the template it came from, and its documents. */
struct config_rendered {
    struct view source; /* "chart/templates/web.yaml"; empty: not told */
    struct view text;
};
/* Cuts the next piece off `*rest`: Helm says before each document where it
 * came from ("# Source: ..."). False at the end. */
bool config_rendered_next(struct view *rest, struct config_rendered *ret);
