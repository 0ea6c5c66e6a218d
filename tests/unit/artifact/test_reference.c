/* Image names, taken apart and put together. */
#include "artifact/reference.h"

#include "test.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST "sha256:" HEX
#define TEN "aaaaaaaaaa"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
    const char *text;
    const char *full, *familiar;
    bool local;
} valid[] = {
    {"alpine", "docker.io/library/alpine:latest", "alpine:latest", false},
    {"alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20", false},
    {"alpine@" DIGEST, "docker.io/library/alpine@" DIGEST, "alpine@" DIGEST, false},
    {"alpine:3@" DIGEST, "docker.io/library/alpine:3@" DIGEST, "alpine:3@" DIGEST, false},
    {"team/app", "docker.io/team/app:latest", "team/app:latest", false},
    {"docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest", false},
    {"index.docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest", false},
    {"docker.io/library/alpine", "docker.io/library/alpine:latest", "alpine:latest", false},
    {"ghcr.io/a/b/c:v1.0_x-2", "ghcr.io/a/b/c:v1.0_x-2", "ghcr.io/a/b/c:v1.0_x-2", false},
    {"localhost/app", "localhost/app:latest", "localhost/app:latest", true},
    {"localhost:5000/app", "localhost:5000/app:latest", "localhost:5000/app:latest", true},
    {"127.0.0.1:5000/app:1", "127.0.0.1:5000/app:1", "127.0.0.1:5000/app:1", true},
    {"[::1]:5000/app:1", "[::1]:5000/app:1", "[::1]:5000/app:1", true},
    {"[2001:db8::1]/app", "[2001:db8::1]/app:latest", "[2001:db8::1]/app:latest", false},
    {"127.example.com/app", "127.example.com/app:latest", "127.example.com/app:latest", false},
    {"host:443/app", "host:443/app:latest", "host:443/app:latest", false},
    {"HOST/app", "HOST/app:latest", "HOST/app:latest", false},
    {"xn--bcher-kva.example/a", "xn--bcher-kva.example/a:latest", "xn--bcher-kva.example/a:latest",
     false},
    {"a__b/c-d/e---f.g_h", "docker.io/a__b/c-d/e---f.g_h:latest", "a__b/c-d/e---f.g_h:latest",
     false},
    {"registry:2", "docker.io/library/registry:2", "registry:2", false},
    {"app:" HUNDRED TEN TEN "12345678", "docker.io/library/app:" HUNDRED TEN TEN "12345678",
     "app:" HUNDRED TEN TEN "12345678", false},
};

static void test_valid(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(valid); i++) {
        struct error err = ERROR_INIT;
        struct reference r, again;

        if (reference_parse(view_of(valid[i].text), arena, &r, &err) < 0)
            fail_msg("%s: %s", valid[i].text, err.message);
        assert_view(reference_format(&r, arena), valid[i].full);
        assert_view(reference_familiar(&r, arena), valid[i].familiar);
        assert_int_equal(reference_is_local(&r), valid[i].local);
        assert_int_equal(reference_parse(view_of(valid[i].full), arena, &again, NULL), 0);
        assert_view(reference_format(&again, arena), valid[i].full);
    }
    arena_free(arena);
}

static const struct {
    const char *text, *message;
} invalid[] = {
    {"", "empty"},
    {"Alpine", "\"Alpine\" is no valid part"},
    {"team/App", "\"App\" is no valid part"},
    {"a//b", "\"\" is no valid part"},
    {"/a", "\"\" is no valid part"},
    {"a/", "\"\" is no valid part"},
    {"a/b/", "\"\" is no valid part"},
    {"a..b", "no valid part"},
    {"a___b", "no valid part"},
    {"a_.b", "no valid part"},
    {"-a", "no valid part"},
    {"a-", "no valid part"},
    {"a b", "no valid part"},
    {"https://example.com/a", "no registry"},
    {"a:", "\"\" is no tag"},
    {"a:-b", "is no tag"},
    {"a:.b", "is no tag"},
    {"a:b:c", "no valid part"},
    {"a:b!c", "is no tag"},
    {"app:" HUNDRED TEN TEN "123456789", "is no tag"},
    {"a@", "\"\" is no digest"},
    {"a@sha256:12", "is no digest"},
    {"a@sha512:" HEX HEX, "is no digest"},
    {"a@" DIGEST "0", "is no digest"},
    {"host:port/a", "is no registry"},
    {"host:/a", "is no registry"},
    {"host:99999/a", "is no registry"},
    {"host:0/a", "is no registry"},
    {"-host.com/a", "is no registry"},
    {"host-.com/a", "is no registry"},
    {"h..c/a", "is no registry"},
    {"[::1/a", "is no registry"},
    {"[]:1/a", "is no registry"},
    {"[gg::1]/a", "is no registry"},
    {"[::1]x:5/a", "is no registry"},
    {HUNDRED HUNDRED TEN TEN TEN TEN TEN, "longer than 255"},
    {HEX, "is an image id"},
    {DIGEST, "is an image id"},
};

static void test_invalid(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(invalid); i++) {
        struct error err = ERROR_INIT;
        struct reference r;

        assert_int_equal(reference_parse(view_of(invalid[i].text), arena, &r, &err), ERROR_USAGE);
        if (!strstr(err.message, invalid[i].message))
            fail_msg("%s: %s", invalid[i].text, err.message);
    }
    arena_free(arena);
}

static const struct {
    const char *given, *tag;
    bool names;
} names[] = {
    {"alpine:3.20", "alpine:3.20", true},
    {"alpine:3.20", "docker.io/library/alpine:3.20", true},
    {"docker.io/library/alpine:3.20", "alpine:3.20", true},
    {"docker.io/library/team/app:1", "docker.io/library/team/app:1", true},
    {"library/team/app:1", "team/app:1", false},
    {"alpine", "alpine:latest", true},
    {"alpine", "alpine:3.20", false},
    {"3.20", "alpine:3.20", true},
    {"3.20", "3.20", true},
    {"3.2", "alpine:3.20", false},
    {"localhost/app:1", "localhost/app:1", true},
    {"app:1", "localhost/app:1", false},
    {"", "alpine:3.20", false},
    {"", "", false},
    {"any old name", "any old name", true},
    {"alpine:3.20", "not a name", false},
};

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        if (reference_names(view_of(names[i].given), view_of(names[i].tag)) != names[i].names)
            fail_msg("%s and %s", names[i].given, names[i].tag);
}

RUN_TESTS(cmocka_unit_test(test_valid), cmocka_unit_test(test_invalid),
          cmocka_unit_test(test_names))
