#include "base/hash.h"

#include <stdio.h>

#include "test.h"

static void keeps_what_it_is_given_in_order(void **state)
{
    enum { KEYS = 5000 };
    static char keys[KEYS][8];
    struct hash_map *map = hash_map_new();

    (void)state;
    assert_null(hash_map_get(map, VIEW("nothing")));
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
        assert_true(hash_map_put(map, view_of(keys[i]), keys[i]));
    }
    assert_true(hash_map_put(map, VIEW("k7"), keys[8]));
    assert_int_equal(hash_map_count(map), KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        struct view key;

        assert_ptr_equal(hash_map_get(map, view_of(keys[i])), keys[i == 7 ? 8 : i]);
        assert_non_null(hash_map_at(map, i, &key));
        assert_view(key, keys[i]);
    }
    assert_null(hash_map_get(map, VIEW("k5000")));
    assert_null(*hash_map_slot(map, VIEW("k5000")));
    assert_int_equal(hash_map_count(map), KEYS + 1);
    hash_map_free(map);
}

static void binary_and_empty_keys(void **state)
{
    struct hash_map *map = hash_map_new();
    int one, two;

    (void)state;
    hash_map_put(map, VIEW_EMPTY, &one);
    hash_map_put(map, VIEW("a\0b"), &two);
    assert_ptr_equal(hash_map_get(map, VIEW("")), &one);
    assert_ptr_equal(hash_map_get(map, VIEW("a\0b")), &two);
    assert_null(hash_map_get(map, VIEW("a\0c")));
    hash_map_free(map);
    hash_map_free(NULL);
}

static void digits(void **state)
{
    static const struct {
        uint64_t hash;
        const char *want;
    } cases[] = {
        {0, "0000000000000000"},
        {0xf, "000000000000000f"},
        {0x0123456789abcdef, "0123456789abcdef"},
        {UINT64_MAX, "ffffffffffffffff"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[HASH_DIGITS];

        hash_write(cases[i].hash, text);
        assert_view(view_from(text, sizeof(text)), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(keeps_what_it_is_given_in_order),
          cmocka_unit_test(binary_and_empty_keys), cmocka_unit_test(digits))
