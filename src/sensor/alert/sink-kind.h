/* A kind of sink, as sink.c knows it: one const descriptor. */
#pragma once

#include "sensor/alert/sink-address.h"
#include "sensor/alert/sink.h"

struct sink_kind {
    const char *scheme;
    /* Takes what it knows of the address. Leaves the sink's name in `name`. */
    int (*open)(struct sink_address *address, const struct sink_options *options, void **ret,
                struct buf *name, struct error *err);
    void (*close)(void *of);
    int (*send)(void *of, const struct alert *alert, struct error *err);
    int (*reopen)(void *of, struct error *err); /* NULL: nothing to open */
    /* NULL: sink.c counts. Any thread. */
    void (*counts)(void *of, struct sink_counts *ret);
    bool (*failure)(void *of, struct error *ret);
};

extern const struct sink_kind sink_stdout, sink_file;
/* alert/courier.h under all of these */
extern const struct sink_kind sink_syslog, sink_syslog_udp, sink_syslog_tcp, sink_syslog_tls,
    sink_https, sink_http;

/* The parameter "format" over what the options and the sink prefer. */
int sink_take_format(struct sink_address *address, const struct sink_options *options, bool json,
                     bool *ret_json, struct error *err);
