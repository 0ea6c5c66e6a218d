#include "net/http.h"

#include "base/text.h"
#include "net/url.h"

void http_response_done(struct http_response *response)
{
    if (!response)
        return;
    buf_done(&response->headers);
    buf_done(&response->failure_body);
}

struct view http_response_header(const struct http_response *response, const char *name,
                                 size_t index)
{
    struct view rest = buf_view(&response->headers);

    while (rest.ptr) {
        struct view line = view_line(&rest);

        if (!view_eq_nocase(view_cut(&line, ':'), view_of(name)))
            continue;
        if (index-- == 0)
            return view_trim(line);
    }
    return VIEW_EMPTY;
}

struct meaning {
    int status, kind;
    const char *words, *hint;
};

static const struct meaning meanings[] = {
    {400, ERROR_NETWORK, "bad request", NULL},
    {401, ERROR_DENIED, "log-in required", "check the user name and the password"},
    {403, ERROR_DENIED, "access denied", "ask for the permission to read it"},
    {404, ERROR_NOT_FOUND, "not found", "check the name"},
    {407, ERROR_DENIED, "the proxy requires a log-in",
     "put user name and password into HTTPS_PROXY"},
    {408, ERROR_TIMEOUT, "timed out", "try again later"},
    {410, ERROR_NOT_FOUND, "gone", "check the name"},
    {416, ERROR_NETWORK, "no such part", NULL},
    {429, ERROR_NETWORK, "too many requests", "wait a little, or log in for a higher limit"},
    {500, ERROR_NETWORK, "internal server error", "try again later"},
    {502, ERROR_NETWORK, "bad gateway", "try again later"},
    {503, ERROR_NETWORK, "not available now", "try again later"},
    {504, ERROR_TIMEOUT, "gateway timed out", "try again later"},
};

static const struct meaning *meaning_of(int status)
{
    static const struct meaning other = {0, ERROR_NETWORK, "unexpected answer", NULL};

    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
        if (meanings[i].status == status)
            return &meanings[i];
    return &other;
}

int http_check(const struct http_request *request, const struct http_response *response,
               struct error *err)
{
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    const struct meaning *meaning = meaning_of(response->status);

    if (response->status >= 200 && response->status < 300)
        return 0;
    error_set(err, meaning->kind, "%s: %s (status %d)", url_for_people(request->url, &url),
              tr(meaning->words), response->status);
    if (meaning->hint)
        error_hint(err, "%s", tr(meaning->hint));
    return meaning->kind;
}
