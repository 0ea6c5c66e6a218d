#include <sys/stat.h>

#include "base/thread-pool.h"
#include "vulndb/update-run.h"

enum { FETCHES = 4 }; /* downloads at once */

struct fetch {
    struct update *update;
    const struct source *source;
    struct update_source *state;
};

static void on_received(void *ctx, uint64_t bytes)
{
    struct fetch *fetch = ctx;

    update_tell(fetch->update, UPDATE_FETCHING, fetch->source->name, bytes, 0);
}

/* With `partial` the last download is better than nothing. */
static void fetch_one(void *task)
{
    struct fetch *fetch = task;
    const struct vulndb_update_options *options = fetch->update->options;
    struct update_source *state = fetch->state;

    update_tell(fetch->update, UPDATE_FETCHING, fetch->source->name, 0, 0);
    if (feed_fetch(options->http, fetch->source->url, options->download_dir, on_received, fetch,
                   &state->feed, &state->error) == 0)
        return;
    if (options->partial && options->http &&
        feed_cached(fetch->source->url, options->download_dir, &state->feed, NULL) == 0)
        state->stale = true;
}

static int fetch_all(struct update *update, struct error *err)
{
    size_t count = source_list_count(update->sources);
    struct fetch *fetches = arena_array(update->report->arena, count, sizeof(*fetches));
    _cleanup_(pool_free_p) struct pool *pool = NULL;
    int r = fetches ? pool_new(FETCHES, &pool, err) : error_memory(err);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct source *source = source_list_at(update->sources, i);

        fetches[i] = (struct fetch){update, source, &update->states[i]};
        if (source->url)
            r = pool_add(pool, fetch_one, &fetches[i], err);
    }
    if (pool)
        pool_wait(pool);
    return r;
}

static int add_missing(struct update *update, const struct source *source, const struct error *why,
                       struct error *err)
{
    struct vulndb_update_item *item = update_add_item(
        update, source->name, source->url ? source->url : source->path, source->optional);

    if (!item)
        return error_memory(err);
    item->error = *why;
    item->state = source->optional && why->kind == ERROR_NOT_FOUND ? ITEM_ABSENT : ITEM_FAILED;
    return 0;
}

static int64_t modified_at(const char *path)
{
    struct stat st;

    return path && stat(path, &st) == 0 ? st.st_mtim.tv_sec : 0;
}

static int add_item(struct update *update, size_t index, struct error *err)
{
    const struct feed_input *input = &update->inputs.items[index];
    const struct source *source = source_list_at(update->sources, input->source);
    const struct update_source *state = &update->states[input->source];
    struct vulndb_update_item *item = update_add_item(update, input->name,
                                                      source->url   ? source->url
                                                      : input->path ? input->path
                                                                    : source->path,
                                                      source->optional);

    if (!item)
        return error_memory(err);
    update->input_items[index] = item;
    item->size = input->size;
    if (!source->url) {
        item->fetched_at = modified_at(item->location);
        return 0;
    }
    item->unchanged = state->feed.unchanged;
    item->fetched_at = state->feed.fetched_at;
    item->digest = arena_cstr(update->report->arena, view_of(state->feed.digest));
    if (state->stale) {
        item->state = ITEM_STALE;
        item->error = state->error;
    }
    return 0;
}

int update_fetch(struct update *update, struct error *err)
{
    size_t count = source_list_count(update->sources);
    int r = fetch_all(update, err);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct source *source = source_list_at(update->sources, i);
        const char *path = source->url ? update->states[i].feed.path : source->path;
        struct error why = update->states[i].error;

        if (path && feed_walk(source, i, path, &update->inputs, &why) == 0)
            continue;
        r = add_missing(update, source, &why, err);
    }
    if (r < 0)
        return r;
    update->input_items = arena_array(update->report->arena, update->inputs.count,
                                      sizeof(struct vulndb_update_item *));
    if (!update->input_items)
        return error_memory(err);
    for (size_t i = 0; r == 0 && i < update->inputs.count; i++)
        r = add_item(update, i, err);
    return r;
}
