/* Time: a monotonic clock for measuring, and UTC days and stamps for data. */
#pragma once

#include "base/view.h"

uint64_t clock_now_ns(void);      /* monotonic */
int64_t clock_unix_seconds(void); /* UTC */

/* "2026-08-21", "2026-08-21T17:46:43Z", with fractions or an offset; to
 * seconds since 1970, UTC. False when it is no such date. */
bool clock_parse_rfc3339(struct view text, int64_t *ret_seconds);
enum { CLOCK_STAMP_SIZE = 32 };
/* "2026-08-21T17:46:43Z" */
const char *clock_format(int64_t seconds, char to[static CLOCK_STAMP_SIZE]);
