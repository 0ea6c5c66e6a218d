/* Paths as rules read them: absolute, without ".", ".." and double slashes.
 *
 * Lexical, as Falco does it: no link is followed, ".." at the root stays there,
 * and no slash is at the end. A path without a directory that could make it absolute
 * is cleaned as it is.
 */
#pragma once

#include "base/arena.h"

/* The path itself when it is absolute and clean; else a text in the arena (empty
 * when there is no memory). An empty path is the directory. */
struct view path_join(struct view directory, struct view path, struct arena *scratch);
/* What fd.directory and fd.filename are of an absolute path. */
struct view path_folder(struct view path);
struct view path_leaf(struct view path);
