#include "artifact/registry-auth.h"

#include <pthread.h>
#include <stdlib.h>

#include "artifact/registry-challenge.h"
#include "artifact/registry-token.h"
#include "base/clock.h"
#include "net/base64.h"
#include "net/url.h"

enum {
    CREDENTIALS_LIMIT = 1 << 20,
    CHALLENGE_LIMIT = 256 << 10,
    FORM_LIMIT = 64 << 10,
    RENEW_SECONDS_BEFORE = 10, /* a token this near to its end is not used any more */
};

struct registry_auth {
    const struct source_context *context;
    struct http_client *client;
    const struct reference *reference;
    pthread_mutex_t lock; /* over everything below */

    struct arena *credentials_arena;
    bool asked_for_credentials;
    struct registry_credentials credentials;
    struct error credentials_failure; /* why there are none */

    struct arena *challenge_arena;
    struct registry_challenge challenge;
    struct buf value;
    uint64_t renew_at_ns; /* 0: never */
};

int registry_auth_new(const struct source_context *context, struct http_client *client,
                      const struct reference *reference, struct registry_auth **ret,
                      struct error *err)
{
    struct registry_auth *auth = calloc(1, sizeof(*auth));

    if (!auth)
        return error_memory(err);
    auth->context = context;
    auth->client = client;
    auth->reference = reference;
    auth->value = BUF_INIT(REGISTRY_AUTH_VALUE_LIMIT);
    auth->credentials_arena = arena_new(CREDENTIALS_LIMIT);
    auth->challenge_arena = arena_new(CHALLENGE_LIMIT);
    pthread_mutex_init(&auth->lock, NULL);
    if (!auth->credentials_arena || !auth->challenge_arena) {
        registry_auth_free(auth);
        return error_memory(err);
    }
    *ret = auth;
    return 0;
}

void registry_auth_free(struct registry_auth *auth)
{
    if (!auth)
        return;
    buf_done(&auth->value);
    arena_free(auth->credentials_arena);
    arena_free(auth->challenge_arena);
    pthread_mutex_destroy(&auth->lock);
    free(auth);
}

static void find_credentials(struct registry_auth *auth)
{
    const struct image_options *options = &auth->context->options;
    const struct registry_credential_places places = {
        .docker_config = options->docker_config,
        .home = options->home,
        .runtime_dir = options->runtime_dir,
    };

    if (auth->asked_for_credentials)
        return;
    auth->asked_for_credentials = true;
    registry_credentials_find(&places, auth->reference, auth->credentials_arena, &auth->credentials,
                              &auth->credentials_failure);
}

static void add_basic(const struct registry_credentials *credentials, struct buf *to)
{
    _cleanup_(buf_done) struct buf plain = BUF_INIT(REGISTRY_AUTH_VALUE_LIMIT);

    buf_addf(&plain, "%.*s:", VIEW_ARG(credentials->username));
    buf_add(&plain, credentials->password);
    buf_add_str(to, "Basic ");
    base64_encode(buf_view(&plain), to);
}

static int denied(const struct registry_auth *auth, struct error *err)
{
    const struct registry_credentials *c = &auth->credentials;
    bool known = c->username.len || c->identity_token.len || c->registry_token.len;

    return error_set(err, ERROR_DENIED,
                     known ? "%.*s refuses the log-in" : "%.*s requires a log-in",
                     VIEW_ARG(auth->reference->registry));
}

/* ---- Tokens ---- */

static void add_field(struct buf *form, const char *name, struct view value)
{
    if (value.len == 0)
        return;
    if (form->len)
        buf_add_char(form, '&');
    buf_addf(form, "%s=", name);
    url_add_escaped(form, value);
}

static void add_scope(const struct registry_auth *auth, struct buf *form)
{
    _cleanup_(buf_done) struct buf scope = BUF_INIT(REFERENCE_NAME_LIMIT + 32);

    buf_addf(&scope, "repository:%.*s:pull", VIEW_ARG(auth->reference->path));
    add_field(form, "service", auth->challenge.service);
    add_field(form, "scope", buf_view(&scope));
}

/* POST with the identity token: distribution's OAuth2 variant. */
static int ask_with_identity(struct registry_auth *auth, struct buf *answer,
                             struct http_response *response, struct http_request *request,
                             struct error *err)
{
    static const struct http_header form_type = {"Content-Type",
                                                 "application/x-www-form-urlencoded"};
    _cleanup_(buf_done) struct buf form = BUF_INIT(FORM_LIMIT);
    int result;

    add_field(&form, "grant_type", VIEW("refresh_token"));
    add_scope(auth, &form);
    add_field(&form, "client_id", VIEW("plimsoll"));
    add_field(&form, "refresh_token", auth->credentials.identity_token);
    result = buf_failed(&form, "the request for a token", err);
    if (result < 0)
        return result;
    request->method = HTTP_POST;
    request->headers = &form_type;
    request->header_count = 1;
    request->body = buf_view(&form);
    return http_fetch(auth->client, request, answer, response, err);
}

static int ask_with_password(struct registry_auth *auth, struct buf *url, struct buf *answer,
                             struct http_response *response, struct http_request *request,
                             struct error *err)
{
    _cleanup_(buf_done) struct buf query = BUF_INIT(FORM_LIMIT);
    _cleanup_(buf_done) struct buf basic = BUF_INIT(REGISTRY_AUTH_VALUE_LIMIT);
    int result;

