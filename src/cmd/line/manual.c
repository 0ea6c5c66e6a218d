#include "cmd/line/manual.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/line/help.h"

enum { LINE_LIMIT = 64 << 10 };

/* roff reads "\" as an escape, "-" as a hyphen, and "." or "'" at the start of
 * a line as a request (groff_char(7), man(7)). */
static void add_text(struct buf *to, struct view text)
{
    if (text.len && strchr(".'", text.ptr[0]))
        buf_add_str(to, "\\&");
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            buf_add_str(to, "\\e");
        else if (text.ptr[i] == '-')
            buf_add_str(to, "\\-");
        else
            buf_add_char(to, text.ptr[i]);
    }
    buf_add_char(to, '\n');
}

static void add_bold(struct buf *to, struct view text)
{
    buf_add_str(to, "\\fB");
    add_text(to, text);
    to->len -= to->failed ? 0 : 1; /* the newline */
    buf_add_str(to, "\\fR\n");
}

static void add_section(struct buf *to, const char *title)
{
    buf_addf(to, ".SH \"%s\"\n", tr(title));
}

static void add_entry(struct buf *to, struct view term, struct view doc)
{
    buf_add_str(to, ".TP\n");
    add_bold(to, term);
    add_text(to, doc);
}

static void add_page_name(struct buf *to, const struct command *command)
{
    buf_add_str(to, command_root(command)->name);
    if (command->parent)
        buf_addf(to, "-%s", command->name);
}

static void add_head(const struct command *command, struct buf *to)
{
    buf_add_str(to, ".TH ");
    add_page_name(to, command);
    buf_addf(to, " 1 \"\" \"%s %s\" \"%s\"\n", command_root(command)->name, PLIMSOLL_VERSION,
             tr("User commands"));
    add_section(to, TR_KEY("NAME"));
    add_page_name(to, command);
    buf_add_str(to, " \\- ");
    add_text(to, view_of(tr(command->summary)));
}

static void add_usage(const struct command *command, struct buf *to)
{
    _cleanup_(buf_done) struct buf line = BUF_INIT(LINE_LIMIT);

    help_usage(command, &line);
    add_bold(to, buf_view(&line));
}

static void add_synopsis(const struct command *command, struct buf *to)
{
    add_section(to, TR_KEY("SYNOPSIS"));
    if (!command->verbs || !command->parent) {
        add_usage(command, to);
        return;
    }
    for (const struct command *const *verb = command->verbs; *verb; verb++) {
        add_usage(*verb, to);
        buf_add_str(to, ".br\n");
    }
}

static void add_description(const struct command *command, struct buf *to)
{
    add_section(to, TR_KEY("DESCRIPTION"));
    for (const char *const *text = command->description; text && *text; text++) {
        buf_add_str(to, ".PP\n");
        add_text(to, view_of(tr(*text)));
    }
    for (const struct command_note *note = command->notes; note && note->term; note++)
        add_entry(to, view_of(note->term), view_of(tr(note->doc)));
}

static void add_group(const struct option_group *group, struct buf *to)
{
    for (size_t i = 0; i < group->count; i++) {
        _cleanup_(buf_done) struct buf head = BUF_INIT(LINE_LIMIT);
        _cleanup_(buf_done) struct buf text = BUF_INIT(LINE_LIMIT);

        help_option_head(&group->options[i], &head);
        help_option_text(&group->options[i], &text);
        add_entry(to, buf_view(&head), buf_view(&text));
    }
}

static void add_options(const struct command *command, struct buf *to)
{
    if (!command->options)
        return;
    add_section(to, TR_KEY("OPTIONS"));
    for (const struct option_group *const *group = command->options; *group; group++) {
        buf_addf(to, ".SS \"%s\"\n", tr((*group)->title));
        add_group(*group, to);
    }
}

/* A verb on the page of its command, without the options that all verbs share. */
static void add_verb(const struct command *verb, struct buf *to)
{
    _cleanup_(buf_done) struct buf usage = BUF_INIT(LINE_LIMIT);

    help_usage(verb, &usage);
    buf_addf(to, ".SS \"%s\"\n", buf_cstr(&usage));
    add_text(to, view_of(tr(verb->summary)));
    for (const char *const *text = verb->description; text && *text; text++) {
        buf_add_str(to, ".PP\n");
        add_text(to, view_of(tr(*text)));
    }
    for (const struct option_group *const *group = verb->options; *group; group++)
        if (!command_has_group(verb->parent, *group))
            add_group(*group, to);
}

static void add_commands(const struct command *command, struct buf *to)
{
    if (!command->verbs)
        return;
    add_section(to, TR_KEY("COMMANDS"));
    for (const struct command *const *verb = command->verbs; *verb; verb++) {
        _cleanup_(buf_done) struct buf line = BUF_INIT(LINE_LIMIT);

        if (command->parent) {
            add_verb(*verb, to);
            continue;
        }
        help_usage(*verb, &line);
        add_entry(to, buf_view(&line), view_of(tr((*verb)->summary)));
    }
}

static void add_environment(const struct command *command, struct buf *to)
{
    if (command->parent)
        return;
    add_section(to, TR_KEY("ENVIRONMENT"));
    for (const struct environment_variable *v = command_variables(command); v->name; v++)
        add_entry(to, view_of(v->name), view_of(tr(v->doc)));
}

static void add_exit_statuses(const struct command *command, struct buf *to)
{
    add_section(to, TR_KEY("EXIT STATUS"));
    for (const struct exit_status *s = command_exit_statuses(command); s->code; s++)
        add_entry(to, view_of(s->code), view_of(tr(s->doc)));
}

static void add_examples_of(const struct command *command, struct buf *to)
{
    for (const struct command_example *e = command->examples; e && e->line; e++)
        add_entry(to, view_of(e->line), view_of(tr(e->doc)));
}

static void add_examples(const struct command *command, struct buf *to)
{
    add_section(to, TR_KEY("EXAMPLES"));
    add_examples_of(command, to);
    if (!command->parent)
        return; /* its verbs have pages of their own */
    for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
        add_examples_of(*verb, to);
}

static void add_see_also(const struct command *command, struct buf *to)
{
    const char *separator = "";

    add_section(to, TR_KEY("SEE ALSO"));
    if (command->parent) {
        buf_addf(to, "\\fB%s\\fR(1)\n", command_root(command)->name);
        return;
    }
    for (const struct command *const *verb = command->verbs; *verb; verb++) {
        buf_addf(to, "%s\\fB%s-%s\\fR(1)", separator, command->name, (*verb)->name);
        separator = ",\n";
    }
    buf_add_char(to, '\n');
}

void manual_write(const struct command *command, struct buf *to)
{
    add_head(command, to);
    add_synopsis(command, to);
    add_description(command, to);
    add_commands(command, to);
    add_options(command, to);
    add_environment(command, to);
    add_exit_statuses(command, to);
    add_examples(command, to);
    add_see_also(command, to);
}
