/* Steps that change words and flags. */
#include <ctype.h>

#include "base/buf.h"
#include "config/dockerfile/edit-step.h"
#include "config/dockerfile/tool.h"

/* The words a step looks at: of the command, or of the instruction. */
struct place {
    struct view text;
    struct dockerfile_span span;
};

static size_t word_count(const struct edit_step *s)
{
    return s->event->command ? s->event->command->count : s->instruction->word_count;
}

static struct place word_at(const struct edit_step *s, size_t i)
{
    if (s->event->command) {
        const struct shell_word *word = &s->event->command->words[i];

        return (struct place){word->raw,
                              dockerfile_script_span(s->event->step, word->start, word->end)};
    }
    return (struct place){s->instruction->words[i].text, s->instruction->words[i].span};
}

/* Words that stand in the file as they are. */
static bool stands(const struct edit_step *s, struct place word)
{
    return word.span.end > word.span.start && word.span.end <= s->file.len &&
           view_eq(view_sub(s->file, word.span.start, word.span.end - word.span.start), word.text);
}

void edit_replace_word(struct edit_step *s)
{
    struct view with = document_get_text(s->node, VIEW("with"));

    for (size_t i = 0; i < word_count(s); i++) {
        struct place word = word_at(s, i);

        if (view_eq(word.text, s->value) && stands(s, word))
            edit_add(s, word.span.start, word.span.end, with);
    }
}

void edit_remove_word(struct edit_step *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < word_count(s); i++)
        kept += !view_eq(word_at(s, i).text, s->value);
    for (size_t i = 0; kept && i < word_count(s); i++) {
        struct place word = word_at(s, i);

        if (view_eq(word.text, s->value) && stands(s, word))
            edit_remove_span(s, word.span);
    }
}

/* -fsSLk without its k. */
void edit_remove_short_option(struct edit_step *s)
{
    for (size_t i = 1; i < word_count(s) && s->value.len == 1; i++) {
        struct place word = word_at(s, i);
        ptrdiff_t at = view_find(word.text, s->value.ptr[0]);
        bool letters = word.text.len > 2 && word.text.ptr[0] == '-' && at > 0;

        for (size_t j = 1; letters && j < word.text.len; j++)
            letters = isalpha((unsigned char)word.text.ptr[j]);
        if (letters && stands(s, word))
            edit_add(s, word.span.start + (size_t)at, word.span.start + (size_t)at + 1, VIEW_EMPTY);
        else if (word.text.len == 2 && word.text.ptr[0] == '-' && at == 1 && stands(s, word))
            edit_remove_span(s, word.span);
    }
}

void edit_replace_program(struct edit_step *s)
{
    struct place word;

    if (!s->event->command || s->event->command->count == 0)
        return;
    word = word_at(s, 0);
    if (stands(s, word) && view_find(word.text, '/') < 0)
        edit_add(s, word.span.start, word.span.end, s->value);
}

/* Behind the subcommand where the program has them, else behind its name. */
void edit_add_option(struct edit_step *s)
{
    const struct shell_command *command = s->event->command;
    struct tool_line line;
    struct place word;
    size_t at = 0;

    if (!command || command->count == 0 || !tool_split(command, s->edits->arena, &line))
        return;
    for (size_t i = 0; i < command->count; i++)
        if (view_eq(command->words[i].text, s->value))
            return;
    if (tool_has_subcommand(command->name) && line.operand_count)
        at = (size_t)(line.operands[0] - command->words);
    word = word_at(s, at);
    if (stands(s, word))
        edit_add(s, word.span.end, word.span.end, edit_print(s, " ", s->value, ""));
}

void edit_remove_wrapper(struct edit_step *s)
{
    const struct shell_command *command = s->event->command;
    struct dockerfile_span first, next;

    if (!command || command->wrapper_count == 0 || command->count == 0 ||
        !view_eq(command->wrappers[0], s->value))
        return;
    first = dockerfile_script_span(s->event->step, command->all[0].start, command->all[0].end);
    next = dockerfile_script_span(s->event->step, command->words[0].start, command->words[0].end);
    if (command->wrapper_count == 1 && first.start < next.start &&
        stands(s, (struct place){command->all[0].raw, first}))
        edit_add(s, first.start, next.start, VIEW_EMPTY);
}

void edit_end_destination(struct edit_step *s)
{
    struct place word;

    if (s->instruction->exec || s->instruction->word_count < 2)
        return;
    word = word_at(s, s->instruction->word_count - 1);
    if (stands(s, word) && !view_ends(word.text, s->value) && view_find(word.text, '"') < 0)
        edit_add(s, word.span.end, word.span.end, s->value);
}

void edit_set_base_tag(struct edit_step *s)
{
    const struct dockerfile_instruction *from =
        s->event->stage ? s->event->stage->from->instruction : NULL;
    struct dockerfile_span span;

    if (!from || from->word_count == 0 || view_find(from->words[0].text, '$') >= 0 ||
        dockerfile_image(from->words[0].text).tag.len ||
        dockerfile_image(from->words[0].text).digest.len)
        return;
    span = from->words[0].span;
    edit_add(s, span.end, span.end, edit_print(s, ":", s->value, ""));
}

void edit_set_flag(struct edit_step *s)
{
    struct view to = edit_fill(s->edits->arena, document_get_text(s->node, VIEW("to")), s->answer);
    const struct dockerfile_flag *flag = dockerfile_flag(s->instruction, s->value);
    struct view text = arena_printf(s->edits->arena, "%s--%.*s=%.*s", flag ? "" : " ",
                                    VIEW_ARG(s->value), VIEW_ARG(to));

    if (!flag)
        edit_add(s, s->instruction->keyword_span.end, s->instruction->keyword_span.end, text);
    else if (!view_eq(flag->value, to))
        edit_add(s, flag->span.start, flag->span.end, text);
}

void edit_remove_flag(struct edit_step *s)
{
    for (size_t i = 0; i < s->instruction->flag_count; i++)
        if (view_eq(s->instruction->flags[i].name, s->value))
            edit_remove_span(s, s->instruction->flags[i].span);
}
