/* Syslog over TCP with counted octets (RFC 6587, section 3.4.1) and over TLS (RFC 5425).
 *
 * No answer says that a message was read. So what was sent in the last RECENT_SECONDS is kept,
 * and sent again when the connection breaks: a server that crashed may have had it in its
 * buffers. It may come twice, with the same id. */
#include <stdlib.h>

#include "base/clock.h"
#include "sensor/alert/syslog-carrier.h"

enum {
    RECENT_SECONDS = 5,
    RECENT_LIMIT = 1 << 20, /* bytes */
    FRAMES_LIMIT = 2 * COURIER_BATCH_BYTES + SYSLOG_MESSAGE_LIMIT + RECENT_LIMIT,
};

static void forget(struct syslog_carrier *carrier, bool all)
{
    uint64_t now = clock_now_ns();

    while (carrier->recent.count &&
           (all || carrier->recent.bytes > RECENT_LIMIT ||
            now - carrier->recent.first->sequence > (uint64_t)RECENT_SECONDS * 1000000000))
        spool_queue_drop(&carrier->recent);
}

static void hang_up(struct syslog_carrier *carrier)
{
    connection_free(carrier->connection);
    carrier->connection = NULL;
}

static void stream_carrier_close(void *of)
{
    struct syslog_carrier *carrier = of;

    hang_up(carrier);
    forget(carrier, true);
    SSL_CTX_free(carrier->tls);
    syslog_carrier_done(carrier);
    free(carrier);
}

static void add_frame(struct buf *frames, struct view message)
{
    buf_addf(frames, "%zu ", message.len);
    buf_add(frames, message);
}

/* A new connection, and over it again what was under way when the last one broke. */
static int call(struct syslog_carrier *carrier, struct error *err)
{
    struct connection_options options = {carrier->host, carrier->port, carrier->tls, carrier->stop};
    _cleanup_(buf_done) struct buf frames = BUF_INIT(FRAMES_LIMIT);
    int result = connection_open(&options, &carrier->connection, err);

    for (const struct queued_record *r = carrier->recent.first; r; r = r->next)
        add_frame(&frames, view_from(r->payload, r->length));
    if (result == 0 && frames.len)
        result = connection_write(carrier->connection, buf_view(&frames), err);
    if (result < 0)
        hang_up(carrier);
    else
        forget(carrier, true); /* once is enough: some servers hang up after each message */
    return result;
}

static void remember(struct syslog_carrier *carrier, const struct view *payloads, size_t count)
{
    uint64_t now = clock_now_ns();

    for (size_t i = 0; i < count; i++)
        spool_queue_add(&carrier->recent, now, payloads[i]);
    forget(carrier, false);
}

static int deliver(struct syslog_carrier *carrier, const struct view *payloads, size_t count,
                   struct error *err)
{
    _cleanup_(buf_done) struct buf frames = BUF_INIT(FRAMES_LIMIT);

    if (carrier->connection && !connection_is_open(carrier->connection, err))
        hang_up(carrier);
    if (!carrier->connection && call(carrier, err) < 0)
        return err->kind;
    for (size_t i = 0; i < count; i++)
        add_frame(&frames, payloads[i]);
    if (buf_failed(&frames, "messages", err) < 0)
        return err->kind;
    return connection_write(carrier->connection, buf_view(&frames), err);
}

static enum delivery stream_deliver(void *of, const struct view *payloads, size_t count,
                                    struct delivery_result *ret, struct error *err)
{
    struct syslog_carrier *carrier = of;

    (void)ret;
    /* Recent ones age only while the connection lives. */
    if (carrier->connection && connection_is_open(carrier->connection, err))
        forget(carrier, false);
    if (deliver(carrier, payloads, count, err) == 0) {
        *err = (struct error)ERROR_INIT;
        remember(carrier, payloads, count);
        return DELIVERY_DONE;
    }
    hang_up(carrier);
    error_wrap(err, "%s:%s", carrier->host, carrier->port);
    return DELIVERY_AGAIN;
}

static bool stream_tend(void *of)
{
    struct syslog_carrier *carrier = of;

    if (carrier->connection && connection_is_open(carrier->connection, NULL)) {
        forget(carrier, false);
    } else if (carrier->recent.count) {
        hang_up(carrier);
        call(carrier, NULL);
    }
    return carrier->recent.count > 0;
}

const struct carrier_kind syslog_stream = {.close = stream_carrier_close,
                                           .format = syslog_carrier_format,
                                           .deliver = stream_deliver,
                                           .tend = stream_tend,
                                           .interrupt = syslog_carrier_interrupt};
