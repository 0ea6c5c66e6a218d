/* Prints the entries of a tar, which may be compressed, one a line, columns by
 * tabs: type, path and link in hexadecimal, mode, uid, gid, mtime, size, and
 * the body's digest. With a second file name, also writes them there again.
 *
 *     dump_tar FILE.tar [COPY.tar]
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "codec/digest.h"
#include "codec/tar-writer.h"

static void print_hex(struct view bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        printf("%02x", (unsigned char)bytes.ptr[i]);
    putchar('\t');
}

static int open_tar(int fd, struct tar **ret, struct error *err)
{
    struct stream *file, *decoded;
    int r = stream_open_fd(fd, 0, -1, &file, err);

    if (r >= 0)
        r = stream_open_decoded(file, UINT64_MAX, NULL, &decoded, err);
    return r < 0 ? r : tar_open(decoded, NULL, ret, err);
}

/* Hashes the body, and copies it where a writer is given. */
static int read_body(struct tar *tar, struct digester *digester, struct tar_writer *copy,
                     struct error *err)
{
    struct view block;

    do {
        int r = tar_read(tar, &block, err);

        if (r >= 0 && copy)
            r = tar_writer_body(copy, block, err);
        if (r < 0)
            return r;
        digester_add(digester, block);
    } while (block.len);
    return 0;
}

static void print_entry(const struct tar_entry *entry, struct digester *digester)
{
    char text[DIGEST_TEXT_SIZE + 1];
    struct digest digest = digester_end(digester);

    printf("%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRId64 "\t%" PRIu64 "\t%s\n", entry->mode,
           entry->uid, entry->gid, entry->mtime, entry->size, digest_format(&digest, text).ptr);
}

static int dump(int fd, struct tar_writer *copy, struct error *err)
{
    static const char letters[] = "fdlhcbp";
    _cleanup_(digester_free_p) struct digester *digester = NULL;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;
    int r = digester_new(&digester, err);

    if (r >= 0)
        r = open_tar(fd, &tar, err);
    while (r >= 0 && (r = tar_next(tar, &entry, err)) > 0) {
        printf("%c\t", letters[entry.type]);
        print_hex(entry.path);
        print_hex(entry.link);
        if (copy)
            r = tar_writer_entry(copy, entry.type, entry.path, entry.link, entry.mode, entry.size,
                                 err);
        if (r >= 0)
            r = read_body(tar, digester, copy, err);
        print_entry(&entry, digester);
    }
    if (r >= 0 && copy)
        r = tar_writer_finish(copy, err);
    return r;
}

int main(int argc, char **argv)
{
    _cleanup_close_ int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    _cleanup_close_ int copy_fd =
        argc > 2 ? open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;
    _cleanup_(tar_writer_free_p) struct tar_writer *copy = NULL;
    struct error err = ERROR_INIT;

    if (fd < 0 || (argc > 2 && copy_fd < 0)) {
        fprintf(stderr, "usage: %s FILE.tar [COPY.tar]\n", argv[0]);
        return 2;
    }
    if ((copy_fd >= 0 && tar_writer_new(copy_fd, &copy, &err) < 0) || dump(fd, copy, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return 0;
}
