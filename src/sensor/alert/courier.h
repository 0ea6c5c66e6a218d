/* A courier: the thread between a spool and a peer that can be down.
 *
 * courier_send() formats an alert and adds it to the spool; the thread takes the oldest
 * ones and has the carrier deliver them, waits longer after each failure (up to
 * COURIER_WAIT_LIMIT, with chance in it), and parks what is refused for good. Records
 * are brought to the disk itself before each wait and once a second.
 */
#pragma once

#include "sensor/alert/sink-address.h"
#include "sensor/alert/sink.h"

enum {
    COURIER_WAIT_FIRST = 500, /* milliseconds after the first failure */
    COURIER_WAIT_LIMIT = 60000,
    COURIER_ASKED_LIMIT = 3600000, /* the longest wait that a peer may ask for */
    COURIER_REFUSALS = 5,          /* then a record is parked, and the next ones at once,
                                      until one is taken */
    COURIER_BATCH_BYTES = 512 << 10,
    COURIER_PARKED_LIMIT = 8 << 20, /* bytes of the file of parked records, and its last */
};

enum delivery {
    DELIVERY_DONE,
    DELIVERY_AGAIN,   /* the peer is down, slow, or says so */
    DELIVERY_REFUSED, /* the peer does not want these */
};

struct delivery_result {
    size_t done;           /* the first so many arrived, whatever came of the rest */
    int64_t pause_seconds; /* that the peer asks for; -1 */
};

/* How to talk to a kind of peer. */
struct carrier_kind {
    void (*close)(void *carrier);
    /* By the thread that sends alerts, while the other one delivers: reads settings only. */
    void (*format)(const void *carrier, const struct alert *alert, struct buf *to);
    /* `count` payloads, in order. */
    enum delivery (*deliver)(void *carrier, const struct view *payloads, size_t count,
                             struct delivery_result *ret, struct error *err);
    /* While there is nothing to deliver, each second: false when that is of no use until the
     * next delivery. NULL: never. */
    bool (*tend)(void *carrier);
    /* Any thread: what is under way, and all to come, ends soon. */
    void (*interrupt)(void *carrier);
};

struct courier;

/* Takes over `carrier`, on failure too. `identity` names the peer, for the spool's directory
 * below options->spool_directory. */
int courier_new(const struct carrier_kind *kind, void *carrier, struct view scheme,
                struct view identity, size_t batch, const struct sink_options *options,
                struct courier **ret, struct error *err);

/* For const struct sink_kind. */
void courier_close(void *courier);
int courier_send(void *courier, const struct alert *alert, struct error *err);
void courier_counts(void *courier, struct sink_counts *ret);
bool courier_failure(void *courier, struct error *ret);
