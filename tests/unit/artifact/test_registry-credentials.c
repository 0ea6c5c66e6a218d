#include "artifact/registry-credentials.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/fd.h"

#include "test.h"

enum { ARENA_LIMIT = 1 << 20 };

static struct reference reference_to(struct arena *arena, const char *text)
{
    struct reference reference = {0};

    assert_int_equal(reference_parse(view_of(text), arena, &reference, NULL), 0);
    return reference;
}

/* "user:password", "identity:TOKEN", "token:TOKEN", "helper:NAME for KEY", or "". */
static const char *describe(const struct registry_credentials *c, struct view helper,
                            struct view key, char to[static 256])
{
    to[0] = '\0';
    if (c->username.len)
        snprintf(to, 256, "%.*s:%.*s", VIEW_ARG(c->username), VIEW_ARG(c->password));
    if (c->identity_token.len)
        snprintf(to, 256, "identity:%.*s", VIEW_ARG(c->identity_token));
    if (c->registry_token.len)
        snprintf(to, 256, "token:%.*s", VIEW_ARG(c->registry_token));
    if (helper.len)
        snprintf(to + strlen(to), 256 - strlen(to), "%shelper:%.*s for %.*s", to[0] ? " " : "",
                 VIEW_ARG(helper), VIEW_ARG(key));
    return to;
}

