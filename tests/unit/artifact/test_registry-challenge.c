#include "artifact/registry-challenge.h"

#include "test.h"

enum { ARENA_LIMIT = 1 << 20, FAILS = -1 };

static void challenges(void **state)
{
    static const struct {
        const char *value;
        int scheme; /* FAILS: an error */
        const char *realm, *service, *scope;
    } cases[] = {
        {"Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\"",
         REGISTRY_BEARER, "https://auth.docker.io/token", "registry.docker.io", ""},
        {"Bearer realm=\"https://ghcr.io/token\",service=\"ghcr.io\",scope=\"repository:a/b:pull\"",
         REGISTRY_BEARER, "https://ghcr.io/token", "ghcr.io", "repository:a/b:pull"},
        {"bearer REALM = \"https://h/t\" , Service = s", REGISTRY_BEARER, "https://h/t", "s", ""},
        {"Basic realm=\"Registry Realm\"", REGISTRY_BASIC, "Registry Realm", "", ""},
        {"Basic", REGISTRY_BASIC, "", "", ""},
        {"Basic realm=\"a, b\", charset=\"UTF-8\"", REGISTRY_BASIC, "a, b", "", ""},
        {"Basic realm=x, Bearer realm=\"https://h/t\"", REGISTRY_BEARER, "https://h/t", "", ""},
        {"Bearer realm=\"https://h/1\", Bearer realm=\"https://h/2\"", REGISTRY_BEARER,
         "https://h/1", "", ""},
        {"Basic, Bearer realm=\"https://h/t\"", REGISTRY_BEARER, "https://h/t", "", ""},
        {"Negotiate, Basic realm=x", REGISTRY_BASIC, "x", "", ""},
        {"Negotiate YIIabc/+==, Basic realm=x", REGISTRY_BASIC, "x", "", ""},
        {"Digest realm=\"d\", nonce=\"n\", qop=\"auth,auth-int\"", REGISTRY_OPEN, "", "", ""},
        {"Bearer realm=\"https://h/\\\"q\\\\\"", REGISTRY_BEARER, "https://h/\"q\\", "", ""},
        {",, Basic realm=x ,,", REGISTRY_BASIC, "x", "", ""},
        {"Bearer realm=\"https://h/t\",service=\"\",error=\"invalid_token\"", REGISTRY_BEARER,
         "https://h/t", "", ""},
        {"", REGISTRY_OPEN, "", "", ""},
        {"Bearer service=\"s\"", FAILS, "", "", ""},
        {"Bearer", FAILS, "", "", ""},
        {"Bearer realm=\"https://h/t", FAILS, "", "", ""},
        {"Bearer realm=\"a\" service=\"b\"", FAILS, "", "", ""},
        {"Bearer realm=\"a\\", FAILS, "", "", ""},
        {"\"Bearer\" realm=a", FAILS, "", "", ""},
        {"Bearer/1 realm=a", FAILS, "", "", ""},
        {"Basic realm=@", FAILS, "", "", ""},
        {"=", FAILS, "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct registry_challenge challenge = {.scheme = REGISTRY_OPEN};
        struct error err = ERROR_INIT;
        int result = registry_challenge_read(view_of(cases[i].value), arena, &challenge, &err);

        print_message("%s\n", cases[i].value);
        assert_int_equal(result, cases[i].scheme == FAILS ? ERROR_NETWORK : 0);
        if (cases[i].scheme == FAILS)
            continue;
        assert_int_equal(challenge.scheme, cases[i].scheme);
        assert_view(challenge.realm, cases[i].realm);
        assert_view(challenge.service, cases[i].service);
        assert_view(challenge.scope, cases[i].scope);
    }
}

static void several_headers(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct registry_challenge challenge = {.scheme = REGISTRY_OPEN};

    (void)state;
    assert_int_equal(
        registry_challenge_read(VIEW("Bearer realm=\"https://h/1\""), arena, &challenge, NULL), 0);
    assert_int_equal(registry_challenge_read(VIEW("Basic realm=x"), arena, &challenge, NULL), 0);
    assert_int_equal(challenge.scheme, REGISTRY_BEARER);
    assert_int_equal(registry_challenge_read(VIEW("Bearer"), arena, &challenge, NULL),
                     ERROR_NETWORK);
    assert_view(challenge.realm, "https://h/1"); /* untouched by a failure */
}

static void limits(void **state)
{
    static char value[REGISTRY_CHALLENGE_LIMIT + 1];
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct registry_challenge challenge = {.scheme = REGISTRY_OPEN};

    (void)state;
    memset(value, 'a', sizeof(value));
    assert_int_equal(
        registry_challenge_read(view_from(value, sizeof(value)), arena, &challenge, NULL),
        ERROR_LIMIT);
    assert_int_equal(
        registry_challenge_read(view_from(value, sizeof(value) - 1), arena, &challenge, NULL), 0);
}

RUN_TESTS(cmocka_unit_test(challenges), cmocka_unit_test(several_headers), cmocka_unit_test(limits))
