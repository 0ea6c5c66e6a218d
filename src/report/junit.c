#include "report/junit.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/headline.h"
#include "report/place.h"
#include "report/where.h"
#include "report/xml-text.h"

enum { TEXTS_LIMIT = 1 << 30 };

struct junit {
    const struct report *report;
    const struct report_options *options;
    struct arena *arena;
    struct buf *to;
};

/* ---- Elements ---- */

static void open_suite(struct junit *j, struct view name, size_t tests, size_t failures,
                       size_t errors)
{
    char stamp[CLOCK_STAMP_SIZE];

    buf_add_str(j->to, "  <testsuite");
    xml_add_attribute(j->to, "name", name);
    buf_addf(j->to, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\" time=\"0\"",
             tests, failures, errors);
    /* Without its zone, as the Jenkins schema has it. */
    clock_format(j->options->now, stamp);
    buf_addf(j->to, " timestamp=\"%.19s\">\n", stamp);
}

static void close_suite(struct junit *j)
{
    buf_add_str(j->to, "  </testsuite>\n");
}

static void add_property(struct junit *j, const char *name, struct view value)
{
    if (value.len == 0)
        return;
    buf_addf(j->to, "      <property name=\"%s\"", name);
    xml_add_attribute(j->to, "value", value);
    buf_add_str(j->to, "/>\n");
}

/* ---- Findings ---- */

/* "k8s-privileged: Deployment shop/web, app, line 12"; unique for a reader. */
static struct view case_name(struct junit *j, const struct finding *f)
{
    struct arena *arena = j->arena;
    struct view name = f->id;

    if (f->package)
        return arena_printf(arena, "%.*s: %.*s", VIEW_ARG(name), VIEW_ARG(f->package->name));
    if (f->resource.len)
        name = arena_printf(arena, "%.*s: %.*s", VIEW_ARG(name), VIEW_ARG(f->resource));
    if (f->part.len)
        name = arena_printf(arena, "%.*s, %.*s", VIEW_ARG(name), VIEW_ARG(f->part));
    if (f->location.line)
        name = arena_printf(arena, tr("%.*s, line %u"), VIEW_ARG(name), f->location.line);
    return name;
}

static void add_line(struct buf *to, struct view text)
{
    if (text.len == 0)
        return;
    xml_add_text(to, text);
    buf_add_char(to, '\n');
}

static void add_body(struct junit *j, const struct finding *f, struct view path)
{
    if (f->location.line)
        path = arena_printf(j->arena, "%.*s:%u", VIEW_ARG(path), f->location.line);
    add_line(j->to, path);
    add_line(j->to, f->description);
    add_line(j->to, headline_remedy(f, j->arena));
    for (size_t i = 0; i < f->reference_count; i++)
        add_line(j->to, f->references[i]);
}

static void add_case(struct junit *j, const struct finding *f)
{
    struct view path = where_path(j->report, j->options, f->location.path, j->arena);

    buf_add_str(j->to, "    <testcase");
    xml_add_attribute(j->to, "name", case_name(j, f));
    xml_add_attribute(j->to, "classname", f->kind);
    if (where_is_on_disk(j->report))
        xml_add_attribute(j->to, "file", path);
    buf_add_str(j->to, " time=\"0\">\n      <failure");
    xml_add_attribute(j->to, "type", view_of(severity_name(f->severity)));
    xml_add_attribute(j->to, "message", headline_make(f, j->arena));
    buf_add_char(j->to, '>');
    add_body(j, f, path);
    buf_add_str(j->to, "</failure>\n    </testcase>\n");
}

/* Of vulnerabilities, which are in the order of their packages, those of one
 * package; of others those of one file. */
static size_t suite_length(const struct places *places, size_t i)
{
    size_t end = i;

    if (!places->list[i]->package)
        return places_of_file(places, i);
    while (end < places->count && places->list[end]->package &&
           view_eq(places->list[end]->package->name, places->list[i]->package->name))
        end++;
    return end - i;
}

static struct view suite_name(struct junit *j, const struct finding *f)
{
    return f->package ? arena_printf(j->arena, "%.*s %.*s", VIEW_ARG(f->package->name),
                                     VIEW_ARG(f->package->version))
                      : where_path(j->report, j->options, f->location.path, j->arena);
}

