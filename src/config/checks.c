#include "config/checks.h"

#include <fnmatch.h>

#include "base/arena.h"
#include "base/nearest-name.h"
#include "config/content.h"
#include "config/harden/fix.h"
#include "config/sources.h"

enum { CHECKS_ARENA_LIMIT = 64 << 20 };

const struct config_kind *const config_kinds[CONFIG_KINDS] = {
    &config_kubernetes,
    &config_dockerfile,
    &config_compose,
    &config_image,
};

struct checks {
    struct arena *arena;
    struct ruleset *set;
    struct rule_program *programs[CONFIG_KINDS];
    bool *wanted[CONFIG_KINDS];
    size_t count;
    struct rule_problem *fix_problems; /* fixes that can't be read */
    size_t fix_problem_count;
};

void checks_free(struct checks *checks)
{
    if (!checks)
        return;
    for (size_t i = 0; i < CONFIG_KINDS; i++)
        rule_program_free(checks->programs[i]);
    ruleset_free(checks->set);
    arena_free(checks->arena);
    free(checks);
}

static bool is_of_kinds(const struct config_content *content, unsigned kinds)
{
    for (size_t i = 0; i < CONFIG_KINDS; i++)
        if (kinds >> i & 1 && strcmp(content->kind, config_kinds[i]->name) == 0)
            return true;
    return false;
}

