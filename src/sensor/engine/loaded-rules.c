#include "sensor/engine/loaded-rules.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "codec/json-write.h"
#include "config/content.h"
#include "config/rule-files.h"
#include "rule/source/falco.h"
#include "sensor/detect/observation.h"

enum {
    FILES_LIMIT = 64 << 20,
    CHOICE_LIMIT = 16 << 20,
    NAME_LIMIT = 1024,
};

struct loaded_rules {
    struct arena *arena; /* the files' bytes */
    struct ruleset *set;
    struct rule_program *program;
    struct push_down *push_down;
    size_t errors;
    loaded_rules_problem *tell;
    void *ctx;
};

/* Files of Falco's other sources may be given, too: they are checked, and not
 * asked about system calls. */
static const struct rule_source *const sources[] = {
    &rule_source_sensor,
    &rule_source_k8s_audit,
    &rule_source_aws_cloudtrail,
    &rule_source_gcp_auditlog,
};

static void tell_problems(struct loaded_rules *rules, const struct rule_problem *problems,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rules->errors += problems[i].level == RULE_PROBLEM_ERROR;
        if (rules->tell && problems[i].level != RULE_PROBLEM_NOTE)
            rules->tell(rules->ctx, &problems[i]);
    }
}

static int add_builtin(struct ruleset *set, struct error *err)
{
    for (size_t i = 0; i < config_content_count; i++) {
        const struct config_content *content = &config_contents[i];

        if (strcmp(content->kind, "runtime") != 0)
            continue;
        if (ruleset_add(set, view_of(content->file), content->text, err) < 0)
            return err->kind;
    }
    return 0;
}

static int add_files(struct loaded_rules *rules, const struct loaded_rules_options *options,
                     struct error *err)
{
    struct rule_files files;
    int r = rule_files_read(options->paths, options->path_count, rules->arena, &files, err);

    for (size_t i = 0; r == 0 && i < files.count; i++)
        r = ruleset_add(rules->set, files.list[i].name, files.list[i].text, err);
    return r;
}

/* "*" among what is switched off means: only what is switched on. */
static bool is_all(struct view glob)
{
    return view_eq(glob, VIEW("*"));
}

static bool has_all(const struct view *globs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_all(globs[i]))
            return true;
    return false;
}

static bool matches(const struct view *globs, size_t count, struct view text)
{
    char name[NAME_LIMIT], glob[NAME_LIMIT];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "%.*s", VIEW_ARG(text));
        snprintf(glob, sizeof(glob), "%.*s", VIEW_ARG(globs[i]));
        if (fnmatch(glob, name, FNM_CASEFOLD) == 0)
            return true;
    }
    return false;
}

/* By name, id or tag. */
static bool is_named(const struct rule *rule, const struct view *globs, size_t count)
{
    bool named = matches(globs, count, rule->name) || matches(globs, count, rule->id);

    for (size_t i = 0; !named && i < rule->tag_count; i++)
        named = matches(globs, count, rule->tags[i]);
    return named;
}

/* A word that no rule is called by would go unnoticed otherwise: the one that was
 * meant stays as it was. */
static void tell_unmatched(const struct loaded_rules *rules, const char *option,
                           const struct view *globs, size_t glob_count)
{
    size_t count;
    const struct rule *list = ruleset_rules(rules->set, &count);

    for (size_t g = 0; g < glob_count; g++) {
        bool named = false;

        for (size_t i = 0; i < count && !named; i++)
            named = list[i].source == &rule_source_sensor && is_named(&list[i], &globs[g], 1);
        if (named)
            continue;
        log_warning(tr("%s %.*s: no rule has this name, id or tag"), option, VIEW_ARG(globs[g]));
        log_hint(LOG_LEVEL_WARNING, "plimsoll rules list --source syscall lists them");
    }
}

/* Whether the options leave the rule on. */
static bool is_chosen(const struct rule *rule, const struct loaded_rules_options *options)
{
    bool on = rule->enabled && !has_all(options->disabled, options->disabled_count);

    on |= is_named(rule, options->enabled, options->enabled_count);
    on &= (int)rule->priority <= options->minimum_priority;
    for (size_t i = 0; on && i < options->disabled_count; i++)
        on = is_all(options->disabled[i]) || !is_named(rule, &options->disabled[i], 1);
    return on;
}

/* The rules that the options switch on or off, as the file that would do it. */
static void write_choice(const struct loaded_rules *rules,
                         const struct loaded_rules_options *options, struct buf *to)
{
    size_t count;
    const struct rule *list = ruleset_rules(rules->set, &count);

    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = &list[i];
        bool enabled = is_chosen(rule, options);

        if (rule->source != &rule_source_sensor || enabled == rule->enabled)
            continue;
        buf_add_str(to, "- rule: ");
        json_write_string(&JSON_WRITER_INIT(to, false), rule->name); /* YAML reads it, too */
        buf_addf(to, "\n  enabled: %s\n", enabled ? "true" : "false");
    }
}

