/* Any bytes through a scanner, whole and in pieces: nothing breaks, masks and
 * places keep their promises, and (for files without archives, whose messages
 * may differ) both ways find the same. */
#include <stdint.h>
#include <stdlib.h>

#include "secret/mask.h"
#include "secret/secret.h"

struct seen {
    uint64_t count, sum;
    struct view text;
};

static void on_found(void *ctx, const struct secret_match *match)
{
    struct seen *seen = ctx;

    if (match->line == 0 || match->column == 0 || match->masked.len >= MASK_SIZE ||
        match->end_line < match->line || match->name.len > SECRET_NAME_LIMIT)
        abort();
    seen->count++;
    seen->sum += match->rule * 31 + match->line * 7 + match->column + match->end_column * 3;
}

static struct secret_scanner *make_scanner(struct seen *seen)
{
    static struct secret_rules *rules;
    struct secret_options options = SECRET_OPTIONS_DEFAULT;
    struct secret_scanner *scanner;

    if (!rules && secret_rules_open(secret_rules_builtin(), &rules, NULL) < 0)
        abort();
    options.ctx = seen;
    options.found = on_found;
    if (secret_scanner_new(rules, &options, &scanner, NULL) < 0)
        abort();
    return scanner;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"a.conf", "a.py", "README.md", "x", "tests/a.min.js"};
    static struct secret_scanner *scanner;
    static struct seen seen;
    struct view path, bytes;
    uint64_t count, sum;
    size_t step;

    if (size < 2)
        return 0;
    if (!scanner)
        scanner = make_scanner(&seen);
    path = view_of(paths[data[0] % 5]);
    step = (size_t)data[1] * 16 + 1;
    bytes = view_from(data + 2, size - 2);
    seen = (struct seen){0};
    secret_scanner_file(scanner, path, bytes);
    count = seen.count;
    sum = seen.sum;
    seen = (struct seen){0};
    secret_scanner_begin(scanner, path);
    for (size_t at = 0; at < bytes.len; at += step)
        secret_scanner_add(scanner, view_sub(bytes, at, step));
    secret_scanner_end(scanner);
    /* The first piece alone says what a file is: it may be too short to show an
     * archive, or a NUL. */
    if (step >= 512 && !(bytes.len && memchr(bytes.ptr, '\0', bytes.len)) &&
        (seen.count != count || seen.sum != sum))
        abort();
    secret_scanner_text(scanner, path, bytes);
    return 0;
}