static int add_builtin(struct checks *checks, unsigned kinds, struct error *err)
{
    for (size_t i = 0; i < config_content_count; i++) {
        const struct config_content *content = &config_contents[i];
        struct view name =
            arena_printf(checks->arena, "builtin:%s/%s", content->kind, content->file);
        int r;

        if (!is_of_kinds(content, kinds))
            continue;
        r = ruleset_add(checks->set, name, content->text, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int load(struct checks *checks, const struct checks_options *options, struct error *err)
{
    /* All sources: a person's files may hold rules for others, too. */
    int r = ruleset_new(config_sources, config_source_count, &checks->set, err);

    if (r == 0 && !options->no_builtin)
        r = add_builtin(checks, options->kinds, err);
    for (size_t i = 0; r == 0 && i < options->file_count; i++)
        r = ruleset_add(checks->set, options->files[i].name, options->files[i].text, err);
    return r < 0 ? r : ruleset_finish(checks->set, err);
}

/* ---- Which rules take part ---- */

static bool glob_matches(const char *glob, struct view text)
{
    char copy[256];

    snprintf(copy, sizeof(copy), "%.*s", VIEW_ARG(text));
    return fnmatch(glob, copy, FNM_CASEFOLD) == 0;
}

static bool names_rule(const char *glob, const struct rule *rule)
{
    if (glob_matches(glob, rule->id) || glob_matches(glob, rule->name))
        return true;
    for (size_t i = 0; i < rule->tag_count; i++)
        if (glob_matches(glob, rule->tags[i]))
            return true;
    return false;
}

static int check_globs(const struct checks *checks, const struct view *globs, size_t count,
                       struct error *err)
{
    size_t rule_count;
    const struct rule *rules = ruleset_rules(checks->set, &rule_count);

    for (size_t i = 0; i < count; i++) {
        const char *glob = arena_cstr(checks->arena, globs[i]);
        struct nearest_name nearest = nearest_name_for(globs[i]);
        bool used = false;

        if (!glob)
            return error_memory(err);
        for (size_t k = 0; k < rule_count && !used; k++) {
            used = names_rule(glob, &rules[k]);
            nearest_name_offer(&nearest, rules[k].id);
        }
        if (used)
            continue;
        error_set(err, ERROR_USAGE, "no check is called or tagged '%s'", glob);
        if (nearest.best.len)
            error_hint(err, "did you mean %.*s?", VIEW_ARG(nearest.best));
        error_hint(err, "'plimsoll rules list' shows all of them");
        return ERROR_USAGE;
    }
    return 0;
}

static bool named_by_any(const struct checks *checks, const struct rule *rule,
                         const struct view *globs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *glob = arena_cstr(checks->arena, globs[i]);

        if (glob && names_rule(glob, rule))
            return true;
    }
    return false;
}

static int choose(struct checks *checks, size_t kind, const struct checks_options *options,
                  struct error *err)
{
    const struct rule_program *program = checks->programs[kind];
    size_t count = rule_program_rule_count(program);
    bool *wanted = arena_array(checks->arena, count ? count : 1, sizeof(*wanted));

    if (!wanted)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_program_rule(program, i);

        wanted[i] = (options->only_count == 0 ||
                     named_by_any(checks, rule, options->only, options->only_count)) &&
                    !named_by_any(checks, rule, options->skipped, options->skipped_count);
        checks->count += wanted[i];
    }
    checks->wanted[kind] = wanted;
    return 0;
}

static int tell_fix(struct checks *checks, const struct rule *rule, const struct document_node *at,
                    const struct error *why, struct error *err)
{
    struct rule_problem *problem = arena_push(checks->arena, &checks->fix_problems,
                                              &checks->fix_problem_count, sizeof(*problem));

    if (!problem)
        return error_memory(err);
    *problem = (struct rule_problem){
        .level = RULE_PROBLEM_ERROR,
        .file = rule->file,
        .line = at->start.line,
        .column = at->start.column,
        .length = 1,
        .item = arena_printf(checks->arena, "rule %.*s", VIEW_ARG(rule->name)),
        .message = arena_copy(checks->arena, view_of(why->message)),
        .hint = arena_copy(checks->arena, view_of(why->hint)),
    };
    return 0;
}

/* Repairs of documents; those of Dockerfiles have steps of their own. */
static int check_fixes(struct checks *checks, size_t kind, struct error *err)
{
    const struct rule_program *program = checks->programs[kind];
    int r = 0;

    if (config_kinds[kind] == &config_dockerfile)
        return 0;
    for (size_t i = 0; r == 0 && i < rule_program_rule_count(program); i++) {
        const struct rule *rule = rule_program_rule(program, i);
        const struct document_node *at;
        struct error why = ERROR_INIT;
        struct fix fix;
        int failed = rule->fix ? fix_parse(rule, checks->arena, &fix, &at, &why) : 0;

        if (failed == ERROR_MEMORY)
            return error_memory(err);
        if (failed < 0)
            r = tell_fix(checks, rule, at, &why, err);
    }
    return r;
}

static int compile(struct checks *checks, const struct checks_options *options, struct error *err)
{
    int r = check_globs(checks, options->only, options->only_count, err);

    if (r == 0)
        r = check_globs(checks, options->skipped, options->skipped_count, err);
    for (size_t i = 0; r == 0 && i < CONFIG_KINDS; i++) {
        if (!(options->kinds >> i & 1))
            continue;
        r = rule_program_new(checks->set, config_kinds[i]->source, &checks->programs[i], err);
        if (r == 0)
            r = choose(checks, i, options, err);
        if (r == 0)
            r = check_fixes(checks, i, err);
    }
    return r;
}

int checks_new(const struct checks_options *options, struct checks **ret, struct error *err)
{
    _cleanup_(checks_free_p) struct checks *checks = calloc(1, sizeof(*checks));
    int r;

    if (!checks || !(checks->arena = arena_new(CHECKS_ARENA_LIMIT)))
        return error_memory(err);
    r = load(checks, options, err);
    if (r == 0)
        r = compile(checks, options, err);
    if (r < 0)
        return r;
    *ret = take_ptr(&checks);
    return 0;
}

const struct ruleset *checks_ruleset(const struct checks *checks)
{
    return checks->set;
}

const struct rule_program *checks_program(const struct checks *checks, size_t kind)
{
    return checks->programs[kind];
}

bool checks_wants(const struct checks *checks, size_t kind, size_t rule)
{
    return checks->wanted[kind][rule];
}

size_t checks_count(const struct checks *checks)
{
    return checks->count;
}

void checks_each_problem(const struct checks *checks,
                         void (*tell)(void *ctx, const struct rule_problem *problem), void *ctx)
{
    size_t count;
    const struct rule_problem *problems = ruleset_problems(checks->set, &count);

    for (size_t i = 0; i < count; i++)
        tell(ctx, &problems[i]);
    for (size_t kind = 0; kind < CONFIG_KINDS; kind++) {
        if (!checks->programs[kind])
            continue;
        problems = rule_program_problems(checks->programs[kind], &count);
        for (size_t i = 0; i < count; i++)
            tell(ctx, &problems[i]);
    }
    for (size_t i = 0; i < checks->fix_problem_count; i++)
        tell(ctx, &checks->fix_problems[i]);
}

static void note_error(void *ctx, const struct rule_problem *problem)
{
    *(bool *)ctx |= problem->level == RULE_PROBLEM_ERROR;
}

bool checks_have_errors(const struct checks *checks)
{
    bool found = false;

    checks_each_problem(checks, note_error, &found);
    return found;
}
