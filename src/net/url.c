#include "net/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>

#include "base/cleanup.h"

DEFINE_CLEANUP(CURLU, curl_url_cleanup)
#define _cleanup_url_ _cleanup_(curl_url_cleanup_p)

static void curl_text_done(char **text)
{
    curl_free(*text);
}

static int parse(CURLU *url, const char *text, struct error *err)
{
    CURLUcode code;

    if (!url)
        return error_memory(err);
    if (strlen(text) > URL_LIMIT)
        return error_set(err, ERROR_LIMIT, "a URL is longer than %d bytes", URL_LIMIT);
    code = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OUT_OF_MEMORY)
        return error_memory(err);
    if (code)
        return error_set(err, ERROR_INPUT, "bad URL: %s", curl_url_strerror(code));
    return 0;
}

bool url_host_is_loopback(struct view host)
{
    char text[INET6_ADDRSTRLEN + 1];
    struct in6_addr six;
    struct in_addr four;

    host = view_strip_suffix(view_strip_prefix(host, VIEW("[")), VIEW("]"));
    if (view_eq_nocase(host, VIEW("localhost")))
        return true;
    if (host.len >= sizeof(text))
        return false;
    memcpy(text, host.ptr ? host.ptr : "", host.len);
    text[host.len] = '\0';
    if (inet_pton(AF_INET, text, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, text, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

int url_parse_origin(const char *text, struct url_origin *ret, struct error *err)
{
    _cleanup_url_ CURLU *url = curl_url();
    _cleanup_(curl_text_done) char *scheme = NULL, *host = NULL, *port = NULL;
    struct url_origin origin = {0};
    int n;

    if (parse(url, text, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0))
        return error_set(err, ERROR_INPUT, "bad URL: no scheme");
    origin.https = strcmp(scheme, "https") == 0;
    if (!origin.https && strcmp(scheme, "http") != 0)
        return error_set(err, ERROR_INPUT, "the URL is of %s, not of http or https", scheme);
    if (curl_url_get(url, CURLUPART_HOST, &host, 0) || !host[0])
        return error_set(err, ERROR_INPUT, "the URL names no host");
    if (curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        return error_set(err, ERROR_INPUT, "the URL has no port");
    n = snprintf(origin.text, sizeof(origin.text), "%s://%s:%s", scheme, host, port);
    if (n < 0 || (size_t)n >= sizeof(origin.text))
        return error_set(err, ERROR_LIMIT, "the host's name is too long");
    for (char *c = origin.text; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    origin.loopback = url_host_is_loopback(view_of(host));
    *ret = origin;
    return 0;
}

bool url_origin_eq(const struct url_origin *a, const struct url_origin *b)
{
    return strcmp(a->text, b->text) == 0;
}

int url_resolve(const char *base, struct view location, struct buf *to, struct error *err)
{
    _cleanup_url_ CURLU *url = curl_url();
    _cleanup_(curl_text_done) char *whole = NULL;
    _cleanup_(buf_done) struct buf relative = BUF_INIT(URL_LIMIT);

    buf_add(&relative, location);
    if (buf_failed(&relative, "a redirect's URL", err) < 0 || parse(url, base, err) < 0 ||
        parse(url, buf_cstr(&relative), err) < 0)
        return err ? err->kind : ERROR_INPUT;
    if (curl_url_get(url, CURLUPART_URL, &whole, 0))
        return error_set(err, ERROR_INPUT, "the redirect leads nowhere");
    buf_reset(to);
    buf_add_str(to, whole);
    return buf_failed(to, "a redirect's URL", err);
}

const char *url_for_people(const char *text, struct buf *to)
{
    _cleanup_url_ CURLU *url = curl_url();
    _cleanup_(curl_text_done) char *whole = NULL;

    buf_reset(to);
    if (!url || curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME))
        return "a URL";
    curl_url_set(url, CURLUPART_USER, NULL, 0);
    curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
    curl_url_set(url, CURLUPART_QUERY, NULL, 0);
    curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
    if (curl_url_get(url, CURLUPART_URL, &whole, 0))
        return "a URL";
    buf_add_str(to, whole);
    return buf_cstr(to);
}

void url_add_escaped(struct buf *to, struct view text)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if ((c < 0x80 && isalnum(c)) || (c && strchr("-._~", c))) {
            buf_add_char(to, (char)c);
            continue;
        }
        buf_add_char(to, '%');
        buf_add_char(to, hex[c >> 4]);
        buf_add_char(to, hex[c & 15]);
    }
}
