#include "sensor/alert/metrics-server.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

struct metrics_server {
    struct MHD_Daemon *daemon;
    metrics_collect *collect;
    void *context;
};

enum { CLIENT_MEMORY = 16 << 10, HOST_SIZE = 256 };

struct page {
    unsigned status;
    const char *type;
    struct view text;
};

static enum MHD_Result answer(struct MHD_Connection *connection, const struct page *page)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        page->text.len, (void *)(uintptr_t)page->text.ptr, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->type);
    result = MHD_queue_response(connection, page->status, response);
    MHD_destroy_response(response);
    return result;
}

static const char plain[] = "text/plain; charset=utf-8";

static enum MHD_Result answer_metrics(struct metrics_server *server,
                                      struct MHD_Connection *connection)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(METRICS_PAGE_LIMIT);
    struct page page = {MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", VIEW_EMPTY};

    if (metrics_write(server->collect, server->context, &text, NULL) < 0)
        page = (struct page){MHD_HTTP_INTERNAL_SERVER_ERROR, plain, VIEW("no memory\n")};
    else
        page.text = buf_view(&text);
    return answer(connection, &page);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **seen)
{
    static const struct page pages[] = {
        {MHD_HTTP_METHOD_NOT_ALLOWED, plain, VIEW("only GET and HEAD\n")},
        {MHD_HTTP_NOT_FOUND, plain, VIEW("see /metrics and /healthz\n")},
        {MHD_HTTP_OK, plain, VIEW("ok\n")},
    };

    (void)version, (void)upload;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return answer(connection, &pages[0]);
    if (!*seen) {
        *seen = context; /* the headers are read; any body is dropped */
        return MHD_YES;
    }
    *upload_size = 0;
    if (strcmp(url, "/healthz") == 0)
        return answer(connection, &pages[2]); /* who serves is who reads events: it lives */
    if (strcmp(url, "/metrics") != 0)
        return answer(connection, &pages[1]);
    return answer_metrics(context, connection);
}

/* ---- The address ---- */

static int bad_address(const char *address, struct error *err)
{
    error_set(err, ERROR_USAGE, "no address to serve metrics at: %s", address);
    error_hint(err, "write it as 127.0.0.1:9765, [::1]:9765, localhost:9765, or a port");
    return ERROR_USAGE;
}

/* "PORT", "HOST:PORT" or "[HOST]:PORT"; an empty host is the loopback. */
static bool split_address(struct view text, struct view *ret_host, struct view *ret_port)
{
    ptrdiff_t colon = view_rfind(text, ':');
    struct view host = view_sub(text, 0, colon < 0 ? 0 : (size_t)colon);
    uint64_t port;

    *ret_port = view_sub(text, (size_t)(colon + 1), text.len);
    if (!view_to_u64(*ret_port, &port) || port > UINT16_MAX)
        return false;
    if (view_starts(host, VIEW("[")) && view_ends(host, VIEW("]")) && view_find(host, ':') >= 0)
        host = view_sub(host, 1, host.len - 2);
    else if (view_find(host, ':') >= 0 || view_find(host, '[') >= 0)
        return false;
    *ret_host = host;
    return host.len < HOST_SIZE;
}

/* The first address of a name. "localhost" is always that of IPv4, whatever is first in the
 * machine's list of hosts, as the loopback without a name is. */
static int find_address(const char *address, struct sockaddr_storage *ret, struct error *err)
{
    static const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct view host, port;
    char host_text[HOST_SIZE], port_text[8];
    struct addrinfo *found;
    int failed;

    if (!split_address(view_of(address), &host, &port) || port.len >= sizeof(port_text))
        return bad_address(address, err);
    if (host.len == 0 || view_eq_nocase(host, VIEW("localhost")))
        host = VIEW("127.0.0.1");
    snprintf(host_text, sizeof(host_text), "%.*s", VIEW_ARG(host));
    snprintf(port_text, sizeof(port_text), "%.*s", VIEW_ARG(port));
    failed = getaddrinfo(host_text, port_text, &wanted, &found);
    if (failed == EAI_NONAME)
        return bad_address(address, err);
    if (failed)
        return error_set(err, ERROR_NETWORK, "cannot serve metrics at %s: %s", address,
                         gai_strerror(failed));
    *ret = (struct sockaddr_storage){0};
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return 0;
}

/* "[::]" means all addresses, those of IPv4, too. */
static bool is_any_v6(const struct sockaddr_storage *place)
{
    return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)place)->sin6_addr);
}

static int start(struct metrics_server *server, const char *address, struct error *err)
{
    struct sockaddr_storage place;
    unsigned flags = MHD_USE_EPOLL;

    int r = find_address(address, &place, err);

    if (r < 0)
        return r;
    if (place.ss_family == AF_INET6)
        flags |= is_any_v6(&place) ? MHD_USE_DUAL_STACK : MHD_USE_IPv6;
    errno = 0;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&place,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)METRICS_CLIENTS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)METRICS_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CLIENT_MEMORY,
        MHD_OPTION_END);
    if (!server->daemon)
        return error_errno(err, "cannot serve metrics at %s", address);
    return 0;
}

int metrics_server_open(const char *address, metrics_collect *collect, void *context,
                        struct metrics_server **ret, struct error *err)
{
    struct metrics_server *server = calloc(1, sizeof(*server));
    int r;

    if (!server)
        return error_memory(err);
    server->collect = collect;
    server->context = context;
    r = start(server, address, err);
    if (r < 0) {
        free(server);
        return r;
    }
    *ret = server;
    return 0;
}

void metrics_server_free(struct metrics_server *server)
{
    if (!server)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}

int metrics_server_fd(const struct metrics_server *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

unsigned metrics_server_port(const struct metrics_server *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

int metrics_server_timeout(const struct metrics_server *server)
{
    MHD_UNSIGNED_LONG_LONG milliseconds;

    if (MHD_get_timeout(server->daemon, &milliseconds) != MHD_YES)
        return -1;
    return milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds;
}

void metrics_server_run(struct metrics_server *server)
{
    MHD_run(server->daemon);
}