static int load(struct loaded_rules *rules, const struct loaded_rules_options *options,
                struct view choice, struct error *err)
{
    int r = ruleset_new(sources, sizeof(sources) / sizeof(sources[0]), &rules->set, err);

    if (r == 0 && (options->builtin || options->path_count == 0))
        r = add_builtin(rules->set, err);
    if (r == 0)
        r = add_files(rules, options, err);
    if (r == 0 && choice.len)
        r = ruleset_add(rules->set, VIEW("command line"), choice, err);
    return r < 0 ? r : ruleset_finish(rules->set, err);
}

static int load_chosen(struct loaded_rules *rules, const struct loaded_rules_options *options,
                       struct error *err)
{
    _cleanup_(buf_done) struct buf choice = BUF_INIT(CHOICE_LIMIT);

    if (load(rules, options, (struct view){0}, err) < 0)
        return err->kind;
    tell_unmatched(rules, "--enable", options->enabled, options->enabled_count);
    tell_unmatched(rules, "--disable", options->disabled, options->disabled_count);
    write_choice(rules, options, &choice);
    if (!choice.len)
        return buf_failed(&choice, "rules", err);
    ruleset_free(rules->set);
    rules->set = NULL;
    arena_reset(rules->arena);
    return load(rules, options, buf_view(&choice), err);
}

static int no_rules(const struct loaded_rules *rules, struct error *err)
{
    size_t count, own = 0;
    const struct rule *list = ruleset_rules(rules->set, &count);

    for (size_t i = 0; i < count; i++)
        own += list[i].source == &rule_source_sensor;
    error_set(err, ERROR_INPUT, "no rule about system calls is enabled");
    if (own)
        error_hint(err, "%zu are switched off, in their files or by --disable and --min-priority",
                   own);
    else
        error_hint(err,
                   "rules are about system calls when they have no source, or source: syscall");
    return ERROR_INPUT;
}

static int compile(struct loaded_rules *rules, struct error *err)
{
    const struct rule_problem *problems;
    size_t count;

    problems = ruleset_problems(rules->set, &count);
    tell_problems(rules, problems, count);
    if (rule_program_new(rules->set, &rule_source_sensor, &rules->program, err) < 0)
        return err->kind;
    problems = rule_program_problems(rules->program, &count);
    tell_problems(rules, problems, count);
    if (rules->errors) {
        error_set(err, ERROR_INPUT, "errors in the rules: %zu", rules->errors);
        error_hint(err, "plimsoll rules check FILE checks rules without a sensor");
        return ERROR_INPUT;
    }
    if (!rule_program_rule_count(rules->program))
        return no_rules(rules, err);
    return push_down_new(rules->program, &rules->push_down, err);
}

int loaded_rules_new(const struct loaded_rules_options *options, loaded_rules_problem *tell,
                     void *ctx, struct loaded_rules **ret, struct error *err)
{
    _cleanup_(loaded_rules_free_p) struct loaded_rules *rules = calloc(1, sizeof(*rules));
    int r;

    if (!rules || !(rules->arena = arena_new(FILES_LIMIT)))
        return error_memory(err);
    rules->tell = tell;
    rules->ctx = ctx;
    r = load_chosen(rules, options, err);
    if (r == 0)
        r = compile(rules, err);
    if (r < 0)
        return r;
    arena_settle(rules->arena);
    *ret = take_ptr(&rules);
    return 0;
}

void loaded_rules_free(struct loaded_rules *rules)
{
    if (!rules)
        return;
    push_down_free(rules->push_down);
    rule_program_free(rules->program);
    ruleset_free(rules->set);
    arena_free(rules->arena);
    free(rules);
}

const struct rule_program *loaded_rules_program(const struct loaded_rules *rules)
{
    return rules->program;
}

struct push_down *loaded_rules_push_down(const struct loaded_rules *rules)
{
    return rules->push_down;
}

bool loaded_rules_have(const struct loaded_rules *rules, struct view glob)
{
    for (size_t i = 0; i < rule_program_rule_count(rules->program); i++)
        if (is_named(rule_program_rule(rules->program, i), &glob, 1))
            return true;
    return false;
}

size_t loaded_rules_count(const struct loaded_rules *rules)
{
    size_t count = 0;

    for (size_t i = 0; i < rule_program_rule_count(rules->program); i++)
        count += !rule_program_never(rules->program, i);
    return count;
}
