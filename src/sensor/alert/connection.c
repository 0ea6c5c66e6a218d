#include "sensor/alert/connection.h"

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

struct connection {
    int fd, stop;
    SSL *tls;          /* NULL: plain */
    uint64_t deadline; /* of the call that runs, clock_now_ns() */
};

static void start_clock(struct connection *connection)
{
    connection->deadline = clock_now_ns() + (uint64_t)CONNECTION_SECONDS * 1000000000;
}

static int left_ms(const struct connection *connection)
{
    uint64_t now = clock_now_ns();

    return now >= connection->deadline ? 0 : (int)((connection->deadline - now) / 1000000) + 1;
}

/* Waits for `events`, or with 0 for the time alone. */
static int wait_for(struct connection *connection, short events, int milliseconds,
                    struct error *err)
{
    struct pollfd fds[] = {{connection->stop, POLLIN, 0},
                           {events ? connection->fd : -1, events, 0}};
    int left = left_ms(connection), ready;

    ready = poll(fds, 2, milliseconds < left ? milliseconds : left);
    if (fds[0].revents)
        return error_set(err, ERROR_CANCELLED, "cancelled");
    if (ready == 0 && left_ms(connection) == 0)
        return error_set(err, ERROR_TIMEOUT, "no answer in %d seconds", CONNECTION_SECONDS);
    return 0;
}

static int wait_events(struct connection *connection, short events, struct error *err)
{
    return wait_for(connection, events, CONNECTION_SECONDS * 1000, err);
}

/* ---- TLS ---- */

