#include "cmd/cli/cmd-rules.h"

#include <fnmatch.h>
#include <stdio.h>

#include "base/nearest-name.h"
#include "base/text.h"
#include "config/content.h"
#include "config/rule-files.h"
#include "config/sources.h"

static void tell_all(const struct invocation *invocation, struct rule_shelf *shelf,
                     const struct rule_problem *problems, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        shelf->errors += problems[i].level == RULE_PROBLEM_ERROR;
        shelf->warnings += problems[i].level == RULE_PROBLEM_WARNING;
        tell_rule_problem(invocation, &problems[i]);
    }
}

static int add_builtin(struct rule_shelf *shelf, struct arena *arena, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < config_content_count; i++)
        r = ruleset_add(
            shelf->set,
            arena_printf(arena, "builtin:%s/%s", config_contents[i].kind, config_contents[i].file),
            config_contents[i].text, err);
    return r;
}

static int compile(const struct invocation *invocation, struct rule_shelf *shelf, struct error *err)
{
    size_t count;
    const struct rule_problem *problems = ruleset_problems(shelf->set, &count);

    tell_all(invocation, shelf, problems, count);
    shelf->programs = arena_array(invocation->arena, config_source_count, sizeof(void *));
    if (!shelf->programs)
        return error_memory(err);
    for (size_t i = 0; i < config_source_count; i++) {
        int r = rule_program_new(shelf->set, config_sources[i], &shelf->programs[i], err);

        if (r < 0)
            return r;
        problems = rule_program_problems(shelf->programs[i], &count);
        tell_all(invocation, shelf, problems, count);
    }
    return 0;
}

int rule_shelf_open(const struct invocation *invocation, const struct option_texts *files,
                    bool builtin, struct rule_shelf *ret, struct error *err)
{
    const struct option_texts *paths = files ? files : &settings_of(invocation)->rule_files;
    struct rule_files read;
    int r = rule_files_read(paths->items, paths->count, invocation->arena, &read, err);

    *ret = (struct rule_shelf){0};
    if (r == 0)
        r = ruleset_new(config_sources, config_source_count, &ret->set, err);
    if (r == 0 && builtin)
        r = add_builtin(ret, invocation->arena, err);
    for (size_t i = 0; r == 0 && i < read.count; i++)
        r = ruleset_add(ret->set, read.list[i].name, read.list[i].text, err);
    if (r == 0)
        r = ruleset_finish(ret->set, err);
    return r < 0 ? r : compile(invocation, ret, err);
}

void rule_shelf_done(struct rule_shelf *shelf)
{
    for (size_t i = 0; shelf->programs && i < config_source_count; i++)
        rule_program_free(shelf->programs[i]);
    ruleset_free(shelf->set);
    *shelf = (struct rule_shelf){0};
}

static void suggest_rule(const struct ruleset *set, struct view name, struct error *err)
{
    struct nearest_name nearest = nearest_name_for(name);
    size_t count;
    const struct rule *rules = ruleset_rules(set, &count);

    for (size_t i = 0; i < count; i++)
        nearest_name_offer(&nearest, rules[i].id);
    if (nearest.best.len)
        error_hint(err, "did you mean %.*s?", VIEW_ARG(nearest.best));
}

int rule_shelf_find(const struct rule_shelf *shelf, const char *name, const struct rule **ret,
                    struct error *err)
{
    struct view wanted = view_of(name);

    *ret = ruleset_find(shelf->set, wanted);
    if (*ret)
        return 0;
    error_set(err, ERROR_NOT_FOUND, "there is no rule '%.*s'", VIEW_ARG(wanted));
    suggest_rule(shelf->set, wanted, err);
    error_hint(err, "'plimsoll rules list' shows all of them");
    return ERROR_NOT_FOUND;
}

bool rule_shelf_compiled(const struct rule_shelf *shelf, const struct rule *rule,
                         const struct rule_program **ret, size_t *ret_index)
{
    for (size_t i = 0; i < config_source_count; i++) {
        if (config_sources[i] != rule->source)
            continue;
        for (size_t k = 0; k < rule_program_rule_count(shelf->programs[i]); k++)
            if (view_eq(rule_program_rule(shelf->programs[i], k)->name, rule->name)) {
                *ret = shelf->programs[i];
                *ret_index = k;
                return true;
            }
    }
    return false;
}

static bool glob_matches(const char *glob, struct view text)
{
    char copy[256];

    snprintf(copy, sizeof(copy), "%.*s", VIEW_ARG(text));
    return fnmatch(glob, copy, FNM_CASEFOLD) == 0;
}

bool rule_is_chosen(const struct invocation *invocation, const struct rule *rule)
{
    const struct settings *s = settings_of(invocation);

    if (s->rule_source && strcmp(s->rule_source, rule->source->name) != 0)
        return false;
    for (size_t i = 0; i < s->checks.count; i++) {
        bool named = glob_matches(s->checks.items[i], rule->id);

        for (size_t k = 0; !named && k < rule->tag_count; k++)
            named = glob_matches(s->checks.items[i], rule->tags[k]);
        if (!named)
            return false;
    }
    return true;
}

struct view rule_words(const struct rule_text *text)
{
    struct view words = text->in[text_language()];

    return words.len ? words : text->in[TEXT_ENGLISH];
}

struct view rule_heading(const struct rule *rule)
{
    struct view title = rule_words(&rule->title);

    return title.len ? title : rule->name;
}

void rule_write_versions(const struct rule *rule, struct buf *to)
{
    for (size_t i = 0; i < rule->version_count; i++)
        buf_addf(to, "  %-5.*s %.*s\n", VIEW_ARG(rule->versions[i].since),
                 VIEW_ARG(rule_words(&rule->versions[i].what)));
}

static const char *const description[] = {
    TR_KEY("Rules say what is found: in configuration by plimsoll config, in images by plimsoll "
           "image. They are written in Falco's language, and Falco's own rule files load "
           "unmodified. One's own rules stand in files that --rules names."),
    NULL,
};

static const struct command *const verbs[] = {
    &command_rules_list,
    &command_rules_show,
    &command_rules_check,
    &command_rules_explain,
    &command_rules_test,
    &command_rules_fields,
    NULL,
};

static const struct option_group *const options[] = {&options_general, NULL};

const struct command command_rules = {
    .name = "rules",
    .parent = &command_program,
    .summary = TR_KEY("list, show, check, explain and test rules"),
    .description = description,
    .options = options,
    .verbs = verbs,
};
