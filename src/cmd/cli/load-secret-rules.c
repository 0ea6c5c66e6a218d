#include "cmd/cli/load-secret-rules.h"

#include "base/fd.h"
#include "cmd/cli/load-checks.h"
#include "config/rule-files.h"
#include "secret/confirm.h"

enum { ARENA_LIMIT = 256 << 20 };

static int compile(const struct rule_files *own, struct view *ret, struct arena *arena,
                   struct error *err)
{
    struct secret_rule_files files = {.arena = arena};
    struct buf compiled = BUF_INIT(SECRET_RULES_BYTES);
    int r = secret_rules_read_builtin(&files, err);

    for (size_t i = 0; r == 0 && i < own->count; i++)
        r = secret_rule_file_read(&files, own->list[i].text, own->list[i].name, err);
    if (r == 0)
        r = secret_rules_compile(&files, SECRET_PLATFORM_HERE, &compiled, err);
    if (r == 0)
        *ret = arena_copy(arena, buf_view(&compiled));
    buf_done(&compiled);
    return r < 0 ? r : arena_failed(arena, "the secret rules", err);
}

/* Of ours, and what a person added: those are checked whole, now, so that a
 * mistake is told before the scan. */
static int open_own(const struct rule_files *own, struct arena *arena, struct secret_rules **ret,
                    struct error *err)
{
    _cleanup_(secret_rules_free_p) struct secret_rules *rules = NULL;
    struct view compiled;
    int r = compile(own, &compiled, arena, err);

    if (r == 0)
        r = secret_rules_open(compiled, &rules, err);
    if (r == 0)
        r = confirm_check(rules, err);
    if (r == 0)
        *ret = take_ptr(&rules);
    return r;
}

static int switch_off(const struct invocation *invocation, struct secret_rules *rules,
                      struct error *err)
{
    const struct view *names;
    size_t count;
    int r = split_names(&settings_of(invocation)->disabled_rules, invocation->arena, &names, &count,
                        err);

    for (size_t i = 0; r == 0 && i < count; i++)
        r = secret_rules_switch_off(rules, names[i], err);
    return r;
}

int load_secret_rules(const struct invocation *invocation, const struct option_texts *files,
                      struct secret_rules **ret, struct error *err)
{
    _cleanup_(secret_rules_free_p) struct secret_rules *rules = NULL;
    struct rule_files own = {0};
    int r = rule_files_read(files->items, files->count, invocation->arena, &own, err);

    if (r < 0)
        return r;
    r = own.count ? open_own(&own, invocation->arena, &rules, err)
                  : secret_rules_open(secret_rules_builtin(), &rules, err);
    if (r == 0)
        r = switch_off(invocation, rules, err);
    if (r == 0)
        *ret = take_ptr(&rules);
    return r;
}