static int explain_tls(struct connection *connection, struct error *err)
{
    long verdict = SSL_get_verify_result(connection->tls);
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
static int wait_tls(struct connection *connection, int result, struct error *err)
{
    switch (SSL_get_error(connection->tls, result)) {
    case SSL_ERROR_WANT_READ:
        return wait_events(connection, POLLIN, err);
    case SSL_ERROR_WANT_WRITE:
        return wait_events(connection, POLLOUT, err);
    default:
        return explain_tls(connection, err);
    }
}

static int set_name(struct connection *connection, const char *host)
{
    X509_VERIFY_PARAM *verify = SSL_get0_param(connection->tls);

    if (X509_VERIFY_PARAM_set1_ip_asc(verify, host) == 1)
        return 1;
    SSL_set_hostflags(connection->tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(connection->tls, host) == 1 &&
           SSL_set_tlsext_host_name(connection->tls, host) == 1;
}

/* With TLS 1.3 a server judges our certificate after the handshake: what it says first
 * (a ticket, or an alert) tells. */
static int wait_for_refusal(struct connection *connection, struct error *err)
{
    if (SSL_version(connection->tls) < TLS1_3_VERSION || !SSL_get_certificate(connection->tls))
        return 0;
    if (wait_for(connection, POLLIN, REFUSAL_MS, err) < 0)
        return err ? err->kind : ERROR_NETWORK;
    return connection_is_open(connection, err) ? 0 : ERROR_NETWORK;
}

static int start_tls(struct connection *connection, SSL_CTX *context, const char *host,
                     struct error *err)
{
    int result;

    ERR_clear_error();
    connection->tls = SSL_new(context);
    if (!connection->tls || SSL_set_fd(connection->tls, connection->fd) != 1 ||
        !set_name(connection, host))
        return error_memory(err);
    while ((result = SSL_connect(connection->tls)) != 1)
        if (wait_tls(connection, result, err) < 0)
            return err ? err->kind : ERROR_NETWORK;
    return wait_for_refusal(connection, err);
}

/* ---- Connecting ---- */

static int connect_to(struct connection *connection, const struct addrinfo *address,
                      struct error *err)
{
    socklen_t size = sizeof(int);
    int failed = 0, on = 1;

    connection->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->fd < 0)
        return error_errno(err, "cannot make a socket");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(connection->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    if (connect(connection->fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno == EINPROGRESS) {
        if (wait_events(connection, POLLOUT, err) < 0)
            return err ? err->kind : ERROR_NETWORK;
        if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &failed, &size) == 0 && failed == 0)
            return 0;
        errno = failed;
    }
    error_errno(err, "cannot connect");
    return ERROR_NETWORK;
}

static int connect_any(struct connection *connection, const struct connection_options *options,
                       struct error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all, *one;
    int failed = getaddrinfo(options->host, options->port, &hints, &all), result = ERROR_NETWORK;

    if (failed)
        return error_set(err, ERROR_NETWORK, "%s", gai_strerror(failed));
    for (one = all; one && result < 0; one = one->ai_next) {
        start_clock(connection);
        result = connect_to(connection, one, err);
        if (result < 0 && connection->fd >= 0) {
            close(connection->fd);
            connection->fd = -1;
        }
        if (result == ERROR_CANCELLED)
            break;
    }
    freeaddrinfo(all);
    return result;
}

int connection_open(const struct connection_options *options, struct connection **ret,
                    struct error *err)
{
    _cleanup_(connection_free_p) struct connection *connection = calloc(1, sizeof(*connection));

    if (!connection)
        return error_memory(err);
    connection->fd = -1;
    connection->stop = options->stop;
    if (connect_any(connection, options, err) < 0 ||
        (options->tls && start_tls(connection, options->tls, options->host, err) < 0))
        return err ? err->kind : ERROR_NETWORK;
    *ret = take_ptr(&connection);
    return 0;
}

void connection_free(struct connection *connection)
{
    if (!connection)
        return;
    if (connection->tls && SSL_is_init_finished(connection->tls))
        SSL_shutdown(connection->tls);
    SSL_free(connection->tls);
    ERR_clear_error();
    if (connection->fd >= 0)
        close(connection->fd);
    free(connection);
}

/* ---- Writing ---- */

/* Bytes written, 0 to try again, negative on failure. */
static ssize_t write_some(struct connection *connection, struct view bytes, struct error *err)
{
    size_t done;
    ssize_t n;

    if (connection->tls) {
        int result;

        ERR_clear_error();
        result = SSL_write_ex(connection->tls, bytes.ptr, bytes.len, &done);
        return result == 1 ? (ssize_t)done : wait_tls(connection, result, err);
    }
    n = send(connection->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    if (n >= 0)
        return n;
    if (errno == EAGAIN || errno == EINTR)
        return wait_events(connection, POLLOUT, err);
    error_errno(err, "the connection broke");
    return ERROR_NETWORK;
}

/* Until the peer's machine has confirmed all bytes. */
static int confirm(struct connection *connection, struct error *err)
{
    int wait = CONFIRM_FIRST_MS;

    for (;;) {
        int unconfirmed = 0;

        if (ioctl(connection->fd, SIOCOUTQ, &unconfirmed) < 0)
            return error_errno(err, "cannot see what is sent");
        if (!connection_is_open(connection, err))
            return ERROR_NETWORK;
        if (unconfirmed == 0)
            return 0;
        if (wait_for(connection, 0, wait, err) < 0)
            return err ? err->kind : ERROR_TIMEOUT;
        wait = 2 * wait < CONFIRM_LONGEST_MS ? 2 * wait : CONFIRM_LONGEST_MS;
    }
}

int connection_write(struct connection *connection, struct view bytes, struct error *err)
{
    start_clock(connection);
    while (bytes.len) {
        ssize_t n = write_some(connection, bytes, err);

        if (n < 0)
            return err ? err->kind : ERROR_NETWORK;
        if (n > 0)
            start_clock(connection);
        bytes = view_sub(bytes, (size_t)n, bytes.len);
    }
    return confirm(connection, err);
}

static bool hung_up(struct error *err)
{
    error_set(err, ERROR_NETWORK, "the peer hung up");
    return false;
}

static bool is_tls_open(struct connection *connection, struct error *err)
{
    char dropped[1024];
    size_t done;
    int result;

    ERR_clear_error();
    while ((result = SSL_read_ex(connection->tls, dropped, sizeof(dropped), &done)) == 1)
        ;
    switch (SSL_get_error(connection->tls, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return true;
    case SSL_ERROR_SSL:
        explain_tls(connection, err);
        return false;
    default:
        return hung_up(err);
    }
}

bool connection_is_open(struct connection *connection, struct error *err)
{
    char dropped[1024];
    ssize_t n;

    if (connection->tls)
        return is_tls_open(connection, err);
    while ((n = recv(connection->fd, dropped, sizeof(dropped), MSG_DONTWAIT)) > 0)
        ;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? true : hung_up(err);
}
