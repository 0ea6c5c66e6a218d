/* Steps that change, add or remove instructions. */
#include <ctype.h>

#include "base/buf.h"
#include "config/dockerfile/edit-step.h"
#include "config/dockerfile/syntax.h"

static bool is_lower(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (isupper((unsigned char)text.ptr[i]))
            return false;
    return true;
}

/* A keyword in the case of the one that is there. */
static struct view in_case(struct edit_step *s, struct view keyword)
{
    char *to;

    if (!is_lower(s->instruction->keyword))
        return keyword;
    to = arena_alloc(s->edits->arena, keyword.len + 1);
    for (size_t i = 0; to && i < keyword.len; i++)
        to[i] = (char)tolower((unsigned char)keyword.ptr[i]);
    return to ? view_from(to, keyword.len) : keyword;
}

void edit_replace_keyword(struct edit_step *s)
{
    struct dockerfile_span span = s->instruction->keyword_span;

    if (!view_eq_nocase(s->instruction->keyword, s->value))
        edit_add(s, span.start, span.end, in_case(s, s->value));
}

static const struct dockerfile_instruction *outer_of(const struct edit_step *s)
{
    const struct dockerfile *file = s->event->build->file;

    for (size_t i = 0; i < file->instruction_count; i++)
        if (&file->instructions[i] == s->instruction ||
            file->instructions[i].trigger == s->instruction)
            return &file->instructions[i];
    return s->instruction;
}

void edit_remove_instruction(struct edit_step *s)
{
    const struct dockerfile_instruction *outer = outer_of(s);

    edit_add(s, edit_line_start(s->file, outer->span.start),
             edit_line_next(s->file, outer->span.end), VIEW_EMPTY);
}

void edit_insert_before(struct edit_step *s)
{
    const struct dockerfile_instruction *outer = outer_of(s);
    size_t at = edit_line_start(s->file, outer->span.start);
    struct view newline = edit_newline(s->file);

    edit_add(s, at, at,
             arena_printf(s->edits->arena, "%.*s%.*s", VIEW_ARG(s->value), VIEW_ARG(newline)));
}

/* Instructions behind which a USER, for one, may stand as well as before. */
static bool says_how_to_run(enum dockerfile_command command)
{
    return command == DOCKERFILE_CMD || command == DOCKERFILE_ENTRYPOINT ||
           command == DOCKERFILE_HEALTHCHECK || command == DOCKERFILE_STOPSIGNAL;
}

void edit_append_instruction(struct edit_step *s)
{
    const struct dockerfile_stage *stage = s->event->stage;
    const struct dockerfile_instruction *last;
    struct view newline = edit_newline(s->file);
    size_t count = stage ? stage->step_count : 0, at;

    if (!stage)
        return;
    while (count && !stage->steps[count - 1]->onbuild &&
           says_how_to_run(stage->steps[count - 1]->instruction->command))
        count--;
    last = count ? stage->steps[count - 1]->instruction : stage->from->instruction;
    if (view_eq(view_trim(view_sub(s->file, last->span.start, last->span.end - last->span.start)),
                s->value))
        return;
    at = edit_line_next(s->file, last->span.end);
    if (at && s->file.ptr[at - 1] == '\n')
        edit_add(s, at, at,
                 arena_printf(s->edits->arena, "%.*s%.*s", VIEW_ARG(s->value), VIEW_ARG(newline)));
    else
        edit_add(s, at, at,
                 arena_printf(s->edits->arena, "%.*s%.*s%.*s", VIEW_ARG(newline),
                              VIEW_ARG(s->value), VIEW_ARG(newline)));
}

void edit_remove_pair(struct edit_step *s)
{
    const struct dockerfile_pair *pair;

    if (s->event->at >= s->instruction->pair_count)
        return;
    if (s->instruction->pair_count == 1) {
        edit_remove_instruction(s);
        return;
    }
    pair = &s->instruction->pairs[s->event->at];
    edit_remove_span(s, (struct dockerfile_span){pair->name.span.start, pair->has_value
                                                                            ? pair->value.span.end
                                                                            : pair->name.span.end});
}

static bool has_any(struct view text, const char *bytes)
{
    for (; *bytes; bytes++)
        if (view_find(text, *bytes) >= 0)
            return true;
    return false;
}

static bool has_space(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (dockerfile_space(text, i))
            return true;
    return false;
}

static bool has_control(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\t')
            return true;
    return false;
}

/* ENV NAME a value -> ENV NAME="a value" */
void edit_use_pairs(struct edit_step *s)
{
    const struct dockerfile_pair *pair = s->instruction->pairs;
    bool blanks, special;

    if (s->instruction->pair_count != 1 || !pair->legacy)
        return;
    blanks = has_space(pair->value.text);
    special = has_any(pair->value.text, "\"'\\`");
    if (s->instruction->logical.count > 1 || (special && blanks) ||
        has_any(pair->name.text, "\"'\\`") || has_space(pair->name.text) ||
        has_control(pair->name.text) || has_control(pair->value.text))
        return;
    edit_add(s, pair->name.span.start, pair->value.span.end,
             arena_printf(s->edits->arena, blanks ? "%.*s=\"%.*s\"" : "%.*s=%.*s",
                          VIEW_ARG(pair->name.text), VIEW_ARG(pair->value.text)));
}

/* MAINTAINER text -> LABEL key="text" */
void edit_maintainer_to_label(struct edit_step *s)
{
    struct view text = dockerfile_arguments(s->instruction);

    if (s->instruction->command != DOCKERFILE_MAINTAINER || s->instruction->logical.count > 1 ||
        has_any(text, "\"'\\`$") || has_control(text))
        return;
    edit_add(s, s->instruction->keyword_span.start, s->instruction->line_end,
             arena_printf(s->edits->arena, "%.*s %.*s=%.*s", VIEW_ARG(in_case(s, VIEW("LABEL"))),
                          VIEW_ARG(s->value), VIEW_ARG(edit_quoted(s, text))));
}

void edit_remove_blank_lines(struct edit_step *s)
{
    const struct dockerfile_instruction *outer = outer_of(s);
    size_t at = edit_line_next(s->file, outer->span.start);

    while (at < outer->line_end) {
        size_t next = edit_line_next(s->file, at);

        if (view_trim(view_sub(s->file, at, next - at)).len == 0)
            edit_add(s, at, next, VIEW_EMPTY);
        at = next;
    }
}
