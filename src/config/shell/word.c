/* Words: quotes, expansions, substitutions (XCU 2.2, 2.6). */
#include <ctype.h>

#include "base/text.h"
#include "config/shell/draft.h"

bool shell_is_meta(int c)
{
    return c < 0 || c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' ||
           c == '(' || c == ')' || c == '<' || c == '>';
}

static bool is_name_start(int c)
{
    return c == '_' || (c >= 0 && c < 0x80 && isalpha(c));
}

static bool is_name_byte(int c)
{
    return is_name_start(c) || (c >= '0' && c <= '9');
}

bool shell_is_name(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (i ? !is_name_byte((unsigned char)text.ptr[i])
              : !is_name_start((unsigned char)text.ptr[i]))
            return false;
    return text.len;
}

static struct shell_part *add_part(struct shell_parser *p, struct shell_draft_word *word,
                                   enum shell_part_kind kind, struct view text, bool quoted)
{
    struct shell_part *part = arena_push(p->arena, &word->parts, &word->count, sizeof(*part));

    if (!part) {
        shell_fail(p, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    *part = (struct shell_part){kind, text, VIEW_EMPTY, quoted};
    word->quoted |= quoted;
    return part;
}

static void add_text(struct shell_parser *p, struct shell_draft_word *word, size_t start,
                     size_t end, bool quoted)
{
    if (end > start || quoted)
        add_part(p, word, SHELL_PART_TEXT, view_sub(p->text, start, end - start), quoted);
}

/* What is written from `start` to here. */
static void add_unknown(struct shell_parser *p, struct shell_draft_word *word, size_t start,
                        bool quoted)
{
    add_part(p, word, SHELL_PART_UNKNOWN, view_sub(p->text, start, p->at - start), quoted);
}

static void note_read(struct shell_parser *p, struct view name)
{
    if (p->environment && p->environment->read && name.len)
        p->environment->read(p->environment->ctx, name);
}

static void parse_dollar(struct shell_parser *p, struct shell_draft_word *word, bool quoted);
static void parse_backquote(struct shell_parser *p, struct shell_draft_word *word, bool quoted);
static void parse_double(struct shell_parser *p, struct shell_draft_word *word);

static void parse_single(struct shell_parser *p, struct shell_draft_word *word)
{
    size_t start;

    shell_step(p, 1);
    start = p->at;
    while (shell_peek(p, 0) >= 0 && shell_peek(p, 0) != '\'')
        shell_step(p, 1);
    if (shell_peek(p, 0) < 0) {
        shell_fail(p, ERROR_INPUT, "a single quote is never closed");
        return;
    }
    add_text(p, word, start, p->at, true);
    shell_step(p, 1);
}

/* ---- $'...' ---- */

static size_t take_digits(struct shell_parser *p, unsigned base, unsigned max, unsigned *ret)
{
    size_t count = 0;

    *ret = 0;
    for (; count < max; count++) {
        int c = shell_peek(p, 0);
        unsigned digit = c >= '0' && c <= '9'    ? (unsigned)c - '0'
                         : c >= 0 && isxdigit(c) ? (unsigned)(tolower(c) - 'a' + 10)
                                                 : 99;

        if (digit >= base)
            break;
        *ret = *ret * base + digit;
        shell_step(p, 1);
    }
    return count;
}

/* One escape of $'...' behind its backslash. Code points beyond ASCII are
 * kept as "?": no check asks for them. */
static char ansi_escape(struct shell_parser *p)
{
    static const char from[] = "abeEfnrtv\\'\"?", into[] = "\a\b\033\033\f\n\r\t\v\\'\"?";
    int c = shell_peek(p, 0);
    const char *found = c > 0 ? strchr(from, c) : NULL;
    unsigned value;

    if (c >= '0' && c <= '7') {
        take_digits(p, 8, 3, &value);
        return (char)value;
    }
    shell_step(p, 1);
    if (found)
        return into[found - from];
    if (c == 'x' || c == 'u' || c == 'U') {
        take_digits(p, 16, c == 'x' ? 2 : c == 'u' ? 4 : 8, &value);
        return value < 0x100 && (c == 'x' || value < 0x80) ? (char)value : '?';
    }
    if (c == 'c') {
        c = shell_peek(p, 0);
        shell_step(p, 1);
        return (char)(c & 0x1f);
    }
    return (char)c;
}

static void parse_ansi(struct shell_parser *p, struct shell_draft_word *word)
{
    size_t start = p->at += 2, len = 0;
    char *to;

    while (shell_peek(p, 0) >= 0 && shell_peek(p, 0) != '\'')
        shell_step(p, shell_peek(p, 0) == '\\' ? 2 : 1);
    if (shell_peek(p, 0) < 0) {
        shell_fail(p, ERROR_INPUT, "a single quote is never closed");
        return;
    }
    to = arena_alloc(p->arena, p->at - start + 1);
    p->at = start;
    while (to && shell_peek(p, 0) >= 0 && shell_peek(p, 0) != '\'') {
        int c = shell_peek(p, 0);

        shell_step(p, 1);
        to[len++] = c == '\\' ? ansi_escape(p) : (char)c;
    }
    add_part(p, word, SHELL_PART_TEXT, view_from(to, to ? len : 0), true);
    shell_step(p, 1);
}

/* ---- $ ---- */

/* An array's index, up to its "]". */
static void parse_subscript(struct shell_parser *p)
{
    struct shell_draft_word ignored = {0};

    for (shell_step(p, 1); shell_peek(p, 0) != ']';) {
        int c = shell_peek(p, 0);

        if (c < 0) {
            shell_fail(p, ERROR_INPUT, "a \"[\" is never closed");
            return;
        }
        if (c == '\\')
            shell_step(p, 2);
        else if (c == '\'')
            parse_single(p, &ignored);
        else if (c == '"')
            parse_double(p, &ignored);
        else if (c == '$')
            parse_dollar(p, &ignored, true);
        else if (c == '`')
            parse_backquote(p, &ignored, true);
        else if (c == '[')
            parse_subscript(p);
        else
            shell_step(p, 1);
    }
    shell_step(p, 1);
}

/* The word behind an operator of ${...}, up to the "}". In double quotes a
 * single quote means itself behind - + = ? (XCU 2.6.2). */
static void parse_modifier(struct shell_parser *p, bool quoted)
{
    struct shell_draft_word ignored = {0};
    int operator= shell_peek(p, 0) == ':' ? shell_peek(p, 1) : shell_peek(p, 0);
    bool plain_quotes = quoted && operator>= 0 && strchr("-+=?", operator);

    while (shell_peek(p, 0) != '}') {
        int c = shell_peek(p, 0);

        if (c < 0) {
            shell_fail(p, ERROR_INPUT, "\"${\" is never closed");
            return;
        }
        if (c == '\\')
            shell_step(p, 2);
        else if (c == '\'' && !plain_quotes)
            parse_single(p, &ignored);
        else if (c == '"')
            parse_double(p, &ignored);
        else if (c == '$')
            parse_dollar(p, &ignored, quoted);
        else if (c == '`')
            parse_backquote(p, &ignored, true);
        else
            shell_step(p, 1);
    }
}

static struct view take_parameter(struct shell_parser *p)
{
    size_t start = p->at;
    int c = shell_peek(p, 0);

    if (c > 0 && strchr("@*#?-$!", c)) {
        shell_step(p, 1);
    } else {
        while (is_name_byte(shell_peek(p, 0)))
            shell_step(p, 1);
    }
    return view_sub(p->text, start, p->at - start);
}

static void parse_braces(struct shell_parser *p, struct shell_draft_word *word, bool quoted)
{
    size_t start = p->at;
    bool plain = true;
    struct shell_part *part;
    struct view name;

    shell_step(p, 2);
    if ((shell_peek(p, 0) == '#' || shell_peek(p, 0) == '!') &&
        (is_name_byte(shell_peek(p, 1)) ||
         (shell_peek(p, 1) > 0 && strchr("@*", shell_peek(p, 1))))) {
        shell_step(p, 1);
        plain = false;
    }
    name = take_parameter(p);
    if (name.len == 0) {
        shell_fail(p, ERROR_INPUT, "no name follows \"${\"");
        return;
    }
    if (shell_peek(p, 0) == '[') {
        parse_subscript(p);
        plain = false;
    }
    note_read(p, name);
    plain = plain && shell_peek(p, 0) == '}' && shell_is_name(name);
    parse_modifier(p, quoted);
    shell_step(p, 1);
    part = add_part(p, word, plain ? SHELL_PART_VARIABLE : SHELL_PART_UNKNOWN,
                    view_sub(p->text, start, p->at - start), quoted);
    if (part)
        part->name = name;
}

static void parse_variable(struct shell_parser *p, struct shell_draft_word *word, bool quoted)
{
    size_t start = p->at;
    struct shell_part *part;
    struct view name;

    shell_step(p, 1);
    if (shell_peek(p, 0) >= '0' && shell_peek(p, 0) <= '9') {
        shell_step(p, 1);
        add_unknown(p, word, start, quoted);
        return;
    }
    name = take_parameter(p);
    note_read(p, name);
    part = add_part(p, word, shell_is_name(name) ? SHELL_PART_VARIABLE : SHELL_PART_UNKNOWN,
                    view_sub(p->text, start, p->at - start), quoted);
    if (part)
        part->name = name;
}

static void parse_parenthesis(struct shell_parser *p, struct shell_draft_word *word, bool quoted)
{
    size_t start = p->at;

    shell_step(p, 2);
    if (shell_peek(p, 0) == '(') {
        shell_step(p, 1);
        if (shell_parse_arithmetic(p)) {
            add_unknown(p, word, start, quoted);
            return;
        }
        p->at = start + 2;
    }
    shell_parse_substitution(p, SHELL_IN_SUBSTITUTION);
    add_unknown(p, word, start, quoted);
}

static void parse_dollar(struct shell_parser *p, struct shell_draft_word *word, bool quoted)
{
    int next = shell_peek(p, 1);

    if (!shell_enter(p))
        return;
    if (next == '(') {
        parse_parenthesis(p, word, quoted);
    } else if (next == '{') {
        parse_braces(p, word, quoted);
    } else if (next == '\'' && !quoted) {
        parse_ansi(p, word);
    } else if (next == '"' && !quoted) {
        shell_step(p, 1);
        parse_double(p, word);
    } else if (is_name_byte(next) || (next > 0 && strchr("@*#?-$!", next))) {
        parse_variable(p, word, quoted);
    } else {
        add_text(p, word, p->at, p->at + 1, quoted);
        shell_step(p, 1);
    }
    shell_leave(p);
}

/* ---- ` ` ---- */

/* Removes the backslashes that quote ` \ $ (and " inside double quotes). */
static struct view unquote_backquoted(struct shell_parser *p, struct view text, bool quoted)
{
    char *to = arena_alloc(p->arena, text.len + 1);
    size_t len = 0;

    for (size_t i = 0; to && i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len &&
            (strchr("`\\$", text.ptr[i + 1]) || (quoted && text.ptr[i + 1] == '"')) &&
            text.ptr[i + 1])
            i++;
        to[len++] = text.ptr[i];
    }
    return view_from(to, to ? len : 0);
}

/* Reads the commands of another text, all at one place when it is a copy. */
static void parse_inner(struct shell_parser *p, struct view text, size_t start, bool copy)
{
    struct shell_parser outer = *p;

    p->text = text;
    p->at = 0;
    p->pending = NULL;
    p->pending_count = 0;
    p->offset = shell_place(&outer, start);
    p->fixed = outer.fixed || copy;
    p->context |= SHELL_IN_SUBSTITUTION;
    shell_parse_list(p);
    if (!p->failed && p->at < p->text.len)
        shell_fail(p, ERROR_INPUT, "\"%.*s\" is not expected here",
                   VIEW_ARG(view_sub(p->text, p->at, 1)));
    p->text = outer.text;
    p->at = outer.at;
    p->pending = outer.pending;
    p->pending_count = outer.pending_count;
    p->offset = outer.offset;
    p->fixed = outer.fixed;
    p->context = outer.context;
    p->pipefail = outer.pipefail;
}

static void parse_backquote(struct shell_parser *p, struct shell_draft_word *word, bool quoted)
{
    size_t start = p->at;
    bool copy = false;
    struct view text;

    for (shell_step(p, 1); shell_peek(p, 0) != '`'; shell_step(p, 1)) {
        if (shell_peek(p, 0) == '\\') {
            shell_step(p, 1);
            copy = true;
        }
        if (shell_peek(p, 0) < 0) {
            shell_fail(p, ERROR_INPUT, "a backquote is never closed");
            return;
        }
    }
    shell_step(p, 1);
    if (!shell_enter(p))
        return;
    text = view_sub(p->text, start + 1, p->at - start - 2);
    if (copy)
        text = unquote_backquoted(p, text, quoted);
    parse_inner(p, text, start + 1, copy);
    shell_leave(p);
    add_unknown(p, word, start, quoted);
}

/* ---- " " ---- */

static bool escapes_in_double(int c)
{
    return c == '$' || c == '`' || c == '"' || c == '\\';
}

static void parse_double(struct shell_parser *p, struct shell_draft_word *word)
{
    size_t start;

    shell_step(p, 1);
    add_text(p, word, p->at, p->at, true);
    start = p->at;
    while (shell_peek(p, 0) != '"') {
        int c = shell_peek(p, 0);

        if (c < 0) {
            shell_fail(p, ERROR_INPUT, "a double quote is never closed");
            return;
        }
        if (c == '\\' && (escapes_in_double(shell_peek(p, 1)) || shell_peek(p, 1) == '\n')) {
            add_text(p, word, start, p->at, true);
            start = p->at + (shell_peek(p, 1) == '\n' ? 2 : 1);
            shell_step(p, 2);
        } else if (c == '$' || c == '`') {
            add_text(p, word, start, p->at, true);
            if (c == '$')
                parse_dollar(p, word, true);
            else
                parse_backquote(p, word, true);
            start = p->at;
        } else {
            shell_step(p, 1);
        }
    }
    add_text(p, word, start, p->at, true);
    shell_step(p, 1);
}

/* ---- ( ) ---- */

bool shell_parse_arithmetic(struct shell_parser *p)
{
    struct shell_draft_word ignored = {0};
    struct shell_parser before = *p;
    size_t commands = p->draft->command_count, pipelines = p->draft->pipeline_count;
    unsigned open = 0;

    if (!shell_enter(p))
        return false;
    for (;;) {
        int c = shell_peek(p, 0);

        if (c < 0 || (c == ')' && open == 0 && shell_peek(p, 1) != ')'))
            break;
        if (c == ')' && open == 0) {
            shell_step(p, 2);
            shell_leave(p);
            return true;
        }
        if (c == '(')
            open++;
        else if (c == ')')
            open--;
        if (c == '$')
            parse_dollar(p, &ignored, true);
        else if (c == '`')
            parse_backquote(p, &ignored, true);
        else if (c == '"')
            parse_double(p, &ignored);
        else if (c == '\'')
            parse_single(p, &ignored);
        else
            shell_step(p, c == '\\' ? 2 : 1);
    }
    if (p->failed && p->fault->kind != ERROR_INPUT)
        return false;
    before.work = p->work;
    before.pending = p->pending;
    *p->fault = (struct error)ERROR_INIT;
    *p = before;
    p->draft->command_count = commands;
    p->draft->pipeline_count = pipelines;
    return false;
}

/* ?( *( +( @( !( : up to its ")". */
static void parse_extended(struct shell_parser *p, struct shell_draft_word *word)
{
    size_t start = p->at;
    unsigned open = 0;
    struct shell_draft_word ignored = {0};

    do {
        int c = shell_peek(p, 0);

        if (c < 0) {
            shell_fail(p, ERROR_INPUT, "a \"(\" is never closed");
            return;
        }
        if (c == '(')
            open++;
        if (c == ')')
            open--;
        if (c == '\'')
            parse_single(p, &ignored);
        else if (c == '"')
            parse_double(p, &ignored);
        else if (c == '$')
            parse_dollar(p, &ignored, true);
        else if (c == '`')
            parse_backquote(p, &ignored, true);
        else
            shell_step(p, c == '\\' ? 2 : 1);
    } while (open);
    add_unknown(p, word, start, false);
}

static void parse_process(struct shell_parser *p, struct shell_draft_word *word)
{
    size_t start = p->at;

    if (!shell_enter(p))
        return;
    shell_step(p, 2);
    shell_parse_substitution(p, SHELL_IN_SUBSTITUTION);
    add_unknown(p, word, start, false);
    shell_leave(p);
}

/* ---- words ---- */

static bool starts_extended(const struct shell_parser *p, size_t start)
{
    return p->at > start && strchr("?*+@!", p->text.ptr[p->at - 1]) && p->text.ptr[p->at - 1];
}

/* Takes one part that is no plain text; false: the word ends here. */
static bool parse_special(struct shell_parser *p, struct shell_draft_word *word, size_t start,
                          bool regex)
{
    int c = shell_peek(p, 0);

    if (c == '\'') {
        parse_single(p, word);
    } else if (c == '"') {
        parse_double(p, word);
    } else if (c == '$') {
        parse_dollar(p, word, false);
    } else if (c == '`') {
        parse_backquote(p, word, false);
    } else if (c == '\\') {
        if (shell_peek(p, 1) == '\n')
            ;
        else if (shell_peek(p, 1) < 0)
            add_text(p, word, p->at, p->at + 1, false);
        else
            add_text(p, word, p->at + 1, p->at + 2, true);
        shell_step(p, 2);
    } else if ((c == '<' || c == '>') && shell_peek(p, 1) == '(') {
        parse_process(p, word);
    } else if (c == '(' && (regex || starts_extended(p, start))) {
        parse_extended(p, word);
    } else {
        return false;
    }
    return true;
}

static void parse_parts(struct shell_parser *p, struct shell_draft_word *word, bool regex)
{
    size_t start = p->at, text = p->at;

    for (;;) {
        int c = shell_peek(p, 0);
        bool special = c >= 0 && (strchr("'\"$`\\<>(", c) && c);
        size_t before = p->at;

        if (c < 0 || (!special && shell_is_meta(c) && !(regex && c == '|')))
            break;
        if (!special) {
            shell_step(p, 1);
            continue;
        }
        add_text(p, word, text, p->at, false);
        if (!parse_special(p, word, start, regex)) {
            text = before;
            break;
        }
        text = p->at;
    }
    add_text(p, word, text, p->at, false);
    word->raw = view_sub(p->text, start, p->at - start);
    word->start = shell_place(p, start);
    word->end = shell_place(p, p->at);
}

bool shell_parse_word(struct shell_parser *p, struct shell_draft_word *ret)
{
    struct shell_draft_word word = {0};
    size_t start = p->at;

    if (!shell_enter(p))
        return false;
    parse_parts(p, &word, false);
    shell_leave(p);
    *ret = word;
    return p->at > start && !p->failed;
}

void shell_parse_regex(struct shell_parser *p, struct shell_draft_word *ret)
{
    struct shell_draft_word word = {0};

    if (!shell_enter(p))
        return;
    parse_parts(p, &word, true);
    shell_leave(p);
    *ret = word;
}

void shell_parse_array(struct shell_parser *p, struct shell_draft_word *ret)
{
    struct shell_draft_word word = {0}, element;
    size_t start = p->at - 1;

    if (!shell_enter(p))
        return;
    for (shell_skip_newlines(p); shell_peek(p, 0) != ')' && !p->failed; shell_skip_newlines(p))
        if (!shell_parse_word(p, &element))
            shell_fail(p, ERROR_INPUT, "an array's \"(\" is never closed");
    shell_step(p, 1);
    add_unknown(p, &word, start, false);
    word.raw = view_sub(p->text, start, p->at - start);
    word.start = shell_place(p, start);
    word.end = shell_place(p, p->at);
    shell_leave(p);
    *ret = word;
}

void shell_parse_heredoc_body(struct shell_parser *p)
{
    struct shell_draft_word ignored = {0};

    while (shell_peek(p, 0) >= 0) {
        int c = shell_peek(p, 0);

        if (c == '$')
            parse_dollar(p, &ignored, true);
        else if (c == '`')
            parse_backquote(p, &ignored, true);
        else
            shell_step(p, c == '\\' ? 2 : 1);
    }
}

struct view shell_literal(const struct shell_parser *p)
{
    size_t len = 0;

    while (!shell_is_meta(shell_peek(p, len))) {
        int c = shell_peek(p, len);

        if (c && strchr("'\"$`\\", c))
            return VIEW_EMPTY;
        len++;
    }
    return view_sub(p->text, p->at, len);
}

struct view shell_plain(const struct shell_draft_word *word)
{
    return word->count == 1 && word->parts[0].kind == SHELL_PART_TEXT && !word->quoted
               ? word->parts[0].text
               : VIEW_EMPTY;
}
