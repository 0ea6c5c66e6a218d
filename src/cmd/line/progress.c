#include "cmd/line/progress.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "cmd/line/interrupt.h"

struct progress {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping, shown;
    size_t width;
    uint64_t started_ns;
    const char *what;
    uint64_t done, total;
};

void progress_format(char to[static PROGRESS_LINE_LIMIT], size_t width, const char *what,
                     uint64_t done, uint64_t total, uint64_t seconds)
{
    char amount[96] = "", line[PROGRESS_LINE_LIMIT];
    struct view cut;

    if (total)
        snprintf(amount, sizeof(amount), tr("  %.1f of %.1f MB, %d %%"), (double)done / 1e6,
                 (double)total / 1e6,
                 done < total ? (int)((double)done * 100 / (double)total) : 100);
    else if (done)
        snprintf(amount, sizeof(amount), tr("  %.1f MB"), (double)done / 1e6);
    snprintf(line, sizeof(line), tr("%s%s  %llu s"), what, amount, (unsigned long long)seconds);
    cut = text_prefix(view_of(line), width > 1 ? width - 1 : 1);
    snprintf(to, PROGRESS_LINE_LIMIT, "%.*s", VIEW_ARG(cut));
}

/* With the lock held. */
static void show(struct progress *p)
{
    uint64_t elapsed_ns = clock_now_ns() - p->started_ns;
    char line[PROGRESS_LINE_LIMIT];

    if (!p->what || elapsed_ns < PROGRESS_DELAY_MS * 1000000ULL)
        return;
    progress_format(line, p->width, p->what, p->done, p->total, elapsed_ns / 1000000000ULL);
    p->shown = true;
    interrupt_set_line_shown(true);
    fprintf(stderr, "\r%s\x1b[K", line);
    fflush(stderr);
}

static struct timespec next_tick(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += PROGRESS_INTERVAL_MS * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_nsec -= 1000000000L;
        at.tv_sec++;
    }
    return at;
}

static void *tick(void *ctx)
{
    struct progress *p = ctx;

    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        struct timespec at = next_tick();

        pthread_cond_timedwait(&p->stop, &p->lock, &at);
        if (!p->stopping)
            show(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void init_lock(struct progress *p)
{
    pthread_condattr_t attributes;

    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&p->stop, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void done_lock(struct progress *p)
{
    pthread_cond_destroy(&p->stop);
    pthread_mutex_destroy(&p->lock);
}

struct progress *progress_start(size_t width)
{
    struct progress *p = width ? calloc(1, sizeof(*p)) : NULL;

    if (!p)
        return NULL;
    p->width = width;
    p->started_ns = clock_now_ns();
    init_lock(p);
    if (pthread_create(&p->thread, NULL, tick, p) == 0)
        return p;
    done_lock(p);
    free(p);
    return NULL;
}

void progress_set(struct progress *p, const char *what, uint64_t done, uint64_t total)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->what = what;
    p->done = done;
    p->total = total;
    pthread_mutex_unlock(&p->lock);
}

void progress_stop(struct progress *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_signal(&p->stop);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    if (p->shown) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
    }
    interrupt_set_line_shown(false);
    done_lock(p);
    free(p);
}
