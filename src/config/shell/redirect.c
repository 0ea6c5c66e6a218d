/* Redirections and here-documents (XCU 2.7). */
#include <ctype.h>

#include "base/text.h"
#include "config/shell/draft.h"

static const struct {
    const char *operator;
    enum shell_redirect_kind kind;
    int descriptor;
} operators[] = {
    /* Longer ones first. */
    {"&>>", SHELL_WRITE_BOTH, 1}, {"<<<", SHELL_HERESTRING, 0}, {"<<-", SHELL_HEREDOC, 0},
    {"<<", SHELL_HEREDOC, 0},     {">>", SHELL_APPEND, 1},      {"<>", SHELL_READ_WRITE, 0},
    {"<&", SHELL_COPY_IN, 0},     {">&", SHELL_COPY_OUT, 1},    {">|", SHELL_WRITE, 1},
    {"&>", SHELL_WRITE_BOTH, 1},  {"<", SHELL_READ, 0},         {">", SHELL_WRITE, 1},
};

/* The bytes of "2" or "{name}" before an operator; 0: none. */
static size_t descriptor_length(const struct shell_parser *p)
{
    size_t len = 0;

    if (shell_peek(p, 0) == '{') {
        for (len = 1;
             shell_peek(p, len) == '_' || (shell_peek(p, len) > 0 && isalnum(shell_peek(p, len)));)
            len++;
        len = len > 1 && shell_peek(p, len) == '}' ? len + 1 : 0;
    } else {
        while (shell_peek(p, len) >= '0' && shell_peek(p, len) <= '9')
            len++;
    }
    return len && (shell_peek(p, len) == '<' || shell_peek(p, len) == '>') ? len : 0;
}

static int descriptor_number(struct view text, int fallback)
{
    uint64_t number;

    if (text.len == 0)
        return fallback;
    if (text.ptr[0] == '{' || !view_to_u64(text, &number) || number > INT32_MAX)
        return -1;
    return (int)number;
}

static int find_operator(const struct shell_parser *p)
{
    struct view rest = shell_rest(p);

    if (p->failed)
        return -1;
    for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
        if (view_starts(rest, view_of(operators[i].operator)))
            return (int)i;
    return -1;
}

/* Quotes are removed from a delimiter; "$" means itself. */
static struct view take_delimiter(struct shell_parser *p, bool *ret_quoted)
{
    size_t len = 0, room = 0;
    char quote = 0, *to;

    while (shell_peek(p, room) >= 0 && shell_peek(p, room) != '\n')
        room++;
    to = arena_alloc(p->arena, room + 1);
    *ret_quoted = false;
    while (to) {
        int c = shell_peek(p, 0);

        if (c < 0 || (!quote && shell_is_meta(c)))
            break;
        shell_step(p, 1);
        if (c == '\\' && quote != '\'' && shell_peek(p, 0) >= 0) {
            *ret_quoted = true;
            c = shell_peek(p, 0);
            shell_step(p, 1);
        } else if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? 0 : (char)c;
            *ret_quoted = true;
            continue;
        }
        if (len < room)
            to[len++] = (char)c;
    }
    if (quote)
        shell_fail(p, ERROR_INPUT, "a quote is never closed");
    return view_from(to, to ? len : 0);
}

void shell_parse_redirect_heredoc(struct shell_parser *p, struct shell_redirect *redirect,
                                  bool strip_tabs)
{
    struct shell_pending *pending;
    bool quoted;
    size_t start = p->at;
    struct view delimiter = take_delimiter(p, &quoted);

    if (p->at == start) {
        shell_fail(p, ERROR_INPUT, "no name follows \"<<\"");
        return;
    }
    pending = arena_push(p->arena, &p->pending, &p->pending_count, sizeof(*pending));
    if (!pending) {
        shell_fail(p, ERROR_MEMORY, "out of memory");
        return;
    }
    redirect->literal = quoted;
    *pending = (struct shell_pending){redirect, delimiter, strip_tabs, quoted};
}

/* Whether a line ends in a backslash that is not itself quoted. */
static bool continues(struct view line)
{
    size_t count = 0;

    while (count < line.len && line.ptr[line.len - 1 - count] == '\\')
        count++;
    return count % 2;
}

static void read_heredoc(struct shell_parser *p, const struct shell_pending *pending)
{
    size_t start = p->at, end = p->at;
    bool continued = false;

    while (p->at < p->text.len && !p->failed) {
        struct view rest = shell_rest(p), line = view_cut(&rest, '\n');
        size_t tabs = 0;

        end = p->at;
        shell_step(p, line.len + (rest.ptr != NULL));
        while (pending->strip_tabs && tabs < line.len && line.ptr[tabs] == '\t')
            tabs++;
        line = view_sub(line, tabs, line.len);
        if (!continued && view_eq(line, pending->delimiter))
            break;
        continued = !pending->quoted && continues(line);
        end = p->at;
    }
    pending->redirect->body = view_sub(p->text, start, end - start);
    pending->redirect->body_start = shell_place(p, start);
}

static void parse_body(struct shell_parser *p, const struct shell_redirect *redirect)
{
    struct shell_parser outer = *p;

    p->text = redirect->body;
    p->at = 0;
    p->pending = NULL;
    p->pending_count = 0;
    p->offset = redirect->body_start;
    shell_parse_heredoc_body(p);
    p->text = outer.text;
    p->at = outer.at;
    p->pending = outer.pending;
    p->pending_count = outer.pending_count;
    p->offset = outer.offset;
}

void shell_read_heredocs(struct shell_parser *p)
{
    struct shell_pending *pending = p->pending;
    size_t count = p->pending_count;

    p->pending = NULL;
    p->pending_count = 0;
    for (size_t i = 0; i < count && !p->failed; i++) {
        read_heredoc(p, &pending[i]);
        if (!pending[i].quoted)
            parse_body(p, pending[i].redirect);
    }
}

bool shell_try_redirect(struct shell_parser *p, struct shell_draft_redirect **ret)
{
    size_t prefix = descriptor_length(p), start = p->at;
    struct shell_draft_redirect *redirect;
    int operator;

    p->at += prefix;
    operator= find_operator(p);
    if (operator< 0 || (prefix == 0 && shell_peek(p, 1) == '(' &&
                        strlen(operators[operator].operator) == 1)) {
        p->at = start;
        return false;
    }
    redirect = arena_alloc(p->arena, sizeof(*redirect));
    if (!redirect) {
        shell_fail(p, ERROR_MEMORY, "out of memory");
        return false;
    }
    redirect->result.kind = operators[operator].kind;
    redirect->result.descriptor =
        descriptor_number(view_sub(p->text, start, prefix), operators[operator].descriptor);
    shell_step(p, strlen(operators[operator].operator));
    shell_skip_blanks(p);
    if (operators[operator].kind == SHELL_HEREDOC)
        shell_parse_redirect_heredoc(p, &redirect->result,
                                     operators[operator].operator[2] == '-');
    else if (!shell_parse_word(p, &redirect->target))
        shell_fail(p, ERROR_INPUT, "no file follows \"%s\"", operators[operator].operator);
    *ret = redirect;
    return true;
}
