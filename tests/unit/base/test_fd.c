#include "base/fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "test.h"

struct folder {
    char path[64];
};

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));

    strcpy(folder->path, "/tmp/plimsoll-fd-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) ? 0 : -1;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    DIR *dir = opendir(folder->path);

    for (struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(folder->path);
    free(folder);
    return 0;
}

static int count_entries(const char *path)
{
    DIR *directory = opendir(path);
    int count = 0;

    assert_non_null(directory);
    for (struct dirent *e; (e = readdir(directory));)
        count += e->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void files_appear_whole_or_not_at_all(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(100);
    struct folder *folder = *state;
    struct error err = ERROR_INIT;
    struct atomic_file file;
    char path[128];

    snprintf(path, sizeof(path), "%s/file", folder->path);
    assert_int_equal(atomic_file_open(&file, path, 0640, NULL), 0);
    assert_int_equal(fd_write_all(file.fd, VIEW("half"), NULL), 0);
    assert_int_equal(access(path, F_OK), -1);
    if (file.nameless)
        assert_int_equal(count_entries(folder->path), 0);
    atomic_file_done(&file);
    assert_int_equal(count_entries(folder->path), 0);

    assert_int_equal(atomic_file_open(&file, path, 0640, NULL), 0);
    assert_int_equal(fd_write_all(file.fd, VIEW("whole"), NULL), 0);
    assert_int_equal(atomic_file_commit(&file, NULL), 0);
    atomic_file_done(&file);
    assert_int_equal(fd_read_file(path, &text, NULL), 0);
    assert_string_equal(buf_cstr(&text), "whole");
    assert_int_equal(count_entries(folder->path), 1);

    snprintf(path, sizeof(path), "%s/no/such/folder", folder->path);
    assert_int_equal(atomic_file_open(&file, path, 0640, &err), ERROR_NOT_FOUND);
}

static void reading_keeps_to_the_limit(void **state)
{
    static const struct {
        size_t size, limit;
        int want;
    } cases[] = {{0, 0, 0},           {1, 0, ERROR_LIMIT},
                 {100, 100, 0},       {101, 100, ERROR_LIMIT},
                 {200000, 200000, 0}, {200000, 199999, ERROR_LIMIT}};
    struct folder *folder = *state;
    char path[128];

    snprintf(path, sizeof(path), "%s/sized", folder->path);
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(cases[i].limit);
        struct error err = ERROR_INIT;
        int fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);

        assert_int_equal(ftruncate(fd, (off_t)cases[i].size), 0);
        close(fd);
        assert_int_equal(fd_read_file(path, &text, &err), cases[i].want);
        if (cases[i].want == 0)
            assert_int_equal(text.len, cases[i].size);
    }
}

static void directories_are_made(void **state)
{
    struct folder *folder = *state;
    char path[128], *cut;
    struct stat st;

    snprintf(path, sizeof(path), "%s/a/b/c", folder->path);
    assert_int_equal(fd_make_directories(path, 0700, NULL), 0);
    assert_int_equal(fd_make_directories(path, 0700, NULL), 0);
    assert_int_equal(stat(path, &st), 0);
    for (int i = 0; i < 3; i++) {
        rmdir(path);
        cut = strrchr(path, '/');
        *cut = '\0';
    }
    assert_true(fd_make_directories("/dev/null/x", 0700, NULL) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_appear_whole_or_not_at_all),
        cmocka_unit_test(reading_keeps_to_the_limit),
        cmocka_unit_test(directories_are_made),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
