#include "cmd/line/environment.h"

#include "test.h"

enum { VARIABLES = 4 };

static const struct {
    const char *name;
    const char *variables[VARIABLES];
    enum text_language language;
    const char *cache;
} cases[] = {
    {"nothing set", {NULL}, TEXT_ENGLISH, "/var/cache/plimsoll"},
    {"home", {"HOME=/home/a", NULL}, TEXT_ENGLISH, "/home/a/.cache/plimsoll"},
    {"XDG goes before home", {"HOME=/h", "XDG_CACHE_HOME=/x", NULL}, TEXT_ENGLISH, "/x/plimsoll"},
    {"a relative XDG is ignored",
     {"HOME=/h", "XDG_CACHE_HOME=x", NULL},
     TEXT_ENGLISH,
     "/h/.cache/plimsoll"},
    {"LANG", {"LANG=zh_CN.UTF-8", NULL}, TEXT_CHINESE, "/var/cache/plimsoll"},
    {"LC_ALL goes before LANG",
     {"LANG=zh_CN", "LC_ALL=C", NULL},
     TEXT_ENGLISH,
     "/var/cache/plimsoll"},
    {"an empty one counts as unset",
     {"LC_ALL=", "LANG=zh", NULL},
     TEXT_CHINESE,
     "/var/cache/plimsoll"},
    {"an unknown language is English", {"LANG=de_DE", NULL}, TEXT_ENGLISH, "/var/cache/plimsoll"},
    {"a longer name is another one",
     {"HOMES=/x", "LANGUAGE=zh", NULL},
     TEXT_ENGLISH,
     "/var/cache/plimsoll"},
};

static void reads_each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(4096);
        const struct environment env = {cases[i].variables};

        print_message("%s\n", cases[i].name);
        assert_int_equal(environment_language(&env), cases[i].language);
        assert_string_equal(environment_cache_dir(&env, arena), cases[i].cache);
    }
}

RUN_TESTS(cmocka_unit_test(reads_each_case))
