#include "base/arena.h"

#include "test.h"

static void memory_is_aligned_zeroed_and_bounded(void **state)
{
    struct arena *a = arena_new(100000);

    (void)state;
    for (size_t size = 0; size < 300; size++) {
        char *p = arena_alloc(a, size);

        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        if (size)
            memset(p, 0xff, size);
    }
    assert_int_equal(arena_failed(a, "it", NULL), 0);
    assert_null(arena_alloc(a, 100000));
    assert_null(arena_alloc(a, 1));
    assert_int_equal(arena_failed(a, "it", NULL), ERROR_LIMIT);
    arena_reset(a);
    assert_int_equal(arena_failed(a, "it", NULL), 0);
    assert_non_null(arena_alloc(a, 50));
    assert_null(arena_array(a, SIZE_MAX / 2, 4));
    assert_int_equal(arena_failed(a, "it", NULL), ERROR_LIMIT);
    arena_free(a);
}

static void arrays_grow(void **state)
{
    struct arena *a = arena_new(1 << 20);
    int *numbers = NULL;
    size_t count = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        *(int *)arena_push(a, &numbers, &count, sizeof(*numbers)) = i;
    assert_int_equal(count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    arena_free(a);
}

static void text_is_copied(void **state)
{
    struct arena *a = arena_new(1 << 20);
    char text[] = "text";
    struct view copy = arena_copy(a, view_of(text));

    (void)state;
    text[0] = 'n';
    assert_view(copy, "text");
    assert_string_equal(arena_cstr(a, view_sub(copy, 1, 2)), "ex");
    assert_view(arena_printf(a, "%s-%d", "a", 5), "a-5");
    assert_int_equal(arena_copy(a, VIEW_EMPTY).len, 0);
    arena_free(a);
    arena_free(NULL);
}

RUN_TESTS(cmocka_unit_test(memory_is_aligned_zeroed_and_bounded), cmocka_unit_test(arrays_grow),
          cmocka_unit_test(text_is_copied))
