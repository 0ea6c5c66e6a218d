#include "rule/expression.h"

static void write_quoted(struct view text, struct buf *to)
{
    static const char escaped[] = "\b\f\n\r\t\\\"", names[] = "bfnrt\\\"";

    buf_add_char(to, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        const char *known = c ? strchr(escaped, c) : NULL;

        if (known)
            buf_addf(to, "\\%c", names[known - escaped]);
        else if (c < 0x20 || c == 0x7f)
            buf_addf(to, "\\x%02x", c);
        else
            buf_add_char(to, (char)c);
    }
    buf_add_char(to, '"');
}

static void write_term(const struct rule_term *term, struct buf *to)
{
    switch (term->kind) {
    case RULE_TERM_FIELD:
        buf_add(to, term->text);
        return;
    case RULE_TERM_LITERAL:
        if (term->quoted)
            write_quoted(term->text, to);
        else
            buf_add(to, term->text);
        return;
    case RULE_TERM_TRANSFORMER:
        buf_add_str(to, rule_transformer_name(term->transformer));
        break;
    case RULE_TERM_LIST:
        break;
    }
    buf_add_char(to, '(');
    for (size_t i = 0; i < term->count; i++) {
        if (i)
            buf_add_str(to, ", ");
        write_term(&term->items[i], to);
    }
    buf_add_char(to, ')');
}

static void write_check(const struct expression *check, struct buf *to)
{
    static const char *const modifiers[] = {"", "oneof ", "anyof ", "allof "};

    write_term(&check->left, to);
    buf_addf(to, " %s", rule_operator_name(check->operator));
    if (check->operator== RULE_EXISTS)
        return;
    buf_addf(to, " %s", modifiers[check->modifier]);
    write_term(&check->right, to);
}

static void write_chain(const struct expression *chain, struct buf *to)
{
    buf_add_char(to, '(');
    for (size_t i = 0; i < chain->child_count; i++) {
        if (i)
            buf_add_str(to, chain->kind == EXPRESSION_AND ? " and " : " or ");
        expression_write(chain->children[i], to);
    }
    buf_add_char(to, ')');
}

static void write_quantifier(const struct expression *quantifier, const char *word, struct buf *to)
{
    buf_addf(to, "%s ", word);
    write_term(&quantifier->left, to);
    buf_add_str(to, " (");
    expression_write(quantifier->children[0], to);
    buf_add_char(to, ')');
}

void expression_write(const struct expression *expression, struct buf *to)
{
    switch (expression->kind) {
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        write_chain(expression, to);
        break;
    case EXPRESSION_NOT:
        buf_add_str(to, "(not ");
        expression_write(expression->children[0], to);
        buf_add_char(to, ')');
        break;
    case EXPRESSION_CHECK:
        write_check(expression, to);
        break;
    case EXPRESSION_ANY:
        write_quantifier(expression, "any", to);
        break;
    case EXPRESSION_ALL:
        write_quantifier(expression, "all", to);
        break;
    case EXPRESSION_NONE:
        write_quantifier(expression, "none", to);
        break;
    case EXPRESSION_MACRO:
        write_term(&expression->left, to);
        break;
    }
}
