#include "rule/program/output.h"

#include "base/text.h"
#include "rule/program/value-text.h"

enum {
    PRINTED_LIMIT = 1 << 20,
};

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The most that could be a field at the start of the text. */
static size_t field_span(struct view text)
{
    size_t at = 0;

    while (at < text.len) {
        if (text.ptr[at] == '[') {
            ptrdiff_t end = view_find(view_sub(text, at, text.len), ']');

            if (end < 0)
                return at;
            at += (size_t)end + 1;
        } else if (is_name(text.ptr[at]) || text.ptr[at] == '.') {
            at++;
        } else {
            break;
        }
    }
    return at;
}

/* The end of "name(...)" behind its "("; 0: it is never closed. */
static size_t call_span(struct view text, size_t open)
{
    size_t depth = 0;
    char quote = 0;

    for (size_t at = open; at < text.len; at++) {
        char c = text.ptr[at];

        if (quote) {
            if (c == '\\')
                at++;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && --depth == 0) {
            return at + 1;
        }
    }
    return 0;
}

static struct rule_output_part *add_part(struct rule_compile *c, struct rule_output *output)
{
    struct rule_output_part *part =
        arena_push(c->arena, &output->parts, &output->count, sizeof(*part));

    if (!part)
        c->graph->failed = true;
    else
        part->slot = RULE_NO_SLOT;
    return part;
}

static void add_text(struct rule_compile *c, struct rule_output *output, struct view text)
{
    struct rule_output_part *part = text.len ? add_part(c, output) : NULL;

    if (part)
        part->text = text;
}

static bool add_slot(struct rule_compile *c, struct rule_output *output, uint32_t slot,
                     size_t width)
{
    struct rule_output_part *part = add_part(c, output);

    if (part) {
        part->slot = slot;
        part->width = width;
    }
    return slot != RULE_NO_SLOT;
}

/* The longest beginning that is a field. The message of failure is about the
 * whole of it, which names what is nearest. */
static size_t resolve(struct rule_compile *c, struct view text, struct rule_use *ret,
                      struct error *err)
{
    struct error shorter = ERROR_INIT;
    size_t span = field_span(text);

    while (span && text.ptr[span - 1] == '.')
        span--;
    if (!span) {
        error_set(err, ERROR_INPUT, "a field must follow \"%%\"");
        error_hint(err, "write %%%% for a percent sign");
        return 0;
    }
    if (rule_compile_use(c, view_sub(text, 0, span), ret, err))
        return span;
    for (size_t len = span - 1; len; len--)
        if (rule_compile_use(c, view_sub(text, 0, len), ret, &shorter))
            return len;
    return 0;
}

static size_t compile_field(struct rule_compile *c, struct view text, size_t width,
                            struct rule_output *output)
{
    struct error err = ERROR_INIT;
    struct rule_use use;
    size_t span = resolve(c, text, &use, &err), whole = field_span(text);

    if (span && rule_compile_is_old(&use, &err))
        rule_compile_text_problem(c, RULE_PROBLEM_WARNING, view_sub(text, 0, span), &err);
    if (span && add_slot(c, output, rule_slot_of_use(&c->graph->slots, &use), width))
        return span;
    if (!span)
        rule_compile_text_problem(c, RULE_PROBLEM_ERROR, view_sub(text, 0, whole ? whole : 1),
                                  &err);
    return 0;
}

/* A transformer is parsed as the left side of a condition. */
static size_t compile_call(struct rule_compile *c, struct view text, size_t open, size_t width,
                           struct rule_output *output)
{
    struct error err = ERROR_INIT;
    struct expression_fault fault;
    const struct expression *expression;
    size_t span = call_span(text, open);
    struct view call = view_sub(text, 0, span);
    size_t problems = c->problems->count;

    if (!span) {
        error_set(&err, ERROR_INPUT, "\"(\" is never closed");
        rule_compile_text_problem(c, RULE_PROBLEM_ERROR, view_sub(text, 0, open + 1), &err);
        return 0;
    }
    if (expression_parse(arena_printf(c->arena, "%.*s exists", VIEW_ARG(call)), c->arena,
                         &expression, &fault, &err)) {
        rule_compile_text_problem(c, RULE_PROBLEM_ERROR, call, &err);
        return 0;
    }
    if (expression->kind == EXPRESSION_CHECK &&
        add_slot(c, output, rule_compile_term(c, &expression->left), width))
        return span;
    /* offsets of the parsed call are not those of the condition */
    for (; problems < c->problems->count; problems++)
        ruleset_locate_text(c->set, c->rule, call, &c->problems->list[problems]);
    c->wrong = true;
    return 0;
}

/* What stands behind a "%"; the bytes it takes, 0 for a problem. */
static size_t compile_part(struct rule_compile *c, struct view text, struct rule_output *output)
{
    size_t digits = 0, name, width = 0, taken;
    struct view rest;

    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') {
        width = width * 10 + (size_t)(text.ptr[digits++] - '0');
        if (width > RULE_OUTPUT_WIDTH_LIMIT)
            width = RULE_OUTPUT_WIDTH_LIMIT;
    }
    rest = view_sub(text, digits, text.len);
    for (name = 0; name < rest.len && is_name(rest.ptr[name]);)
        name++;
    if (name && name < rest.len && rest.ptr[name] == '(')
        taken = compile_call(c, rest, name, width, output);
    else
        taken = compile_field(c, rest, width, output);
    return taken ? digits + taken : 0;
}

bool rule_output_compile(struct rule_compile *c, struct view text, struct rule_output *ret)
{
    size_t from = 0, at = 0, taken;
    bool right = true;

    *ret = (struct rule_output){0};
    text = view_strip_prefix(text, VIEW("*")); /* what it asks for is always so */
    while (at < text.len) {
        if (text.ptr[at] != '%') {
            at++;
            continue;
        }
        if (at + 1 < text.len && text.ptr[at + 1] == '%') {
            add_text(c, ret, view_sub(text, from, at + 1 - from));
            from = at += 2;
            continue;
        }
        add_text(c, ret, view_sub(text, from, at - from));
        taken = compile_part(c, view_sub(text, at + 1, text.len), ret);
        right &= taken != 0;
        from = at += 1 + taken;
    }
    add_text(c, ret, view_sub(text, from, text.len));
    return right;
}

static void print_value(const struct rule_value *value, struct buf *to)
{
    char buffer[RULE_VALUE_TEXT_ROOM];
    struct view text;

    buf_add(to, rule_value_text(value, buffer, &text) ? text : VIEW("{...}"));
}

static void print_all(const struct rule_values *values, struct buf *to)
{
    size_t count = values->readings && values->count ? 1 : values->count;
    bool list = values->list || count != 1;

    if (list)
        buf_add_char(to, '(');
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(to, ',');
        print_value(&values->items[i], to);
    }
    if (list)
        buf_add_char(to, ')');
}

void rule_output_values(const struct rule_values *values, size_t width, struct buf *to)
{
    _cleanup_(buf_done) struct buf printed = BUF_INIT(PRINTED_LIMIT);
    struct view text;
    size_t columns;

    if (!width) {
        print_all(values, to);
        return;
    }
    print_all(values, &printed);
    text = text_prefix(buf_view(&printed), width);
    buf_add(to, text);
    for (columns = text_width(text); columns < width; columns++)
        buf_add_char(to, ' ');
}
