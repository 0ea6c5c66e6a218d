#include "base/arena.h"

#include <sys/mman.h>
#include <unistd.h>

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

static bool is_resident(const char *at)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    unsigned char is = 0;

    assert_int_equal(mincore((void *)((uintptr_t)at & ~(page - 1)), 1, &is), 0);
    return is & 1;
}

static void unused_pages_go_back(void **state)
{
    enum { PIECES = 5000, PIECE = 1024, MEGABYTE = 1 << 20 };
    struct arena *a = arena_new(64 << 20);
    char *first = NULL, *last = NULL, *more;

    (void)state;
    arena_settle(a);
    for (int i = 0; i < PIECES; i++) {
        last = arena_alloc(a, PIECE);
        memset(last, 0xff, PIECE);
        first = first ? first : last;
    }
    assert_true(is_resident(last + MEGABYTE)); /* large blocks come with their pages */
    arena_settle(a);
    assert_false(is_resident(last + MEGABYTE));
    for (int i = 0; i < PIECE; i++)
        assert_true(first[i] == (char)0xff && last[i] == (char)0xff);
    more = arena_alloc(a, MEGABYTE);
    assert_ptr_equal(more, last + PIECE);
    for (int i = 0; i < MEGABYTE; i++)
        assert_int_equal(more[i], 0);
    arena_free(a);
}

RUN_TESTS(cmocka_unit_test(memory_is_aligned_zeroed_and_bounded), cmocka_unit_test(arrays_grow),
          cmocka_unit_test(text_is_copied), cmocka_unit_test(unused_pages_go_back))
