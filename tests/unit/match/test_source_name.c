#include "match/source-name.h"
#include "test.h"

static const struct {
    const char *source, *source_version, *version, *want, *want_version;
    enum package_type type;
} cases[] = {
    {"openssl", "3.0.9-1", "3.0.9-1", "openssl", "3.0.9-1"},
    /* a rebuild without a change of source */
    {"acl", "2.3.1-3", "2.3.1-3+b1", "acl", "2.3.1-3"},
    {"linux-signed-amd64", "6.1.55+1", "6.1.55-1", "linux", "6.1.55-1"},
    {"linux-signed-arm64", "6.1.55+1", "6.1.55-1", "linux", "6.1.55-1"},
    {"linux-signed-6.12-amd64", "6.12.57+1~deb12u1", "6.12.57-1~deb12u1", "linux-6.12",
     "6.12.57-1~deb12u1"},
    {"linux-signed", "6.8.0-31.31", "6.8.0-31.31", "linux", "6.8.0-31.31"},
    {"linux-signed-aws", "6.8.0-1008.8", "6.8.0-1008.8", "linux-aws", "6.8.0-1008.8"},
    {"linux-signed-hwe-6.5", "6.5.0-18.18", "6.5.0-18.18", "linux-hwe-6.5", "6.5.0-18.18"},
    {"linux-signedness", "1", "2", "linux-signedness", "1"},
    {"linux-signed-amd64", "1", "2", "linux-signed-amd64", "1", PACKAGE_RPM},
};

static void test_source(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[SOURCE_NAME_LIMIT];
        struct package package = {
            .type = cases[i].type ? cases[i].type : PACKAGE_DEB,
            .version = view_of(cases[i].version),
            .source_name = view_of(cases[i].source),
            .source_version = view_of(cases[i].source_version),
        };
        struct source got = source_of(&package, room);

        assert_view(got.name, cases[i].want);
        assert_view(got.version, cases[i].want_version);
    }
}

/* A name that is too long for the room is left as it is. */
static void test_long_name(void **state)
{
    char name[SOURCE_NAME_LIMIT + 20], room[SOURCE_NAME_LIMIT];
    struct package package = {.type = PACKAGE_DEB, .source_name = view_from(name, sizeof(name))};

    (void)state;
    memset(name, '-', sizeof(name));
    memcpy(name, "linux-signed", strlen("linux-signed"));
    assert_true(view_eq(source_of(&package, room).name, package.source_name));
}

RUN_TESTS(cmocka_unit_test(test_source), cmocka_unit_test(test_long_name))
