#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cmd/cli/cmd-db.h"
#include "cmd/cli/storage.h"
#include "cmd/line/output.h"
#include "codec/json-write.h"
#include "report/columns.h"
#include "vulndb/vulndb.h"

enum {
    INFO_LIMIT = 16 << 20, /* bytes of output */
    DAY = 24 * 60 * 60,
    DATE_LENGTH = 10,
    LABEL_WIDTH = 17,
};

static void add_label(struct buf *to, const char *label)
{
    size_t width = text_width(view_of(tr(label)));

    buf_add_str(to, tr(label));
    for (size_t i = width; i < LABEL_WIDTH; i++)
        buf_add_char(to, ' ');
}

static void add_count(struct buf *to, const char *label, uint64_t count)
{
    add_label(to, label);
    buf_addf(to, "%llu\n", (unsigned long long)count);
}

static void write_facts(const struct vulndb_info *info, const char *path, struct buf *to)
{
    long long days = (long long)(clock_unix_seconds() - info->built_at) / DAY;
    char stamp[CLOCK_STAMP_SIZE];

    add_label(to, TR_KEY("File"));
    buf_addf(to, "%s, %.1f MB\n", path, (double)info->file_bytes / 1e6);
    add_label(to, TR_KEY("Made"));
    buf_addf(to, tr("%s, age in days: %lld\n"), clock_format(info->built_at, stamp),
             days > 0 ? days : 0);
    add_count(to, TR_KEY("Vulnerabilities"), info->vulnerabilities);
    add_count(to, TR_KEY("Packages"), info->packages);
    add_count(to, TR_KEY("Statements"), info->statements);
    add_count(to, TR_KEY("EPSS scores"), info->epss);
    add_count(to, TR_KEY("KEV entries"), info->kev);
}

static void write_sources(const struct invocation *invocation, const struct vulndb_info *info,
                          struct buf *to)
{
    static const struct column titles[] = {
        {TR_KEY("SOURCE")},
        {TR_KEY("RECORDS"), .right = true},
        {TR_KEY("FETCHED")},
        {TR_KEY("FROM"), .flexible = true},
    };
    struct columns *rows =
        columns_new(titles, sizeof(titles) / sizeof(titles[0]), invocation->arena);

    for (size_t i = 0; i < info->source_count; i++) {
        const struct vulndb_source *source = &info->sources[i];
        char stamp[CLOCK_STAMP_SIZE];
        const struct cell cells[] = {
            {.text = source->name},
            {.text = arena_printf(invocation->arena, "%llu", (unsigned long long)source->records)},
            {.text = view_sub(view_of(clock_format(source->fetched_at, stamp)), 0, DATE_LENGTH)},
            {.text = source->location},
        };

        columns_add(rows, cells);
    }
    buf_add_char(to, '\n');
    columns_write(rows, environment_width(invocation->env, STDOUT_FILENO), false, to);
}

static void write_json_count(struct json_writer *w, struct view key, uint64_t count)
{
    json_write_key(w, key);
    json_write_uint(w, count);
}

static void write_json_time(struct json_writer *w, struct view key, int64_t seconds)
{
    char stamp[CLOCK_STAMP_SIZE];

    json_write_member(w, key, view_of(clock_format(seconds, stamp)));
}

static void write_json_sources(struct json_writer *w, const struct vulndb_info *info)
{
    json_write_key(w, VIEW("sources"));
    json_write_array(w);
    for (size_t i = 0; i < info->source_count; i++) {
        const struct vulndb_source *source = &info->sources[i];

        json_write_object(w);
        json_write_member(w, VIEW("name"), source->name);
        json_write_member(w, VIEW("location"), source->location);
        json_write_member(w, VIEW("digest"), source->digest);
        write_json_time(w, VIEW("fetched_at"), source->fetched_at);
        write_json_count(w, VIEW("records"), source->records);
        json_write_end(w);
    }
    json_write_end(w);
}

static int write_json(const struct vulndb_info *info, const char *path, struct buf *to,
                      struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT(to, true);

    json_write_object(&w);
    json_write_member(&w, VIEW("path"), view_of(path));
    write_json_count(&w, VIEW("schema"), info->schema);
    write_json_time(&w, VIEW("built_at"), info->built_at);
    write_json_count(&w, VIEW("size"), info->file_bytes);
    write_json_count(&w, VIEW("vulnerabilities"), info->vulnerabilities);
    write_json_count(&w, VIEW("packages"), info->packages);
    write_json_count(&w, VIEW("statements"), info->statements);
    write_json_count(&w, VIEW("epss"), info->epss);
    write_json_count(&w, VIEW("kev"), info->kev);
    write_json_sources(&w, info);
    json_write_end(&w);
    buf_add_char(to, '\n');
    return json_write_done(&w, "db info", err);
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_vulndb_ struct vulndb *db = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(INFO_LIMIT);
    const char *path = storage_database(invocation);
    int result = vulndb_open(path, &db, err);

    if (result < 0)
        return result;
    if (settings_of(invocation)->json) {
        result = write_json(vulndb_info(db), path, &text, err);
    } else {
        write_facts(vulndb_info(db), path, &text);
        write_sources(invocation, vulndb_info(db), &text);
        result = buf_failed(&text, "db info", err);
    }
    return result < 0 ? result : output_write(NULL, buf_view(&text), err);
}

static const struct command_example examples[] = {
    {"plimsoll db info", TR_KEY("how old the database is and what it was made of")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_facts, &options_database,
                                                     &options_general, NULL};

const struct command command_db_info = {
    .name = "info",
    .parent = &command_db,
    .summary = TR_KEY("tell how old the database is and what it was made of"),
    .examples = examples,
    .options = options,
    .run = run,
};
