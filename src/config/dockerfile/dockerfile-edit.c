#include "config/dockerfile/dockerfile-edit.h"

#include "config/dockerfile/edit-step.h"

static const struct {
    const char *key;
    void (*run)(struct edit_step *s);
    bool needs_step; /* an instruction */
} kinds[] = {
    {"add_option", edit_add_option, true},
    {"append_command", edit_append_command, true},
    {"append_instruction", edit_append_instruction, false},
    {"end_destination", edit_end_destination, true},
    {"insert_before", edit_insert_before, true},
    {"maintainer_to_label", edit_maintainer_to_label, true},
    {"remove_blank_lines", edit_remove_blank_lines, true},
    {"remove_flag", edit_remove_flag, true},
    {"remove_instruction", edit_remove_instruction, true},
    {"remove_pair", edit_remove_pair, true},
    {"remove_short_option", edit_remove_short_option, true},
    {"remove_word", edit_remove_word, true},
    {"remove_wrapper", edit_remove_wrapper, true},
    {"replace_keyword", edit_replace_keyword, true},
    {"replace_program", edit_replace_program, true},
    {"replace_word", edit_replace_word, true},
    {"set_base_tag", edit_set_base_tag, false},
    {"set_flag", edit_set_flag, true},
    {"use_exec_form", edit_use_exec_form, true},
    {"use_pairs", edit_use_pairs, true},
};

static int ask(struct dockerfile_edits *edits, struct view question,
               const struct dockerfile_answers *answers, struct view *ret, struct error *err)
{
    struct view *slot;

    if (answers && answers->get && answers->get(answers->ctx, question, ret))
        return 0;
    *ret = VIEW_EMPTY;
    for (size_t i = 0; i < edits->asked_count; i++)
        if (view_eq(edits->asked[i], question))
            return 0;
    slot = arena_push(edits->arena, &edits->asked, &edits->asked_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = question;
    return 0;
}

static int run_step(struct dockerfile_edits *edits, const struct dockerfile_event *event,
                    const struct document_node *node, const struct dockerfile_answers *answers,
                    struct error *err)
{
    struct view question = document_get_text(node, VIEW("ask")), answer = VIEW_EMPTY;
    struct edit_step s = {.edits = edits,
                          .event = event,
                          .node = node,
                          .file = event->build->file->text,
                          .instruction = event->step ? event->step->instruction : NULL};
    size_t kind = 0;

    while (kind < sizeof(kinds) / sizeof(*kinds) && !document_get(node, view_of(kinds[kind].key)))
        kind++;
    if (kind == sizeof(kinds) / sizeof(*kinds))
        return error_set(err, ERROR_INPUT, "a fix has a step that is not known");
    if (question.len) {
        int r = ask(edits, question, answers, &answer, err);

        if (r < 0 || answer.len == 0)
            return r;
    }
    s.answer = answer;
    s.value = edit_fill(edits->arena, document_get_text(node, view_of(kinds[kind].key)), answer);
    if (s.instruction || !kinds[kind].needs_step)
        kinds[kind].run(&s);
    return arena_failed(edits->arena, "a fix", err);
}

int dockerfile_edits_add(struct dockerfile_edits *edits, const struct dockerfile_event *event,
                         const struct document_node *fix, const struct dockerfile_answers *answers,
                         struct error *err)
{
    int r = 0;

    for (size_t i = 0; fix && r == 0 && i < document_count(fix); i++)
        r = run_step(edits, event, document_item(fix, i), answers, err);
    return r;
}

static int by_place(const void *a, const void *b)
{
    const struct dockerfile_edit *x = a, *y = b;

    if (x->span.start != y->span.start)
        return x->span.start < y->span.start ? -1 : 1;
    if (x->span.end != y->span.end)
        return x->span.end < y->span.end ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

int dockerfile_edits_write(struct dockerfile_edits *edits, struct view text, struct buf *to,
                           struct error *err)
{
    const struct dockerfile_edit *last = NULL;
    size_t at = 0;

    if (edits->count)
        qsort(edits->list, edits->count, sizeof(*edits->list), by_place);
    for (size_t i = 0; i < edits->count; i++) {
        const struct dockerfile_edit *edit = &edits->list[i];

        if (edit->span.start < at || edit->span.end > text.len ||
            (last && last->span.start == edit->span.start && last->span.end == edit->span.end &&
             view_eq(last->text, edit->text)))
            continue;
        buf_add(to, view_sub(text, at, edit->span.start - at));
        buf_add(to, edit->text);
        at = edit->span.end;
        last = edit;
    }
    buf_add(to, view_sub(text, at, text.len));
    return buf_failed(to, "a Dockerfile", err);
}
