/* OSV records in the archives they are published in. */
#include <libdeflate.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "codec/tar-writer.h"

#include "import-collect.h"

#include "test.h"

#define SMALL(id)                                                                                  \
    "{\"id\":\"" id "\",\"modified\":\"2024-02-03T04:05:06Z\",\"affected\":[{\"package\":{"        \
    "\"ecosystem\":\"npm\",\"name\":\"a\"},\"versions\":[\"1\"]}]}"
#define SMALL_WANT(id) id " modified=2024-02-03T04:05:06Z\n  npm a affected versions=1\n"

static const struct {
    const char *name, *text;
} members[] = {
    {"db/X-1.json", SMALL("X-1")},
    {"db/X-2.json", "{\"id\":\"X-2\""},
    {"db/README.md", "no record"},
    {"db/X-3.json", SMALL("X-3")},
};

static const char want[] =
    SMALL_WANT("X-1") SMALL_WANT("X-3") "broken 1\nproblem db/X-2.json: ...\n";

static void make_tar(struct buf *to)
{
    _cleanup_(tar_writer_free_p) struct tar_writer *tar = NULL;
    _cleanup_close_ int fd = memfd_create("tar", MFD_CLOEXEC);

    assert_int_equal(tar_writer_new(fd, &tar, NULL), 0);
    for (size_t i = 0; i < COUNT(members); i++) {
        struct view text = view_of(members[i].text);

        assert_int_equal(tar_writer_entry(tar, TAR_FILE, view_of(members[i].name), VIEW_EMPTY, 0644,
                                          text.len, NULL),
                         0);
        assert_int_equal(tar_writer_body(tar, text, NULL), 0);
    }
    assert_int_equal(tar_writer_finish(tar, NULL), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(fd_read_all(fd, to, NULL), 0);
}

/* The fields that local header and central directory share, from "version
 * needed" on: no compression (APPNOTE 4.3.7, 4.3.12). */
static void add_zip_fields(struct buf *to, const char *name, struct view text)
{
    buf_add_u16(to, 20);
    buf_add_u16(to, 0);
    buf_add_u16(to, 0);
    buf_add_u32(to, 0x58210000); /* a date */
    buf_add_u32(to, libdeflate_crc32(0, text.ptr, text.len));
    buf_add_u32(to, (uint32_t)text.len);
    buf_add_u32(to, (uint32_t)text.len);
    buf_add_u16(to, (uint16_t)strlen(name));
    buf_add_u16(to, 0);
}

static void make_zip(struct buf *to)
{
    uint32_t offsets[COUNT(members)], directory, end;

    for (size_t i = 0; i < COUNT(members); i++) {
        struct view text = view_of(members[i].text);

        offsets[i] = (uint32_t)to->len;
        buf_add(to, VIEW("PK\x03\x04"));
        add_zip_fields(to, members[i].name, text);
        buf_add_str(to, members[i].name);
        buf_add(to, text);
    }
    directory = (uint32_t)to->len;
    for (size_t i = 0; i < COUNT(members); i++) {
        buf_add(to, VIEW("PK\x01\x02"));
        buf_add_u16(to, 20);
        add_zip_fields(to, members[i].name, view_of(members[i].text));
        for (int k = 0; k < 5; k++) /* comment, disk, attributes */
            buf_add_u16(to, 0);
        buf_add_u32(to, offsets[i]);
        buf_add_str(to, members[i].name);
    }
    end = (uint32_t)to->len;
    buf_add(to, VIEW("PK\x05\x06"));
    buf_add_u32(to, 0);
    buf_add_u16(to, COUNT(members));
    buf_add_u16(to, COUNT(members));
    buf_add_u32(to, end - directory);
    buf_add_u32(to, directory);
    buf_add_u16(to, 0);
}

static void check_archive(const char *name, const struct buf *archive)
{
    struct import_input input = {view_of(name), buf_view(archive), VIEW_EMPTY};

    assert_ptr_equal(importer_sniff(&input), &importer_osv);
    check_import(&importer_osv, name, input.bytes, VIEW_EMPTY, want);
    for (size_t cut = 0; cut < archive->len; cut += 97) {
        struct collector collector;

        collector_init(&collector);
        input.bytes = view_sub(buf_view(archive), 0, cut);
        importer_osv.run(&input, &collector.sink, NULL);
        assert_true(collector.sink.tally.records <= 2);
        collector_done(&collector);
    }
}

static void test_archives(void **state)
{
    _cleanup_(buf_done) struct buf tar = BUF_INIT(1 << 20), zip = BUF_INIT(1 << 20);

    (void)state;
    make_tar(&tar);
    check_archive("a tar", &tar);
    make_zip(&zip);
    check_archive("a zip", &zip);
}

RUN_TESTS(cmocka_unit_test(test_archives))
