#include "cmd/line/help.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "base/wrap.h"

enum {
    TEXT_LIMIT = 64 << 10, /* bytes of one paragraph */
    HEAD_INDENT = 2,
    DOC_INDENT = 28,
    WIDTH_MIN = 60,
    WIDTH_MAX = 100, /* longer lines are hard to read */
};

void help_option_head(const struct option *option, struct buf *to)
{
    if (option->letter)
        buf_addf(to, "-%c, ", option->letter);
    buf_addf(to, "--%s", option->name);
    if (option->argument)
        buf_addf(to, " %s", option->argument);
}

static void add_words(const struct option *option, struct buf *to)
{
    struct option_word word;

    for (size_t i = 0; option->word && option->word(i, &word); i++) {
        buf_addf(to, "%s%s", i ? tr(", ") : tr(": "), word.name);
        if (word.doc)
            buf_addf(to, tr(" (%s)"), tr(word.doc));
    }
}

void help_option_text(const struct option *option, struct buf *to)
{
    buf_add_str(to, tr(option->doc));
    add_words(option, to);
    if (option->initial)
        buf_addf(to, tr(" [default: %s]"), option->initial);
    if (option->variable)
        buf_addf(to, " [%s]", option->variable);
}

void help_usage(const struct command *command, struct buf *to)
{
    command_full_name(command, to);
    if (command->verbs)
        buf_add_str(to, command->parent ? " COMMAND" : " [OPTIONS] COMMAND");
    else
        buf_add_str(to, " [OPTIONS]");
    if (command->operands)
        buf_addf(to, " %s", command->operands);
}

/* A head at HEAD_INDENT and its text at DOC_INDENT, on one line where it fits. */
static void add_entry(struct view head, struct view text, size_t width, struct buf *to)
{
    size_t column = HEAD_INDENT + text_width(head);

    buf_addf(to, "%*s%.*s", HEAD_INDENT, "", VIEW_ARG(head));
    if (column + 2 > DOC_INDENT) {
        buf_add_char(to, '\n');
        column = 0;
    }
    buf_addf(to, "%*s", (int)(DOC_INDENT - column), "");
    wrap_add(to, (struct wrap){DOC_INDENT, width, DOC_INDENT}, text);
    buf_add_char(to, '\n');
}

static void add_pair(const char *head, const char *doc, size_t width, struct buf *to)
{
    add_entry(view_of(head), view_of(tr(doc)), width, to);
}

static void add_title(const char *title, struct buf *to)
{
    buf_addf(to, "\n%s\n", tr(title));
}

static void add_option(const struct option *option, size_t width, struct buf *to)
{
    _cleanup_(buf_done) struct buf head = BUF_INIT(TEXT_LIMIT);
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

    if (!option->letter)
        buf_add_str(&head, "    ");
    help_option_head(option, &head);
    help_option_text(option, &text);
    add_entry(buf_view(&head), buf_view(&text), width, to);
}

static void add_groups(const struct command *command, size_t width, struct buf *to)
{
    for (const struct option_group *const *group = command->options; group && *group; group++) {
        add_title((*group)->title, to);
        for (size_t i = 0; i < (*group)->count; i++)
            add_option(&(*group)->options[i], width, to);
    }
}

static void add_paragraph(struct view text, size_t width, struct buf *to)
{
    buf_add_char(to, '\n');
    wrap_add(to, (struct wrap){0, width, 0}, text);
    buf_add_char(to, '\n');
}

static void add_verbs(const struct command *command, size_t width, struct buf *to)
{
    if (!command->verbs)
        return;
    add_title(TR_KEY("Commands"), to);
    for (const struct command *const *verb = command->verbs; *verb; verb++) {
        _cleanup_(buf_done) struct buf head = BUF_INIT(TEXT_LIMIT);

        buf_addf(&head, "%s%s%s", (*verb)->name, (*verb)->operands ? " " : "",
                 (*verb)->operands ? (*verb)->operands : "");
        add_entry(buf_view(&head), view_of(tr((*verb)->summary)), width, to);
    }
}

static void add_examples(const struct command *command, size_t width, struct buf *to)
{
    if (!command->examples)
        return;
    add_title(TR_KEY("Examples"), to);
    for (const struct command_example *e = command->examples; e->line; e++) {
        buf_addf(to, "%*s%s\n%*s", HEAD_INDENT, "", e->line, HEAD_INDENT * 3, "");
        wrap_add(to, (struct wrap){HEAD_INDENT * 3, width, HEAD_INDENT * 3}, view_of(tr(e->doc)));
        buf_add_char(to, '\n');
    }
}

static void add_environment(const struct command *command, size_t width, struct buf *to)
{
    add_title(TR_KEY("Environment (besides the variables in brackets above)"), to);
    for (const struct environment_variable *v = command_variables(command); v->name; v++)
        add_pair(v->name, v->doc, width, to);
}

static void add_exit_statuses(const struct command *command, size_t width, struct buf *to)
{
    add_title(TR_KEY("Exit codes"), to);
    for (const struct exit_status *s = command_exit_statuses(command); s->code; s++)
        add_pair(s->code, s->doc, width, to);
}

static size_t clamp(size_t width)
{
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

void help_write(const struct command *command, size_t width, struct buf *to)
{
    size_t columns = clamp(width);

    command_full_name(command, to);
    buf_addf(to, ": %s\n\n%s", tr(command->summary), tr("usage: "));
    help_usage(command, to);
    buf_add_char(to, '\n');
    for (const char *const *text = command->description; text && *text; text++)
        add_paragraph(view_of(tr(*text)), columns, to);
    if (command->notes)
        buf_add_char(to, '\n');
    for (const struct command_note *note = command->notes; note && note->term; note++)
        add_pair(note->term, note->doc, columns, to);
    add_verbs(command, columns, to);
    add_groups(command, columns, to);
    add_examples(command, columns, to);
    if (!command->parent)
        add_environment(command, columns, to);
    add_exit_statuses(command, columns, to);
}
