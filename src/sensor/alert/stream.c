#include "sensor/alert/stream.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/clock.h"

enum {
    CONFIRM_FIRST_MS = 1, /* between looks at what is not confirmed yet; doubles */
    CONFIRM_LONGEST_MS = 50,
    REFUSAL_MS = 1000, /* in which a server says that it does not like our certificate */
};

struct stream {
    int fd, stop;
    SSL *tls;          /* NULL: plain */
    uint64_t deadline; /* of the call that runs, clock_now_ns() */
};

static void start_clock(struct stream *stream)
{
    stream->deadline = clock_now_ns() + (uint64_t)STREAM_SECONDS * 1000000000;
}

static int left_ms(const struct stream *stream)
{
    uint64_t now = clock_now_ns();

    return now >= stream->deadline ? 0 : (int)((stream->deadline - now) / 1000000) + 1;
}

/* Waits for `events`, or with 0 for the time alone. */
static int wait_for(struct stream *stream, short events, int milliseconds, struct error *err)
{
    struct pollfd fds[] = {{stream->stop, POLLIN, 0}, {events ? stream->fd : -1, events, 0}};
    int left = left_ms(stream), ready;

    ready = poll(fds, 2, milliseconds < left ? milliseconds : left);
    if (fds[0].revents)
        return error_set(err, ERROR_CANCELLED, "cancelled");
    if (ready == 0 && left_ms(stream) == 0)
        return error_set(err, ERROR_TIMEOUT, "no answer in %d seconds", STREAM_SECONDS);
    return 0;
}

static int wait_events(struct stream *stream, short events, struct error *err)
{
    return wait_for(stream, events, STREAM_SECONDS * 1000, err);
}

/* ---- TLS ---- */

static int explain_tls(struct stream *stream, struct error *err)
{
    long verdict = SSL_get_verify_result(stream->tls);
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    if (verdict != X509_V_OK) {
        error_set(err, ERROR_DENIED, "its certificate is not trusted: %s",
                  X509_verify_cert_error_string(verdict));
        error_hint(err, "name the CA that signed it with ?ca=FILE");
        return ERROR_DENIED;
    }
    return error_set(err, ERROR_NETWORK, "no TLS connection: %s",
                     reason ? reason : "the peer hung up");
}

/* After a call that did not succeed: 0 to call it again. */
static int wait_tls(struct stream *stream, int result, struct error *err)
{
    switch (SSL_get_error(stream->tls, result)) {
    case SSL_ERROR_WANT_READ:
        return wait_events(stream, POLLIN, err);
    case SSL_ERROR_WANT_WRITE:
        return wait_events(stream, POLLOUT, err);
    default:
        return explain_tls(stream, err);
    }
}

