/* One exchange of a request that may take several: the libcurl side of
 * net/http.h, for http.c alone. The state that outlives an exchange (how many
 * bytes the sink has, how to ask for the rest) is in struct http_transfer.
 */
#pragma once

#include <curl/curl.h>
#include <stdatomic.h>

#include "net/http.h"
#include "net/url.h"

enum { HTTP_VALIDATOR_SIZE = 256 };

/* What holds for all exchanges of a client. */
struct http_settings {
    atomic_bool cancelled;
    bool insecure_tls, insecure_http;
    char *user_agent;
    struct buf ca_bundle; /* PEM; empty: libcurl's default */
};

struct http_transfer {
    const struct http_settings *settings;
    const struct http_request *request;
    const struct http_sink *sink;
    struct http_response *response;
    const char *url; /* of this exchange: the request's, or where a redirect leads */
    struct url_origin origin;
    bool send_authorization;

    uint64_t handed;                     /* bytes of the body that the sink has */
    char validator[HTTP_VALIDATOR_SIZE]; /* strong ETag or date of the body begun; for If-Range */

    /* Of the exchange under way. */
    CURL *handle;
    struct error *err;
    int failure; /* an error set in a callback */
    bool body_begun;
    uint64_t skip;                          /* bytes of this answer that the sink has already */
    uint64_t window_start_ns, window_bytes; /* the stretch over which a stall is judged */
    bool stalled;
    char curl_message[CURL_ERROR_SIZE];
};

enum http_outcome {
    HTTP_OUTCOME_ANSWER, /* complete, whatever its status */
    HTTP_OUTCOME_BROKEN, /* `err` says how; worth another attempt */
    HTTP_OUTCOME_FAILED, /* `err` says why; final */
};

enum http_outcome http_transfer_run(struct http_transfer *transfer, CURL *handle,
                                    struct error *err);
