#include "test.h"

#include "sensor/container/image-name.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
    const char *text, *repository, *tag, *digest;
} cases[] = {
    {"alpine", "alpine", "latest", ""},
    {"alpine:3.18", "alpine", "3.18", ""},
    {"docker.io/library/alpine:3.18", "docker.io/library/alpine", "3.18", ""},
    {"localhost:5000/app", "localhost:5000/app", "latest", ""},
    {"localhost:5000/app:1", "localhost:5000/app", "1", ""},
    {"app@" DIGEST, "app", "", DIGEST},
    {"localhost:5000/app@" DIGEST, "localhost:5000/app", "", DIGEST},
    {"app:1@" DIGEST, "app", "1", DIGEST},
    {DIGEST, "", "", ""},
    {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "", "", ""},
    {"", "", "", ""},
    {":", "", "", ""},
    {"@", "", "", ""},
};

static void splits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct image_name name = image_name_split(view_of(cases[i].text));

        assert_view(name.repository, cases[i].repository);
        assert_view(name.tag, cases[i].tag);
        assert_view(name.digest, cases[i].digest);
    }
}

RUN_TESTS(cmocka_unit_test(splits))
