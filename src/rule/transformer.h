/* What each transformer takes (rule/expression.h). */
#pragma once

#include "rule/expression.h"

enum transformer_argument {
    TRANSFORMER_NOTHING, /* the end of the arguments */
    TRANSFORMER_FIELD,   /* a field or transformer */
    TRANSFORMER_TEXT,    /* a literal in quotes */
    TRANSFORMER_LITERAL, /* any literal */
    TRANSFORMER_PARTS,   /* one or more fields, transformers or quoted texts */
};

enum { TRANSFORMER_ARGUMENT_LIMIT = 64 }; /* of concat and join */

struct transformer {
    const char *name;
    enum transformer_argument arguments[3];
    bool parenthesised; /* PARTS may stand in parentheses of their own */
    const char *usage;
};

const struct transformer *transformer_get(enum rule_transformer transformer);
bool transformer_parse(struct view name, enum rule_transformer *ret);
