/* Sinks that speak syslog: what their addresses mean. The carriers are in
 * syslog-datagram.c and syslog-stream.c. */
#include "sensor/alert/syslog-carrier.h"

#include <stdlib.h>
#include <sys/eventfd.h>

#include "sensor/alert/courier.h"
#include "sensor/alert/sink-kind.h"

enum { SYSLOG_BATCH = 256, IDENTITY_LIMIT = 1024, FACILITY_DAEMON = 3 };

struct syslog_way {
    const char *scheme;
    const char *port;
    bool local, tls;
    size_t limit; /* bytes of a message that can be asked for */
    const struct carrier_kind *carrier;
};

void syslog_carrier_done(struct syslog_carrier *carrier)
{
    free(carrier->host);
    free(carrier->port);
    if (carrier->stop >= 0)
        close(carrier->stop);
}

void syslog_carrier_interrupt(void *carrier)
{
    uint64_t one = 1;

    if (write(((struct syslog_carrier *)carrier)->stop, &one, sizeof(one)) < 0)
        return; /* it is set already */
}

void syslog_carrier_format(const void *carrier, const struct alert *alert, struct buf *to)
{
    syslog_message_write(&((const struct syslog_carrier *)carrier)->format, alert, to);
}

static int no_host(const struct syslog_way *way, struct error *err)
{
    error_set(err, ERROR_USAGE, "%s: needs a host", way->scheme);
    error_hint(err, "write it as %s://HOST:PORT, an IPv6 address in brackets", way->scheme);
    return ERROR_USAGE;
}

/* "//HOST", "//HOST:PORT", "//[ADDRESS]:PORT" */
static int parse_host(const struct syslog_way *way, const struct sink_address *address,
                      struct syslog_carrier *to, struct error *err)
{
    struct view host = view_strip_prefix(address->place, VIEW("//")), port;
    uint64_t number;

    if (sink_address_refuse_user(address, err) < 0) {
        error_hint(err, "with syslog+tls a certificate says who we are: ?cert=FILE&key=FILE");
        return ERROR_USAGE;
    }
    host = view_strip_suffix(host, VIEW("/"));
    if (view_starts(host, VIEW("["))) {
        port = view_sub(host, 1, host.len);
        host = view_cut(&port, ']');
        if (port.len && !view_starts(port, VIEW(":")))
            return no_host(way, err);
        port = view_sub(port, 1, port.len);
    } else {
        port = host;
        host = view_cut(&port, ':');
    }
    if (port.len == 0)
        port = view_of(way->port);
    if (host.len == 0 || memchr(host.ptr, '/', host.len) || !view_to_u64(port, &number) ||
        number == 0 || number > UINT16_MAX)
        return no_host(way, err);
    to->host = strndup(host.ptr, host.len);
    to->port = strndup(port.ptr, port.len);
    return to->host && to->port ? 0 : error_memory(err);
}

/* "", or "/PATH" */
static int parse_socket(struct view place, struct syslog_carrier *to, struct error *err)
{
    if (place.len && place.ptr[0] != '/')
        return error_set(err, ERROR_USAGE, "syslog: needs the path of a socket, or nothing");
    to->host = place.len ? strndup(place.ptr, place.len) : strdup("/dev/log");
    return to->host ? 0 : error_memory(err);
}

static int read_format(const struct syslog_way *way, struct sink_address *address,
                       const struct sink_options *options, struct syslog_format *to,
                       struct error *err)
{
    static const char *const forms[] = {"3164", "5424", NULL};
    struct sink_options preferred = *options;
    uint64_t limit = SYSLOG_MESSAGE_LEAST;
    int form = !way->local;

