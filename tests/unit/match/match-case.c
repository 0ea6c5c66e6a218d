#include "test.h"

#include "base/arena.h"
#include "match-case.h"

enum { ARENA_LIMIT = 16 << 20 };

static size_t read_names(const char *const names[static CASE_NAMES],
                         struct view to[static CASE_NAMES])
{
    size_t count = 0;

    while (count < CASE_NAMES && names[count]) {
        to[count] = view_of(names[count]);
        count++;
    }
    return count;
}

void match_record_add(struct vulndb_builder *builder, const struct match_record *record)
{
    struct view upstream[CASE_NAMES], aliases[CASE_NAMES], cvss = view_of(record->cvss);
    struct advisory_range range = {.fixed = view_of(record->fixed)};
    struct advisory_affected affected = {
        .ecosystem = view_of(record->ecosystem),
        .package = view_of(record->package),
        .status = record->status,
        .flags =
            (record->binary ? 0 : AFFECTED_BY_SOURCE) | (record->pending ? AFFECTED_PENDING : 0),
        .severity = record->severity,
        .severity_source = view_of(record->severity ? "vendor" : NULL),
        .cvss = view_of(record->package_cvss),
        .arch = view_of(record->arch),
        .module = view_of(record->module),
        .ranges = &range,
        .range_count = 1,
    };
    struct advisory advisory = {
        .id = view_of(record->id),
        .source = view_of(record->source ? record->source : "osv"),
        .aliases = aliases,
        .alias_count = read_names(record->aliases, aliases),
        .upstream = upstream,
        .upstream_count = read_names(record->upstream, upstream),
        .title = view_of(record->title),
        .cvss = &cvss,
        .cvss_count = cvss.len ? 1 : 0,
        .severity = record->record_severity,
        .affected = &affected,
        .affected_count = 1,
    };
    struct error err = ERROR_INIT;

    if (vulndb_builder_add(builder, &advisory, &err) < 0)
        fail_msg("%s", err.message);
}

struct package match_package_of(const struct match_package *package)
{
    return (struct package){
        .type = package->type ? package->type : PACKAGE_DEB,
        .name = view_of(package->name),
        .version = view_of(package->version),
        .source_name = view_of(package->source ? package->source : package->name),
        .source_version =
            view_of(package->source_version ? package->source_version : package->version),
        .arch = view_of(package->arch),
        .modularity = view_of(package->modularity),
        .vendor = view_of(package->vendor),
        .db_path = view_of(package->path ? package->path : "var/lib/dpkg/status"),
        .layer = package->layer,
    };
}

static bool is_foreign(const struct package *package, const struct os_info *os)
{
    (void)os;
    return view_eq(package->vendor, VIEW("elsewhere"));
}

void match_run(struct match_run *run, const struct match_case *c)
{
    struct os_info os = {
        .id = view_of(c->os), .version_id = view_of(c->release), .ubuntu_pro = c->pro};
    struct match_options options = {.is_foreign = is_foreign,
                                    .kernel_everywhere = c->kernel_everywhere};
    struct error err = ERROR_INIT;
    size_t count = 0;

    *run = (struct match_run){.arena = arena_new(ARENA_LIMIT)};
    database_sample_begin(&run->database, NULL, 0);
    for (size_t i = 0; i < CASE_RECORDS && c->records[i].id; i++)
        match_record_add(run->database.builder, &c->records[i]);
    database_sample_open(&run->database);
    while (count < CASE_PACKAGES && c->packages[count].name) {
        run->packages[count] = match_package_of(&c->packages[count]);
        count++;
    }
    if (match_packages(&os, run->packages, count, run->database.reader, &options, run->arena,
                       &run->result, &err) < 0)
        fail_msg("%s: %s", c->name, err.message);
}

void match_run_done(struct match_run *run)
{
    database_sample_done(&run->database);
    arena_free(run->arena);
}
