/* A connection to a log server: TCP, perhaps with TLS (1.2 and later, the server's
 * certificate and name always verified).
 *
 * Each call waits CONNECTION_SECONDS at most, and ends at once when `stop`, an eventfd,
 * becomes readable. One thread. SIGPIPE must be blocked.
 */
#pragma once

#include <openssl/ssl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum { CONNECTION_SECONDS = 10 };

struct connection;

struct connection_options {
    const char *host, *port;
    SSL_CTX *tls; /* NULL: plain */
    int stop;
};

int connection_open(const struct connection_options *options, struct connection **ret,
                    struct error *err);
void connection_free(struct connection *connection);
DEFINE_CLEANUP(struct connection, connection_free)

/* Writes all, and waits until the peer's machine has confirmed all of it. (That its program
 * reads it, too, no protocol of syslog says.) */
int connection_write(struct connection *connection, struct view bytes, struct error *err);
/* False when the peer hung up. What it says is read and dropped. */
bool connection_is_open(struct connection *connection, struct error *err);

/* A context that verifies servers. NULL files: the system's CAs, no certificate of ours. */
int connection_tls_new(const char *ca_file, const char *certificate_file, const char *key_file,
                       SSL_CTX **ret, struct error *err);
