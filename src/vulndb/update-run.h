/* Inside of update.c: one update while it runs, shared by its stages.
 *
 * Threads: `lock` guards the builder, the report's items and arena, and calls
 * of `progress`.
 */
#pragma once

#include <pthread.h>

#include "vulndb/feed-cache.h"
#include "vulndb/feed-walk.h"
#include "vulndb/update.h"

/* What became of one source before it is imported. */
struct update_source {
    struct feed feed;   /* of a download */
    struct error error; /* why there is nothing, or only something old */
    bool stale;
};

struct update {
    const struct vulndb_update_options *options;
    const struct source_list *sources;
    struct update_source *states; /* one for each source */
    struct feed_inputs inputs;
    struct vulndb_update_item **input_items; /* one for each input */
    struct vulndb_update_report *report;
    struct vulndb_builder *builder;
    pthread_mutex_t lock;
    size_t done;        /* inputs imported */
    struct error fatal; /* kind 0, or why no database can come of this */
};

/* Fetches what has a URL and lists the files of all sources. What can't be had
 * becomes an item of the report. */
int update_fetch(struct update *update, struct error *err);
/* Imports all inputs into the builder. */
int update_import(struct update *update, struct error *err);

/* Takes the lock for the callback. */
void update_tell(struct update *update, enum vulndb_update_stage stage, const char *source,
                 uint64_t done, uint64_t total);
/* A new item of the report; NULL without memory. Before threads only. */
struct vulndb_update_item *update_add_item(struct update *update, const char *name,
                                           const char *location, bool optional);
