/* Many small files as one: a directory of OSV records has tens of thousands,
 * and a worker for each would cost more than reading them.
 *
 * The layout is a run of (length-prefixed name, length-prefixed bytes). The
 * program only copies bytes into a bundle; workers take it apart.
 */
#pragma once

#include "base/buf.h"
#include "base/cursor.h"
#include "base/error.h"

enum {
    BUNDLE_MEMBER_LIMIT = 1 << 20, /* bytes of a file that is small */
    BUNDLE_LIMIT = 32 << 20,       /* bytes of one bundle, after which a new one begins */
};

void bundle_add(struct buf *bundle, struct view name, struct view bytes);
/* The next member; false at the end, or when the rest is no bundle. */
bool bundle_next(struct cursor *bundle, struct view *ret_name, struct view *ret_bytes);
