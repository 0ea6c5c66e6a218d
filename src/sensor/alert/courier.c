#include "sensor/alert/courier.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "net/retry.h"
#include "sensor/alert/rotating-file.h"
#include "sensor/alert/spool.h"

enum { SECOND_MS = 1000 };

static const struct retry_policy waits = {
    .attempts = UINT32_MAX,
    .first_ms = COURIER_WAIT_FIRST,
    .longest_ms = COURIER_WAIT_LIMIT,
    .asked_limit_ms = COURIER_ASKED_LIMIT,
};

struct courier {
    const struct carrier_kind *kind;
    void *carrier;
    size_t batch_count;
    struct spool *spool;
    struct rotating_file *parked;
    pthread_t thread;

    struct buf payload;

    pthread_mutex_t lock; /* over all below */
    pthread_cond_t wake;
    bool news, closing, ended;
    struct error failure;

    _Atomic uint64_t sent, retried, parked_count, lost;

    /* The thread's own. */
    struct spool_batch batch;
    unsigned failures, refusals, patience;
    size_t singles; /* so many records go one by one, since a batch was refused */
    uint64_t synced_at;
};

/* ---- Waiting ---- */

/* Until there is news (`for_news`), the end, or the time is over. -1: no such time. */
static void wait_for(struct courier *courier, int64_t milliseconds, bool for_news)
{
    uint64_t until = clock_now_ns() + (uint64_t)milliseconds * 1000000;
    struct timespec deadline = {(time_t)(until / 1000000000), (long)(until % 1000000000)};
    int result = 0;

    pthread_mutex_lock(&courier->lock);
    while (!courier->closing && !(for_news && courier->news) && result == 0)
        result = milliseconds < 0
                     ? pthread_cond_wait(&courier->wake, &courier->lock)
                     : pthread_cond_timedwait(&courier->wake, &courier->lock, &deadline);
    courier->news = false;
    pthread_mutex_unlock(&courier->lock);
}

static bool is_closing(struct courier *courier)
{
    bool closing;

    pthread_mutex_lock(&courier->lock);
    closing = courier->closing;
    pthread_mutex_unlock(&courier->lock);
    return closing;
}

static void sync_if(struct courier *courier, bool now)
{
    uint64_t time = clock_now_ns();

    if (!now && time - courier->synced_at < (uint64_t)SECOND_MS * 1000000)
        return;
    spool_sync(courier->spool);
    courier->synced_at = time;
}

static void back_off(struct courier *courier, int64_t asked_seconds)
{
    uint32_t chance = 0;
    int64_t wait;

    if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
        chance = (uint32_t)clock_now_ns();
    if (asked_seconds > COURIER_ASKED_LIMIT / SECOND_MS)
        asked_seconds = COURIER_ASKED_LIMIT / SECOND_MS;
    if (courier->failures < UINT32_MAX - 1)
        courier->failures++;
    wait = retry_delay_ms(&waits, courier->failures, asked_seconds, chance);
    atomic_fetch_add(&courier->retried, 1);
    sync_if(courier, true);
    wait_for(courier, wait, false);
}

/* ---- What comes of a delivery ---- */

static void set_failure(struct courier *courier, const struct error *failure)
{
    pthread_mutex_lock(&courier->lock);
    courier->failure = *failure;
    pthread_mutex_unlock(&courier->lock);
}

static void take_done(struct courier *courier, size_t count)
{
    if (count == 0)
        return;
    spool_acknowledge(courier->spool, count);
    atomic_fetch_add(&courier->sent, count);
    courier->singles -= count < courier->singles ? count : courier->singles;
    courier->failures = courier->refusals = 0;
    courier->patience = COURIER_REFUSALS;
}

static void park(struct courier *courier, struct view payload)
{
    _cleanup_(buf_done) struct buf line = BUF_INIT(SPOOL_RECORD_LIMIT + 1);

    buf_add(&line, payload);
    buf_add_char(&line, '\n');
    if (!line.failed && rotating_file_write(courier->parked, buf_view(&line), NULL) == 0)
        atomic_fetch_add(&courier->parked_count, 1);
    else
        atomic_fetch_add(&courier->lost, 1);
    spool_acknowledge(courier->spool, 1);
    courier->singles -= courier->singles > 0;
    courier->refusals = 0;
    courier->patience = 1;
}

/* `rest` of the batch did not arrive, and the peer does not want it, or one of it. */
static void refused(struct courier *courier, size_t done, const struct delivery_result *result)
{
    size_t rest = courier->batch.count - done;

    if (rest > 1) {
        courier->singles = rest;
        return;
    }
    if (++courier->refusals >= courier->patience)
        park(courier, courier->batch.payloads[done]);
    else
        back_off(courier, result->pause_seconds);
}

/* False when it is no use to go on now. */
static bool deliver_batch(struct courier *courier)
{
    struct delivery_result result = {0, -1};
    struct error err = ERROR_INIT;
    enum delivery delivery = courier->kind->deliver(courier->carrier, courier->batch.payloads,
                                                    courier->batch.count, &result, &err);

    if (delivery == DELIVERY_DONE)
        result.done = courier->batch.count;
    take_done(courier, result.done);
    set_failure(courier, &err);
    if (delivery == DELIVERY_DONE)
        return true;
    if (is_closing(courier))
        return false;
    if (delivery == DELIVERY_REFUSED)
        refused(courier, result.done, &result);
    else
        back_off(courier, result.pause_seconds);
    return true;
}

static void rest(struct courier *courier)
{
    struct spool_counts counts = spool_counts(courier->spool);
    bool tending = courier->kind->tend && courier->kind->tend(courier->carrier);

    if (counts.waiting)
        sync_if(courier, false);
    wait_for(courier, tending || counts.waiting ? SECOND_MS : -1, true);
}

