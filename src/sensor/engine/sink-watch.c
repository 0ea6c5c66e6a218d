#include "sensor/engine/sink-watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

struct watched {
    const struct sink *sink;
    bool refuses;       /* the last alert was not taken */
    bool peer_fails;    /* alerts wait for the peer */
    bool disk_fails;    /* they wait in memory */
    uint64_t lost;      /* that was told */
    uint64_t lost_seen; /* when it was looked at last */
};

struct sink_watch {
    size_t count;
    struct watched sinks[];
};

int sink_watch_new(struct sink *const *sinks, size_t count, struct sink_watch **ret,
                   struct error *err)
{
    struct sink_watch *watch = calloc(1, sizeof(*watch) + count * sizeof(watch->sinks[0]));

    if (!watch)
        return error_memory(err);
    watch->count = count;
    for (size_t i = 0; i < count; i++)
        watch->sinks[i].sink = sinks[i];
    *ret = watch;
    return 0;
}

void sink_watch_free(struct sink_watch *watch)
{
    free(watch);
}

static void tell_again(struct watched *watched)
{
    uint64_t lost = sink_counts(watched->sink).lost;

    if (lost == watched->lost)
        log_info(tr("%s: takes alerts again, none was lost"), sink_name(watched->sink));
    else
        log_warning(tr("%s: takes alerts again, %llu were lost"), sink_name(watched->sink),
                    (unsigned long long)(lost - watched->lost));
    watched->lost = watched->lost_seen = lost;
}

/* The message without the sink's name, which those of webhooks begin with. */
static const char *reason(const struct sink *sink, const struct error *why)
{
    size_t length = strlen(sink_name(sink));
    const char *rest;

    if (strncmp(why->message, sink_name(sink), length) != 0)
        return why->message;
    rest = why->message + length;
    if (rest[0] == ':' && rest[1] == ' ')
        return rest + 2;
    return rest[0] == ' ' ? rest + 1 : why->message;
}

void sink_watch_sent(struct sink_watch *watch, size_t place, const struct error *why)
{
    struct watched *watched = &watch->sinks[place];

    if (why && !watched->refuses)
        log_error("%s: %s", sink_name(watched->sink), reason(watched->sink, why));
    else if (!why && watched->refuses)
        tell_again(watched);
    watched->refuses = why != NULL;
}

static void look_at_peer(struct watched *watched)
{
    struct error err = ERROR_INIT;
    bool fails = sink_failure(watched->sink, &err);

    if (fails && !watched->peer_fails)
        log_warning(tr("%s: %s; alerts wait for it"), sink_name(watched->sink),
                    reason(watched->sink, &err));
    else if (!fails && watched->peer_fails)
        tell_again(watched);
    watched->peer_fails = fails;
}

static void look_at_spool(struct watched *watched)
{
    struct sink_counts counts = sink_counts(watched->sink);
    bool fails = counts.in_memory > 0;

    if (fails && !watched->disk_fails)
        log_error(tr("%s: the spool can't be written (is the disk full?); alerts wait in memory"),
                  sink_name(watched->sink));
    else if (!fails && watched->disk_fails)
        log_info(tr("%s: the spool can be written again"), sink_name(watched->sink));
    watched->disk_fails = fails;
    /* Once for each time that the peer fails; all are counted when it is back. */
    if (watched->peer_fails && counts.lost > watched->lost && watched->lost_seen == watched->lost)
        log_warning(tr("%s: alerts are lost, the spool is full"), sink_name(watched->sink));
    if (watched->peer_fails)
        watched->lost_seen = counts.lost;
}

void sink_watch_look(struct sink_watch *watch)
{
    for (size_t i = 0; i < watch->count; i++) {
        look_at_peer(&watch->sinks[i]);
        look_at_spool(&watch->sinks[i]);
    }
}
