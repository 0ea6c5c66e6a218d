#include "test.h"

#include "sensor/detect/path-join.h"

static const struct {
    const char *directory, *path, *want;
} joins[] = {
    {"", "/etc/passwd", "/etc/passwd"},
    {"/home/ann", "/etc/passwd", "/etc/passwd"},
    {"/home/ann", "notes", "/home/ann/notes"},
    {"/home/ann/", "notes", "/home/ann/notes"},
    {"/home/ann", "./notes", "/home/ann/notes"},
    {"/home/ann", "../bob/notes", "/home/bob/notes"},
    {"/home/ann", "../../../../etc/shadow", "/etc/shadow"},
    {"/home/ann", "", "/home/ann"},
    {"/home/ann", ".", "/home/ann"},
    {"/home/ann", "..", "/home"},
    {"/", "..", "/"},
    {"/", "x", "/x"},
    {"/", "", "/"},
    {"", "/", "/"},
    {"", "//", "/"},
    {"", "//etc//passwd", "/etc/passwd"},
    {"", "/etc/./passwd", "/etc/passwd"},
    {"", "/etc/../etc/passwd", "/etc/passwd"},
    {"", "/etc/passwd/", "/etc/passwd"},
    {"", "/etc/passwd/.", "/etc/passwd"},
    {"", "/etc/passwd/..", "/etc"},
    {"", "/..", "/"},
    {"", "/../../x", "/x"},
    {"", "/...", "/..."},
    {"", "/.hidden/..x/.y.", "/.hidden/..x/.y."},
    {"", "/a/.", "/a"},
    {"", "relative/./x", "relative/x"},
    {"", "../x", "x"},
    {"", "", ""},
    {"/a", "b/../../../c/", "/c"},
};

static void test_join(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(joins); i++)
        assert_view(path_join(view_of(joins[i].directory), view_of(joins[i].path), arena),
                    joins[i].want);
}

/* A path that needs no work is not copied. */
static void test_no_copy(void **state)
{
    struct view path = VIEW("/usr/lib/x86_64-linux-gnu/libc.so.6");
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);

    (void)state;
    assert_ptr_equal(path_join(VIEW("/x"), path, arena).ptr, path.ptr);
    assert_int_equal(arena_used(arena), 0);
}

static void test_long(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    char path[4096];

    (void)state;
    memset(path, 'a', sizeof(path));
    for (size_t i = 0; i < sizeof(path); i += 2)
        path[i] = '/';
    assert_int_equal(path_join(VIEW_EMPTY, view_from(path, sizeof(path)), arena).len, 4096);
    assert_int_equal(path_join(VIEW("/b"), view_from(path + 1, 4095), arena).len, 4098);
    memset(path, '/', sizeof(path));
    assert_view(path_join(VIEW_EMPTY, view_from(path, sizeof(path)), arena), "/");
}

static void test_parts(void **state)
{
    static const struct {
        const char *path, *folder, *leaf;
    } parts[] = {{"/etc/passwd", "/etc", "passwd"}, {"/etc", "/", "etc"}, {"/", "/", ""},
                 {"pipe:[1]", "", "pipe:[1]"},      {"", "", ""},         {"/a/b/c", "/a/b", "c"}};

    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        assert_view(path_folder(view_of(parts[i].path)), parts[i].folder);
        assert_view(path_leaf(view_of(parts[i].path)), parts[i].leaf);
    }
}

RUN_TESTS(cmocka_unit_test(test_join), cmocka_unit_test(test_no_copy), cmocka_unit_test(test_long),
          cmocka_unit_test(test_parts))