static void *run(void *context)
{
    struct courier *courier = context;

    for (;;) {
        size_t count = courier->singles ? 1 : courier->batch_count;

        spool_peek(courier->spool, count, COURIER_BATCH_BYTES, &courier->batch);
        if (courier->batch.count == 0) {
            if (is_closing(courier))
                break;
            rest(courier);
            continue;
        }
        sync_if(courier, false);
        if (!deliver_batch(courier))
            break;
    }
    spool_sync(courier->spool);
    pthread_mutex_lock(&courier->lock);
    courier->ended = true;
    pthread_cond_broadcast(&courier->wake);
    pthread_mutex_unlock(&courier->lock);
    return NULL;
}

/* ---- Opening and closing ---- */

static int open_files(struct courier *courier, struct view scheme, struct view identity,
                      const struct sink_options *options, struct error *err)
{
    unsigned long long hash = hash_stable(identity);
    _cleanup_free_ char *directory = NULL, *parked = NULL;

    if (!options->spool_directory) {
        error_set(err, ERROR_USAGE, "a sink that can be down needs a spool directory");
        return ERROR_USAGE;
    }
    if (asprintf(&directory, "%s/%.*s-%016llx", options->spool_directory, VIEW_ARG(scheme), hash) <
        0) {
        directory = NULL;
        return error_memory(err);
    }
    if (asprintf(&parked, "%s/parked", directory) < 0) {
        parked = NULL;
        return error_memory(err);
    }
    if (spool_open(directory, options->spool_limit ? options->spool_limit : SINK_SPOOL_LIMIT,
                   &courier->spool, err) < 0)
        return err ? err->kind : ERROR_IO;
    return rotating_file_open(parked, COURIER_PARKED_LIMIT, 1, &courier->parked, err);
}

/* The program's own thread takes the signals; SIGPIPE of a peer that is gone is none. */
static int start(struct courier *courier, struct error *err)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&courier->thread, NULL, run, courier);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return error_set(err, ERROR_MEMORY, "cannot start a thread");
    return 0;
}

static void free_courier(struct courier *courier)
{
    courier->kind->close(courier->carrier);
    spool_close(courier->spool);
    rotating_file_close(courier->parked);
    spool_batch_done(&courier->batch);
    buf_done(&courier->payload);
    pthread_cond_destroy(&courier->wake);
    pthread_mutex_destroy(&courier->lock);
    free(courier);
}

int courier_new(const struct carrier_kind *kind, void *carrier, struct view scheme,
                struct view identity, size_t batch, const struct sink_options *options,
                struct courier **ret, struct error *err)
{
    struct courier *courier = calloc(1, sizeof(*courier));
    pthread_condattr_t attributes;

    if (!courier) {
        kind->close(carrier);
        return error_memory(err);
    }
    courier->kind = kind;
    courier->carrier = carrier;
    courier->batch_count = batch;
    courier->patience = COURIER_REFUSALS;
    courier->payload = BUF_INIT(SPOOL_RECORD_LIMIT);
    courier->batch = SPOOL_BATCH_INIT;
    pthread_mutex_init(&courier->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&courier->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (open_files(courier, scheme, identity, options, err) < 0 || start(courier, err) < 0) {
        free_courier(courier);
        return err ? err->kind : ERROR_IO;
    }
    *ret = courier;
    return 0;
}

/* True when the thread ended by itself in time. */
static bool wait_for_end(struct courier *courier)
{
    uint64_t until = clock_now_ns() + (uint64_t)SINK_CLOSE_MILLISECONDS * 1000000;
    struct timespec deadline = {(time_t)(until / 1000000000), (long)(until % 1000000000)};
    bool ended;
    int result = 0;

    pthread_mutex_lock(&courier->lock);
    courier->closing = true;
    pthread_cond_broadcast(&courier->wake);
    while (!courier->ended && result == 0)
        result = pthread_cond_timedwait(&courier->wake, &courier->lock, &deadline);
    ended = courier->ended;
    pthread_mutex_unlock(&courier->lock);
    return ended;
}

void courier_close(void *of)
{
    struct courier *courier = of;

    if (!wait_for_end(courier))
        courier->kind->interrupt(courier->carrier);
    pthread_join(courier->thread, NULL);
    free_courier(courier);
}

/* ---- For the thread that sends ---- */

int courier_send(void *of, const struct alert *alert, struct error *err)
{
    struct courier *courier = of;

    buf_reset(&courier->payload);
    courier->kind->format(courier->carrier, alert, &courier->payload);
    if (buf_failed(&courier->payload, "an alert", err) < 0 ||
        spool_add(courier->spool, buf_view(&courier->payload), err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    pthread_mutex_lock(&courier->lock);
    courier->news = true;
    pthread_cond_broadcast(&courier->wake);
    pthread_mutex_unlock(&courier->lock);
    return 0;
}

void courier_counts(void *of, struct sink_counts *ret)
{
    struct courier *courier = of;
    struct spool_counts spool = spool_counts(courier->spool);

    ret->sent = atomic_load(&courier->sent);
    ret->retried = atomic_load(&courier->retried);
    ret->parked = atomic_load(&courier->parked_count);
    ret->lost += atomic_load(&courier->lost) + spool.lost;
    ret->spooled = spool.waiting;
    ret->in_memory = spool.in_memory;
    ret->spool_bytes = spool.bytes;
}

bool courier_failure(void *of, struct error *ret)
{
    struct courier *courier = of;

    pthread_mutex_lock(&courier->lock);
    *ret = courier->failure;
    pthread_mutex_unlock(&courier->lock);
    return error_is_set(ret);
}
