#include "cmd/line/program.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/line/command.h"
#include "cmd/line/help.h"
#include "cmd/line/output.h"
#include "cmd/line/parse.h"

enum {
    RUN_ARENA_LIMIT = 64 << 20,
    HELP_LIMIT = 1 << 20,
    HELP_FILE_WIDTH = 80,
};

static const struct option_group *const options[] = {&options_general, NULL};

/* The groups of `command` that the program itself does not have. */
static const struct option_group **own_groups(const struct command *command, struct arena *arena)
{
    const struct option_group **own = NULL;
    size_t count = 0;

    for (const struct option_group *const *group = command->options; *group; group++) {
        const struct option_group **slot;

        if (*group == &options_general)
            continue;
        slot = arena_push(arena, &own, &count, sizeof(struct option_group *));
        if (!slot)
            return NULL;
        *slot = *group;
    }
    /* The end is a NULL of its own. */
    return arena_push(arena, &own, &count, sizeof(struct option_group *)) ? own : NULL;
}

static void apply_general(const struct invocation *invocation)
{
    const struct general_settings *s = general_of(invocation);

    if (s->language != LANGUAGE_AUTO)
        text_set_language(s->language == LANGUAGE_ZH ? TEXT_CHINESE : TEXT_ENGLISH);
    if (s->debug)
        log_set_level(LOG_LEVEL_DEBUG);
    else if (s->quiet)
        log_set_level(LOG_LEVEL_ERROR);
}

/* The language is looked for first, so that a complaint about the words
 * before it is in it too. */
static void choose_language(const struct invocation *invocation, const char *const *words)
{
    static const struct view prefix = VIEW("--lang=");
    const char *given = environment_get(invocation->env, "PLIMSOLL_LANG");
    enum text_language language = environment_language(invocation->env);

    for (; *words && strcmp(*words, "--") != 0; words++) {
        if (strcmp(*words, "--lang") == 0 && words[1])
            given = words[1];
        else if (view_starts(view_of(*words), prefix))
            given = *words + prefix.len;
    }
    if (given)
        text_language_parse(view_of(given), &language);
    text_set_language(language);
}

static int show_help(const struct invocation *invocation, int fd)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(HELP_LIMIT);
    size_t width = environment_width(invocation->env, fd);

    help_write(invocation->command, width ? width : HELP_FILE_WIDTH, &text);
    if (fd == STDOUT_FILENO)
        return output_write(NULL, buf_view(&text), NULL) < 0 ? EXIT_FAULT : EXIT_DONE;
    fputs(buf_cstr(&text), stderr);
    return EXIT_USAGE;
}

static int check_operands(const struct invocation *invocation, struct error *err)
{
    const struct command *command = invocation->command;

    if (invocation->operand_count < command->operand_min)
        return error_set(err, ERROR_USAGE, "%s is missing", command->operands);
    if (invocation->operand_count > command->operand_max)
        return error_set(err, ERROR_USAGE, "unexpected argument '%s'",
                         invocation->operands[command->operand_max]);
    return 0;
}

/* Reads the words of the chosen command and runs it. */
static int run_command(struct invocation *invocation, const char *const *words, struct error *err)
{
    const struct option_group **own = own_groups(invocation->command, invocation->arena);
    const struct parse_input input = {words, false};
    int result = own ? parse_defaults(own, invocation->settings, err) : error_memory(err);

    if (result == 0)
        result = parse_environment(own, invocation->env, invocation->settings, err);
    if (result == 0)
        result = parse_words(invocation->command->options, &input, invocation->settings,
                             invocation->operands, &invocation->operand_count, &words, err);
    if (result < 0)
        return result;
    apply_general(invocation);
    if (general_of(invocation)->help)
        return show_help(invocation, STDOUT_FILENO);
    result = check_operands(invocation, err);
    return result < 0 ? result : invocation->command->run(invocation, err);
}

/* Walks from the program down to the verb that has something to run. */
static int dispatch(struct invocation *invocation, const char *const *words, struct error *err)
{
    while (invocation->command->verbs) {
        const struct parse_input input = {words, true};
        const struct command *verb;
        int result = parse_words(invocation->command->options, &input, invocation->settings,
                                 invocation->operands, &invocation->operand_count, &words, err);

        if (result < 0)
            return result;
        if (general_of(invocation)->help)
            return show_help(invocation, STDOUT_FILENO);
        if (!*words)
            return show_help(invocation, STDERR_FILENO);
        verb = command_verb(invocation->command, *words);
        if (!verb)
            return command_unknown(invocation->command, *words, err);
        invocation->command = verb;
        words++;
    }
    return run_command(invocation, words, err);
}

static void hint_at_help(const struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf name = BUF_INIT(256);

    if (err->kind != ERROR_USAGE)
        return;
    command_full_name(invocation->command, &name);
    error_hint(err, "see %s --help", buf_cstr(&name));
}

static void tell_error(const struct error *err)
{
    log_error("%s", err->message);
    if (err->hint[0])
        fprintf(stderr, tr("  hint: %s\n"), err->hint);
}

static size_t count_words(const char *const *words)
{
    size_t count = 0;

    while (words[count])
        count++;
    return count;
}

static int run_in(const struct program *program, struct arena *arena, const char *const *words,
                  const struct environment *env)
{
    struct invocation invocation = {.command = program->root, .env = env, .arena = arena};
    struct error err = ERROR_INIT;
    int result;

    choose_language(&invocation, words);
    invocation.operands = arena_array(arena, count_words(words) + 1, sizeof(const char *));
    invocation.settings = arena_alloc(arena, program->settings_size);
    result = invocation.operands && invocation.settings
                 ? parse_defaults(options, invocation.settings, &err)
                 : error_memory(&err);
    if (result == 0)
        result = parse_environment(options, env, invocation.settings, &err);
    if (result == 0)
        result = dispatch(&invocation, words, &err);
    if (result >= 0)
        return result;
    hint_at_help(&invocation, &err);
    tell_error(&err);
    return exit_status_of_error(result);
}

int program_run(const struct program *program, const char *const *words,
                const char *const *variables)
{
    const struct environment env = {variables};
    static const char *const version[] = {"version", NULL};
    _cleanup_arena_ struct arena *arena = arena_new(RUN_ARENA_LIMIT);

    signal(SIGPIPE, SIG_IGN);
    log_set_program(program->root->name);
    if (!arena)
        return EXIT_FAULT;
    if (words[0])
        words++;
    /* What every packager tries first. */
    if (words[0] && strcmp(words[0], "--version") == 0)
        words = version;
    return run_in(program, arena, words, &env);
}
