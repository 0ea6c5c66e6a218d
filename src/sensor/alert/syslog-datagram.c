/* Syslog in datagrams: the local socket, and UDP (RFC 5426). */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "sensor/alert/syslog-carrier.h"

enum { WAIT_MS = 10000 }; /* for a local reader that does not read */

static void datagram_close(void *of)
{
    struct syslog_carrier *carrier = of;

    if (carrier->fd >= 0)
        close(carrier->fd);
    syslog_carrier_done(carrier);
    free(carrier);
}

static int connect_kind(struct syslog_carrier *carrier, int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_close_ int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

    if (strlen(carrier->host) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, carrier->host, strlen(carrier->host));
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return -1;
    carrier->fd = take_fd(&fd);
    carrier->in_stream = type == SOCK_STREAM;
    return 0;
}

static int connect_local(struct syslog_carrier *carrier, struct error *err)
{
    if (connect_kind(carrier, SOCK_DGRAM) == 0 ||
        (errno == EPROTOTYPE && connect_kind(carrier, SOCK_STREAM) == 0))
        return 0;
    return error_errno(err, "cannot connect to %s", carrier->host);
}

static int connect_udp(struct syslog_carrier *carrier, struct error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *all;
    int failed = getaddrinfo(carrier->host, carrier->port, &hints, &all);

    if (failed)
        return error_set(err, ERROR_NETWORK, "%s: %s", carrier->host, gai_strerror(failed));
    for (struct addrinfo *one = all; one && carrier->fd < 0; one = one->ai_next) {
        carrier->fd = socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (carrier->fd >= 0 && connect(carrier->fd, one->ai_addr, one->ai_addrlen) < 0) {
            close(carrier->fd);
            carrier->fd = -1;
        }
    }
    if (carrier->fd < 0)
        error_errno(err, "cannot send to %s", carrier->host);
    freeaddrinfo(all);
    return carrier->fd < 0 ? ERROR_NETWORK : 0;
}

/* 0 when it may be tried again now. */
static int wait_writable(const struct syslog_carrier *carrier, struct error *err)
{
    struct pollfd fds[] = {{carrier->stop, POLLIN, 0}, {carrier->fd, POLLOUT, 0}};

    if (poll(fds, 2, WAIT_MS) > 0 && !fds[0].revents)
        return 0;
    return error_set(err, ERROR_TIMEOUT, "%s takes nothing", carrier->host);
}

static int send_one(const struct syslog_carrier *carrier, struct view payload, struct error *err)
{
    while (payload.len) {
        ssize_t n = send(carrier->fd, payload.ptr, payload.len, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
            if (wait_writable(carrier, err) < 0)
                return ERROR_TIMEOUT;
            continue;
        }
        if (n < 0 && errno == EMSGSIZE)
            return error_set(err, ERROR_LIMIT, "%s: a message of %zu bytes is too large",
                             carrier->host, payload.len);
        if (n < 0)
            return error_errno(err, "cannot send to %s", carrier->host);
        payload = view_sub(payload, (size_t)n, payload.len);
    }
    return 0;
}

static enum delivery datagram_deliver(void *of, const struct view *payloads, size_t count,
                                      struct delivery_result *ret, struct error *err)
{
    struct syslog_carrier *carrier = of;

    if (carrier->fd < 0 &&
        (carrier->port ? connect_udp(carrier, err) : connect_local(carrier, err)) < 0)
        return DELIVERY_AGAIN;
    for (; ret->done < count; ret->done++) {
        int result = send_one(carrier, payloads[ret->done], err);

        /* In a stream, messages end with a NUL, as syslog(3) has it. */
        if (result == 0 && carrier->in_stream)
            result = send_one(carrier, VIEW("\0"), err);
        if (result == ERROR_LIMIT)
            return DELIVERY_REFUSED;
        if (result < 0) {
            close(carrier->fd);
            carrier->fd = -1;
            return DELIVERY_AGAIN;
        }
    }
    return DELIVERY_DONE;
}

const struct carrier_kind syslog_datagram = {.close = datagram_close,
                                             .format = syslog_carrier_format,
                                             .deliver = datagram_deliver,
                                             .interrupt = syslog_carrier_interrupt};