static void files(void **state)
{
    static const struct {
        const char *name, *json, *image;
        int result;
        const char *want; /* or the error's text */
    } cases[] = {
        {"nothing", "{}", "alpine", 0, ""},
        {"base64", "{\"auths\":{\"r.example\":{\"auth\":\"dXNlcjpwYXNz\"}}}", "r.example/a", 0,
         "user:pass"},
        {"a password with colons", "{\"auths\":{\"r.example\":{\"auth\":\"dTphOmI=\"}}}",
         "r.example/a", 0, "u:a:b"},
        {"a password padded with NULs", "{\"auths\":{\"r.example\":{\"auth\":\"dTpwAAA=\"}}}",
         "r.example/a", 0, "u:p"},
        {"plain members",
         "{\"auths\":{\"r.example\":{\"username\":\"u\",\"password\":\"p\",\"email\":1}}}",
         "r.example/a", 0, "u:p"},
        {"identity token", "{\"auths\":{\"r.example\":{\"identitytoken\":\"idt\"}}}", "r.example/a",
         0, "identity:idt"},
        {"registry token", "{\"auths\":{\"r.example\":{\"registrytoken\":\"rt\"}}}", "r.example/a",
         0, "token:rt"},
        {"another registry", "{\"auths\":{\"r.example\":{\"auth\":\"dXNlcjpwYXNz\"}}}",
         "s.example/a", 0, ""},
        {"another port", "{\"auths\":{\"r.example:5000\":{\"auth\":\"dXNlcjpwYXNz\"}}}",
         "r.example/a", 0, ""},
        {"docker hub by its old key",
         "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"dXNlcjpwYXNz\"}}}", "alpine", 0,
         "user:pass"},
        {"docker hub by its name", "{\"auths\":{\"docker.io\":{\"auth\":\"dXNlcjpwYXNz\"}}}",
         "alpine", 0, "user:pass"},
        {"the longest path wins",
         "{\"auths\":{\"r.example\":{\"auth\":\"YTph\"},\"r.example/team/app\":{\"auth\":"
         "\"Yzpj\"},\"r.example/team\":{\"auth\":\"Yjpi\"}}}",
         "r.example/team/app:1", 0, "c:c"},
        {"a path ends at a slash", "{\"auths\":{\"r.example/tea\":{\"auth\":\"YTph\"}}}",
         "r.example/team/app", 0, ""},
        {"a store for all", "{\"credsStore\":\"pass\",\"auths\":{\"r.example\":{}}}", "r.example/a",
         0, "helper:pass for r.example"},
        {"a store and docker hub", "{\"credsStore\":\"pass\"}", "alpine", 0,
         "helper:pass for https://index.docker.io/v1/"},
        {"a helper for one registry",
         "{\"credsStore\":\"pass\",\"credHelpers\":{\"r.example\":"
         "\"ecr-login\"}}",
         "r.example/a", 0, "helper:ecr-login for r.example"},
        {"a helper, and what is in the file",
         "{\"credsStore\":\"pass\",\"auths\":{\"r.example\":{\"auth\":\"YTph\"}}}", "r.example/a",
         0, "a:a helper:pass for r.example"},

        {"not JSON", "{\"auths\":", "alpine", ERROR_INPUT, NULL},
        {"not an object", "[]", "alpine", ERROR_INPUT, "it is not a JSON object"},
        {"auths is a list", "{\"auths\":[]}", "alpine", ERROR_INPUT, "\"auths\" is not an object"},
        {"the store is a number", "{\"credsStore\":1}", "alpine", ERROR_INPUT,
         "\"credsStore\" is not a string"},
        {"an entry is a string", "{\"auths\":{\"r.example\":\"x\"}}", "r.example/a", ERROR_INPUT,
         "\"auths\", \"r.example\" is not an object"},
        {"not base64", "{\"auths\":{\"r.example\":{\"auth\":\"secret!\"}}}", "r.example/a",
         ERROR_INPUT, "\"auths\", \"r.example\": \"auth\" is not the base64 of USER:PASSWORD"},
        {"no colon", "{\"auths\":{\"r.example\":{\"auth\":\"c2VjcmV0\"}}}", "r.example/a",
         ERROR_INPUT, "\"auths\", \"r.example\": \"auth\" is not the base64 of USER:PASSWORD"},
        {"no user", "{\"auths\":{\"r.example\":{\"auth\":\"OnA=\"}}}", "r.example/a", ERROR_INPUT,
         "\"auths\", \"r.example\": \"auth\" is not the base64 of USER:PASSWORD"},
        {"a token is a number", "{\"auths\":{\"r.example\":{\"identitytoken\":7}}}", "r.example/a",
         ERROR_INPUT, "\"auths\", \"r.example\": \"identitytoken\" is not a string"},
        {"a bad entry of another registry", "{\"auths\":{\"r.example\":\"x\"}}", "s.example/a", 0,
         ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct reference reference = reference_to(arena, cases[i].image);
        struct registry_config_entry entry = {0};
        struct error err = ERROR_INIT;
        bool found = false;
        char text[256];
        int result =
            registry_config_read(view_of(cases[i].json), &reference, arena, &entry, &found, &err);

        print_message("%s\n", cases[i].name);
        assert_int_equal(result, cases[i].result);
        if (result < 0) {
            if (cases[i].want)
                assert_string_equal(err.message, cases[i].want);
            continue;
        }
        assert_string_equal(describe(&entry.credentials, entry.helper, entry.key, text),
                            cases[i].want);
        assert_int_equal(found, cases[i].want[0] != '\0');
    }
}

static void answers_of_helpers(void **state)
{
    static const struct {
        const char *json;
        int result;
        const char *want;
    } cases[] = {
        {"{\"ServerURL\":\"r\",\"Username\":\"u\",\"Secret\":\"s\"}", 0, "u:s"},
        {"{\"Username\":\"<token>\",\"Secret\":\"idt\"}", 0, "identity:idt"},
        {"{\"Username\":\"u\"}", ERROR_INPUT, NULL},
        {"{\"Secret\":\"s\"}", ERROR_INPUT, NULL},
        {"[]", ERROR_INPUT, NULL},
        {"no credentials", ERROR_INPUT, NULL},
        {"", ERROR_INPUT, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct registry_credentials credentials = {0};
        char text[256];

        print_message("%s\n", cases[i].json);
        assert_int_equal(registry_helper_read(view_of(cases[i].json), arena, &credentials, NULL),
                         cases[i].result);
        if (cases[i].want)
            assert_string_equal(describe(&credentials, VIEW_EMPTY, VIEW_EMPTY, text),
                                cases[i].want);
    }
}

/* ---- Files and programs as they lie about ---- */

struct home {
    char path[64];
    char *before; /* PATH */
};

static void write_file(const struct home *home, const char *name, mode_t mode, const char *text)
{
    _cleanup_free_ char *path = NULL;
    struct atomic_file file;

    assert_true(asprintf(&path, "%s/%s", home->path, name) > 0);
    *strrchr(path, '/') = '\0';
    assert_int_equal(fd_make_directories(path, 0755, NULL), 0);
    path[strlen(path)] = '/';
    assert_int_equal(atomic_file_open(&file, path, mode, NULL), 0);
    assert_int_equal(fd_write_all(file.fd, view_of(text), NULL), 0);
    assert_int_equal(atomic_file_commit(&file, NULL), 0);
    atomic_file_done(&file);
}

static int make_home(void **state)
{
    struct home *home = calloc(1, sizeof(*home));
    _cleanup_free_ char *path = NULL;

    strcpy(home->path, "/tmp/credentials-XXXXXX");
    assert_non_null(mkdtemp(home->path));
    home->before = strdup(getenv("PATH"));
    assert_true(asprintf(&path, "%s/bin:/usr/bin:/bin", home->path) > 0);
    setenv("PATH", path, 1);
    *state = home;
    return 0;
}

static int remove_home(void **state)
{
    struct home *home = *state;
    static const char *const names[] = {".docker/config.json",
                                        ".docker",
                                        ".config/containers/auth.json",
                                        ".config/containers",
                                        ".config",
                                        "containers/auth.json",
                                        "containers",
                                        "bin/docker-credential-test",
                                        "bin",
                                        ""};

    for (size_t i = 0; i < COUNT(names); i++) {
        char path[160];

        snprintf(path, sizeof(path), "%s/%s", home->path, names[i]);
        remove(path);
    }
    setenv("PATH", home->before, 1);
    free(home->before);
    free(home);
    return 0;
}

static const char *find(const struct home *home, const char *image, struct error *err,
                        char to[static 256])
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct reference reference = reference_to(arena, image);
    struct registry_credential_places places = {.home = home->path, .runtime_dir = home->path};
    struct registry_credentials credentials = {0};

    if (registry_credentials_find(&places, &reference, arena, &credentials, err) < 0)
        return NULL;
    return describe(&credentials, VIEW_EMPTY, VIEW_EMPTY, to);
}

static void places(void **state)
{
    const struct home *home = *state;
    struct error err = ERROR_INIT;
    char text[256];

    assert_string_equal(find(home, "r.example/a", &err, text), "");
    write_file(home, ".config/containers/auth.json", 0600,
               "{\"auths\":{\"r.example\":{\"auth\":\"Yzpj\"}}}");
    assert_string_equal(find(home, "r.example/a", &err, text), "c:c");
    write_file(home, "containers/auth.json", 0600,
               "{\"auths\":{\"r.example\":{\"auth\":\"Yjpi\"}}}");
    assert_string_equal(find(home, "r.example/a", &err, text), "b:b");
    write_file(home, ".docker/config.json", 0600, "");
    assert_string_equal(find(home, "r.example/a", &err, text), "b:b");
    write_file(home, ".docker/config.json", 0600,
               "{\"auths\":{\"r.example\":{\"auth\":\"YTph\"}}}");
    assert_string_equal(find(home, "r.example/a", &err, text), "a:a");
    write_file(home, ".docker/config.json", 0600, "{");
    assert_null(find(home, "r.example/a", &err, text));
    assert_non_null(strstr(err.message, "/.docker/config.json: "));
}

static void helpers(void **state)
{
    static const struct {
        const char *name, *script;
        int result;
        const char *want, *message;
    } cases[] = {
        {"knows it",
         "read -r key; echo \"{\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$key\\\"}\"", 0,
         "get:r.example", NULL},
        {"identity token", "echo '{\"Username\":\"<token>\",\"Secret\":\"idt\"}'", 0,
         "identity:idt", NULL},
        {"does not know it, the file does", "echo credentials not found in native keychain; exit 1",
         0, "a:a", NULL},
        {"fails", "echo the keychain is locked; exit 2", ERROR_DENIED, NULL,
         "docker-credential-test failed (status 2): the keychain is locked"},
        {"says nonsense", "echo hello", ERROR_INPUT, NULL, "docker-credential-test: "},
        {"says too much", "head -c 100000 /dev/zero", ERROR_LIMIT, NULL,
         "docker-credential-test: its answer is larger than"},
        {"is killed", "kill -9 $$", ERROR_DENIED, NULL, "failed (status 137)"},
    };
    const struct home *home = *state;

    write_file(home, ".docker/config.json", 0600,
               "{\"credsStore\":\"test\",\"auths\":{\"r.example\":{\"auth\":\"YTph\"}}}");
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_free_ char *script = NULL;
        struct error err = ERROR_INIT;
        char text[256];
        const char *got;

        print_message("%s\n", cases[i].name);
        assert_true(asprintf(&script, "#!/bin/sh\n%s\n", cases[i].script) > 0);
        write_file(home, "bin/docker-credential-test", 0755, script);
        got = find(home, "r.example/a", &err, text);
        assert_int_equal(err.kind, cases[i].result);
        if (cases[i].want)
            assert_string_equal(got, cases[i].want);
        if (cases[i].message && !strstr(err.message, cases[i].message))
            fail_msg("the error is \"%s\"", err.message);
    }
}

