/* Here-documents: where they are looked for, and their lines. */
#include <ctype.h>

#include "base/text.h"
#include "config/dockerfile/syntax.h"

/* The lines up to the one that is the name; false: the file ends before. */
static bool take_heredoc(struct dockerfile_reader *reader, struct dockerfile_heredoc *heredoc)
{
    size_t start = reader->at;

    while (reader->at < reader->text.len) {
        size_t offset, tabs = 0;
        struct view line = dockerfile_line(reader, &offset);

        while (heredoc->strip_tabs && tabs < line.len && line.ptr[tabs] == '\t')
            tabs++;
        if (view_eq(view_sub(line, tabs, line.len), heredoc->name)) {
            heredoc->content = view_sub(reader->text, start, offset - start);
            heredoc->span = (struct dockerfile_span){start, offset + line.len};
            return true;
        }
    }
    heredoc->content = view_sub(reader->text, start, reader->at - start);
    heredoc->span = (struct dockerfile_span){start, reader->at};
    return false;
}

/* "${" without a name, or never closed, which ends the builder's search. */
static bool is_bad_variable(struct view text, size_t at)
{
    struct view rest = view_sub(text, at, text.len);

    return view_starts(rest, VIEW("${")) &&
           (rest.len == 2 || strchr("{}:", rest.ptr[2]) || view_find(rest, '}') < 0);
}

/* The next word as the shell has it, quotes kept: where here-documents are
 * looked for. False when a quote or "${" never ends: then no word counts. */
static bool shell_word(struct view text, size_t *at, struct view *ret)
{
    char quote = 0;
    size_t start;

    while (*at < text.len && isspace((unsigned char)text.ptr[*at]))
        (*at)++;
    start = *at;
    for (; *at < text.len; (*at)++) {
        char c = text.ptr[*at];

        if (c == '\\' && quote != '\'' && *at + 1 < text.len) {
            (*at)++;
        } else if (quote) {
            quote = c == quote ? 0 : quote;
            if (c == '$' && quote == '"' && is_bad_variable(text, *at))
                return false;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '$' && is_bad_variable(text, *at)) {
            return false;
        } else if (isspace((unsigned char)c)) {
            break;
        } else if (c == '<' && *at + 1 < text.len && text.ptr[*at + 1] == '<') {
            (*at)++;
            while (*at + 1 < text.len && strchr("\t\r ", text.ptr[*at + 1]))
                (*at)++;
        }
    }
    *ret = view_sub(text, start, *at - start);
    return quote == 0;
}

/* Removes quotes and escapes of a here-document's name. */
static struct view unquote_name(struct view name, struct arena *arena, bool *ret_quoted)
{
    char *to = arena_alloc(arena, name.len + 1);
    size_t len = 0;
    char quote = 0;

    *ret_quoted = false;
    for (size_t i = 0; to && i < name.len; i++) {
        char c = name.ptr[i];

        if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? 0 : c;
            *ret_quoted = true;
        } else {
            if (c == '\\' && quote != '\'' && i + 1 < name.len)
                c = name.ptr[++i];
            to[len++] = c;
        }
    }
    return view_from(to, to ? len : 0);
}

bool dockerfile_heredoc_word(struct view word, struct dockerfile_heredoc *ret, struct arena *arena)
{
    struct dockerfile_heredoc heredoc = {.descriptor = 0};
    size_t at = 0, after;
    uint64_t descriptor = 0;
    struct view name;
    bool quoted;

    while (at < word.len && isdigit((unsigned char)word.ptr[at]))
        at++;
    if (at && (!view_to_u64(view_sub(word, 0, at), &descriptor) || descriptor > UINT32_MAX))
        descriptor = 0;
    if (!view_starts(view_sub(word, at, word.len), VIEW("<<")))
        return false;
    at += 2;
    heredoc.strip_tabs = at < word.len && word.ptr[at] == '-';
    name = view_sub(word, at + heredoc.strip_tabs, word.len);
    while (name.len && isspace((unsigned char)name.ptr[0]))
        name = view_sub(name, 1, name.len);
    after = 0;
    if (name.len == 0 || view_find(name, '<') >= 0 || !shell_word(name, &after, &word) ||
        after != name.len)
        return false;
    heredoc.name = unquote_name(name, arena, &quoted);
    heredoc.expand = !quoted;
    heredoc.descriptor = (unsigned)descriptor;
    if (heredoc.name.len == 0)
        return false;
    *ret = heredoc;
    return true;
}

static size_t count_heredocs(struct view text)
{
    struct view word;
    size_t at = 0, count = 0;

    do {
        if (!shell_word(text, &at, &word))
            return 0;
        count += view_find_view(word, VIEW("<<")) >= 0;
    } while (word.len && count < DOCKERFILE_HEREDOC_LIMIT);
    return count;
}

int dockerfile_heredocs(struct dockerfile_reader *reader,
                        struct dockerfile_instruction *instruction, struct error *err)
{
    struct dockerfile_instruction *holder =
        instruction->trigger ? (struct dockerfile_instruction *)instruction->trigger : instruction;
    size_t possible, at = 0, count = 0;
    struct dockerfile_heredoc *list;
    struct view word;

    if (holder->command >= DOCKERFILE_COMMAND_COUNT || holder->trigger || holder->exec ||
        !dockerfile_syntax[holder->command].heredocs)
        return 0;
    possible = count_heredocs(instruction->logical.text);
    if (possible == 0)
        return 0;
    list = arena_array(reader->arena, possible, sizeof(*list));
    if (!list)
        return error_memory(err);
    while (count < possible && shell_word(instruction->logical.text, &at, &word) && word.len) {
        struct dockerfile_heredoc *heredoc = &list[count];

        if (!dockerfile_heredoc_word(word, heredoc, reader->arena))
            continue;
        count++;
        if (!take_heredoc(reader, heredoc)) {
            dockerfile_report(reader, dockerfile_part(instruction, at - word.len, at),
                              tr("end it with a line that is only its name"),
                              "the here-document %.*s never ends", VIEW_ARG(heredoc->name));
            break;
        }
    }
    if (count)
        instruction->span.end = list[count - 1].span.end;
    holder->heredocs = list;
    holder->heredoc_count = count;
    return 0;
}
