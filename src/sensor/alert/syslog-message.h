/* Messages of syslog.
 *
 * RFC 5424: "<PRI>1 TIME HOST plimsoll-sensor PID MSGID - MSG". Local sockets get
 * what syslog(3) writes, "<PRI>Mmm dd hh:mm:ss plimsoll-sensor[PID]: MSG", since
 * journald and rsyslog's imuxsock read no other form there. MSG is the alert as JSON,
 * or as text, on one line, without a byte order mark.
 */
#pragma once

#include "sensor/alert/alert.h"

enum {
    SYSLOG_MESSAGE_LEAST = 8192, /* bytes; what rsyslog takes unless it is told otherwise */
    SYSLOG_MESSAGE_LIMIT = ALERT_LINE_LIMIT,
    SYSLOG_DATAGRAM_LIMIT = 65000, /* of UDP */
    SYSLOG_FACILITIES = 24,
};

struct syslog_format {
    int facility; /* 0 .. 23, RFC 5424 table 1 */
    bool json, local;
    size_t limit; /* bytes of a message; a longer alert is cut, and stays valid JSON */
    unsigned pid;
};

/* Names in the order of their numbers, ended by NULL. */
extern const char *const syslog_facilities[SYSLOG_FACILITIES + 1];

void syslog_message_write(const struct syslog_format *format, const struct alert *alert,
                          struct buf *to);
