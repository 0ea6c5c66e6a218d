/* From records to the database's file: the order of work of a build.
 *
 *     records (sorted, valid)
 *       -> subjects, merge: which vulnerabilities each is about
 *       -> claims: what is said of each package, settled by precedence
 *       -> indexes: a number for each vulnerability that a package has
 *       -> statements, details, ids, tables -> store
 */
#pragma once

#include "vulndb/builder.h"
#include "vulndb/enrich.h"
#include "vulndb/records.h"

/* `info`: time and sources; its counts are filled in. Finishes `records`. */
int build_database(struct records *records, struct enrich *enrich, struct vulndb_info *info,
                   const char *path, struct vulndb_build_stats *ret, struct error *err);
