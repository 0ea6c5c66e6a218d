/* The pieces that conditions are made of.
 *
 * The language has no tokens of its own: what a run of characters means
 * depends on where it stands ("=" ends a bare value, "[/a b]" is one argument
 * only in quotes), so the parser asks for the piece it expects. Every function
 * skips leading blanks; one that finds nothing leaves the lexer where it was.
 */
#pragma once

#include "base/arena.h"
#include "rule/expression.h"

struct condition_lexer {
    struct view text;
    size_t at;
    struct expression_fault *fault; /* where the last failure was */
};

void lexer_skip_blanks(struct condition_lexer *lexer);
bool lexer_at_end(struct condition_lexer *lexer);
/* The next byte behind blanks, 0 at the end. */
char lexer_peek(struct condition_lexer *lexer);
bool lexer_take(struct condition_lexer *lexer, char c);
/* A word that no letter, digit, "_", "-", "." or "[" continues. */
bool lexer_take_word(struct condition_lexer *lexer, struct view word);
/* The name that stands here without taking it: [A-Za-z_][A-Za-z0-9_]*. */
struct view lexer_peek_word(struct condition_lexer *lexer);
/* A field as written: names of letters, digits, "_" and (behind the first)
 * "-", joined by ".", each with any number of [arguments]. An argument is bare
 * or in quotes. 0 and an empty view: there is none. */
int lexer_field(struct condition_lexer *lexer, struct view *ret, struct error *err);
/* A text in quotes, decoded into the arena; the lexer must stand at a quote. */
int lexer_quoted(struct condition_lexer *lexer, struct arena *arena, struct view *ret,
                 struct error *err);
/* The longest run without blanks, parentheses, quotes, "=" and ",". */
struct view lexer_bare(struct condition_lexer *lexer);
/* An operator, by the longest name that stands here. */
bool lexer_operator(struct condition_lexer *lexer, enum rule_operator *ret);
/* Sets the fault and the message; returns ERROR_INPUT. */
int lexer_fail(struct condition_lexer *lexer, size_t offset, size_t length, struct error *err,
               const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The rest of the word at `offset`, at least one byte: what to underline. */
size_t lexer_extent(const struct condition_lexer *lexer, size_t offset);

bool lexer_is_name_start(char c);
bool lexer_is_name(char c);
bool lexer_is_blank(char c);
