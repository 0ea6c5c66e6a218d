#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/cli/cmd-db.h"
#include "cmd/cli/storage.h"
#include "cmd/cli/update-summary.h"
#include "cmd/line/interrupt.h"
#include "cmd/line/output.h"
#include "cmd/line/progress.h"
#include "scan/scan.h"

enum { SUMMARY_LIMIT = 64 << 10 };

static void show_stage(void *ctx, const struct vulndb_update_progress *at)
{
    static const char *const names[] = {
        [UPDATE_WAITING] = TR_KEY("Waiting for another update"),
        [UPDATE_FETCHING] = TR_KEY("Fetching advisories"),
        [UPDATE_IMPORTING] = TR_KEY("Reading advisories"),
        [UPDATE_WRITING] = TR_KEY("Writing the database"),
    };
    /* Inputs are counted, but only bytes are shown as an amount. */
    uint64_t bytes = at->stage == UPDATE_FETCHING ? at->done : 0;

    progress_set(ctx, tr(names[at->stage]), bytes, 0);
}

/* What an update or import needs while it runs. */
struct job {
    struct invocation *invocation;
    struct vulndb_update_options options;
    struct sandbox *sandbox;
    struct http_client *http;
    struct progress *progress;
};

static void job_done(struct job *job)
{
    progress_stop(job->progress);
    http_client_free(job->http);
    sandbox_stop(job->sandbox);
}

static int start_http(struct job *job, struct error *err)
{
    const struct settings *s = settings_of(job->invocation);
    const struct http_options options = {
        .ca_file = s->ca_cert,
        .insecure_tls = s->insecure,
        .insecure_http = s->plain_http,
        .user_agent = "plimsoll/" PLIMSOLL_VERSION,
    };

    return s->offline ? 0 : http_client_new(&options, &job->http, err);
}

static int start(struct job *job, struct error *err)
{
    struct invocation *invocation = job->invocation;
    const struct settings *s = settings_of(invocation);
    int result = scan_sandbox_start(NULL, &job->sandbox, err);

    if (result < 0)
        return result;
    interrupt_install();
    if (!s->general.quiet && !s->general.no_progress)
        job->progress = progress_start(environment_width(invocation->env, STDERR_FILENO));
    job->options = (struct vulndb_update_options){
        .db_path = storage_database(invocation),
        .download_dir =
            arena_cstr(invocation->arena, arena_printf(invocation->arena, "%s/downloads",
                                                       storage_cache_dir(invocation))),
        .sandbox = job->sandbox,
        .jobs = s->jobs == OPTION_UNSET ? 0 : (size_t)s->jobs,
        .partial = s->partial,
        .progress = show_stage,
        .ctx = job->progress,
    };
    return 0;
}

/* Tells what was done, and frees the report. */
static int finish(struct job *job, int result, struct vulndb_update_report *report,
                  struct error *err)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *owned = report;
    _cleanup_(buf_done) struct buf text = BUF_INIT(SUMMARY_LIMIT);

    progress_stop(job->progress);
    job->progress = NULL;
    if (owned)
        update_summary_warn(owned);
    if (result < 0)
        return result;
    if (owned && !general_of(job->invocation)->quiet)
        update_summary_write(owned, job->options.db_path, &text);
    return output_write(NULL, buf_view(&text), err);
}

static int read_sources(const struct settings *s, struct source_list **ret, struct error *err)
{
    return s->sources ? source_list_read(s->sources, s->mirror, ret, err)
                      : source_list_default(s->mirror, ret, err);
}

static int run_update(struct invocation *invocation, struct error *err)
{
    _cleanup_(job_done) struct job job = {.invocation = invocation};
    _cleanup_(source_list_free_p) struct source_list *sources = NULL;
    struct vulndb_update_report *report = NULL;
    int result = read_sources(settings_of(invocation), &sources, err);

    if (result == 0)
        result = start(&job, err);
    if (result == 0)
        result = start_http(&job, err);
    if (result < 0)
        return result;
    job.options.http = job.http;
    result = vulndb_update(sources, &job.options, &report, err);
    return finish(&job, result, report, err);
}

static int run_import(struct invocation *invocation, struct error *err)
{
    _cleanup_(job_done) struct job job = {.invocation = invocation};
    struct vulndb_update_report *report = NULL;
    int result = start(&job, err);

    if (result < 0)
        return result;
    result =
        vulndb_import(invocation->operands, invocation->operand_count, &job.options, &report, err);
    return finish(&job, result, report, err);
}

static const char *const update_description[] = {
    TR_KEY("Fetches every source of the list, reads them in confined processes, and puts the new "
           "database in place of the old one. Downloads that a server says are unchanged are not "
           "fetched again. When a source fails the old database stays, unless --partial is given."),
    NULL,
};

static const struct command_example update_examples[] = {
    {"plimsoll db update", TR_KEY("from the public sources")},
    {"plimsoll db update --mirror https://mirror.example/advisories",
     TR_KEY("from a mirror inside the site")},
    {NULL, NULL},
};

static const struct option_group *const update_options[] = {
    &options_update, &options_import, &options_database, &options_general, NULL};

const struct command command_db_update = {
    .name = "update",
    .parent = &command_db,
    .summary = TR_KEY("fetch the advisories and make the database anew"),
    .description = update_description,
    .examples = update_examples,
    .options = update_options,
    .run = run_update,
};

static const char *const import_description[] = {
    TR_KEY("Makes the database anew from files and directories. Each file is recognised by its "
           "content: OSV zips and records, Alpine secdb, the Debian security tracker, OVAL, CISA "
           "KEV, EPSS, and the package lists of apt. A single file that plimsoll db export wrote "
           "is checked and put in place."),
    NULL,
};

static const struct command_example import_examples[] = {
    {"plimsoll db import feeds/ /var/lib/apt/lists",
     TR_KEY("a directory of downloads, and the package lists of this machine")},
    {"plimsoll db import advisories.db", TR_KEY("a database from another machine")},
    {NULL, NULL},
};

static const struct option_group *const import_options[] = {&options_import, &options_database,
                                                            &options_general, NULL};

const struct command command_db_import = {
    .name = "import",
    .parent = &command_db,
    .operands = "PATH...",
    .operand_min = 1,
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("make the database anew from files and directories"),
    .description = import_description,
    .examples = import_examples,
    .options = import_options,
    .run = run_import,
};
