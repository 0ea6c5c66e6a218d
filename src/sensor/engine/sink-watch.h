/* Tells of sinks that fail: once when it begins, and once when they work again, with what
 * was lost meanwhile. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "sensor/alert/sink.h"

struct sink_watch;

/* The sinks outlive it. */
int sink_watch_new(struct sink *const *sinks, size_t count, struct sink_watch **ret,
                   struct error *err);
void sink_watch_free(struct sink_watch *watch);
DEFINE_CLEANUP(struct sink_watch, sink_watch_free)

/* What came of sending an alert to the sink of that place; `why` NULL: it was taken. */
void sink_watch_sent(struct sink_watch *watch, size_t place, const struct error *why);
/* Peers and spools, which fail later. Each second. */
void sink_watch_look(struct sink_watch *watch);
