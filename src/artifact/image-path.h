/* Paths that may have the name of an image behind them: "app.tar@alpine:3.20",
 * "layout:latest".
 */
#pragma once

#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"

struct image_path {
    const char *path;
    struct view name; /* empty when there is none */
    struct stat stat;
};

/* Finds the longest part of `text` before one of the `separators`, or all of
 * it, that stands in the file system; ERROR_NOT_FOUND when nothing does.
 * Results live in the arena. */
int image_path_find(const char *text, const char *separators, struct arena *arena,
                    struct image_path *ret, struct error *err);