static void helpers_that_cannot_be(void **state)
{
    static const struct {
        const char *name;
        int result;
        const char *message;
    } cases[] = {
        {"nowhere", ERROR_NOT_FOUND, "config.json: cannot run docker-credential-nowhere"},
        {"../bin/sh", ERROR_INPUT, "is no name of a credential helper"},
        {"-x", ERROR_INPUT, "is no name of a credential helper"},
        {"a b", ERROR_INPUT, "is no name of a credential helper"},
    };
    const struct home *home = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_free_ char *config = NULL;
        struct error err = ERROR_INIT;
        char text[256];

        assert_true(asprintf(&config, "{\"credsStore\":\"%s\"}", cases[i].name) > 0);
        write_file(home, ".docker/config.json", 0600, config);
        assert_null(find(home, "r.example/a", &err, text));
        assert_int_equal(err.kind, cases[i].result);
        if (!strstr(err.message, cases[i].message))
            fail_msg("the error is \"%s\"", err.message);
    }
}

RUN_TESTS(cmocka_unit_test(files), cmocka_unit_test(answers_of_helpers),
          cmocka_unit_test_setup_teardown(places, make_home, remove_home),
          cmocka_unit_test_setup_teardown(helpers, make_home, remove_home),
          cmocka_unit_test_setup_teardown(helpers_that_cannot_be, make_home, remove_home))
