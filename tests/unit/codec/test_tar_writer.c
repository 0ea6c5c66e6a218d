#include "test.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "base/fd.h"
#include "codec/tar-writer.h"
#include "samples.h"

struct file {
    int fd;
    struct tar_writer *writer;
};

static int set_up(void **state)
{
    static struct file file;

    file.fd = memfd_create("sample", MFD_CLOEXEC);
    assert_true(file.fd >= 0);
    assert_int_equal(tar_writer_new(file.fd, &file.writer, NULL), 0);
    *state = &file;
    return 0;
}

static int tear_down(void **state)
{
    struct file *file = *state;

    tar_writer_free(file->writer);
    close(file->fd);
    return 0;
}

static struct tar *reopen(const struct file *file)
{
    struct stream *stream;
    struct tar *tar = NULL;

    assert_int_equal(stream_open_fd(file->fd, 0, -1, &stream, NULL), 0);
    assert_int_equal(tar_open(stream, NULL, &tar, NULL), 0);
    return tar;
}

static struct view long_name(char *to, size_t len, bool slashes)
{
    for (size_t i = 0; i < len; i++)
        to[i] = slashes && i % 60 == 59 && i + 1 < len ? '/' : (char)('a' + i % 26);
    return view_from(to, len);
}

/* Every length of name and link, around those that headers hold. */
static void test_names(void **state)
{
    struct file *file = *state;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    char name[400];

    for (size_t i = 2; i < 800; i++)
        assert_int_equal(tar_writer_entry(file->writer, TAR_SYMLINK, long_name(name, i / 2, i % 2),
                                          long_name(name, i / 2, i % 2), 0777, 0, NULL),
                         0);
    assert_int_equal(tar_writer_finish(file->writer, NULL), 0);
    tar = reopen(file);
    for (size_t i = 2; i < 800; i++) {
        struct view want = long_name(name, i / 2, i % 2);
        struct error err = ERROR_INIT;
        struct tar_entry entry;

        if (tar_next(tar, &entry, &err) != 1)
            fail_msg("%s", err.message);
        assert_true(view_eq(entry.path, want));
        assert_true(view_eq(entry.link, want));
        assert_int_equal(entry.type, TAR_SYMLINK);
        assert_int_equal(entry.mode, 0777);
    }
}

/* A slash at every place around those where a name can be cut. */
static void test_cut_names(void **state)
{
    struct file *file = *state;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    char name[300];

    memset(name, 'n', sizeof(name));
    for (size_t i = 0; i < 4 * 160; i++) {
        size_t slash = 1 + i / 4, len = slash + 99 + i % 4;

        name[slash] = '/';
        assert_int_equal(tar_writer_entry(file->writer, TAR_FILE, view_from(name, len), VIEW_EMPTY,
                                          0644, 0, NULL),
                         0);
        name[slash] = 'n';
    }
    assert_int_equal(tar_writer_finish(file->writer, NULL), 0);
    tar = reopen(file);
    for (size_t i = 0; i < 4 * 160; i++) {
        size_t slash = 1 + i / 4, len = slash + 99 + i % 4;
        struct tar_entry entry;

        name[slash] = '/';
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_true(view_eq(entry.path, view_from(name, len)));
        name[slash] = 'n';
    }
}

static void test_types(void **state)
{
    struct file *file = *state;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    for (int type = TAR_FILE; type <= TAR_FIFO; type++)
        assert_int_equal(tar_writer_entry(file->writer, (enum tar_type)type, VIEW("n"), VIEW_EMPTY,
                                          04755, 0, NULL),
                         0);
    assert_int_equal(tar_writer_finish(file->writer, NULL), 0);
    tar = reopen(file);
    for (int type = TAR_FILE; type <= TAR_FIFO; type++) {
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_int_equal((int)entry.type, type);
        assert_int_equal(entry.mode, 04755);
    }
    assert_int_equal(tar_next(tar, &entry, NULL), 0);
}

/* Too little of a body is filled up, too much is cut. */
static void test_bodies(void **state)
{
    static const struct {
        uint64_t size;
        size_t given;
    } cases[] = {{0, 0}, {1, 1}, {512, 512}, {200000, 200000}, {5, 3}, {600, 0}, {3, 9}, {0, 4}};
    struct file *file = *state;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);

    sample_text(&text, 200000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view body = view_sub(buf_view(&text), 0, cases[i].given);

        assert_int_equal(tar_writer_entry(file->writer, TAR_FILE, VIEW("n"), VIEW_EMPTY, 0644,
                                          cases[i].size, NULL),
                         0);
        assert_int_equal(tar_writer_body(file->writer, view_sub(body, 0, 2), NULL), 0);
        assert_int_equal(tar_writer_body(file->writer, view_sub(body, 2, body.len), NULL), 0);
    }
    assert_int_equal(tar_writer_finish(file->writer, NULL), 0);
    tar = reopen(file);
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf got = BUF_INIT(SAMPLE_LIMIT);
        size_t same = cases[i].given < cases[i].size ? cases[i].given : (size_t)cases[i].size;
        struct tar_entry entry;

        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_int_equal(tar_read_all(tar, &got, NULL), 0);
        assert_int_equal(got.len, cases[i].size);
        assert_true(view_eq(view_sub(buf_view(&got), 0, same), view_sub(buf_view(&text), 0, same)));
        for (size_t k = same; k < got.len; k++)
            assert_int_equal(got.ptr[k], 0);
    }
}

/* Sizes that octal digits don't hold; the body itself is not written. */
static void test_large_size(void **state)
{
    struct file *file = *state;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
    struct tar_entry entry;

    sample_text(&text, 100000);
    assert_int_equal(tar_writer_entry(file->writer, TAR_FILE, VIEW("n"), VIEW_EMPTY, 0644,
                                      (uint64_t)1 << 40, NULL),
                     0);
    assert_int_equal(tar_writer_body(file->writer, buf_view(&text), NULL), 0);
    tar = reopen(file);
    assert_int_equal(tar_next(tar, &entry, NULL), 1);
    assert_true(entry.size == (uint64_t)1 << 40);
}

static void test_cannot_write(void **state)
{
    struct file *file = *state;
    _cleanup_(tar_writer_free_p) struct tar_writer *writer = NULL;
    _cleanup_close_ int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct error err = ERROR_INIT;

    (void)file;
    assert_true(full >= 0);
    assert_int_equal(tar_writer_new(full, &writer, NULL), 0);
    assert_int_equal(tar_writer_finish(writer, &err), ERROR_IO);
    assert_true(err.message[0]);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

RUN_TESTS(ONE(test_names), ONE(test_cut_names), ONE(test_types), ONE(test_bodies),
          ONE(test_large_size), ONE(test_cannot_write))