static int add_findings(struct junit *j, enum finding_kind kind, struct error *err)
{
    struct places places = {0};
    int result = places_make(j->report, kind, j->arena, &places, err);

    for (size_t i = 0, count; result == 0 && i < places.count; i += count) {
        count = suite_length(&places, i);
        open_suite(j, suite_name(j, places.list[i]), count, count, 0);
        for (size_t k = i; k < i + count; k++)
            add_case(j, places.list[k]);
        close_suite(j);
    }
    return result;
}

/* ---- The scan itself ---- */

static size_t count_clean(const struct report *report)
{
    size_t clean = 0;

    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        clean += report_looks_for(report, (enum finding_kind)kind) &&
                 report_count(report, (enum finding_kind)kind) == 0;
    return clean;
}

static size_t count_errors(const struct report *report)
{
    size_t errors = 0;

    for (size_t i = 0; i < report->diagnostic_count; i++)
        errors += report->diagnostics[i].level == DIAGNOSTIC_ERROR;
    return errors;
}

static void add_properties(struct junit *j)
{
    const struct report *report = j->report;

    buf_add_str(j->to, "    <properties>\n");
    add_property(j, "plimsoll.version", view_of(j->options->version));
    add_property(j, "artifact.kind", report->artifact.kind);
    add_property(j, "artifact.name", report->artifact.name);
    add_property(j, "artifact.digest", report->artifact.digest);
    add_property(j, "files.examined",
                 arena_printf(j->arena, "%llu", (unsigned long long)report->files_examined));
    add_property(j, "checks.run",
                 arena_printf(j->arena, "%llu", (unsigned long long)report->checks_run));
    buf_add_str(j->to, "    </properties>\n");
}

static void add_passed(struct junit *j, enum finding_kind kind)
{
    buf_add_str(j->to, "    <testcase");
    xml_add_attribute(j->to, "name",
                      arena_printf(j->arena, tr("nothing found: %s"), finding_kind_name(kind)));
    xml_add_attribute(j->to, "classname", view_of(finding_kind_name(kind)));
    buf_add_str(j->to, " time=\"0\"/>\n");
}

static void add_error(struct junit *j, const struct diagnostic *d)
{
    buf_add_str(j->to, "    <testcase");
    xml_add_attribute(
        j->to, "name",
        d->path.len ? arena_printf(j->arena, "%.*s: %.*s", VIEW_ARG(d->code), VIEW_ARG(d->path))
                    : d->code);
    xml_add_attribute(j->to, "classname", VIEW("scan"));
    buf_add_str(j->to, " time=\"0\">\n      <error");
    xml_add_attribute(j->to, "type", d->code);
    xml_add_attribute(j->to, "message", d->message);
    buf_add_char(j->to, '>');
    add_line(j->to, d->hint);
    buf_add_str(j->to, "</error>\n    </testcase>\n");
}

/* A case for each kind that is clean, and for each part that could not be read. */
static void add_scan(struct junit *j)
{
    const struct report *report = j->report;
    size_t clean = count_clean(report), errors = count_errors(report);

    open_suite(j, report->artifact.name, clean + errors, 0, errors);
    add_properties(j);
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        if (report_looks_for(report, (enum finding_kind)kind) &&
            report_count(report, (enum finding_kind)kind) == 0)
            add_passed(j, (enum finding_kind)kind);
    for (size_t i = 0; i < report->diagnostic_count; i++)
        if (report->diagnostics[i].level == DIAGNOSTIC_ERROR)
            add_error(j, &report->diagnostics[i]);
    close_suite(j);
}

static double seconds_taken(const struct report *report)
{
    uint64_t ns = 0;

    for (size_t i = 0; i < report->timing_count; i++)
        ns += report->timing[i].ns;
    return (double)ns / 1e9;
}

int report_write_junit(const struct report *report, const struct report_options *options,
                       struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(TEXTS_LIMIT);
    struct junit j = {report, options, arena, to};
    size_t errors = count_errors(report);
    int result = 0;

    if (!arena)
        return error_memory(err);
    buf_addf(to,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<testsuites name=\"plimsoll\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
             "time=\"%.3f\">\n",
             report->finding_count + count_clean(report) + errors, report->finding_count, errors,
             seconds_taken(report));
    add_scan(&j);
    for (int kind = 0; kind < FINDING_KIND_COUNT && result == 0; kind++)
        result = add_findings(&j, (enum finding_kind)kind, err);
    buf_add_str(to, "</testsuites>\n");
    if (result == 0)
        result = arena_failed(arena, "the report", err);
    return result < 0 ? result : buf_failed(to, "the report", err);
}
