/* Output of our gzip stream, and of a walk over the tar within, in MB/s, with
 * ISA-L alone on the mapped file as the floor. The three take turns; medians,
 * of processor time, which neighbours disturb less than the clock.
 *
 *     bench-gzip-stream FILE.tar.gz
 */
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "codec/tar.h"

enum { ROUNDS = 7, FLOOR_BLOCK = 1 << 20 };

/* Each returns the bytes that came out, or -1. */
static int64_t inflate_alone(int fd, struct error *err)
{
    static struct inflate_state state;
    static uint8_t block[FLOOR_BLOCK];
    struct stat st;
    void *bytes;
    int64_t sum = 0;

    if (fstat(fd, &st) < 0)
        return error_errno(err, "cannot stat");
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED)
        return error_errno(err, "cannot map");
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    state.next_in = bytes;
    state.avail_in = (uint32_t)st.st_size;
    do {
        state.next_out = block;
        state.avail_out = FLOOR_BLOCK;
        if (isal_inflate(&state) < 0)
            return error_set(err, ERROR_INPUT, "ISA-L finds the file corrupt");
        sum += FLOOR_BLOCK - state.avail_out;
    } while (state.avail_out == 0);
    munmap(bytes, (size_t)st.st_size);
    return sum;
}

static int open_decoded(int fd, struct stream **ret, struct error *err)
{
    struct stream *file;
    int r = stream_open_fd(fd, 0, -1, &file, err);

    return r < 0 ? r : stream_open_decoded(file, UINT64_MAX, NULL, ret, err);
}

static int64_t pull_stream(int fd, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct view block;
    int64_t sum = 0;
    int r = open_decoded(fd, &stream, err);

    do {
        if (r >= 0)
            r = stream_next(stream, &block, err);
        if (r < 0)
            return r;
        sum += (int64_t)block.len;
    } while (block.len);
    return sum;
}

static int64_t walk_tar(int fd, struct error *err)
{
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct stream *stream;
    struct tar_entry entry = {0};
    int64_t end = 0;
    int r = open_decoded(fd, &stream, err);

    if (r >= 0)
        r = tar_open(stream, NULL, &tar, err);
    while (r >= 0 && (r = tar_next(tar, &entry, err)) > 0)
        end = (int64_t)(entry.data_offset + entry.size);
    return r < 0 ? r : end;
}

static const struct {
    const char *name;
    int64_t (*run)(int fd, struct error *err);
} subjects[] = {
    {"ISA-L alone", inflate_alone},
    {"stream", pull_stream},
    {"stream and tar", walk_tar},
};
enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    _cleanup_close_ int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    double speeds[SUBJECTS][ROUNDS];

    if (fd < 0) {
        fprintf(stderr, "usage: %s FILE.tar.gz (one gzip member)\n", argv[0]);
        return 2;
    }
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < SUBJECTS; i++) {
            struct error err = ERROR_INIT;
            double start = cpu_seconds();
            int64_t bytes = subjects[i].run(fd, &err);

            if (bytes < 0) {
                fprintf(stderr, "%s: %s\n", subjects[i].name, err.message);
                return 1;
            }
            speeds[i][round] = (double)bytes / 1e6 / (cpu_seconds() - start);
        }
    for (size_t i = 0; i < SUBJECTS; i++) {
        qsort(speeds[i], ROUNDS, sizeof(double), by_size);
        printf("%-15s %5.0f MB/s  %.3f of the floor\n", subjects[i].name, speeds[i][ROUNDS / 2],
               speeds[i][ROUNDS / 2] / speeds[0][ROUNDS / 2]);
    }
    return 0;
}
