/* Tells when rule files change, by inotify on their folders, so that editors and
 * Kubernetes' swapped links are seen, too, and what a link leads to. Other files in the same
 * folder don't count. Of links within a folder of rules only the folder is watched. */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"

struct rule_watch;

/* The paths must outlive the watch. */
int rule_watch_new(const char *const *paths, size_t count, struct rule_watch **ret,
                   struct error *err);
void rule_watch_free(struct rule_watch *watch);
DEFINE_CLEANUP(struct rule_watch, rule_watch_free)

int rule_watch_descriptor(const struct rule_watch *watch);
/* Whether something changed since the last call; never blocks. */
bool rule_watch_changed(struct rule_watch *watch);
