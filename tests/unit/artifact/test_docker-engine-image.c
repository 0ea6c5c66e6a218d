#include "artifact/docker-engine-image.h"

#include <stdio.h>

#include "test.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HEX_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define DOCKER                                                                                     \
    "{\"Id\":\"sha256:" HEX_A "\",\"RepoTags\":[\"a:1\"],\"Created\":\"2026-01-02T03:04:05Z\","    \
    "\"Architecture\":\"arm64\",\"Variant\":\"v8\",\"Os\":\"linux\",\"RootFS\":{\"Type\":"         \
    "\"layers\",\"Layers\":[\"sha256:" HEX_B "\",\"sha256:" HEX_C "\"]}}"
#define PODMAN                                                                                     \
    "[{\"Id\":\"" HEX_A "\",\"Created\":\"x\",\"Architecture\":\"amd64\",\"Os\":\"linux\","        \
    "\"RootFS\":{\"Layers\":[\"sha256:" HEX_B "\"]},\"History\":[{\"created_by\":\"ADD\"},"        \
    "{\"created_by\":\"CMD\",\"empty_layer\":true}]}]"

enum { ARENA_LIMIT = 1 << 20 };

/* ID OS/ARCH/VARIANT CREATED DIFF_ID(LINE)...; digests by their last digit. */
static const char *describe(const struct engine_image *image, char to[static 512])
{
    const struct image_config *config = &image->config;
    int n = snprintf(to, 512, "%c %.*s/%.*s/%.*s %.*s", image->id.ptr[image->id.len - 1],
                     VIEW_ARG(config->platform.os), VIEW_ARG(config->platform.arch),
                     VIEW_ARG(config->platform.variant), VIEW_ARG(config->created));

    for (size_t i = 0; i < config->layer_count; i++)
        n += snprintf(to + n, 512 - (size_t)n, " %c(%.*s)",
                      config->diff_ids[i].ptr[config->diff_ids[i].len - 1],
                      VIEW_ARG(config->created_by[i]));
    return to;
}

static void answers(void **state)
{
    static const struct {
        const char *name, *inspect, *history;
        const char *want; /* NULL: an error */
    } cases[] = {
        {"docker", DOCKER, "", "a linux/arm64/v8 2026-01-02T03:04:05Z b() c()"},
        {"docker with history", DOCKER,
         "[{\"CreatedBy\":\"CMD\",\"Size\":0},{\"CreatedBy\":\"RUN\",\"Size\":5},"
         "{\"CreatedBy\":\"ADD\",\"Size\":9}]",
         "a linux/arm64/v8 2026-01-02T03:04:05Z b(ADD) c(RUN)"},
        {"a layer without size leaves it open", DOCKER,
         "[{\"CreatedBy\":\"WORKDIR\",\"Size\":0},{\"CreatedBy\":\"ADD\",\"Size\":9}]",
         "a linux/arm64/v8 2026-01-02T03:04:05Z b() c()"},
        {"history of another shape", DOCKER, "{\"x\":[]}",
         "a linux/arm64/v8 2026-01-02T03:04:05Z b() c()"},
        {"podman", PODMAN, "", "a linux/amd64/ x b(ADD)"},
        {"without layers", "{\"Id\":\"" HEX_A "\",\"RootFS\":{\"Layers\":null}}", "", "a // "},
        {"history that is no JSON", DOCKER, "[", NULL},
        {"no id", "{\"RootFS\":{\"Layers\":[]}}", "", NULL},
        {"an id that is no digest", "{\"Id\":\"sha256:0\"}", "", NULL},
        {"a layer that is no digest",
         "{\"Id\":\"" HEX_A "\",\"RootFS\":{\"Layers\":[\"md5:" HEX_A "\"]}}", "", NULL},
        {"layers that are no list", "{\"Id\":\"" HEX_A "\",\"RootFS\":{\"Layers\":{}}}", "", NULL},
        {"two images", "[{},{}]", "", NULL},
        {"no image", "[]", "", NULL},
        {"a text", "\"x\"", "", NULL},
        {"nothing", "", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct engine_image image;
        struct error err = ERROR_INIT;
        char text[512];
        int result = engine_image_parse(view_of(cases[i].inspect), view_of(cases[i].history), arena,
                                        &image, &err);

        print_message("%s: %s\n", cases[i].name, err.message);
        assert_int_equal(result, cases[i].want ? 0 : ERROR_INPUT);
        if (cases[i].want)
            assert_string_equal(describe(&image, text), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(answers))
