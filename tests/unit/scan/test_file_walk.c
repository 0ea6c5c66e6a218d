/* A walk by one thread and by several: every regular file once, and nothing
 * else. */
#include "../test.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "scan/file-walk.h"

struct seen {
    pthread_mutex_t lock;
    size_t count, bytes, unreadable;
    size_t stop_after; /* 0: never */
    char names[4096];
};

static int on_file(void *ctx, struct view path, int fd, const struct stat *st, struct error *err)
{
    struct seen *seen = ctx;
    size_t len;
    bool stop;

    assert_true(fd >= 0 && S_ISREG(st->st_mode));
    pthread_mutex_lock(&seen->lock);
    seen->count++;
    seen->bytes += (size_t)st->st_size;
    len = strlen(seen->names);
    snprintf(seen->names + len, sizeof(seen->names) - len, "%.*s ", VIEW_ARG(path));
    stop = seen->stop_after && seen->count >= seen->stop_after;
    pthread_mutex_unlock(&seen->lock);
    return stop ? error_set(err, ERROR_CANCELLED, "enough") : 0;
}

static void on_unreadable(void *ctx, struct view path, const struct error *why)
{
    struct seen *seen = ctx;

    (void)path;
    (void)why;
    seen->unreadable++;
}

static char *make_path(const char *root, const char *name, char to[static 512])
{
    snprintf(to, 512, "%s/%s", root, name);
    return to;
}

static void write_file(const char *root, const char *name, const char *text)
{
    char path[512];
    FILE *file = fopen(make_path(root, name, path), "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_tree(char root[static 64])
{
    char path[512];

    strcpy(root, "/tmp/plimsoll-walk-XXXXXX");
    assert_non_null(mkdtemp(root));
    assert_int_equal(fd_make_directories(make_path(root, "a/b/c", path), 0755, NULL), 0);
    assert_int_equal(fd_make_directories(make_path(root, ".git/objects", path), 0755, NULL), 0);
    assert_int_equal(fd_make_directories(make_path(root, "vendor/x", path), 0755, NULL), 0);
    write_file(root, "one.txt", "1");
    write_file(root, "a/two.txt", "22");
    write_file(root, "a/b/c/three.txt", "333");
    write_file(root, "a/empty", "");
    write_file(root, ".git/config", "4444");
    write_file(root, "vendor/x/five.txt", "55555");
    assert_int_equal(symlink("/etc/passwd", make_path(root, "link", path)), 0);
    assert_int_equal(symlink("..", make_path(root, "a/up", path)), 0);
    assert_int_equal(mkfifo(make_path(root, "a/pipe", path), 0644), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_tree(const char *root)
{
    assert_int_equal(nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void walk_once(const char *root, const struct file_walk_options *options, struct seen *seen)
{
    const struct file_visitor visitor = {seen, on_file, on_unreadable};
    _cleanup_(file_walk_free_p) struct file_walk *walk = NULL;

    pthread_mutex_init(&seen->lock, NULL);
    assert_int_equal(file_walk_new(root, options, &walk, NULL), 0);
    assert_int_equal(file_walk_run(walk, &visitor, NULL), 0);
}

static void files_are_handed_out(void **state)
{
    static const char *const skipped[] = {"vendor", "*/two.txt"};
    static const struct {
        struct file_walk_options options;
        size_t count, bytes;
    } cases[] = {
        {{0}, 4, 11},
        {{.git = true}, 5, 15},
        {{.skipped = skipped, .skipped_count = 2}, 2, 4},
    };
    char root[64];

    (void)state;
    make_tree(root);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct seen seen = {0};

        walk_once(root, &cases[i].options, &seen);
        assert_int_equal(seen.count, cases[i].count);
        assert_int_equal(seen.bytes, cases[i].bytes);
        assert_int_equal(seen.unreadable, 0);
        assert_null(strstr(seen.names, "link"));
        assert_null(strstr(seen.names, "pipe"));
    }
    remove_tree(root);
}

struct shared {
    struct file_walk *walk;
    struct file_visitor visitor;
    int result;
};

static void *run(void *ctx)
{
    struct shared *shared = ctx;
    struct error err = ERROR_INIT;
    int r = file_walk_run(shared->walk, &shared->visitor, &err);

    if (r < 0) {
        file_walk_stop(shared->walk);
        __atomic_store_n(&shared->result, r, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void run_threads(const char *root, struct seen *seen, struct shared *shared)
{
    enum { THREADS = 8 };
    const struct file_walk_options options = {0};
    pthread_t threads[THREADS];

    pthread_mutex_init(&seen->lock, NULL);
    shared->visitor = (struct file_visitor){seen, on_file, on_unreadable};
    assert_int_equal(file_walk_new(root, &options, &shared->walk, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, shared), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    file_walk_free(shared->walk);
}

static void threads_share_a_walk(void **state)
{
    enum { DIRECTORIES = 60, FILES = 20 };
    char root[64] = "/tmp/plimsoll-walk-XXXXXX", name[128], path[512];
    struct seen seen = {0}, stopped = {.stop_after = 100};
    struct shared shared = {0}, cut = {0};

    (void)state;
    assert_non_null(mkdtemp(root));
    for (int i = 0; i < DIRECTORIES; i++) {
        snprintf(name, sizeof(name), "d%d/e%d", i % 7, i);
        assert_int_equal(fd_make_directories(make_path(root, name, path), 0755, NULL), 0);
        for (int j = 0; j < FILES; j++) {
            snprintf(name, sizeof(name), "d%d/e%d/f%d", i % 7, i, j);
            write_file(root, name, "x");
        }
    }
    run_threads(root, &seen, &shared);
    assert_int_equal(shared.result, 0);
    assert_int_equal(seen.count, DIRECTORIES * FILES);
    /* One that fails ends the walk for all. */
    run_threads(root, &stopped, &cut);
    assert_int_equal(cut.result, ERROR_CANCELLED);
    assert_true(stopped.count >= 100 && stopped.count < DIRECTORIES * FILES);
    remove_tree(root);
}

static void files_are_opened_again(void **state)
{
    const struct file_walk_options options = {0};
    _cleanup_(file_walk_free_p) struct file_walk *walk = NULL;
    char root[64];
    int fd;

    (void)state;
    make_tree(root);
    assert_int_equal(file_walk_new(root, &options, &walk, NULL), 0);
    assert_int_equal(file_walk_open(walk, "a/b/c/three.txt", &fd, NULL), 0);
    close(fd);
    assert_true(file_walk_open(walk, "link", &fd, NULL) < 0);
    assert_true(file_walk_open(walk, "../etc/passwd", &fd, NULL) < 0);
    assert_true(file_walk_open(walk, "a/up/one.txt", &fd, NULL) < 0);
    remove_tree(root);
}

RUN_TESTS(cmocka_unit_test(files_are_handed_out), cmocka_unit_test(threads_share_a_walk),
          cmocka_unit_test(files_are_opened_again))
