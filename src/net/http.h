/* An HTTP client over libcurl: HTTP/1.1 and HTTP/2, TLS 1.2 and later, unix
 * sockets, streamed bodies.
 *
 * A client holds settings and idle connections; any number of threads may send
 * through one client at once, each request on a connection of its own, which
 * later requests reuse. http_send() blocks until the answer is complete.
 *
 * What it does by itself:
 * - Redirects of GET and HEAD, from https to https only, from http to https,
 *   and from http to http only where a first request to that host would be
 *   allowed. `authorization` is sent to the origin of the request's URL and to
 *   no other.
 * - Plain http only to this machine (localhost, 127.0.0.0/8, ::1), a unix
 *   socket, or with `insecure_http`.
 * - Retries (net/retry.h) of GET and HEAD after a hang-up, a stall or a status
 *   that passes; of POST only when the server says that it did nothing. A body
 *   that broke off goes on where it stopped, by Range; see struct http_sink
 *   for servers without ranges. Attempts count anew after each progress.
 * - Limits: HTTP_CONNECT_SECONDS to connect, and at least 1 KB/s over
 *   `stall_seconds`; the time that the sink takes for itself is not counted.
 * - Proxies: libcurl reads http_proxy (lower case only), HTTPS_PROXY,
 *   ALL_PROXY and NO_PROXY from the environment. This machine and unix sockets
 *   are never asked through a proxy.
 *
 * An HTTP status is an answer, not an error: http_send() fails only when there
 * is no answer. http_check() makes an error of a status outside 2xx. Messages
 * name host and path, never queries, user names or credentials.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "net/retry.h"

enum {
    HTTP_CONNECT_SECONDS = 10,
    HTTP_STALL_SECONDS = 30,
    HTTP_STALL_BYTES_PER_SECOND = 1024,
    HTTP_REDIRECT_LIMIT = 10,
    HTTP_HEADERS_LIMIT = 64 << 10,      /* bytes of an answer's headers */
    HTTP_FAILURE_BODY_LIMIT = 16 << 10, /* bytes kept of a failure's body; the rest is dropped */
    HTTP_CA_FILE_LIMIT = 8 << 20,       /* the system's bundle and the extra file */
};

struct http_client;

struct http_options {
    const char *ca_file;                /* PEM, trusted besides the system's CAs; NULL: none */
    bool insecure_tls;                  /* don't verify certificates */
    bool insecure_http;                 /* plain http to any host */
    const char *user_agent;             /* NULL: "plimsoll" */
    const struct retry_policy *retries; /* NULL: retry_default; must outlive the client */
};

/* Fails when the CA file cannot be read or holds no certificate. */
int http_client_new(const struct http_options *options, struct http_client **ret,
                    struct error *err);
/* No request may be under way. */
void http_client_free(struct http_client *client);
DEFINE_CLEANUP(struct http_client, http_client_free)
/* Ends all requests, now and later, with ERROR_CANCELLED. Any thread. */
void http_client_cancel(struct http_client *client);

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
};

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    enum http_method method;
    const char *url;
    const struct http_header *headers;
    size_t header_count;
    const char *authorization;      /* value of the header, for this origin only; NULL: none */
    struct view body;               /* of POST; its Content-Type is among the headers */
    const char *unix_socket;        /* path; the URL's host is then only a name; NULL: TCP */
    bool http2_only;                /* HTTP/2 without asking first, for gRPC */
    uint64_t body_limit;            /* bytes of the answer; 0: none */
    unsigned stall_seconds;         /* 0: HTTP_STALL_SECONDS */
    unsigned deadline_milliseconds; /* of one exchange, connecting included; 0: none */
    uint64_t from;                  /* bytes of the body that an immutable sink has already */
};

/* Takes the body of a 2xx answer, in order. */
struct http_sink {
    void *ctx;
    /* 0, or an error that ends the request and is its result. SIGPIPE is
     * blocked meanwhile: writing to a closed pipe is an ordinary error. */
    int (*write)(void *ctx, struct view bytes, struct error *err);
    /* A broken transfer starts over and the first byte comes next: forget what
     * was written. NULL: that can't be done, the transfer fails instead. */
    int (*restart)(void *ctx, struct error *err);
    /* Every answer to this URL has the same bytes (a blob named by its digest):
     * a server without ranges sends them again, and those had are skipped. */
    bool immutable;
};

struct http_response {
    int status;
    uint64_t until;          /* bytes of the body that the sink has, on failure too */
    struct buf headers;      /* lines "Name: value\n" of the last answer, trailers included */
    struct buf failure_body; /* its beginning, when the status is not 2xx */
};
#define HTTP_RESPONSE_INIT                                                                         \
    {                                                                                              \
        0, 0, BUF_INIT(HTTP_HEADERS_LIMIT), BUF_INIT(HTTP_FAILURE_BODY_LIMIT)                      \
    }
void http_response_done(struct http_response *response);
/* The value of the index-th header of that name; empty when there is none. */
struct view http_response_header(const struct http_response *response, const char *name,
                                 size_t index);

/* `sink` may be NULL: the body is dropped. `response` is initialised, and
 * replaced; on failure its contents mean nothing. */
int http_send(struct http_client *client, const struct http_request *request,
              const struct http_sink *sink, struct http_response *response, struct error *err);

/* http_send() with the body of a 2xx answer appended to `body`, whose maximum
 * is the limit. */
int http_fetch(struct http_client *client, const struct http_request *request, struct buf *body,
               struct http_response *response, struct error *err);

/* 0 for 2xx; otherwise ERROR_DENIED (401, 403, 407), ERROR_NOT_FOUND (404,
 * 410), ERROR_TIMEOUT (408, 504), ERROR_NETWORK, with a message that names the
 * host and the status, and a hint. */
int http_check(const struct http_request *request, const struct http_response *response,
               struct error *err);
