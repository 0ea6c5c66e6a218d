/* Who we are to a registry: what `docker login` or `podman login` left.
 *
 * Files, in this order, the first that knows the registry wins:
 *     DOCKER_CONFIG/config.json (or ~/.docker/config.json)
 *     RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json
 * In a file: "credHelpers" of the registry, then "credsStore", then "auths".
 * Keys are hosts, URLs of Docker's old form ("https://index.docker.io/v1/"),
 * or, as podman has them, a host with the beginning of a path; the longest that
 * fits is taken. docker.io is also index.docker.io and registry-1.docker.io.
 *
 * An entry of "auths" has "auth" (base64 of "user:password"), or "username"
 * and "password", or "identitytoken" (an OAuth2 refresh token), or
 * "registrytoken" (a bearer token to be sent as it is).
 *
 * A helper NAME is the program docker-credential-NAME, found along PATH, run
 * with the argument "get": it reads the registry's key and answers with JSON,
 * "Username" and "Secret"; the user name "<token>" means an identity token.
 *
 * The files and the helpers are the user's own and trusted, but read strictly:
 * what is wrong in them is an error that names the file and the key, never the
 * value.
 */
#pragma once

#include "artifact/reference.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"

enum {
    REGISTRY_CONFIG_LIMIT = 4 << 20,  /* bytes of a file */
    REGISTRY_HELPER_LIMIT = 64 << 10, /* bytes of a helper's answer */
    REGISTRY_HELPER_SECONDS = 30,
};

/* At most one kind is there; all empty: nothing is known, ask anonymously. */
struct registry_credentials {
    struct view username, password;
    struct view identity_token;
    struct view registry_token;
};

struct registry_credential_places {
    const char *docker_config; /* a directory, or NULL */
    const char *home;          /* or NULL */
    const char *runtime_dir;   /* or NULL */
};

/* Texts live in the arena. */
int registry_credentials_find(const struct registry_credential_places *places,
                              const struct reference *reference, struct arena *arena,
                              struct registry_credentials *ret, struct error *err);

/* ---- Its parts, public for their tests ---- */

/* What one file says of the registry: credentials, or the helper to ask for `key`. */
struct registry_config_entry {
    struct registry_credentials credentials;
    struct view helper; /* "osxkeychain"; empty: none */
    struct view key;    /* what to ask it for */
};
/* False in `ret_found` when the file does not know the registry. */
int registry_config_read(struct view json, const struct reference *reference, struct arena *arena,
                         struct registry_config_entry *ret, bool *ret_found, struct error *err);
int registry_helper_read(struct view json, struct arena *arena, struct registry_credentials *ret,
                         struct error *err);
/* How well a key of a config file fits: 0 not at all, else more for a longer match. */
size_t registry_key_fit(struct view key, const struct reference *reference);
