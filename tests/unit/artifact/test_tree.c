/* A root that nothing leads out of. */
#include "artifact/tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "test.h"

struct place {
    char path[64];
    int fd;
    struct tree *tree;
};

static void write_file(int dir, const char *name, const char *text)
{
    int fd = openat(dir, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, view_of(text), NULL), 0);
    close(fd);
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    int etc;

    strcpy(place->path, "/tmp/plimsoll-tree-XXXXXX");
    if (!mkdtemp(place->path))
        return -1;
    place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(mkdirat(place->fd, "etc", 0755), 0);
    assert_int_equal(mkdirat(place->fd, "usr", 0755), 0);
    etc = openat(place->fd, "etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    write_file(place->fd, "usr/os-release", "ID=inside\n");
    assert_int_equal(symlinkat("/usr/os-release", etc, "os-release"), 0);
    assert_int_equal(symlinkat("../../../../../../etc/shadow", etc, "passwd"), 0);
    assert_int_equal(symlinkat("/", etc, "root"), 0);
    assert_int_equal(symlinkat("loop", etc, "loop"), 0);
    assert_int_equal(mkfifoat(etc, "fifo", 0644), 0);
    close(etc);
    *state = place;
    return tree_open(place->path, &place->tree, NULL);
}

static int remove_place(void **state)
{
    static const char *const made[] = {"etc/os-release", "etc/passwd", "etc/root",
                                       "etc/loop",       "etc/fifo",   "usr/os-release"};
    struct place *place = *state;

    for (size_t i = 0; i < COUNT(made); i++)
        unlinkat(place->fd, made[i], 0);
    unlinkat(place->fd, "etc", AT_REMOVEDIR);
    unlinkat(place->fd, "usr", AT_REMOVEDIR);
    rmdir(place->path);
    tree_close(place->tree);
    close(place->fd);
    free(place);
    return 0;
}

static void files_open_inside_only(void **state)
{
    static const struct {
        const char *path;
        int want;
    } cases[] = {
        {"etc/os-release", 0},           {"etc/root/usr/os-release", 0},
        {"etc/passwd", ERROR_NOT_FOUND}, {"etc/loop", ERROR_IO},
        {"etc/fifo", ERROR_INPUT},       {"etc", ERROR_INPUT},
        {"etc/none", ERROR_NOT_FOUND},   {"../../etc/passwd", ERROR_NOT_FOUND},
    };
    struct place *place = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(100);
        struct error err = ERROR_INIT;
        struct stat st;
        int fd = -1;

        assert_int_equal(tree_open_file(place->tree, cases[i].path, &fd, &st, &err), cases[i].want);
        if (fd < 0)
            continue;
        assert_int_equal(fd_read_all(fd, &text, NULL), 0);
        assert_string_equal(buf_cstr(&text), "ID=inside\n");
        close(fd);
    }
}

static int collect(void *ctx, const char *name, struct error *err)
{
    (void)err;
    buf_addf(ctx, "%s ", name);
    return strcmp(name, "passwd") == 0 ? ERROR_CANCELLED : 0;
}

static void directories_are_listed_in_order(void **state)
{
    struct place *place = *state;
    struct buf names = BUF_INIT(1000);
    struct error err = ERROR_INIT;

    assert_int_equal(tree_read_directory(place->tree, "", collect, &names, &err), 0);
    assert_int_equal(tree_read_directory(place->tree, "etc", collect, &names, &err),
                     ERROR_CANCELLED);
    assert_string_equal(buf_cstr(&names), "etc usr fifo loop os-release passwd ");
    assert_int_equal(tree_read_directory(place->tree, "usr/os-release", collect, &names, &err),
                     ERROR_NOT_FOUND);
    buf_done(&names);
}

static void links_are_read_not_followed(void **state)
{
    struct place *place = *state;
    struct buf target = BUF_INIT(1000);
    struct stat st;

    assert_int_equal(tree_stat(place->tree, "etc/os-release", &st, NULL), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(tree_read_link(place->tree, "etc/os-release", &target, NULL), 0);
    assert_string_equal(buf_cstr(&target), "/usr/os-release");
    assert_true(tree_read_link(place->tree, "etc", &target, NULL) < 0);
    buf_done(&target);
}

static void roots_must_be_directories(void **state)
{
    struct error err = ERROR_INIT;
    struct tree *tree;

    (void)state;
    assert_int_equal(tree_open("/no/such/root", &tree, &err), ERROR_NOT_FOUND);
    assert_string_equal(err.hint, "name a directory that holds a root file system");
    assert_int_equal(tree_open("/proc/self/status", &tree, &err), ERROR_NOT_FOUND);
    tree_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_open_inside_only, make_place, remove_place),
        cmocka_unit_test_setup_teardown(directories_are_listed_in_order, make_place, remove_place),
        cmocka_unit_test_setup_teardown(links_are_read_not_followed, make_place, remove_place),
        cmocka_unit_test(roots_must_be_directories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
