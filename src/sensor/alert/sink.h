/* Sinks: where alerts go. One const descriptor each, chosen by an address:
 *
 *     stdout            text on a terminal, JSON lines elsewhere; stdout?format=text|json
 *     file:/PATH        JSON lines; ?size=100M&keep=5&format=text|json
 *     syslog:[/SOCKET]  the local socket, as syslog(3) writes to it (?rfc=5424 for that form)
 *     syslog+udp://HOST[:514], syslog+tcp://HOST[:514], syslog+tls://HOST[:6514]
 *                       RFC 5424 over 5426, 6587 (counted octets), 5425;
 *                       ?facility=daemon&format=json|text&max=8192, of TLS
 * ?ca=FILE&cert=FILE&key=FILE https://...       webhook: POST of one JSON object, or of an array
 * (?batch=N); a secret header comes from a file (?header-file=FILE), never from the command line;
 * ?ca=FILE; http:// is for this machine only, or with ?plain-http=yes
 *     @FILE             the address is the first line of this file, since some webhooks have
 *                       their secret in the path
 *
 * docs/formats/alerts.md is the manual of these. Sinks that can be down (all but
 * stdout and file) write to a spool on disk first (alert/spool.h) and are emptied
 * from it by a thread of their own, in order, with retries that back off; so no alert is lost
 * while a sink is down or the sensor is restarted, within the spool's limit,
 * past which the oldest go, counted. An alert may come twice (after a crash, or when an
 * answer was lost): it has the same id then.
 *
 * What a peer refuses for good (4xx but 401, 404, 407, 408, 410, 425, 429) is tried a few times,
 * then parked: written to the file `parked` beside the spool, and counted.
 *
 * sink_send(), sink_reopen() and sink_close() by one thread, sink_counts() by any.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/alert/alert.h"

struct sink;

struct sink_options {
    enum { SINK_AUTO, SINK_TEXT, SINK_JSON } format; /* of stdout and files, unless they say */
    bool colour;                                     /* of text on stdout */
    bool stdout_waits; /* a slow reader of stdout holds the sender up, as in a replay; else alerts
                          are lost, counted, after the first SINK_STDOUT_MILLISECONDS, until it
                          reads again */
    const char *spool_directory; /* NULL: sinks that can be down are refused */
    uint64_t spool_limit;        /* bytes for each sink; 0: SINK_SPOOL_LIMIT */
};

enum {
    SINK_SPOOL_LIMIT = 64 << 20,
    SINK_FILE_LIMIT = 100 << 20, /* bytes, then a file is rotated */
    SINK_FILE_KEEP = 5,
    SINK_CLOSE_MILLISECONDS = 2000,
    SINK_STDOUT_MILLISECONDS = 1000,
};

/* ERROR_USAGE says what is wrong with the address. */
int sink_open(const char *address, const struct sink_options *options, struct sink **ret,
              struct error *err);
void sink_close(struct sink *sink); /* waits SINK_CLOSE_MILLISECONDS for what can go out */
DEFINE_CLEANUP(struct sink, sink_close)

/* Never blocks longer than a write to a local file, or SINK_STDOUT_MILLISECONDS; what goes
 * wrong later is in the counts. On failure the alert is counted as lost. */
int sink_send(struct sink *sink, const struct alert *alert, struct error *err);
/* Opens files again (after logrotate). */
int sink_reopen(struct sink *sink, struct error *err);

struct sink_counts {
    uint64_t sent;    /* alerts that the peer took, or that are written */
    uint64_t retried; /* attempts that failed and are made again */
    uint64_t spooled; /* alerts that wait: on disk, or in memory when the disk fails */
    uint64_t parked;  /* alerts that the peer refused */
    uint64_t lost;    /* alerts that were dropped: the spool was full, or damaged */
    uint64_t spool_bytes;
    uint64_t in_memory; /* alerts of `spooled` that a crash would lose: the disk fails */
};
struct sink_counts sink_counts(const struct sink *sink);
/* The last failure of the peer, for people; false: there is none since it last took one. */
bool sink_failure(const struct sink *sink, struct error *ret);
/* The address without secrets, for people and metrics. */
const char *sink_name(const struct sink *sink);
