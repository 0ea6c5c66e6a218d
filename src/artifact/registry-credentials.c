#include "artifact/registry-credentials.h"

#include "artifact/program.h"
#include "base/fd.h"
#include "codec/json.h"
#include "net/base64.h"

enum {
    HELPER_NAME_LIMIT = 64,
    WORDS_LIMIT = 200, /* bytes shown of what a helper says when it fails */
};

static const struct view docker_hub = VIEW("docker.io");
static const struct view docker_hub_key = VIEW("https://index.docker.io/v1/");

static bool has_credentials(const struct registry_credentials *c)
{
    return c->username.len || c->identity_token.len || c->registry_token.len;
}

/* ---- Keys ---- */

static struct view without_scheme(struct view key)
{
    key = view_strip_prefix(key, VIEW("https://"));
    return view_strip_prefix(key, VIEW("http://"));
}

static bool host_is(struct view host, struct view registry)
{
    if (view_eq_nocase(host, VIEW("index.docker.io")) ||
        view_eq_nocase(host, VIEW("registry-1.docker.io")))
        host = docker_hub;
    return view_eq_nocase(host, registry);
}

size_t registry_key_fit(struct view key, const struct reference *reference)
{
    struct view path, host;

    path = view_strip_suffix(without_scheme(key), VIEW("/"));
    host = view_cut(&path, '/');
    if (!host_is(host, reference->registry))
        return 0;
    if (view_eq(path, VIEW("v1")) || view_eq(path, VIEW("v2")))
        path = VIEW_EMPTY;
    if (path.len == 0)
        return 1;
    if (!view_starts(reference->path, path) ||
        (reference->path.len > path.len && reference->path.ptr[path.len] != '/'))
        return 0;
    return 1 + path.len;
}

/* The member of `object` whose key fits best. */
static bool best_member(struct json_value object, const struct reference *reference,
                        struct json_iter *ret)
{
    size_t best = 0;

    for (struct json_iter i = json_iter(object); json_next(&i);) {
        size_t fit = registry_key_fit(i.key, reference);

        if (fit > best) {
            best = fit;
            *ret = i;
        }
    }
    return best > 0;
}

/* ---- One file ---- */

static int wrong_member(struct view key, const char *member, const char *want, struct error *err)
{
    return error_set(err, ERROR_INPUT, "\"auths\", \"%.*s\": \"%s\" is not %s", VIEW_ARG(key),
                     member, want);
}

static int read_text(struct json_value entry, struct view key, const char *member,
                     struct arena *arena, struct view *ret, struct error *err)
{
    struct json_value value = json_get(entry, view_of(member));
    enum json_type type = json_type(value);

    if (type == JSON_NONE || type == JSON_NULL)
        return 0;
    if (type != JSON_STRING)
        return wrong_member(key, member, "a string", err);
    *ret = arena_copy(arena, json_string(value));
    return 0;
}

