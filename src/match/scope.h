/* Whether a statement is about an installed package at all, whatever its
 * version: which of its names is meant, architecture, module stream.
 */
#pragma once

#include "model/package.h"
#include "vulndb/vulndb.h"

/* `as_source`: the statement was found under the name of the package's source.
 * `version`: of the source then, else the package's own. */
bool scope_holds(const struct vulndb_statement *statement, const struct package *package,
                 bool as_source, struct view version);
