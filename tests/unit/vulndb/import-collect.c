#include "import-collect.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/fd.h"

#include "test.h"

static void add_list(struct buf *to, const char *label, const struct view *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_addf(to, "%s%.*s", i ? "," : label, VIEW_ARG(items[i]));
}

static void add_text(struct buf *to, const char *label, struct view text)
{
    if (text.len)
        buf_addf(to, " %s\"%.*s\"", label, VIEW_ARG(text));
}

static void add_date(struct buf *to, const char *label, int64_t seconds)
{
    char stamp[CLOCK_STAMP_SIZE];

    if (seconds)
        buf_addf(to, " %s%s", label, clock_format(seconds, stamp));
}

static void add_affected(struct buf *to, const struct advisory_affected *affected)
{
    static const char *const statuses[ADVISORY_STATUS_COUNT] = {
        "affected", "will-not-fix", "end-of-life", "not-affected", "investigating",
    };

    buf_addf(to, "  %.*s %.*s %s%s%s", VIEW_ARG(affected->ecosystem), VIEW_ARG(affected->package),
             statuses[affected->status], affected->flags & AFFECTED_BY_SOURCE ? " source" : "",
             affected->flags & AFFECTED_PENDING ? " pending" : "");
    if (affected->severity)
        buf_addf(to, " severity=%s/%.*s", severity_name(affected->severity),
                 VIEW_ARG(affected->severity_source));
    if (affected->cvss.len)
        buf_addf(to, " cvss=%.*s", VIEW_ARG(affected->cvss));
    add_text(to, "arch=", affected->arch);
    if (affected->module.len)
        buf_addf(to, " module=%.*s", VIEW_ARG(affected->module));
    for (size_t i = 0; i < affected->range_count; i++) {
        const struct advisory_range *range = &affected->ranges[i];

        buf_addf(to, " [%.*s,%.*s%.*s%s", VIEW_ARG(range->introduced), VIEW_ARG(range->fixed),
                 VIEW_ARG(range->last_affected), range->last_affected.len ? "]" : ")");
    }
    add_list(to, " versions=", affected->versions, affected->version_count);
    buf_add_char(to, '\n');
}

static int on_advisory(struct import_sink *sink, const struct advisory *advisory, struct error *err)
{
    struct buf *to = &((struct collector *)sink)->text;

    buf_addf(to, "%.*s%s", VIEW_ARG(advisory->id), advisory->withdrawn ? " withdrawn" : "");
    add_text(to, "title=", advisory->title);
    add_text(to, "details=", advisory->details);
    if (advisory->severity)
        buf_addf(to, " severity=%s", severity_name(advisory->severity));
    add_list(to, " aliases=", advisory->aliases, advisory->alias_count);
    add_list(to, " upstream=", advisory->upstream, advisory->upstream_count);
    add_list(to, " cvss=", advisory->cvss, advisory->cvss_count);
    add_list(to, " references=", advisory->references, advisory->reference_count);
    add_date(to, "published=", advisory->published);
    add_date(to, "modified=", advisory->modified);
    buf_add_char(to, '\n');
    for (size_t i = 0; i < advisory->affected_count; i++)
        add_affected(to, &advisory->affected[i]);
    return buf_failed(to, "what was collected", err);
}

static int on_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                        struct error *err)
{
    struct buf *to = &((struct collector *)sink)->text;

    buf_addf(to, "KEV %.*s %.*s %.*s%s\n", VIEW_ARG(cve), VIEW_ARG(kev->date_added),
             VIEW_ARG(kev->due_date), kev->ransomware ? " ransomware" : "");
    return buf_failed(to, "what was collected", err);
}

static int on_score(struct import_sink *sink, struct view cve, double score, double percentile,
                    struct error *err)
{
    struct buf *to = &((struct collector *)sink)->text;

    buf_addf(to, "EPSS %.*s %.5f %.5f\n", VIEW_ARG(cve), score, percentile);
    return buf_failed(to, "what was collected", err);
}

void collector_init(struct collector *collector)
{
    *collector = (struct collector){
        .sink = {on_advisory, on_exploited, on_score, NULL, {0}},
        .text = BUF_INIT(COLLECT_LIMIT),
    };
}

void collector_done(struct collector *collector)
{
    buf_done(&collector->text);
}

/* Behind the records: what the tally says, where it says something. */
static void add_tally(struct collector *collector)
{
    const struct import_tally *tally = &collector->sink.tally;

    if (tally->unusable)
        buf_addf(&collector->text, "unusable %llu\n", (unsigned long long)tally->unusable);
    if (tally->broken)
        buf_addf(&collector->text, "broken %llu\n", (unsigned long long)tally->broken);
    for (size_t i = 0; i < tally->unknown_name_count; i++)
        buf_addf(&collector->text, "unknown %s %llu\n", tally->unknown_names[i].name,
                 (unsigned long long)tally->unknown_names[i].count);
    for (size_t i = 0; i < tally->problem_count; i++)
        buf_addf(&collector->text, "problem %s\n", tally->problems[i]);
}

static bool matches(const char *got, const char *want)
{
    size_t len = strlen(want);

    if (len >= 4 && strcmp(want + len - 4, "...\n") == 0)
        return strncmp(got, want, len - 4) == 0;
    return strcmp(got, want) == 0;
}

void check_import(const struct importer *importer, const char *name, struct view input,
                  struct view companion, const char *want)
{
    struct import_input in = {view_of(name), input, companion};
    struct collector collector;
    struct error err = ERROR_INIT;

    collector_init(&collector);
    if (importer->run(&in, &collector.sink, &err) < 0)
        fail_msg("%s: %s", name, err.message);
    add_tally(&collector);
    if (!matches(buf_cstr(&collector.text), want))
        fail_msg("%s\ngot:\n%swant:\n%s", name, buf_cstr(&collector.text), want);
    collector_done(&collector);
}

void check_import_fails(const struct importer *importer, const char *name, struct view input,
                        const char *want)
{
    struct import_input in = {view_of(name), input, VIEW_EMPTY};
    struct collector collector;
    struct error err = ERROR_INIT;

    collector_init(&collector);
    assert_true(importer->run(&in, &collector.sink, &err) < 0);
    if (!strstr(err.message, want))
        fail_msg("%s\ngot:  %s\nwant: %s", name, err.message, want);
    assert_true(error_is_set(&err));
    collector_done(&collector);
}

bool read_feed(const char *path, struct buf *to)
{
    const char *shared = getenv("PLIMSOLL_SHARED"), *root = getenv("PLIMSOLL_SOURCE_ROOT");
    char full[4096];
    struct error err = ERROR_INIT;

    if (shared)
        snprintf(full, sizeof(full), "%s/feeds/%s", shared, path);
    else
        snprintf(full, sizeof(full), "%s/../shared/feeds/%s", root ? root : ".", path);
    if (fd_read_file(full, to, &err) == 0)
        return true;
    printf("skipped: %s is not there\n", full);
    return false;
}
