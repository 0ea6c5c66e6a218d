#include <stdio.h>

#include "base/text.h"
#include "cmd/cli/commands.h"
#include "cmd/cli/storage.h"
#include "cmd/line/output.h"
#include "codec/json-write.h"
#include "scan/layer-cache.h"

enum { TEXT_LIMIT = 64 << 10 };

static int open_cache(const struct invocation *invocation, struct layer_cache **ret,
                      struct error *err)
{
    /* Every generation's entries are counted and cleared. */
    return layer_cache_open(storage_cache_dir(invocation), 0, ret, err);
}

static int write_json(const struct layer_cache_info *info, struct buf *to, struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT(to, true);

    json_write_object(&w);
    json_write_member(&w, VIEW("path"), view_of(info->path));
    json_write_key(&w, VIEW("layers"));
    json_write_uint(&w, info->entries);
    json_write_key(&w, VIEW("size"));
    json_write_uint(&w, info->bytes);
    json_write_key(&w, VIEW("limit"));
    json_write_uint(&w, info->limit);
    json_write_end(&w);
    buf_add_char(to, '\n');
    return json_write_done(&w, "cache info", err);
}

static void write_facts(const struct layer_cache_info *info, struct buf *to)
{
    buf_addf(to, tr("Directory  %s\n"), info->path);
    buf_addf(to, tr("Layers     %llu\n"), (unsigned long long)info->entries);
    buf_addf(to, tr("Size       %.1f of at most %.0f MiB\n"), (double)info->bytes / (1 << 20),
             (double)info->limit / (1 << 20));
}

static int run_info(struct invocation *invocation, struct error *err)
{
    _cleanup_(layer_cache_close_p) struct layer_cache *cache = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct layer_cache_info info;
    int result = open_cache(invocation, &cache, err);

    if (result == 0)
        result = layer_cache_info(cache, &info, err);
    if (result < 0)
        return result;
    if (settings_of(invocation)->json)
        result = write_json(&info, &text, err);
    else
        write_facts(&info, &text);
    return result < 0 ? result : output_write(NULL, buf_view(&text), err);
}

static int run_clean(struct invocation *invocation, struct error *err)
{
    _cleanup_(layer_cache_close_p) struct layer_cache *cache = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct layer_cache_info info;
    int result = open_cache(invocation, &cache, err);

    if (result == 0)
        result = layer_cache_info(cache, &info, err);
    if (result == 0)
        result = layer_cache_clear(cache, err);
    if (result < 0)
        return result;
    buf_addf(&text, tr("layers forgotten: %llu, freed: %.1f MiB\n"),
             (unsigned long long)info.entries, (double)info.bytes / (1 << 20));
    return output_write(NULL, buf_view(&text), err);
}

static const struct option_group *const info_options[] = {&options_facts, &options_cache,
                                                          &options_general, NULL};
static const struct option_group *const clean_options[] = {&options_cache, &options_general, NULL};

static const struct command verb_info = {
    .name = "info",
    .parent = &command_cache,
    .summary = TR_KEY("tell where the cache is and how large"),
    .options = info_options,
    .run = run_info,
};

static const struct command verb_clean = {
    .name = "clean",
    .parent = &command_cache,
    .summary = TR_KEY("forget what is known of layers, not the advisories"),
    .options = clean_options,
    .run = run_clean,
};

static const char *const description[] = {
    TR_KEY("What each layer contains is remembered between scans, so that a layer is read once "
           "however many images share it. The cache is bounded, may be used by many scans at "
           "once, and may be removed at any time."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll cache info", TR_KEY("where it is and how large")},
    {"plimsoll cache clean", TR_KEY("make every layer be read anew")},
    {NULL, NULL},
};

static const struct command *const verbs[] = {&verb_info, &verb_clean, NULL};
static const struct option_group *const group_options[] = {&options_general, NULL};

const struct command command_cache = {
    .name = "cache",
    .parent = &command_program,
    .summary = TR_KEY("look after what is known of layers"),
    .description = description,
    .examples = examples,
    .options = group_options,
    .verbs = verbs,
};
