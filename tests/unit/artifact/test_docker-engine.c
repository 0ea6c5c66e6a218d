#include "artifact/docker-engine.h"

#include "test.h"

static void names(void **state)
{
    static const struct {
        const char *name;
        bool good;
    } cases[] = {
        {"alpine", true},
        {"library/alpine:3.20", true},
        {"58c2593112cf", true},
        {"localhost:5000/a/b:c_d-e", true},
        {"a@sha256:00", true},
        {"a:1..2", true},
        {"", false},
        {"-x", false},
        {"../containers/x", false},
        {"a/../b", false},
        {"a/./b", false},
        {"a//b", false},
        {"/a", false},
        {"a/", false},
        {"a b", false},
        {"a?x=1", false},
        {"a#b", false},
        {"a%2e", false},
        {"a\nb", false},
        {"\xc3\xa9", false},
    };
    static char longest[ENGINE_NAME_LIMIT + 2];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("\"%s\"\n", cases[i].name);
        assert_int_equal(docker_engine_check_name(cases[i].name, NULL),
                         cases[i].good ? 0 : ERROR_USAGE);
    }
    memset(longest, 'a', ENGINE_NAME_LIMIT);
    assert_int_equal(docker_engine_check_name(longest, NULL), 0);
    longest[ENGINE_NAME_LIMIT] = 'a';
    assert_int_equal(docker_engine_check_name(longest, NULL), ERROR_USAGE);
}

RUN_TESTS(cmocka_unit_test(names))