static int set_name(struct stream *stream, const char *host)
{
    X509_VERIFY_PARAM *verify = SSL_get0_param(stream->tls);

    if (X509_VERIFY_PARAM_set1_ip_asc(verify, host) == 1)
        return 1;
    SSL_set_hostflags(stream->tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(stream->tls, host) == 1 &&
           SSL_set_tlsext_host_name(stream->tls, host) == 1;
}

/* With TLS 1.3 a server judges our certificate after the handshake: what it says first
 * (a ticket, or an alert) tells. */
static int wait_for_refusal(struct stream *stream, struct error *err)
{
    if (SSL_version(stream->tls) < TLS1_3_VERSION || !SSL_get_certificate(stream->tls))
        return 0;
    if (wait_for(stream, POLLIN, REFUSAL_MS, err) < 0)
        return err ? err->kind : ERROR_NETWORK;
    return stream_is_open(stream, err) ? 0 : ERROR_NETWORK;
}

static int start_tls(struct stream *stream, SSL_CTX *context, const char *host, struct error *err)
{
    int result;

    ERR_clear_error();
    stream->tls = SSL_new(context);
    if (!stream->tls || SSL_set_fd(stream->tls, stream->fd) != 1 || !set_name(stream, host))
        return error_memory(err);
    while ((result = SSL_connect(stream->tls)) != 1)
        if (wait_tls(stream, result, err) < 0)
            return err ? err->kind : ERROR_NETWORK;
    return wait_for_refusal(stream, err);
}

/* ---- Connecting ---- */

static int connect_to(struct stream *stream, const struct addrinfo *address, struct error *err)
{
    socklen_t size = sizeof(int);
    int failed = 0, on = 1;

    stream->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (stream->fd < 0)
        return error_errno(err, "cannot make a socket");
    setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(stream->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    if (connect(stream->fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno == EINPROGRESS) {
        if (wait_events(stream, POLLOUT, err) < 0)
            return err ? err->kind : ERROR_NETWORK;
        if (getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &failed, &size) == 0 && failed == 0)
            return 0;
        errno = failed;
    }
    error_errno(err, "cannot connect");
    return ERROR_NETWORK;
}

static int connect_any(struct stream *stream, const struct stream_options *options,
                       struct error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all, *one;
    int failed = getaddrinfo(options->host, options->port, &hints, &all), result = ERROR_NETWORK;

    if (failed)
        return error_set(err, ERROR_NETWORK, "%s", gai_strerror(failed));
    for (one = all; one && result < 0; one = one->ai_next) {
        start_clock(stream);
        result = connect_to(stream, one, err);
        if (result < 0 && stream->fd >= 0) {
            close(stream->fd);
            stream->fd = -1;
        }
        if (result == ERROR_CANCELLED)
            break;
    }
    freeaddrinfo(all);
    return result;
}

int stream_connect(const struct stream_options *options, struct stream **ret, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = calloc(1, sizeof(*stream));

    if (!stream)
        return error_memory(err);
    stream->fd = -1;
    stream->stop = options->stop;
    if (connect_any(stream, options, err) < 0 ||
        (options->tls && start_tls(stream, options->tls, options->host, err) < 0))
        return err ? err->kind : ERROR_NETWORK;
    *ret = take_ptr(&stream);
    return 0;
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    if (stream->tls && SSL_is_init_finished(stream->tls))
        SSL_shutdown(stream->tls);
    SSL_free(stream->tls);
    ERR_clear_error();
    if (stream->fd >= 0)
        close(stream->fd);
    free(stream);
}

/* ---- Writing ---- */

/* Bytes written, 0 to try again, negative on failure. */
static ssize_t write_some(struct stream *stream, struct view bytes, struct error *err)
{
    size_t done;
    ssize_t n;

    if (stream->tls) {
        int result;

        ERR_clear_error();
        result = SSL_write_ex(stream->tls, bytes.ptr, bytes.len, &done);
        return result == 1 ? (ssize_t)done : wait_tls(stream, result, err);
    }
    n = send(stream->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    if (n >= 0)
        return n;
    if (errno == EAGAIN || errno == EINTR)
        return wait_events(stream, POLLOUT, err);
    error_errno(err, "the connection broke");
    return ERROR_NETWORK;
}

/* Until the peer's machine has confirmed all bytes. */
static int confirm(struct stream *stream, struct error *err)
{
    int wait = CONFIRM_FIRST_MS;

    for (;;) {
        int unconfirmed = 0;

        if (ioctl(stream->fd, SIOCOUTQ, &unconfirmed) < 0)
            return error_errno(err, "cannot see what is sent");
        if (!stream_is_open(stream, err))
            return ERROR_NETWORK;
        if (unconfirmed == 0)
            return 0;
        if (wait_for(stream, 0, wait, err) < 0)
            return err ? err->kind : ERROR_TIMEOUT;
        wait = 2 * wait < CONFIRM_LONGEST_MS ? 2 * wait : CONFIRM_LONGEST_MS;
    }
}

int stream_write(struct stream *stream, struct view bytes, struct error *err)
{
    start_clock(stream);
    while (bytes.len) {
        ssize_t n = write_some(stream, bytes, err);

        if (n < 0)
            return err ? err->kind : ERROR_NETWORK;
        if (n > 0)
            start_clock(stream);
        bytes = view_sub(bytes, (size_t)n, bytes.len);
    }
    return confirm(stream, err);
}

static bool hung_up(struct error *err)
{
    error_set(err, ERROR_NETWORK, "the peer hung up");
    return false;
}

static bool is_tls_open(struct stream *stream, struct error *err)
{
    char dropped[1024];
    size_t done;
    int result;

    ERR_clear_error();
    while ((result = SSL_read_ex(stream->tls, dropped, sizeof(dropped), &done)) == 1)
        ;
    switch (SSL_get_error(stream->tls, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return true;
    case SSL_ERROR_SSL:
        explain_tls(stream, err);
        return false;
    default:
        return hung_up(err);
    }
}

bool stream_is_open(struct stream *stream, struct error *err)
{
    char dropped[1024];
    ssize_t n;

    if (stream->tls)
        return is_tls_open(stream, err);
    while ((n = recv(stream->fd, dropped, sizeof(dropped), MSG_DONTWAIT)) > 0)
        ;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? true : hung_up(err);
}
