/* What both carriers of syslog have: where to, and how a message looks. */
#pragma once

#include "sensor/alert/connection.h"
#include "sensor/alert/courier.h"
#include "sensor/alert/spool-queue.h"
#include "sensor/alert/syslog-message.h"

struct syslog_carrier {
    char *host, *port; /* a local socket's path, and NULL */
    struct syslog_format format;
    int stop; /* an eventfd; readable: end */
    /* Datagrams. */
    int fd;
    bool in_stream; /* a local socket that is a stream */
    /* Streams. */
    SSL_CTX *tls;
    struct connection *connection;
    struct spool_queue recent; /* sent a short while ago; `sequence` is when */
};

static inline void syslog_carrier_init(struct syslog_carrier *carrier)
{
    carrier->stop = carrier->fd = -1;
}

void syslog_carrier_done(struct syslog_carrier *carrier);
void syslog_carrier_interrupt(void *carrier);
void syslog_carrier_format(const void *carrier, const struct alert *alert, struct buf *to);

extern const struct carrier_kind syslog_datagram, syslog_stream;
