#include "cmd/cli/load-checks.h"

#include <stdio.h>

#include "config/rule-files.h"

enum { PROBLEM_TEXT_LIMIT = 64 << 10 };

void tell_rule_problem(const struct invocation *invocation, const struct rule_problem *problem)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(PROBLEM_TEXT_LIMIT);

    if (problem->level == RULE_PROBLEM_WARNING && general_of(invocation)->quiet)
        return;
    rule_problem_write(problem, &text);
    fputs(buf_cstr(&text), stderr);
}

struct telling {
    const struct invocation *invocation;
    size_t errors;
};

static void tell(void *ctx, const struct rule_problem *problem)
{
    struct telling *telling = ctx;

    telling->errors += problem->level == RULE_PROBLEM_ERROR;
    tell_rule_problem(telling->invocation, problem);
}

int split_names(const struct option_texts *texts, struct arena *arena, const struct view **ret,
                size_t *ret_count, struct error *err)
{
    struct view *names = NULL;
    size_t count = 0;

    for (size_t i = 0; i < texts->count; i++) {
        struct view rest = view_of(texts->items[i]);

        while (rest.ptr) {
            struct view name = view_trim(view_cut(&rest, ',')), *slot;

            if (name.len == 0)
                continue;
            slot = arena_push(arena, &names, &count, sizeof(*slot));
            if (!slot)
                return error_memory(err);
            *slot = name;
        }
    }
    *ret = names;
    *ret_count = count;
    return 0;
}

int load_checks(const struct invocation *invocation, unsigned kinds, struct checks **ret,
                struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct checks_options options = {.kinds = kinds, .no_builtin = s->no_builtin};
    _cleanup_(checks_free_p) struct checks *checks = NULL;
    struct telling telling = {invocation, 0};
    struct rule_files files;
    int r =
        rule_files_read(s->rule_files.items, s->rule_files.count, invocation->arena, &files, err);

    if (r == 0)
        r = split_names(&s->checks, invocation->arena, &options.only, &options.only_count, err);
    if (r == 0)
        r = split_names(&s->skipped_checks, invocation->arena, &options.skipped,
                        &options.skipped_count, err);
    if (r < 0)
        return r;
    options.files = files.list;
    options.file_count = files.count;
    r = checks_new(&options, &checks, err);
    if (r < 0)
        return r;
    checks_each_problem(checks, tell, &telling);
    if (telling.errors) {
        error_set(err, ERROR_INPUT, "the rule files have errors: %zu", telling.errors);
        error_hint(err, "'plimsoll rules check FILE' looks at them alone");
        return ERROR_INPUT;
    }
    if (checks_count(checks) == 0) {
        error_set(err, ERROR_USAGE, "no check is left");
        error_hint(err,
                   "skip fewer with --skip-check, choose more with --check, or name files with "
                   "--rules");
        return ERROR_USAGE;
    }
    *ret = take_ptr(&checks);
    return 0;
}