    /* The options' format is for people's eyes, this one is for a log server. */
    preferred.format = SINK_AUTO;
    to->facility = FACILITY_DAEMON;
    if (sink_take_format(address, &preferred, !way->local, &to->json, err) < 0 ||
        sink_address_take_word(address, VIEW("facility"), syslog_facilities, &to->facility, err) <
            0 ||
        sink_address_take_number(address, VIEW("max"), SYSLOG_MESSAGE_LEAST, way->limit, &limit,
                                 err) < 0 ||
        (way->local && sink_address_take_word(address, VIEW("rfc"), forms, &form, err) < 0))
        return ERROR_USAGE;
    to->local = form == 0;
    to->limit = limit;
    to->pid = (unsigned)getpid();
    return 0;
}

static int read_tls(struct sink_address *address, struct syslog_carrier *to, struct error *err)
{
    _cleanup_free_ char *ca = NULL, *certificate = NULL, *key = NULL;

    if (sink_address_take_path(address, VIEW("ca"), &ca, err) < 0 ||
        sink_address_take_path(address, VIEW("cert"), &certificate, err) < 0 ||
        sink_address_take_path(address, VIEW("key"), &key, err) < 0)
        return ERROR_USAGE;
    return connection_tls_new(ca, certificate, key, &to->tls, err);
}

static int read_address(const struct syslog_way *way, struct sink_address *address,
                        const struct sink_options *options, struct syslog_carrier *to,
                        struct error *err)
{
    to->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (to->stop < 0)
        return error_errno(err, "cannot make an eventfd");
    if ((way->local ? parse_socket(address->place, to, err) : parse_host(way, address, to, err)) <
            0 ||
        read_format(way, address, options, &to->format, err) < 0 ||
        (way->tls && read_tls(address, to, err) < 0) || sink_address_finish(address, err) < 0)
        return err->kind;
    return 0;
}

static int open_way(const struct syslog_way *way, struct sink_address *address,
                    const struct sink_options *options, void **ret, struct buf *name,
                    struct error *err)
{
    struct syslog_carrier *carrier = calloc(1, sizeof(*carrier));
    struct error local = ERROR_INIT;
    struct courier *courier;

    if (!carrier)
        return error_memory(err);
    syslog_carrier_init(carrier);
    if (read_address(way, address, options, carrier, &local) < 0) {
        way->carrier->close(carrier);
        if (err)
            *err = local;
        return local.kind;
    }
    buf_addf(name, "%s:%s%s%s%s", way->scheme, way->local ? "" : "//", carrier->host,
             way->local ? "" : ":", way->local ? "" : carrier->port);
    if (courier_new(way->carrier, carrier, view_of(way->scheme), buf_view(name), SYSLOG_BATCH,
                    options, &courier, err) < 0)
        return err ? err->kind : ERROR_IO;
    *ret = courier;
    return 0;
}

#define SYSLOG_SINK(symbol, way_scheme, ...)                                                       \
    static int symbol##_open(struct sink_address *address, const struct sink_options *options,     \
                             void **ret, struct buf *name, struct error *err)                      \
    {                                                                                              \
        static const struct syslog_way way = {.scheme = way_scheme, __VA_ARGS__};                  \
                                                                                                   \
        return open_way(&way, address, options, ret, name, err);                                   \
    }                                                                                              \
    const struct sink_kind symbol = {.scheme = way_scheme,                                         \
                                     .open = symbol##_open,                                        \
                                     .close = courier_close,                                       \
                                     .send = courier_send,                                         \
                                     .counts = courier_counts,                                     \
                                     .failure = courier_failure}

SYSLOG_SINK(sink_syslog, "syslog", .local = true, .limit = SYSLOG_MESSAGE_LIMIT,
            .carrier = &syslog_datagram);
SYSLOG_SINK(sink_syslog_udp, "syslog+udp", .port = "514", .limit = SYSLOG_DATAGRAM_LIMIT,
            .carrier = &syslog_datagram);
SYSLOG_SINK(sink_syslog_tcp, "syslog+tcp", .port = "514", .limit = SYSLOG_MESSAGE_LIMIT,
            .carrier = &syslog_stream);
SYSLOG_SINK(sink_syslog_tls, "syslog+tls", .port = "6514", .tls = true,
            .limit = SYSLOG_MESSAGE_LIMIT, .carrier = &syslog_stream);
