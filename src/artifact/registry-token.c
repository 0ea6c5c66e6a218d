#include "artifact/registry-token.h"

#include "base/cursor.h"
#include "codec/json.h"

enum { DEADLINE_SECONDS = 20 };

static bool is_token(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
            return false;
    return text.len > 0 && text.len <= REGISTRY_TOKEN_LIMIT;
}

static uint64_t lifetime(struct json_value document)
{
    int64_t seconds = REGISTRY_TOKEN_SECONDS;

    json_int(json_get(document, VIEW("expires_in")), &seconds);
    if (seconds < REGISTRY_TOKEN_SECONDS)
        return REGISTRY_TOKEN_SECONDS;
    return seconds > REGISTRY_TOKEN_SECONDS_LIMIT ? REGISTRY_TOKEN_SECONDS_LIMIT
                                                  : (uint64_t)seconds;
}

int registry_token_parse(struct view json, struct buf *to, uint64_t *ret_seconds, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct json_value document;
    struct view token;

    if (json_parser_new(&parser, err) < 0 || json_parse(parser, json, &document, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    token = json_get_string(document, VIEW("token"));
    if (token.len == 0)
        token = json_get_string(document, VIEW("access_token"));
    if (!is_token(token))
        return error_set(err, ERROR_INPUT, "the answer has no token");
    buf_add(to, token);
    *ret_seconds = lifetime(document);
    return buf_failed(to, "the token", err);
}

int registry_token_run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(buf_done) struct buf token = BUF_INIT(REGISTRY_TOKEN_LIMIT);
    _cleanup_(buf_done) struct buf reply = BUF_INIT(REGISTRY_TOKEN_REPLY_LIMIT);
    uint64_t seconds = 0;

    if (registry_token_parse(request, &token, &seconds, err) < 0)
        return err->kind;
    buf_add_varint(&reply, seconds);
    buf_add_bytes(&reply, buf_view(&token));
    return worker_reply(worker, buf_view(&reply), err);
}

int registry_token_load(struct sandbox *sandbox, struct view json, struct buf *to,
                        uint64_t *ret_seconds, struct error *err)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT(REGISTRY_TOKEN_REPLY_LIMIT);
    struct cursor c;
    uint64_t seconds = 0;
    struct view token;

    if (sandbox_call(sandbox, "token-json", json, NULL, 0, DEADLINE_SECONDS, &reply, err) < 0)
        return error_wrap(err, "the token server's answer");
    c = cursor_of(buf_view(&reply));
    seconds = cursor_count(&c, REGISTRY_TOKEN_SECONDS_LIMIT);
    token = cursor_bytes(&c);
    if (!cursor_at_end(&c) || !is_token(token))
        return error_set(err, ERROR_INTERNAL, "the worker that read a token gave nonsense");
    buf_add(to, token);
    *ret_seconds = seconds;
    return buf_failed(to, "the token", err);
}
