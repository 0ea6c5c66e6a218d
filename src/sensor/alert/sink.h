/* Sinks: where alerts go. One const descriptor each (terminal, json lines,
 * file with rotation, syslog, webhook), chosen by an address:
 *
 *     stdout            text on a terminal, JSON lines in a pipe (or --format)
 *     file:/PATH[?size=100M&keep=5]
 *     syslog:           the local socket;  syslog+tcp://HOST[:514], syslog+udp://...,
 *                       syslog+tls://HOST[:6514]?ca=FILE&cert=FILE&key=FILE   (RFC 5424, 6587, 5425)
 *     https://...       webhook: POST of one JSON object, or of an array (?batch=N);
 *                       a secret header comes from a file (?header-file=FILE), never from the
 *                       command line
 *
 * Sinks that can be down (all but stdout and file) write to a spool on disk first
 * (alert/spool.h) and are emptied from it by a thread of their own, in order, with
 * retries that back off; so no alert is lost while a sink is down or the sensor is
 * restarted, within the spool's limit, past which the oldest go, counted.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/alert/alert.h"

struct sink;

struct sink_options {
    enum { SINK_AUTO, SINK_TEXT, SINK_JSON } format; /* of stdout and files */
    bool colour;
    const char *spool_directory; /* NULL: sinks that can be down are refused */
    uint64_t spool_limit;        /* bytes for each sink; 0: SINK_SPOOL_LIMIT */
};

enum { SINK_SPOOL_LIMIT = 64 << 20 };

/* ERROR_USAGE says what is wrong with the address. */
int sink_open(const char *address, const struct sink_options *options, struct sink **ret,
              struct error *err);
void sink_close(struct sink *sink); /* waits shortly for what can go out */
DEFINE_CLEANUP(struct sink, sink_close)

/* Never blocks longer than a write to a local file; what goes wrong later is in
 * the counts. */
int sink_send(struct sink *sink, const struct alert *alert, struct error *err);
/* Opens files again (after logrotate). */
void sink_reopen(struct sink *sink);

struct sink_counts {
    uint64_t sent, retried, spooled, lost;
    uint64_t spool_bytes;
};
struct sink_counts sink_counts(const struct sink *sink);
/* The address without secrets, for people and metrics. */
const char *sink_name(const struct sink *sink);
