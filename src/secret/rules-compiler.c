/* Compiles our rule files, at build time.
 *
 *     secret-rules-compiler OUTPUT FILE...
 *
 * Writes what secret_rules_open() reads. Mistakes in the files, and regular
 * expressions that do not compile, are told and end the build.
 */
#include <stdio.h>

#include "base/fd.h"
#include "secret/confirm.h"

enum { ARENA_LIMIT = 256 << 20 };

static int read_file(const char *path, struct secret_rule_files *files, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SECRET_RULE_FILE_LIMIT);
    int r = fd_read_file(path, &text, err);

    return r < 0 ? r : secret_rule_file_read(files, buf_view(&text), view_of(path), err);
}

static int check(struct view compiled, struct error *err)
{
    _cleanup_(secret_rules_free_p) struct secret_rules *set = NULL;
    int r = secret_rules_open(compiled, &set, err);

    return r < 0 ? r : confirm_check(set, err);
}

static int write_file(const char *path, struct view bytes, struct error *err)
{
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;
    int r = atomic_file_open(&file, path, 0666, err);

    file.skip_sync = true;
    if (r == 0)
        r = fd_write_all(file.fd, bytes, err);
    return r < 0 ? r : atomic_file_commit(&file, err);
}

static int run(const char *output, char **inputs, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_(buf_done) struct buf compiled = BUF_INIT(SECRET_RULES_BYTES);
    struct secret_rule_files files = {.arena = arena};
    int r = arena ? 0 : error_memory(err);

    for (; r == 0 && *inputs; inputs++)
        r = read_file(*inputs, &files, err);
    if (r == 0)
        r = secret_rules_compile(&files, SECRET_PLATFORM_ALL, &compiled, err);
    if (r == 0)
        r = check(buf_view(&compiled), err);
    return r < 0 ? r : write_file(output, buf_view(&compiled), err);
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;

    if (argc < 3) {
        fputs("usage: secret-rules-compiler OUTPUT FILE...\n", stderr);
        return 2;
    }
    if (run(argv[1], argv + 2, &err) == 0)
        return 0;
    fprintf(stderr, "%s\n%s%s", err.message, err.hint, *err.hint ? "\n" : "");
    return 1;
}
