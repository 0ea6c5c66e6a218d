#include "cmd/cli/update-summary.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

enum { WARNINGS_SHOWN = 8 };

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

void update_summary_write(const struct vulndb_update_report *report, const char *db_path,
                          struct buf *to)
{
    const struct vulndb_build_stats *stats = &report->stats;
    uint64_t read = 0;

    if (!report->written)
        return;
    if (report->installed) {
        buf_addf(to, tr("The database was put in place: %s\n"), db_path);
        return;
    }
    for (size_t i = 0; i < report->item_count; i++)
        read += report->items[i]->state == ITEM_READ || report->items[i]->state == ITEM_STALE;
    buf_addf(to, tr("%llu vulnerabilities of %llu packages, from %llu records of %llu inputs\n"),
             (unsigned long long)stats->vulnerabilities, (unsigned long long)stats->packages,
             (unsigned long long)stats->records, (unsigned long long)read);
    buf_addf(to, tr("fetched in %.1f s, read in %.1f s, written in %.1f s: %s, %.1f MB\n"),
             seconds(report->fetch_ns), seconds(report->import_ns), seconds(report->write_ns),
             db_path, megabytes(stats->file_bytes));
}

static void warn_stale(const struct vulndb_update_item *item)
{
    char stamp[CLOCK_STAMP_SIZE];

    log_warning("%s: not fetched, the download of %.10s is used: %s", item->name,
                clock_format(item->fetched_at, stamp), item->error.message);
}

static void warn_state(const struct vulndb_update_item *item)
{
    if (item->state == ITEM_STALE)
        warn_stale(item);
    else if (item->state == ITEM_UNKNOWN)
        log_warning("%s: not recognised by any importer", item->name);
    else if (item->state == ITEM_FAILED)
        log_warning("%s: left out: %s", item->name, item->error.message);
}

static void warn_records(const struct vulndb_update_item *item)
{
    log_warning("%s: broken records, left out: %llu", item->name,
                (unsigned long long)item->tally.broken);
    for (size_t i = 0; i < item->tally.problem_count; i++)
        log_warning("%s: %s", item->name, item->tally.problems[i]);
}

static void log_item(const struct vulndb_update_item *item)
{
    if (item->state == ITEM_ABSENT)
        log_debug("%s: not there: %s", item->name, item->error.message);
    log_debug("%s: %s, %llu records, %.1f MB, %.2f s", item->name,
              item->format ? item->format : "-", (unsigned long long)item->tally.records,
              megabytes(item->size), seconds(item->ns));
}

static bool is_trouble(const struct vulndb_update_item *item)
{
    return item->state == ITEM_STALE || item->state == ITEM_UNKNOWN || item->state == ITEM_FAILED ||
           item->tally.broken;
}

void update_summary_warn(const struct vulndb_update_report *report)
{
    size_t limit = log_get_level() == LOG_LEVEL_DEBUG ? SIZE_MAX : WARNINGS_SHOWN;
    size_t troubles = 0, unknown = 0;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct vulndb_update_item *item = report->items[i];

        log_item(item);
        if (!is_trouble(item) || troubles++ >= limit)
            continue;
        unknown += item->state == ITEM_UNKNOWN;
        warn_state(item);
        if (item->tally.broken)
            warn_records(item);
    }
    if (troubles > limit)
        log_warning("more inputs with trouble: %zu; --debug tells all", troubles - limit);
    if (report->unknown > unknown)
        log_warning("files that were not recognised: %zu", report->unknown);
}
