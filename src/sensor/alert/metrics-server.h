/* Metrics over HTTP, for Prometheus: GET /metrics. GET /healthz says "ok" to probes.
 *
 * It has no thread: the descriptor is readable when there is something to do, and
 * metrics_server_run() does it, calling `collect` where the counts live, without
 * locks. Clients that are slow or silent hold nobody up: at most METRICS_CLIENTS, each
 * for METRICS_SECONDS. There is neither TLS nor a password; the address should be one
 * that only the scraper reaches.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/alert/metrics.h"

enum { METRICS_CLIENTS = 16, METRICS_SECONDS = 10 };

struct metrics_server;

/* "PORT", ":PORT" and "localhost:PORT" (127.0.0.1), "10.0.0.5:PORT", "[::1]:PORT", "NAME:PORT"
 * (the first address it has; this may ask a name server); port 0: some free one. ERROR_USAGE:
 * no such address; else why it can't be served at. */
int metrics_server_open(const char *address, metrics_collect *collect, void *context,
                        struct metrics_server **ret, struct error *err);
void metrics_server_free(struct metrics_server *server);
DEFINE_CLEANUP(struct metrics_server, metrics_server_free)

int metrics_server_fd(const struct metrics_server *server);
unsigned metrics_server_port(const struct metrics_server *server);
/* Milliseconds after which to call metrics_server_run() in any case; -1: no need. */
int metrics_server_timeout(const struct metrics_server *server);
/* Never blocks. */
void metrics_server_run(struct metrics_server *server);
