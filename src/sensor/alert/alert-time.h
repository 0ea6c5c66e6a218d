/* Times of alerts: nanoseconds since 1970, as text. */
#pragma once

#include "base/buf.h"

void alert_time_utc(int64_t time, struct buf *to);    /* "2026-08-21T17:46:43.123456789Z" */
void alert_time_local(int64_t time, struct buf *to);  /* "17:46:43.123456789", local time */
void alert_time_second(int64_t time, struct buf *to); /* "17:46:43", local time */
