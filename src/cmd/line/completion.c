#include "cmd/line/completion.h"

#include "base/cleanup.h"
#include "base/text.h"

enum { PATH_TEXT_LIMIT = 256 };

/* ---- bash ---- */

/* "" of the program, "/db/update" of a verb: how the script tells commands apart. */
static void add_path(const struct command *command, struct buf *to)
{
    if (!command->parent)
        return;
    add_path(command->parent, to);
    buf_addf(to, "/%s", command->name);
}

static void add_bash_arguments(const struct command *command, const struct option *option,
                               struct buf *to)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_TEXT_LIMIT);

    if (option->type == OPTION_FLAG)
        return;
    add_path(command, &path);
    buf_addf(to, "    '%s:--%s'", buf_cstr(&path), option->name);
    if (option->letter)
        buf_addf(to, " | '%s:-%c'", buf_cstr(&path), option->letter);
    if (option->type == OPTION_SEVERITY || option->type == OPTION_SEVERITIES) {
        buf_add_str(to, ") words='critical high medium low negligible unknown' ;;\n");
    } else if (option->word) {
        buf_add_str(to, ") words='");
        option_list_words(option, " ", to);
        buf_add_str(to, "' ;;\n");
    } else {
        buf_add_str(to, ") words= files=1 ;;\n");
    }
}

static void add_bash_words(const struct command *command, struct buf *to)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_TEXT_LIMIT);

    add_path(command, &path);
    buf_addf(to, "    '%s:'*) words='", buf_cstr(&path));
    for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
        buf_addf(to, "%s ", (*verb)->name);
    for (struct option_iter i = option_iter(command->options); option_next(&i);)
        buf_addf(to, "--%s ", i.option->name);
    buf_addf(to, "' files=%d ;;\n", command->operands != NULL);
}

static void add_bash_cases(const struct command *command, struct buf *to)
{
    for (struct option_iter i = option_iter(command->options); option_next(&i);)
        add_bash_arguments(command, i.option, to);
    add_bash_words(command, to);
    for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
        add_bash_cases(*verb, to);
}

static void add_bash_paths(const struct command *command, struct buf *to)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_TEXT_LIMIT);

    add_path(command, &path);
    if (path.len)
        buf_addf(to, "%s'%s'", command->parent->parent ? " | " : "", buf_cstr(&path));
    for (const struct command *const *verb = command->verbs; verb && *verb; verb++) {
        if (!command->parent && verb != command->verbs)
            buf_add_str(to, " | ");
        add_bash_paths(*verb, to);
    }
}

/* "_plimsoll"; a name of the shell's takes no hyphens. */
static void add_function_name(const struct command *program, struct buf *to)
{
    buf_add_char(to, '_');
    for (const char *c = program->name; *c; c++)
        buf_add_char(to, *c == '-' ? '_' : *c);
}

static void write_bash(const struct command *program, struct buf *to)
{
    add_function_name(program, to);
    buf_add_str(to, "() {\n"
                    "    local current=${COMP_WORDS[COMP_CWORD]} path= words= files=0 word\n"
                    "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                    "        case \"$path/$word\" in\n        ");
    add_bash_paths(program, to);
    buf_add_str(to, ") path=$path/$word ;;\n"
                    "        esac\n"
                    "    done\n"
                    "    case \"$path:${COMP_WORDS[COMP_CWORD-1]}\" in\n");
    add_bash_cases(program, to);
    buf_add_str(to, "    esac\n"
                    "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                    "    [[ $files = 0 || $current = -* ]] ||\n"
                    "        COMPREPLY+=($(compgen -f -- \"$current\"))\n"
                    "}\n"
                    "complete -o filenames -F ");
    add_function_name(program, to);
    buf_addf(to, " %s\n", program->name);
}

static void write_zsh(const struct command *program, struct buf *to)
{
    buf_add_str(to, "autoload -U +X bashcompinit && bashcompinit\n");
    write_bash(program, to);
}

/* ---- fish ---- */

/* A word in single quotes, as fish reads it. */
static void add_fish_text(struct buf *to, const char *text)
{
    buf_add_char(to, '\'');
    for (; *text; text++)
        buf_addf(to, "%s%c", strchr("'\\", *text) ? "\\" : "", *text);
    buf_add_char(to, '\'');
}

static void add_fish_condition(const struct command *command, struct buf *to)
{
    buf_addf(to, "complete -c %s -n '", command_root(command)->name);
    if (!command->parent)
        buf_add_str(to, "__fish_use_subcommand");
    else if (command->parent->parent)
        buf_addf(to, "__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s",
                 command->parent->name, command->name);
    else
        buf_addf(to, "__fish_seen_subcommand_from %s", command->name);
    buf_add_char(to, '\'');
}

static void add_fish_option(const struct command *command, const struct option *option,
                            struct buf *to)
{
    add_fish_condition(command, to);
    buf_addf(to, " -l %s", option->name);
    if (option->letter)
        buf_addf(to, " -s %c", option->letter);
    if (option->type != OPTION_FLAG)
        buf_add_str(to, " -r");
    if (option->word) {
        buf_add_str(to, " -f -a '");
        option_list_words(option, " ", to);
        buf_add_char(to, '\'');
    }
    buf_add_str(to, " -d ");
    add_fish_text(to, tr(option->doc));
    buf_add_char(to, '\n');
}

static void write_fish(const struct command *program, struct buf *to)
{
    for (struct option_iter i = option_iter(program->options); option_next(&i);)
        add_fish_option(program, i.option, to);
    for (const struct command *const *verb = program->verbs; verb && *verb; verb++) {
        add_fish_condition(program, to);
        buf_addf(to, " -f -a %s -d ", (*verb)->name);
        add_fish_text(to, tr((*verb)->summary));
        buf_add_char(to, '\n');
        write_fish(*verb, to);
    }
}

const struct completion_shell completion_shells[] = {
    {"bash", write_bash},
    {"zsh", write_zsh},
    {"fish", write_fish},
};
const size_t completion_shell_count = sizeof(completion_shells) / sizeof(completion_shells[0]);