    add_scope(auth, &query);
    if (auth->credentials.username.len) {
        add_field(&query, "account", auth->credentials.username);
        add_basic(&auth->credentials, &basic);
        request->authorization = buf_cstr(&basic);
    }
    buf_add_char(url, view_find(buf_view(url), '?') < 0 ? '?' : '&');
    buf_add(url, buf_view(&query));
    result = buf_failed(url, "the request for a token", err);
    if (result < 0)
        return result;
    request->url = buf_cstr(url);
    return http_fetch(auth->client, request, answer, response, err);
}

static int fetch_token(struct registry_auth *auth, struct buf *answer, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_request request = {.body_limit = REGISTRY_TOKEN_ANSWER_LIMIT};
    int result;

    buf_add(&url, auth->challenge.realm);
    request.url = buf_cstr(&url);
    if (auth->credentials.identity_token.len)
        result = ask_with_identity(auth, answer, &response, &request, err);
    else
        result = ask_with_password(auth, &url, answer, &response, &request, err);
    if (result == 0 && (response.status == 401 || response.status == 403))
        return denied(auth, err);
    if (result == 0)
        result = http_check(&request, &response, err);
    return result < 0 ? error_wrap(err, "no token for %.*s", VIEW_ARG(auth->reference->registry))
                      : 0;
}

static int renew_token(struct registry_auth *auth, struct error *err)
{
    _cleanup_(buf_done) struct buf answer = BUF_INIT(REGISTRY_TOKEN_ANSWER_LIMIT);
    _cleanup_(buf_done) struct buf token = BUF_INIT(REGISTRY_TOKEN_LIMIT);
    uint64_t seconds = 0;

    auth->renew_at_ns = 0;
    if (auth->credentials.registry_token.len) {
        buf_add(&token, auth->credentials.registry_token);
    } else {
        if (fetch_token(auth, &answer, err) < 0 ||
            registry_token_load(auth->context->sandbox, buf_view(&answer), &token, &seconds, err) <
                0)
            return err->kind;
        auth->renew_at_ns =
            clock_now_ns() + (seconds - RENEW_SECONDS_BEFORE) * UINT64_C(1000000000);
    }
    buf_reset(&auth->value);
    buf_add_str(&auth->value, "Bearer ");
    buf_add(&auth->value, buf_view(&token));
    return buf_failed(&auth->value, "the token", err);
}

/* ---- Values and refusals; the lock is held ---- */

static int read_challenges(struct registry_auth *auth, const struct http_response *response,
                           struct error *err)
{
    struct registry_challenge challenge = {.scheme = REGISTRY_OPEN};
    struct view value;

    arena_reset(auth->challenge_arena);
    auth->challenge = challenge;
    for (size_t i = 0;; i++) {
        value = http_response_header(response, "WWW-Authenticate", i);
        if (value.len == 0)
            break;
        if (registry_challenge_read(value, auth->challenge_arena, &challenge, err) < 0)
            return error_wrap(err, "%.*s", VIEW_ARG(auth->reference->registry));
    }
    auth->challenge = challenge;
    return 0;
}

static int answer_basic(struct registry_auth *auth, struct error *err)
{
    if (auth->credentials.username.len == 0 || auth->value.len)
        return denied(auth, err);
    auth->renew_at_ns = 0;
    add_basic(&auth->credentials, &auth->value);
    return buf_failed(&auth->value, "the log-in", err);
}

static int refused(struct registry_auth *auth, const struct http_response *response,
                   struct view used, struct error *err)
{
    if (!view_eq(used, buf_view(&auth->value)))
        return 0; /* renewed meanwhile */
    find_credentials(auth);
    if (read_challenges(auth, response, err) < 0)
        return err->kind;
    switch (auth->challenge.scheme) {
    case REGISTRY_BEARER:
        if (auth->credentials.registry_token.len && auth->value.len)
            return denied(auth, err);
        return renew_token(auth, err);
    case REGISTRY_BASIC:
        return answer_basic(auth, err);
    case REGISTRY_OPEN:
        break;
    }
    return denied(auth, err);
}

int registry_auth_refused(struct registry_auth *auth, const struct http_response *response,
                          struct view used, struct error *err)
{
    int result;

    pthread_mutex_lock(&auth->lock);
    result = refused(auth, response, used, err);
    pthread_mutex_unlock(&auth->lock);
    return result;
}

int registry_auth_value(struct registry_auth *auth, struct buf *to, struct error *err)
{
    int result = 0;

    pthread_mutex_lock(&auth->lock);
    if (auth->renew_at_ns && clock_now_ns() >= auth->renew_at_ns)
        result = renew_token(auth, err);
    buf_reset(to);
    buf_add(to, buf_view(&auth->value));
    pthread_mutex_unlock(&auth->lock);
    return result < 0 ? result : buf_failed(to, "the log-in", err);
}

void registry_auth_explain(struct registry_auth *auth, struct error *err)
{
    struct view host = auth->reference->registry;
    struct error denial = *err;

    pthread_mutex_lock(&auth->lock);
    if (error_is_set(&auth->credentials_failure)) {
        error_set(err, ERROR_DENIED, "%s, and the log-in could not be read: %s", denial.message,
                  auth->credentials_failure.message);
        error_hint(err, "%s", auth->credentials_failure.hint);
    }
    pthread_mutex_unlock(&auth->lock);
    error_hint(err, "log in with: docker login %.*s", VIEW_ARG(host));
}
