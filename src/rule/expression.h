/* Conditions as trees (the language of Falco, and what we add to it).
 *
 * Grammar, loosest first; keywords are case-sensitive:
 *
 *     or      = and { "or" and }
 *     and     = not { "and" not }
 *     not     = { "not" } primary        ("not(" too; two cancel each other)
 *     primary = "(" or ")" | check | quantifier | macro-name
 *     check   = term unary | term operator right | term list-operator list
 *     term    = field | transformer "(" arguments ")"
 *     right   = value | "val" "(" field ")" | transformer "(" ... ")"
 *             | modifier list            (string operators only)
 *     list    = "(" [ value { "," value } ] ")" | "val" "(" field ")" |
 *               transformer "(" ... ")" | name   (a list of that one value)
 *     quantifier = ("any" | "all" | "none") field "(" or ")"
 *
 * The arguments of transformers are given by place: a field (or another
 * transformer) for tolower, toupper, b64, basename, len, quantity and the list
 * of getopt; a quoted text for the separator of join and the options of getopt;
 * fields, transformers and quoted texts for concat, and, in parentheses or not,
 * for the rest of join; a literal for the value of default.
 *
 * Ours are the quantifiers (inside, `item` is the element; "all" of nothing is
 * true, and so is "none"; "any" is false; a missing list counts as empty) and
 * the transformer default(field, value), which gives the value when the field
 * is not there. A condition of Falco's never has them, so both read alike.
 *
 * Nodes live in the arena they were parsed in. Depth is at most
 * EXPRESSION_DEPTH_LIMIT.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/buf.h"
#include "base/error.h"
#include "rule/source.h"

enum {
    EXPRESSION_DEPTH_LIMIT = 1000,
    EXPRESSION_TEXT_LIMIT = 1 << 20, /* bytes of a condition, lists substituted */
};

enum rule_operator {
    RULE_EXISTS,
    RULE_EQUAL,         /* = == */
    RULE_NOT_EQUAL,     /* != */
    RULE_LESS,
    RULE_LESS_EQUAL,
    RULE_GREATER,
    RULE_GREATER_EQUAL,
    RULE_CONTAINS,
    RULE_ICONTAINS,
    RULE_BCONTAINS,     /* right side in hex */
    RULE_STARTSWITH,
    RULE_BSTARTSWITH,   /* right side in hex */
    RULE_ENDSWITH,
    RULE_GLOB,          /* fnmatch(pattern, value, 0) */
    RULE_IGLOB,
    RULE_REGEX,         /* RE2's syntax, anchored at both ends */
    RULE_IN,            /* all values are members */
    RULE_INTERSECTS,    /* some value is a member */
    RULE_PMATCH,        /* some member is a path prefix, component by component */
    RULE_OPERATOR_COUNT,
};

const char *rule_operator_name(enum rule_operator operator);
/* Its right side is a list: in, intersects, pmatch. */
bool rule_operator_takes_list(enum rule_operator operator);
/* The operator of a name ("startswith", "=", "=="); false for no such name. */
bool rule_operator_parse(struct view name, enum rule_operator *ret);

enum rule_modifier { RULE_PLAIN, RULE_ONEOF, RULE_ANYOF, RULE_ALLOF };

enum rule_transformer {
    RULE_TOLOWER,
    RULE_TOUPPER,
    RULE_B64,      /* decodes */
    RULE_BASENAME,
    RULE_LEN,
    RULE_JOIN,     /* join(separator, list) */
    RULE_CONCAT,
    RULE_GETOPT,   /* getopt(list, "ab:c") */
    RULE_VAL,      /* val(field), on the right side */
    RULE_DEFAULT,  /* ours: default(field, value) */
    RULE_QUANTITY, /* ours: a Kubernetes quantity ("500m", "1Gi") as a number, in thousandths */
    RULE_TRANSFORMER_COUNT,
};

enum rule_term_kind { RULE_TERM_FIELD, RULE_TERM_TRANSFORMER, RULE_TERM_LITERAL, RULE_TERM_LIST };

const char *rule_transformer_name(enum rule_transformer transformer);

struct rule_term {
    enum rule_term_kind kind;
    struct view text;                 /* field name as written; literal's value, decoded */
    bool quoted;                      /* a literal in quotes */
    enum rule_transformer transformer;
    const struct rule_term *items;    /* arguments, or members of a list */
    size_t count;
    size_t offset, length;            /* in the condition's text, as of an expression */
};

enum expression_kind {
    EXPRESSION_AND, /* of `children` */
    EXPRESSION_OR,
    EXPRESSION_NOT,
    EXPRESSION_CHECK,
    EXPRESSION_ANY, /* quantifiers: `left` is the list, one child */
    EXPRESSION_ALL,
    EXPRESSION_NONE,
    EXPRESSION_MACRO, /* a name that is not resolved yet: `left.text` */
};

struct expression {
    enum expression_kind kind;
    const struct expression **children;
    size_t child_count;
    struct rule_term left;
    enum rule_operator operator;
    enum rule_modifier modifier;
    struct rule_term right;
    size_t offset, length; /* in the text it was parsed from; of a rule: see ruleset_locate() */
};

/* A place in the text at which parsing failed. */
struct expression_fault {
    size_t offset, length;
};

/* Parses one condition. On ERROR_INPUT or ERROR_LIMIT `fault` says where.
 * Operands in the tree are checked against no source yet. */
int expression_parse(struct view text, struct arena *arena, const struct expression **ret,
                     struct expression_fault *fault, struct error *err);
/* Writes the expression in the language, fully parenthesised; parsing that
 * gives the same tree. */
void expression_write(const struct expression *expression, struct buf *to);
