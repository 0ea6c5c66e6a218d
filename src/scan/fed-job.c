#include "scan/fed-job.h"

#include "sandbox/sandbox.h"

static int tell_death(struct fed_job *job, const char *note, const struct error *why,
                      struct error *err)
{
    struct error told = *why;

    error_wrap(&told, "reading this file ended the worker; it was left out");
    return job->died(job->ctx, view_of(note), &told, err);
}

/* `fed` and `feeding`: how the feed ended; `r` and `working`: how the worker did. */
static int settle(struct fed_job *job, int fed, const struct error *feeding, int r,
                  const struct error *working, const char *note, bool *ret_again, struct error *err)
{
    if (r < 0 && (fed == 0 || feeding->kind == ERROR_CRASH)) {
        *ret_again = deadly_files_add(&job->deadly, r, note, FED_JOB_DEATHS_LIMIT, job->arena);
        if (*ret_again)
            return tell_death(job, note, working, err);
        if (err)
            *err = *working;
        return r;
    }
    if (fed < 0 && err)
        *err = *feeding;
    return fed;
}

static int run_once(struct fed_job *job, struct view request, bool *ret_again, struct error *err)
{
    _cleanup_(feed_free_p) struct feed *feed = NULL;
    _cleanup_(buf_done) struct buf answer = BUF_INIT(job->op->reply_limit + 1);
    char note[SANDBOX_NOTE_LIMIT];
    struct error feeding = ERROR_INIT, working = ERROR_INIT;
    struct sandbox_job *running;
    int fed, r = feed_new(&feed, err);

    if (r == 0)
        r = sandbox_job_start(job->sandbox, job->op->name, request, feed_fds(feed), FEED_FDS, 0,
                              &running, err);
    if (r < 0)
        return r;
    job->deadly.active = job->deadly.count;
    fed = job->feed(job->ctx, feed, &feeding);
    if (fed == 0)
        fed = feed_finish(feed, &feeding);
    if (fed < 0 && feeding.kind != ERROR_CRASH)
        sandbox_job_cancel(running);
    r = sandbox_job_finish_noted(running, &answer, note, &working);
    r = settle(job, fed, &feeding, r, &working, note, ret_again, err);
    return r < 0 || *ret_again ? r : job->take(job->ctx, buf_view(&answer), err);
}

int fed_job_run(struct fed_job *job, struct view request, struct error *err)
{
    bool again;
    int r;

    do {
        again = false;
        r = run_once(job, request, &again, err);
    } while (r == 0 && again);
    return r;
}

bool fed_job_leaves_out(const struct fed_job *job, struct view path)
{
    return deadly_files_hold(&job->deadly, path);
}
