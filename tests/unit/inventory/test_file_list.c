#include "test.h"

#include "inventory/file-list.h"

static void round_trip(void **state)
{
    static const struct {
        const char *directory, *name, *want;
    } cases[] = {
        {"", "/usr/bin/a", "/usr/bin/a"},        {"/usr/bin/", "ab", "/usr/bin/ab"},
        {"usr/bin", "b", "/usr/bin/b"},          {"/", "top", "/top"},
        {"", "usr/share/x y", "/usr/share/x y"}, {"usr", "share/x y", "/usr/share/x y"},
    };
    struct arena *arena = arena_new(1 << 20);
    const struct view *files;
    struct file_list list;
    struct error err;
    size_t count;

    (void)state;
    file_list_init(&list);
    for (size_t i = 0; i < COUNT(cases); i++)
        file_list_add(&list, view_of(cases[i].directory), view_of(cases[i].name));
    file_list_add(&list, VIEW("usr"), VIEW("")); /* nothing to add */
    assert_int_equal(file_list_decode(buf_view(&list.bytes), arena, &files, &count, &err), 0);
    assert_int_equal(count, COUNT(cases));
    for (size_t i = 0; i < count; i++)
        assert_view(files[i], cases[i].want);
    file_list_done(&list);
    arena_free(arena);
}

static void long_paths_are_left_out(void **state)
{
    static char name[FILE_LIST_PATH_LIMIT];
    struct file_list list;

    (void)state;
    memset(name, 'x', sizeof(name));
    file_list_init(&list);
    file_list_add(&list, VIEW("a"), view_from(name, sizeof(name) - 2));
    assert_int_equal(list.bytes.len, 0);
    file_list_add(&list, VIEW("a"), view_from(name, sizeof(name) - 3));
    assert_true(list.bytes.len > 0);
    file_list_done(&list);
}

static void damaged_lists(void **state)
{
    static const struct view cases[] = {
        {"\x01\x01x", 3},         /* shares with nothing before it */
        {"\x00\x05x", 3},         /* ends too early */
        {"\x00\x01x\x02\x00", 5}, /* shares more than there is */
        {"\x80", 1},              /* half a number */
        {"\x00", 1},              /* no path */
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct view *files = NULL;
        size_t count = 7;

        assert_int_equal(file_list_decode(cases[i], arena, &files, &count, NULL), ERROR_INPUT);
        assert_int_equal(count, 7);
    }
    arena_free(arena);
}

RUN_TESTS(cmocka_unit_test(round_trip), cmocka_unit_test(long_paths_are_left_out),
          cmocka_unit_test(damaged_lists))
