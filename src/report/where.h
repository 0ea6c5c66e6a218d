/* Where a finding is, as files and URIs that other programs look up.
 *
 * Paths of a tree or host are joined with its root; those of an image, which
 * are on no disk, with the image's name without its tag or digest, so that a
 * finding keeps its place from one version to the next. What is below the
 * working directory is told relative to it.
 */
#pragma once

#include "base/arena.h"
#include "report/format.h"

/* "deploy/web.yaml", "rootfs/var/lib/dpkg/status", "/etc/passwd"; in `arena`. */
struct view where_path(const struct report *report, const struct report_options *options,
                       struct view path, struct arena *arena);
/* The same as a URI reference (RFC 3986): relative, or "file:///etc/passwd". */
struct view where_uri(struct view path, struct arena *arena);
/* Whether the paths of this report are files that can be opened. */
bool where_is_on_disk(const struct report *report);
