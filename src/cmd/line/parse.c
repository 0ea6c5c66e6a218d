#include "cmd/line/parse.h"

#include <stdio.h>

#include "base/nearest-name.h"

int parse_defaults(const struct option_group *const *groups, void *values, struct error *err)
{
    for (struct option_iter i = option_iter(groups); option_next(&i);) {
        int result = 0;

        option_clear(i.option, values);
        if (i.option->initial)
            result = option_set(i.option, i.option->name, i.option->initial, values, err);
        if (result < 0)
            return result;
    }
    return 0;
}

int parse_environment(const struct option_group *const *groups, const struct environment *env,
                      void *values, struct error *err)
{
    for (struct option_iter i = option_iter(groups); option_next(&i);) {
        const char *text = i.option->variable ? environment_get(env, i.option->variable) : NULL;
        int result = text ? option_set(i.option, i.option->variable, text, values, err) : 0;

        if (result < 0) {
            error_hint(err, "it is an environment variable; see the program's help");
            return error_wrap(err, "environment");
        }
    }
    return 0;
}

static const struct option *find_long(const struct option_group *const *groups, struct view name)
{
    for (struct option_iter i = option_iter(groups); option_next(&i);)
        if (view_eq(name, view_of(i.option->name)))
            return i.option;
    return NULL;
}

static const struct option *find_short(const struct option_group *const *groups, char letter)
{
    for (struct option_iter i = option_iter(groups); option_next(&i);)
        if (i.option->letter && i.option->letter == letter)
            return i.option;
    return NULL;
}

static int unknown_long(const struct option_group *const *groups, struct view name,
                        struct error *err)
{
    char word[64];
    struct nearest_name nearest;

    snprintf(word, sizeof(word), "%.*s", VIEW_ARG(name));
    nearest = nearest_name_for(view_of(word));
    for (struct option_iter i = option_iter(groups); option_next(&i);)
        nearest_name_offer(&nearest, view_of(i.option->name));
    if (nearest.best.len)
        return error_set(err, ERROR_USAGE, "unknown option --%s; did you mean --%.*s?", word,
                         VIEW_ARG(nearest.best));
    return error_set(err, ERROR_USAGE, "unknown option --%s", word);
}

/* The words still to be read, and where what they say goes. */
struct parse {
    const struct option_group *const *groups;
    const char *const *next;
    void *values;
};

/* Sets `option` from `attached`, or from the next word when it needs a value. */
static int set(struct parse *parse, const struct option *option, const char *origin,
               const char *attached, struct error *err)
{
    const char *text = attached;

    if (!text && option->type == OPTION_FLAG)
        text = "true";
    if (!text && *parse->next)
        text = *parse->next++;
    if (!text) {
        error_set(err, ERROR_USAGE, "%s needs a value: %s", origin, option->argument);
        return ERROR_USAGE;
    }
    return option_set(option, origin, text, parse->values, err);
}

static int parse_long(struct parse *parse, const char *word, struct error *err)
{
    struct view rest = view_of(word), name = view_cut(&rest, '=');
    const struct option *option = find_long(parse->groups, view_sub(name, 2, name.len));
    char origin[64];

    if (!option)
        return unknown_long(parse->groups, view_sub(name, 2, name.len), err);
    snprintf(origin, sizeof(origin), "--%s", option->name);
    return set(parse, option, origin, rest.ptr, err);
}

static int parse_bundle(struct parse *parse, const char *word, struct error *err)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct option *option = find_short(parse->groups, *letter);
        const char origin[] = {'-', *letter, '\0'};
        bool flag = option && option->type == OPTION_FLAG;
        int result;

        if (!option)
            return error_set(err, ERROR_USAGE, "unknown option %s", origin);
        result = set(parse, option, origin, !flag && letter[1] ? letter + 1 : NULL, err);
        if (result < 0)
            return result;
        if (!flag)
            break;
    }
    return 0;
}

int parse_words(const struct option_group *const *groups, const struct parse_input *input,
                void *values, const char **operands, size_t *ret_count,
                const char *const **ret_next, struct error *err)
{
    struct parse parse = {groups, input->words, values};
    bool ended = false;
    size_t count = 0;

    while (*parse.next) {
        const char *word = *parse.next;
        int result = 0;

        if (ended || word[0] != '-' || word[1] == '\0') {
            if (input->stop_at_operand)
                break;
            operands[count++] = word;
            parse.next++;
            continue;
        }
        parse.next++;
        if (strcmp(word, "--") == 0)
            ended = true;
        else if (word[1] == '-')
            result = parse_long(&parse, word, err);
        else
            result = parse_bundle(&parse, word, err);
        if (result < 0)
            return result;
    }
    *ret_count = count;
    *ret_next = parse.next;
    return 0;
}
