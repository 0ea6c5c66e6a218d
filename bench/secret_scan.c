/* The floor of a scan for secrets: the files of a folder, walked and read, and
 * Vectorscan alone over the same bytes with the same rules.
 *
 *     bench-secret-scan FOLDER
 *
 * Prints megabytes, seconds of walking and reading (the second time, so that
 * the page cache has them), and seconds of Vectorscan, on one core.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fd.h"
#include "scan/file-walk.h"
#include "secret/rules.h"

enum { FILES_LIMIT = 1 << 20, ROUNDS = 3 };
#define BYTES_LIMIT ((size_t)4 << 30)

struct corpus {
    char *bytes;
    size_t len, file_count;
    size_t ends[FILES_LIMIT]; /* of each file in `bytes` */
};

static int read_file(void *ctx, struct view path, int fd, const struct stat *st, struct error *err)
{
    struct corpus *corpus = ctx;
    ssize_t n;

    (void)path;
    if (corpus->file_count == FILES_LIMIT || corpus->len + (size_t)st->st_size > BYTES_LIMIT)
        return error_set(err, ERROR_LIMIT, "the folder is too large");
    n = fd_read_full(fd, corpus->bytes + corpus->len, (size_t)st->st_size, err);
    if (n < 0)
        return (int)n;
    corpus->len += (size_t)n;
    corpus->ends[corpus->file_count++] = corpus->len;
    return 0;
}

static void unreadable(void *ctx, struct view path, const struct error *why)
{
    (void)ctx;
    fprintf(stderr, "%.*s: %s\n", VIEW_ARG(path), why->message);
}

static int read_all(const char *folder, struct corpus *corpus, struct error *err)
{
    const struct file_walk_options options = {0};
    const struct file_visitor visitor = {corpus, read_file, unreadable};
    _cleanup_(file_walk_free_p) struct file_walk *walk = NULL;
    int r = file_walk_new(folder, &options, &walk, err);

    corpus->len = corpus->file_count = 0;
    return r < 0 ? r : file_walk_run(walk, &visitor, err);
}

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                  void *ctx)
{
    (void)id;
    (void)from;
    (void)to;
    (void)flags;
    ++*(size_t *)ctx;
    return 0;
}

static int match_all(const struct corpus *corpus, const struct secret_rules *rules,
                     struct error *err)
{
    hs_scratch_t *scratch = NULL;
    size_t hits = 0, start = 0;

    if (hs_alloc_scratch(secret_rules_database(rules), &scratch) != HS_SUCCESS)
        return error_memory(err);
    for (size_t i = 0; i < corpus->file_count; i++) {
        hs_scan(secret_rules_database(rules), corpus->bytes + start,
                (unsigned)(corpus->ends[i] - start), 0, scratch, on_hit, &hits);
        start = corpus->ends[i];
    }
    hs_free_scratch(scratch);
    return 0;
}

static int measure(const char *folder, struct corpus *corpus, struct error *err)
{
    _cleanup_(secret_rules_free_p) struct secret_rules *rules = NULL;
    uint64_t reading = UINT64_MAX, matching = UINT64_MAX;
    int r = secret_rules_open(secret_rules_builtin(), &rules, err);

    for (int round = 0; r == 0 && round < ROUNDS; round++) {
        uint64_t start = clock_now_ns(), middle;

        r = read_all(folder, corpus, err);
        middle = clock_now_ns();
        if (r == 0)
            r = match_all(corpus, rules, err);
        if (round && middle - start < reading)
            reading = middle - start;
        if (clock_now_ns() - middle < matching)
            matching = clock_now_ns() - middle;
    }
    if (r == 0)
        printf("%.3f %.4f %.4f\n", (double)corpus->len / 1e6, (double)reading / 1e9,
               (double)matching / 1e9);
    return r;
}

int main(int argc, char **argv)
{
    struct corpus *corpus = calloc(1, sizeof(*corpus));
    struct error err = ERROR_INIT;

    if (argc != 2 || !corpus || !(corpus->bytes = malloc(BYTES_LIMIT))) {
        fputs("usage: bench-secret-scan FOLDER\n", stderr);
        return 2;
    }
    if (measure(argv[1], corpus, &err) == 0)
        return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
