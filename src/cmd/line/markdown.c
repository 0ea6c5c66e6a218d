#include "cmd/line/markdown.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/line/help.h"

enum { CELL_LIMIT = 64 << 10 };

/* Text of a table's cell: a bar would end it, an angle bracket open a tag. */
static void add_escaped(struct buf *to, struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("|<", text.ptr[i]))
            buf_add_char(to, '\\');
        buf_add_char(to, text.ptr[i]);
    }
}

static void add_code(struct buf *to, struct view text)
{
    buf_add_char(to, '`');
    for (size_t i = 0; i < text.len; i++)
        buf_addf(to, "%s%c", text.ptr[i] == '|' ? "\\" : "", text.ptr[i]);
    buf_add_char(to, '`');
}

static void add_doc(const struct option *option, struct buf *to)
{
    struct option_word word;

    add_escaped(to, view_of(tr(option->doc)));
    for (size_t i = 0; option->word && option->word(i, &word); i++) {
        buf_addf(to, "%s`%s`", i ? ", " : ": ", word.name);
        if (word.doc)
            buf_addf(to, " (%s)", tr(word.doc));
    }
}

static void add_option(const struct option *option, struct buf *to)
{
    _cleanup_(buf_done) struct buf head = BUF_INIT(CELL_LIMIT);

    help_option_head(option, &head);
    buf_add_str(to, "| ");
    add_code(to, buf_view(&head));
    buf_add_str(to, " | ");
    add_doc(option, to);
    buf_add_str(to, " | ");
    if (option->initial)
        add_code(to, view_of(option->initial));
    buf_add_str(to, " | ");
    if (option->variable)
        add_code(to, view_of(option->variable));
    buf_add_str(to, " |\n");
}

static void add_group(const struct option_group *group, struct buf *to)
{
    buf_addf(to, "\n**%s**\n\n| option | what it does | default | variable |\n|---|---|---|---|\n",
             tr(group->title));
    for (size_t i = 0; i < group->count; i++)
        add_option(&group->options[i], to);
}

/* The options of `command` that `above`, on whose page it is, does not have. */
static void add_options(const struct command *command, const struct command *above, struct buf *to)
{
    for (const struct option_group *const *group = command->options; group && *group; group++)
        if (!above || !command_has_group(above, *group))
            add_group(*group, to);
}

static void add_usage(const struct command *command, struct buf *to)
{
    buf_add_str(to, "```\n");
    help_usage(command, to);
    buf_add_str(to, "\n```\n");
}

static void add_verb(const struct command *verb, struct buf *to)
{
    _cleanup_(buf_done) struct buf name = BUF_INIT(CELL_LIMIT);

    command_full_name(verb, &name);
    buf_addf(to, "\n### %s\n\n%s\n\n", buf_cstr(&name), tr(verb->summary));
    add_usage(verb, to);
    add_options(verb, verb->parent, to);
}

static void add_exit_statuses(const struct command *command, struct buf *to)
{
    buf_add_str(to, "\n### Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (const struct exit_status *s = command_exit_statuses(command); s->code; s++)
        buf_addf(to, "| %s | %s |\n", s->code, tr(s->doc));
}

void markdown_write(const struct command *command, struct buf *to)
{
    add_usage(command, to);
    add_options(command, NULL, to);
    for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
        add_verb(*verb, to);
    add_exit_statuses(command, to);
}