/* "auth": base64 of "user:password". Some writers pad the password with NULs. */
static int read_auth(struct json_value entry, struct view key, struct arena *arena,
                     struct registry_credentials *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf plain = BUF_INIT(REGISTRY_CONFIG_LIMIT);
    struct view auth = VIEW_EMPTY, rest, user;

    if (read_text(entry, key, "auth", arena, &auth, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    if (auth.len == 0)
        return 0;
    if (!base64_decode(auth, &plain) || view_find(buf_view(&plain), ':') < 1)
        return wrong_member(key, "auth", "the base64 of USER:PASSWORD", err);
    rest = buf_view(&plain);
    user = view_cut(&rest, ':');
    while (rest.len && rest.ptr[rest.len - 1] == '\0')
        rest.len--;
    ret->username = arena_copy(arena, user);
    ret->password = arena_copy(arena, rest);
    return 0;
}

static int read_entry(struct json_value entry, struct view key, struct arena *arena,
                      struct registry_credentials *ret, struct error *err)
{
    struct registry_credentials found = {0};

    if (json_type(entry) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "\"auths\", \"%.*s\" is not an object", VIEW_ARG(key));
    if (read_text(entry, key, "username", arena, &found.username, err) < 0 ||
        read_text(entry, key, "password", arena, &found.password, err) < 0 ||
        read_auth(entry, key, arena, &found, err) < 0 ||
        read_text(entry, key, "identitytoken", arena, &found.identity_token, err) < 0 ||
        read_text(entry, key, "registrytoken", arena, &found.registry_token, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    *ret = found;
    return 0;
}

static int expect(struct json_value document, const char *member, enum json_type type,
                  const char *want, struct json_value *ret, struct error *err)
{
    *ret = json_get(document, view_of(member));
    if (json_type(*ret) == type || json_type(*ret) == JSON_NONE || json_type(*ret) == JSON_NULL)
        return 0;
    return error_set(err, ERROR_INPUT, "\"%s\" is not %s", member, want);
}

static int read_members(struct json_value document, const struct reference *reference,
                        struct arena *arena, struct registry_config_entry *entry, struct error *err)
{
    struct json_value helpers, store, auths;
    struct json_iter member;

    if (json_type(document) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "it is not a JSON object");
    if (expect(document, "credHelpers", JSON_OBJECT, "an object", &helpers, err) < 0 ||
        expect(document, "credsStore", JSON_STRING, "a string", &store, err) < 0 ||
        expect(document, "auths", JSON_OBJECT, "an object", &auths, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    if (best_member(helpers, reference, &member))
        entry->helper = arena_copy(arena, json_string(member.value));
    if (entry->helper.len == 0)
        entry->helper = arena_copy(arena, json_string(store));
    entry->key = view_eq(reference->registry, docker_hub) ? docker_hub_key : reference->registry;
    if (!best_member(auths, reference, &member))
        return 0;
    return read_entry(member.value, member.key, arena, &entry->credentials, err);
}

int registry_config_read(struct view json, const struct reference *reference, struct arena *arena,
                         struct registry_config_entry *ret, bool *ret_found, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct registry_config_entry entry = {0};
    struct json_value document;

    if (json_parser_new(&parser, err) < 0 || json_parse(parser, json, &document, err) < 0 ||
        read_members(document, reference, arena, &entry, err) < 0 ||
        arena_failed(arena, "the file", err) < 0)
        return err ? err->kind : ERROR_INPUT;
    *ret_found = entry.helper.len || has_credentials(&entry.credentials);
    *ret = entry;
    return 0;
}

/* ---- Helpers ---- */

int registry_helper_read(struct view json, struct arena *arena, struct registry_credentials *ret,
                         struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct registry_credentials found = {0};
    struct json_value document;
    struct view user, secret;

    if (json_parser_new(&parser, err) < 0 || json_parse(parser, json, &document, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    user = arena_copy(arena, json_get_string(document, VIEW("Username")));
    secret = arena_copy(arena, json_get_string(document, VIEW("Secret")));
    if (arena_failed(arena, "the answer", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    if (user.len == 0 || secret.len == 0)
        return error_set(err, ERROR_INPUT, "its answer has no \"Username\" and \"Secret\"");
    if (view_eq(user, VIEW("<token>"))) {
        found.identity_token = secret;
    } else {
        found.username = user;
        found.password = secret;
    }
    *ret = found;
    return 0;
}

static bool is_helper_name(struct view name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c && i > 0 && strchr("._-", c))))
            return false;
    }
    return name.len > 0 && name.len <= HELPER_NAME_LIMIT;
}

/* Runs "PROGRAM get"; its exit status, or an error. */
static int run_helper(const char *name, struct view key, struct buf *answer, struct error *err)
{
    const char *const arguments[] = {name, "get", NULL};
    _cleanup_(program_free_p) struct program *program = NULL;
    struct program_start start = {.arguments = arguments, .input = key};

    if (program_start(&start, &program, err) < 0)
        return err ? err->kind : ERROR_IO;
    if (program_read(program, REGISTRY_HELPER_SECONDS, answer, err) < 0)
        return error_wrap(err, "%s", name);
    return program_end(program, false, NULL);
}

/* Credentials stay as they are when the helper does not know the key. */
static int ask_helper(const struct registry_config_entry *entry, struct arena *arena,
                      struct registry_credentials *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf answer = BUF_INIT(REGISTRY_HELPER_LIMIT);
    _cleanup_(buf_done) struct buf name = BUF_INIT(PROGRAM_INPUT_LIMIT);
    struct view text;
    int status;

    if (!is_helper_name(entry->helper))
        return error_set(err, ERROR_INPUT, "\"%.*s\" is no name of a credential helper",
                         VIEW_ARG(entry->helper));
    buf_addf(&name, "docker-credential-%.*s", VIEW_ARG(entry->helper));
    status = run_helper(buf_cstr(&name), entry->key, &answer, err);
    if (status == ERROR_NOT_FOUND)
        error_hint(err, "install %s, or take the helper out of the file", buf_cstr(&name));
    if (status < 0)
        return status;
    text = view_trim(buf_view(&answer));
    if (status > 0 && view_find_view(text, VIEW("credentials not found")) >= 0)
        return 0;
    if (status > 0)
        return error_set(err, ERROR_DENIED, "%s failed (status %d): %.*s", buf_cstr(&name), status,
                         VIEW_ARG(view_sub(text, 0, WORDS_LIMIT)));
    if (registry_helper_read(text, arena, ret, err) < 0)
        return error_wrap(err, "%s", buf_cstr(&name));
    return 0;
}

/* ---- The places ---- */

static int look_into(const char *path, const struct reference *reference, struct arena *arena,
                     struct registry_credentials *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(REGISTRY_CONFIG_LIMIT);
    struct registry_config_entry entry = {0};
    bool found = false;
    int result;

    if (access(path, F_OK) < 0)
        return 0;
    result = fd_read_file(path, &text, err);
    if (result < 0)
        return result;
    if (view_trim(buf_view(&text)).len == 0)
        return 0;
    if (registry_config_read(buf_view(&text), reference, arena, &entry, &found, err) < 0)
        return error_wrap(err, "%s", path);
    if (!found)
        return 0;
    *ret = entry.credentials;
    if (entry.helper.len && ask_helper(&entry, arena, ret, err) < 0)
        return error_wrap(err, "%s", path);
    return 0;
}

int registry_credentials_find(const struct registry_credential_places *places,
                              const struct reference *reference, struct arena *arena,
                              struct registry_credentials *ret, struct error *err)
{
    const struct {
        const char *folder, *path;
    } candidates[] = {
        {places->docker_config, "config.json"},
        {places->docker_config ? NULL : places->home, ".docker/config.json"},
        {places->runtime_dir, "containers/auth.json"},
        {places->home, ".config/containers/auth.json"},
    };
    struct registry_credentials found = {0};

    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        _cleanup_free_ char *path = NULL;

        if (!candidates[i].folder)
            continue;
        if (asprintf(&path, "%s/%s", candidates[i].folder, candidates[i].path) < 0)
            return error_memory(err);
        if (look_into(path, reference, arena, &found, err) < 0)
            return err ? err->kind : ERROR_INPUT;
        if (has_credentials(&found))
            break;
    }
    *ret = found;
    return 0;
}
