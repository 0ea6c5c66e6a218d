/* What an update of the database did, for people. */
#pragma once

#include "base/buf.h"
#include "vulndb/update.h"

/* The closing lines. */
void update_summary_write(const struct vulndb_update_report *report, const char *db_path,
                          struct buf *to);
/* Logs what was not as it should be, item by item. */
void update_summary_warn(const struct vulndb_update_report *report);
