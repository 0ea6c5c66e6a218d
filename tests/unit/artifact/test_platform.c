/* Which image of an index a platform means. */
#include "artifact/platform.h"

#include "test.h"

static struct platform parse(const char *text, struct arena *arena)
{
    struct platform p = {VIEW_EMPTY, VIEW_EMPTY, VIEW_EMPTY};

    assert_int_equal(platform_parse(view_of(text), arena, &p, NULL), 0);
    return p;
}

static const struct {
    const char *text, *want;
} parsed[] = {
    {"linux/amd64", "linux/amd64"},
    {"linux/amd64/v1", "linux/amd64"},
    {"linux/amd64/v3", "linux/amd64/v3"},
    {"linux/x86_64", "linux/amd64"},
    {"amd64", "linux/amd64"},
    {"arm64", "linux/arm64"},
    {"linux/arm64/v8", "linux/arm64"},
    {"linux/arm64/8", "linux/arm64"},
    {"linux/aarch64", "linux/arm64"},
    {"linux/arm", "linux/arm/v7"},
    {"linux/arm/6", "linux/arm/v6"},
    {"armhf", "linux/arm/v7"},
    {"armel", "linux/arm/v6"},
    {"linux/i686", "linux/386"},
    {"riscv64", "linux/riscv64"},
    {"windows/amd64", "windows/amd64"},
    {"macos/arm64", "darwin/arm64"},
};

static void test_parse(void **state)
{
    static const char *const wrong[] = {"", "linux/", "/amd64", "a/b/c/d", "linux/amd 64", "a//b"};
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(parsed); i++)
        assert_view(platform_format(parse(parsed[i].text, arena), arena), parsed[i].want);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct error err = ERROR_INIT;
        struct platform p;

        assert_int_equal(platform_parse(view_of(wrong[i]), arena, &p, &err), ERROR_USAGE);
        assert_true(err.hint[0]);
    }
    arena_free(arena);
}

/* The first of `have` that serves best; the order is that of containerd. */
static const struct {
    const char *wanted;
    const char *have[6];
    int best; /* -1: none */
} chosen[] = {
    {"linux/amd64", {"linux/arm64", "linux/amd64", "linux/386"}, 1},
    {"linux/amd64", {"linux/386", "linux/arm64"}, 0},
    {"linux/amd64", {"linux/amd64/v2"}, -1},
    {"linux/amd64", {"windows/amd64", "linux/s390x"}, -1},
    {"linux/amd64/v3", {"linux/amd64", "linux/amd64/v2", "linux/amd64/v4", "linux/386"}, 1},
    {"linux/arm64", {"linux/arm/v6", "linux/arm/v7", "linux/arm64/v8"}, 2},
    {"linux/arm64", {"linux/arm/v6", "linux/arm/v7", "linux/amd64"}, 1},
    {"linux/arm64", {"linux/arm/v5"}, 0},
    {"linux/arm/v7", {"linux/arm/v5", "linux/arm/v6", "linux/arm64"}, 1},
    {"linux/arm/v7", {"linux/arm"}, 0},
    {"linux/arm/v6", {"linux/arm/v7", "linux/arm/v5"}, 1},
    {"linux/arm/v6", {"linux/arm/v7", "linux/arm64"}, -1},
    {"linux/386", {"linux/amd64"}, -1},
    {"linux/riscv64", {"linux/riscv64"}, 0},
};

static void test_choice(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(chosen); i++) {
        struct platform wanted = parse(chosen[i].wanted, arena);
        int best = -1, distance = -1;

        for (int k = 0; k < 6 && chosen[i].have[k]; k++) {
            int d = platform_distance(wanted, parse(chosen[i].have[k], arena));

            if (d >= 0 && (distance < 0 || d < distance)) {
                distance = d;
                best = k;
            }
        }
        if (best != chosen[i].best)
            fail_msg("%s: %d", chosen[i].wanted, best);
    }
    arena_free(arena);
}

static void test_machine(void **state)
{
    struct platform p = platform_of_machine(), normal = platform_normal(p);

    (void)state;
    assert_view(p.os, "linux");
    assert_true(view_eq(p.arch, normal.arch));
    assert_int_equal(platform_distance(p, p), 0);
}

RUN_TESTS(cmocka_unit_test(test_parse), cmocka_unit_test(test_choice),
          cmocka_unit_test(test_machine))
