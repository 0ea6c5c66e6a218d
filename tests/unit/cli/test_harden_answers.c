#include "cmd/cli/harden-answers.h"

#include "cmd/cli/settings.h"
#include "test.h"

/* "QUESTION:OF=VALUE" of all answers, or the error. */
static void describe(const struct plan_options *options, struct buf *to)
{
    for (size_t i = 0; i < options->answers.count; i++) {
        const struct fix_answer *answer = &options->answers.list[i];

        buf_addf(to, "%s%.*s:%.*s%s%.*s", i ? " " : "", VIEW_ARG(answer->question->name),
                 VIEW_ARG(answer->of), answer->of.len ? "=" : "", VIEW_ARG(answer->value));
    }
}

static void expect(const struct settings *settings, const char *want, unsigned minor)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    _cleanup_(buf_done) struct buf got = BUF_INIT(4096);
    const struct invocation invocation = {.settings = (void *)settings, .arena = arena};
    struct plan_options options = {0};
    struct error err = ERROR_INIT;

    if (harden_answers_read(&invocation, &options, &err) < 0) {
        assert_int_equal(err.kind, ERROR_USAGE);
        buf_add_str(&got, err.message);
    } else {
        describe(&options, &got);
        assert_int_equal(options.target.kubernetes_minor, minor);
    }
    assert_string_equal(buf_cstr(&got), want);
}

#define ONE(member, value)                                                                         \
    {                                                                                              \
        .kubernetes_version = "latest", .member = {.items = {value}, .count = 1 }                  \
    }
#define TWO(member, one, two)                                                                      \
    {                                                                                              \
        .kubernetes_version = "latest", .member = {.items = {one, two}, .count = 2 }               \
    }
#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct {
    const char *name;
    struct settings settings;
    const char *want;
} cases[] = {
    {"nothing", {.kubernetes_version = "latest"}, ""},
    {"a user", ONE(run_as_user, "10001"), "run-as-user:10001"},
    {"a user of a container", TWO(run_as_user, "app=10001", "10002"),
     "run-as-user:app=10001 run-as-user:10002"},
    {"root", ONE(run_as_user, "0"), "--run-as-user UID: '0' is not a number from 1 to 2147483647"},
    {"no number", ONE(run_as_user, "app"),
     "--run-as-user UID: 'app' is not a number from 1 to 2147483647"},
    {"a group", ONE(run_as_group, "app=7"), "run-as-group:app=7"},
    {"a group of volumes", ONE(fs_group, "7"), "fs-group:7"},
    {"quantities", ONE(memory_limit, "app=256Mi"), "memory-limit:app=256Mi"},
    {"no quantity", ONE(cpu_limit, "-1"),
     "--cpu-limit QUANTITY: '-1' is not a quantity such as 500m or 256Mi"},
    {"a folder", ONE(writable, "/var/cache"), "writable-paths:/var/cache"},
    {"no folder", ONE(writable, "var/cache"),
     "--writable PATH: 'var/cache' is not an absolute path"},
    {"a way out of a folder", ONE(writable, "/a/../b"),
     "--writable PATH: '/a/../b' is not an absolute path"},
    {"a tag", ONE(image_tags, "nginx=1.27"), "image-tag:nginx=1.27"},
    {"a tag of no image", ONE(image_tags, "1.27"), "--image-tag NAME=TAG: '1.27' names no image"},
    {"latest", ONE(image_tags, "nginx=latest"),
     "--image-tag NAME=TAG: 'latest' is not a tag that is not 'latest'"},
    {"a digest", ONE(image_digests, "nginx=" DIGEST), "image-digest:nginx=" DIGEST},
    {"a short digest", ONE(image_digests, "nginx=sha256:00"),
     "--image-digest NAME=sha256:...: 'sha256:00' is not sha256: and 64 hexadecimal digits"},
    {"profiles",
     {.kubernetes_version = "latest", .apparmor_profile = "localhost/a", .selinux_type = "a_t"},
     "apparmor-profile:localhost/a selinux-type:a_t"},
    {"two words",
     {.kubernetes_version = "latest", .selinux_level = "s0 c1"},
     "--selinux-level LEVEL: 's0 c1' is not one word"},
    {"by name", ONE(answers, "shell=/bin/bash"), "shell:/bin/bash"},
    {"by an unknown name", ONE(answers, "colour=red"), "--answer: nobody asks 'colour'"},
    {"by no name", ONE(answers, "red"), "--answer: nobody asks 'red'"},
    {"no version",
     {.kubernetes_version = "1.x"},
     "--kubernetes-version: '1.x' is no version of Kubernetes"},
};

static void reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("%s\n", cases[i].name);
        expect(&cases[i].settings, cases[i].want, 35);
    }
}

static void reads_the_version(void **state)
{
    (void)state;
    expect(&(struct settings){.kubernetes_version = "v1.27.3"}, "", 27);
}

RUN_TESTS(cmocka_unit_test(reads), cmocka_unit_test(reads_the_version))
