/* The steps of repairs, a file for each kind of thing they touch. For
 * dockerfile-edit.c only.
 */
#pragma once

#include "config/dockerfile/dockerfile-edit.h"

/* One step while it is turned into edits. */
struct edit_step {
    struct dockerfile_edits *edits;
    const struct dockerfile_event *event;
    const struct dockerfile_instruction *instruction;
    const struct document_node *node;
    struct view value;  /* of the step's own key, the answer put in */
    struct view answer; /* to the step's question */
    struct view file;
};

/* "USER {}" with the answer in the place of "{}". */
struct view edit_fill(struct arena *arena, struct view text, struct view answer);
struct view edit_newline(struct view text); /* what ends the file's lines */
bool edit_is_blank(char c);
size_t edit_line_start(struct view text, size_t at);
/* Behind the newline of the line; the end of the text in the last. */
size_t edit_line_next(struct view text, size_t at);
void edit_add(struct edit_step *s, size_t start, size_t end, struct view text);
/* Takes a span out, with the blanks before it, or the line it has for itself. */
void edit_remove_span(struct edit_step *s, struct dockerfile_span span);

void edit_add_option(struct edit_step *s);
void edit_append_command(struct edit_step *s);
void edit_append_instruction(struct edit_step *s);
void edit_end_destination(struct edit_step *s);
void edit_insert_before(struct edit_step *s);
void edit_maintainer_to_label(struct edit_step *s);
void edit_remove_blank_lines(struct edit_step *s);
void edit_remove_flag(struct edit_step *s);
void edit_remove_instruction(struct edit_step *s);
void edit_remove_pair(struct edit_step *s);
void edit_remove_short_option(struct edit_step *s);
void edit_remove_word(struct edit_step *s);
void edit_remove_wrapper(struct edit_step *s);
void edit_replace_keyword(struct edit_step *s);
void edit_replace_program(struct edit_step *s);
void edit_replace_word(struct edit_step *s);
void edit_set_base_tag(struct edit_step *s);
void edit_set_flag(struct edit_step *s);
void edit_use_exec_form(struct edit_step *s);
void edit_use_pairs(struct edit_step *s);

/* The text as a JSON string. */
struct view edit_quoted(struct edit_step *s, struct view text);
struct view edit_print(struct edit_step *s, const char *before, struct view text,
                       const char *after);
