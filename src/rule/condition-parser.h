/* What the two halves of the parser of conditions share: the grammar of
 * expressions (condition-parser.c) and of terms, the sides of an operator
 * (condition-term.c). rule/expression.h has the grammar.
 */
#pragma once

#include "rule/condition-lexer.h"

struct condition_parser {
    struct condition_lexer lexer;
    struct arena *arena;
    unsigned depth;
    size_t base; /* added to the offsets in the tree */
};

/* expression_parse() with offsets that begin at `base`; those of the fault
 * begin at 0. */
int condition_parse(struct view text, size_t base, struct arena *arena,
                    const struct expression **ret, struct expression_fault *fault,
                    struct error *err);

/* Counts a level of nesting; ERROR_LIMIT when there are too many. */
int condition_enter(struct condition_parser *parser, struct error *err);
void condition_leave(struct condition_parser *parser);
/* Fails with "WHAT is expected here" at the next piece; `what` is a key of tr(). */
int condition_expected(struct condition_parser *parser, const char *what, struct error *err);
int condition_memory(struct condition_parser *parser, struct error *err);

/* The name that stands directly before a "(", else the empty view. */
struct view condition_called_name(struct condition_parser *parser);
int condition_field(struct condition_parser *parser, struct rule_term *ret, struct error *err);
/* A field, or a transformer of one. */
int condition_term(struct condition_parser *parser, struct rule_term *ret, struct error *err);
/* The right side of in, intersects, pmatch and of the modifiers. */
int condition_list_side(struct condition_parser *parser, struct rule_term *ret, struct error *err);
/* The right side of the other operators. */
int condition_value_side(struct condition_parser *parser, enum rule_operator op,
                         struct rule_term *ret, struct error *err);
bool condition_is_numeric(enum rule_operator op);
