#include "test.h"

#include "sensor/state/number-map.h"

enum { NUMBERS = 512, STEPS = 200000 };

/* Random additions and removals, held against an array. */
static void test_random(void **state)
{
    _cleanup_(number_map_done) struct number_map map = NUMBER_MAP_INIT;
    static void *model[NUMBERS];
    static char values[NUMBERS];
    uint64_t random = 1;
    size_t count = 0;

    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t number;

        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        number = random >> 33 & (NUMBERS - 1);
        assert_ptr_equal(number_map_get(&map, number << 32), model[number]);
        if (random >> 50 & 1) {
            count += !model[number];
            model[number] = &values[random >> 51 & (NUMBERS - 1)];
            assert_true(number_map_put(&map, number << 32, model[number]));
        } else {
            count -= model[number] != NULL;
            assert_ptr_equal(number_map_remove(&map, number << 32), model[number]);
            model[number] = NULL;
        }
        assert_int_equal(map.count, count);
    }
    for (uint64_t number = 0; number < NUMBERS; number++)
        assert_ptr_equal(number_map_get(&map, number << 32), model[number]);
}

/* All can be removed on a walk. */
static void test_walk(void **state)
{
    static uint64_t numbers[1000];
    struct number_map map = NUMBER_MAP_INIT;
    uint64_t *number;
    size_t removed = 0;

    (void)state;
    assert_null(number_map_get(&map, 1));
    assert_null(number_map_remove(&map, 1));
    assert_null(number_map_next(&map, &(size_t){0}));
    for (uint64_t i = 0; i < COUNT(numbers); i++) {
        numbers[i] = i * 3;
        assert_true(number_map_put(&map, numbers[i], &numbers[i]));
    }
    for (size_t at = 0; (number = number_map_next(&map, &at)); at--) {
        assert_ptr_equal(number_map_remove(&map, *number), number);
        removed++;
    }
    assert_int_equal(removed, COUNT(numbers));
    assert_int_equal(map.count, 0);
    number_map_done(&map);
}

RUN_TESTS(cmocka_unit_test(test_random), cmocka_unit_test(test_walk))
