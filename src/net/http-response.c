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
    {400, ERROR_NETWORK, TR_KEY("bad request"), NULL},
    {401, ERROR_DENIED, TR_KEY("log-in required"), TR_KEY("check the user name and the password")},
    {403, ERROR_DENIED, TR_KEY("access denied"), TR_KEY("ask for the permission to read it")},
    {404, ERROR_NOT_FOUND, TR_KEY("not found"), TR_KEY("check the name")},
    {407, ERROR_DENIED, TR_KEY("the proxy requires a log-in"),
     TR_KEY("put user name and password into HTTPS_PROXY")},
    {408, ERROR_TIMEOUT, TR_KEY("timed out"), TR_KEY("try again later")},
    {410, ERROR_NOT_FOUND, TR_KEY("gone"), TR_KEY("check the name")},
    {416, ERROR_NETWORK, TR_KEY("no such part"), NULL},
    {429, ERROR_NETWORK, TR_KEY("too many requests"),
     TR_KEY("wait a little, or log in for a higher limit")},
    {500, ERROR_NETWORK, TR_KEY("internal server error"), TR_KEY("try again later")},
    {502, ERROR_NETWORK, TR_KEY("bad gateway"), TR_KEY("try again later")},
    {503, ERROR_NETWORK, TR_KEY("not available now"), TR_KEY("try again later")},
    {504, ERROR_TIMEOUT, TR_KEY("gateway timed out"), TR_KEY("try again later")},
};

static const struct meaning *meaning_of(int status)
{
    static const struct meaning other = {0, ERROR_NETWORK, TR_KEY("unexpected answer"), NULL};

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
