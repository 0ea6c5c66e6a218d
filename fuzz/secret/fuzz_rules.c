/* Rule files of any bytes: a mistake or a set, and a set that was accepted can
 * be made, opened and used; and any bytes as a compiled set are refused or
 * bounded. */
#include <stdint.h>
#include <stdlib.h>

#include "secret/confirm.h"
#include "secret/secret.h"

enum { RULES_LIMIT = 8, REGEX_LIMIT = 64 };

static void on_found(void *ctx, const struct secret_match *match)
{
    (void)ctx;
    if (match->line == 0)
        abort();
}

/* Compiling is Vectorscan's and PCRE2's business, and slow. */
static bool is_small(const struct secret_rule_files *files)
{
    for (size_t i = 0; i < files->rule_count; i++)
        if (files->rules[i].regex.len > REGEX_LIMIT)
            return false;
    return files->rule_count && files->rule_count <= RULES_LIMIT;
}

static void use(const struct secret_rule_files *files, struct view text)
{
    _cleanup_(buf_done) struct buf compiled = BUF_INIT(SECRET_RULES_BYTES);
    _cleanup_(secret_rules_free_p) struct secret_rules *rules = NULL;
    _cleanup_(secret_scanner_free_p) struct secret_scanner *scanner = NULL;
    struct secret_options options = SECRET_OPTIONS_DEFAULT;

    options.found = on_found;
    if (secret_rules_compile(files, SECRET_PLATFORM_HERE, &compiled, NULL) < 0)
        return;
    if (secret_rules_open(buf_view(&compiled), &rules, NULL) < 0)
        abort();
    if (confirm_check(rules, NULL) < 0)
        return;
    if (secret_scanner_new(rules, &options, &scanner, NULL) < 0)
        abort();
    secret_scanner_file(scanner, VIEW("a.conf"), text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = view_from(data, size);
    _cleanup_arena_ struct arena *arena = arena_new(64 << 20);
    struct secret_rule_files files = {.arena = arena};
    struct error err = ERROR_INIT;

    if (secret_rule_file_read(&files, text, VIEW("own.yaml"), &err) < 0) {
        if (!error_is_set(&err))
            abort();
    } else if (is_small(&files)) {
        use(&files, text);
    }
    return 0;
}
