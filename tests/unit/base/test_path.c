#include "base/path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "test.h"

static void cleaning(void **state)
{
    static const struct {
        const char *path, *want;
    } cases[] = {
        {"./etc/passwd", "etc/passwd"},
        {"/etc//passwd/", "etc/passwd"},
        {"a/../b", "b"},
        {"../../etc", "etc"},
        {"a/b/../../../c", "c"},
        {"", ""},
        {".", ""},
        {"/", ""},
        {"a/./b", "a/b"},
        {"..a/...", "..a/..."},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = BUF_INIT(PATH_LIMIT);

        buf_add_str(&b, "kept:");
        assert_int_equal(path_clean(view_of(cases[i].path), &b, NULL), 0);
        assert_view(view_sub(buf_view(&b), 5, b.len), cases[i].want);
        buf_done(&b);
    }
}

static void refused_paths(void **state)
{
    static char long_path[PATH_LIMIT + 2], deep_path[2 * PATH_DEPTH_LIMIT + 4];
    struct buf b = BUF_INIT(PATH_LIMIT);

    (void)state;
    memset(long_path, 'x', sizeof(long_path) - 1);
    for (size_t i = 0; i + 1 < sizeof(deep_path); i++)
        deep_path[i] = i % 2 ? '/' : 'd';
    assert_int_equal(path_clean(view_of(long_path), &b, NULL), ERROR_LIMIT);
    assert_int_equal(path_clean(view_of(deep_path), &b, NULL), ERROR_LIMIT);
    assert_int_equal(path_clean(VIEW("a\0b"), &b, NULL), ERROR_INPUT);
    buf_done(&b);
}

static void links(void **state)
{
    static const struct {
        const char *link, *target, *want;
    } cases[] = {
        {"etc/os-release", "../usr/lib/os-release", "usr/lib/os-release"},
        {"etc/os-release", "/usr/lib/os-release", "usr/lib/os-release"},
        {"lib", "usr/lib", "usr/lib"},
        {"a/b/c", "../../../../x", "x"},
        {"a/b", ".", "a"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = BUF_INIT(PATH_LIMIT);

        assert_int_equal(
            path_resolve_link(view_of(cases[i].link), view_of(cases[i].target), &b, NULL), 0);
        assert_view(buf_view(&b), cases[i].want);
        buf_done(&b);
    }
}

static void parts(void **state)
{
    (void)state;
    assert_view(path_directory(VIEW("a/b/c")), "a/b");
    assert_view(path_directory(VIEW("c")), "");
    assert_view(path_name(VIEW("a/b/c")), "c");
    assert_true(path_is_below(VIEW("a/b"), VIEW("a")));
    assert_true(path_is_below(VIEW("a"), VIEW("a")));
    assert_true(path_is_below(VIEW("a"), VIEW_EMPTY));
    assert_false(path_is_below(VIEW("ab"), VIEW("a")));
}

/* A root with every way out that a hostile tree has. */
static void opening_stays_in_the_root(void **state)
{
    static const struct {
        const char *path;
        int want;
    } cases[] = {
        {"inside", 0},
        {"/inside", 0},
        {"to-inside", 0},
        {"absolute", 0}, /* /inside, from the root */
        {"out", ERROR_NOT_FOUND},
        {"../../etc/passwd", ERROR_NOT_FOUND},
        {"loop", ERROR_IO},
        {"fifo", ERROR_INPUT},
        {"missing", ERROR_NOT_FOUND},
    };
    char root[] = "/tmp/plimsoll-path-XXXXXX";
    _cleanup_close_ int root_fd = -1;

    (void)state;
    assert_non_null(mkdtemp(root));
    root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(openat(root_fd, "inside", O_CREAT | O_WRONLY, 0600));
    assert_int_equal(symlinkat("inside", root_fd, "to-inside"), 0);
    assert_int_equal(symlinkat("/inside", root_fd, "absolute"), 0);
    assert_int_equal(symlinkat("../../etc/passwd", root_fd, "out"), 0);
    assert_int_equal(symlinkat("loop", root_fd, "loop"), 0);
    assert_int_equal(mkfifoat(root_fd, "fifo", 0600), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;
        int fd = -1;

        assert_int_equal(path_open_in(root_fd, cases[i].path, O_RDONLY, &fd, &err), cases[i].want);
        close_p(&fd);
    }
    for (size_t i = 0; i < 6; i++) {
        static const char *const made[] = {"inside", "to-inside", "absolute",
                                           "out",    "loop",      "fifo"};

        unlinkat(root_fd, made[i], 0);
    }
    rmdir(root);
}

RUN_TESTS(cmocka_unit_test(cleaning), cmocka_unit_test(refused_paths), cmocka_unit_test(links),
          cmocka_unit_test(parts), cmocka_unit_test(opening_stays_in_the_root))
