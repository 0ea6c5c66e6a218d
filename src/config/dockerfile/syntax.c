#include "config/dockerfile/syntax.h"

#include <ctype.h>

#include "base/text.h"
#include "config/dockerfile/json-array.h"

enum { TRIGGER_DEPTH = 1 }; /* ONBUILD ONBUILD is split, and then refused */

static const struct dockerfile_flag_rule add_flags[] = {
    {"chown", DOCKERFILE_FLAG_TEXT},    {"chmod", DOCKERFILE_FLAG_TEXT},
    {"link", DOCKERFILE_FLAG_BOOL},     {"keep-git-dir", DOCKERFILE_FLAG_BOOL},
    {"checksum", DOCKERFILE_FLAG_TEXT}, {"unpack", DOCKERFILE_FLAG_BOOL},
    {"exclude", DOCKERFILE_FLAG_TEXTS}, {NULL, DOCKERFILE_FLAG_TEXT},
};
static const struct dockerfile_flag_rule copy_flags[] = {
    {"chown", DOCKERFILE_FLAG_TEXT},    {"from", DOCKERFILE_FLAG_TEXT},
    {"chmod", DOCKERFILE_FLAG_TEXT},    {"link", DOCKERFILE_FLAG_BOOL},
    {"exclude", DOCKERFILE_FLAG_TEXTS}, {"parents", DOCKERFILE_FLAG_BOOL},
    {NULL, DOCKERFILE_FLAG_TEXT},
};
static const struct dockerfile_flag_rule from_flags[] = {
    {"platform", DOCKERFILE_FLAG_TEXT},
    {NULL, DOCKERFILE_FLAG_TEXT},
};
static const struct dockerfile_flag_rule health_flags[] = {
    {"interval", DOCKERFILE_FLAG_TEXT},     {"timeout", DOCKERFILE_FLAG_TEXT},
    {"start-period", DOCKERFILE_FLAG_TEXT}, {"start-interval", DOCKERFILE_FLAG_TEXT},
    {"retries", DOCKERFILE_FLAG_TEXT},      {NULL, DOCKERFILE_FLAG_TEXT},
};
static const struct dockerfile_flag_rule run_flags[] = {
    {"mount", DOCKERFILE_FLAG_TEXTS},   {"network", DOCKERFILE_FLAG_TEXT},
    {"security", DOCKERFILE_FLAG_TEXT}, {"device", DOCKERFILE_FLAG_TEXTS},
    {NULL, DOCKERFILE_FLAG_TEXT},
};

const struct dockerfile_syntax dockerfile_syntax[DOCKERFILE_COMMAND_COUNT] = {
    [DOCKERFILE_ADD] = {"ADD", DOCKERFILE_SHAPE_EXEC_OR_WORDS, true, add_flags},
    [DOCKERFILE_ARG] = {"ARG", DOCKERFILE_SHAPE_ARGS, false, NULL},
    [DOCKERFILE_CMD] = {"CMD", DOCKERFILE_SHAPE_EXEC_OR_LINE, false, NULL},
    [DOCKERFILE_COPY] = {"COPY", DOCKERFILE_SHAPE_EXEC_OR_WORDS, true, copy_flags},
    [DOCKERFILE_ENTRYPOINT] = {"ENTRYPOINT", DOCKERFILE_SHAPE_EXEC_OR_LINE, false, NULL},
    [DOCKERFILE_ENV] = {"ENV", DOCKERFILE_SHAPE_PAIRS, false, NULL},
    [DOCKERFILE_EXPOSE] = {"EXPOSE", DOCKERFILE_SHAPE_WORDS, false, NULL},
    [DOCKERFILE_FROM] = {"FROM", DOCKERFILE_SHAPE_WORDS, false, from_flags},
    [DOCKERFILE_HEALTHCHECK] = {"HEALTHCHECK", DOCKERFILE_SHAPE_HEALTH, false, health_flags},
    [DOCKERFILE_LABEL] = {"LABEL", DOCKERFILE_SHAPE_PAIRS, false, NULL},
    [DOCKERFILE_MAINTAINER] = {"MAINTAINER", DOCKERFILE_SHAPE_LINE, false, NULL},
    [DOCKERFILE_ONBUILD] = {"ONBUILD", DOCKERFILE_SHAPE_TRIGGER, false, NULL},
    [DOCKERFILE_RUN] = {"RUN", DOCKERFILE_SHAPE_EXEC_OR_LINE, true, run_flags},
    [DOCKERFILE_SHELL] = {"SHELL", DOCKERFILE_SHAPE_EXEC_OR_LINE, false, NULL},
    [DOCKERFILE_STOPSIGNAL] = {"STOPSIGNAL", DOCKERFILE_SHAPE_LINE, false, NULL},
    [DOCKERFILE_USER] = {"USER", DOCKERFILE_SHAPE_LINE, false, NULL},
    [DOCKERFILE_VOLUME] = {"VOLUME", DOCKERFILE_SHAPE_EXEC_OR_WORDS, false, NULL},
    [DOCKERFILE_WORKDIR] = {"WORKDIR", DOCKERFILE_SHAPE_LINE, false, NULL},
};

/* Unicode's White_Space beyond ASCII, as UTF-8. */
static const struct view wide_spaces[] = {
    VIEW("\xc2\x85"),     VIEW("\xc2\xa0"),     VIEW("\xe1\x9a\x80"), VIEW("\xe2\x80\x80"),
    VIEW("\xe2\x80\x81"), VIEW("\xe2\x80\x82"), VIEW("\xe2\x80\x83"), VIEW("\xe2\x80\x84"),
    VIEW("\xe2\x80\x85"), VIEW("\xe2\x80\x86"), VIEW("\xe2\x80\x87"), VIEW("\xe2\x80\x88"),
    VIEW("\xe2\x80\x89"), VIEW("\xe2\x80\x8a"), VIEW("\xe2\x80\xa8"), VIEW("\xe2\x80\xa9"),
    VIEW("\xe2\x80\xaf"), VIEW("\xe2\x81\x9f"), VIEW("\xe3\x80\x80"),
};

size_t dockerfile_space(struct view text, size_t at)
{
    struct view rest = view_sub(text, at, text.len);

    if (rest.len == 0)
        return 0;
    if ((unsigned char)rest.ptr[0] < 0x80)
        return isspace((unsigned char)rest.ptr[0]) ? 1 : 0;
    for (size_t i = 0; i < sizeof(wide_spaces) / sizeof(*wide_spaces); i++)
        if (view_starts(rest, wide_spaces[i]))
            return wide_spaces[i].len;
    return 0;
}

/* What separates the keyword and the words of EXPOSE, FROM, ...: no newline is
 * left in a joined line, and wide spaces do not count. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static size_t skip_blanks(struct view text, size_t at)
{
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    return at;
}

static size_t trimmed_end(struct view text)
{
    for (;;) {
        size_t i = 0;

        if (text.len && isspace((unsigned char)text.ptr[text.len - 1])) {
            text.len--;
            continue;
        }
        while (i < sizeof(wide_spaces) / sizeof(*wide_spaces) && !view_ends(text, wide_spaces[i]))
            i++;
        if (i == sizeof(wide_spaces) / sizeof(*wide_spaces))
            return text.len;
        text.len -= wide_spaces[i].len;
    }
}

/* ---- verbs ---- */

struct splitter {
    struct dockerfile_reader *reader;
    struct dockerfile_instruction *instruction;
    struct view text; /* the joined text without blanks at its end */
    struct dockerfile_word *words;
    struct dockerfile_flag *flags;
    struct dockerfile_pair *pairs;
};

static int too_many(struct error *err)
{
    return error_set(err, ERROR_LIMIT, "an instruction has more than %d words",
                     DOCKERFILE_WORD_LIMIT);
}

static struct dockerfile_word word_of(struct splitter *s, size_t start, size_t end)
{
    return (struct dockerfile_word){view_sub(s->text, start, end - start),
                                    dockerfile_part(s->instruction, start, end)};
}

static int add_word(struct splitter *s, struct dockerfile_word word, struct error *err)
{
    struct dockerfile_word *slot;

    if (s->instruction->word_count >= DOCKERFILE_WORD_LIMIT)
        return too_many(err);
    slot = arena_push(s->reader->arena, &s->words, &s->instruction->word_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = word;
    s->instruction->words = s->words;
    return 0;
}

static int add_line(struct splitter *s, size_t at, struct error *err)
{
    return at < s->text.len ? add_word(s, word_of(s, at, s->text.len), err) : 0;
}

static int add_blank_words(struct splitter *s, size_t at, struct error *err)
{
    int r = 0;

    while (r == 0 && at < s->text.len) {
        size_t start = at;

        while (at < s->text.len && !is_blank(s->text.ptr[at]))
            at++;
        r = add_word(s, word_of(s, start, at), err);
        at = skip_blanks(s->text, at);
    }
    return r;
}

/* A word with quotes and escapes kept, up to white space outside of quotes. */
static struct dockerfile_word take_quoted(struct splitter *s, size_t *at)
{
    char escape = s->reader->file->escape, quote = 0;
    size_t start = *at, end = s->text.len;

    for (; *at < end; (*at)++) {
        char c = s->text.ptr[*at];

        if (c == escape && quote != '\'') {
            if (*at + 1 == end) {
                (*at)++; /* an escape character at the end is passed over */
                return word_of(s, start, *at - 1);
            }
            (*at)++;
        } else if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (dockerfile_space(s->text, *at)) {
            break;
        }
    }
    return word_of(s, start, *at);
}

static size_t skip_space(struct view text, size_t at)
{
    for (size_t n = dockerfile_space(text, at); n; n = dockerfile_space(text, at))
        at += n;
    return at;
}

/* ---- flags ---- */

/* Here the builder looks at bytes: wide spaces are none. */
static size_t skip_bytes(struct view text, size_t at)
{
    while (at < text.len && isspace((unsigned char)text.ptr[at]))
        at++;
    return at;
}

/* The word of a flag without its quotes and escapes. */
static size_t take_flag(struct splitter *s, size_t at, char *to, size_t *ret_len)
{
    char escape = s->reader->file->escape, quote = 0;
    size_t len = 0;

    for (; at < s->text.len; at++) {
        char c = s->text.ptr[at];

        if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? 0 : c;
        } else if (!quote && isspace((unsigned char)c)) {
            break;
        } else if (c == escape) {
            if (at + 1 < s->text.len)
                to[len++] = s->text.ptr[++at];
        } else {
            to[len++] = c;
        }
    }
    *ret_len = len;
    return at;
}

static int add_flag(struct splitter *s, struct view flag, struct dockerfile_span span,
                    struct error *err)
{
    struct dockerfile_flag *slot;
    ptrdiff_t equals = view_find(flag, '=');

    if (s->instruction->flag_count >= DOCKERFILE_WORD_LIMIT)
        return too_many(err);
    slot = arena_push(s->reader->arena, &s->flags, &s->instruction->flag_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    s->instruction->flags = s->flags;
    slot->span = span;
    slot->has_value = equals >= 0;
    slot->name = view_sub(flag, 2, equals >= 0 ? (size_t)equals - 2 : flag.len);
    slot->value = equals >= 0 ? view_sub(flag, (size_t)equals + 1, flag.len) : VIEW_EMPTY;
    return 0;
}

/* Takes the words that begin with "--"; a lone "--" ends them. */
static int split_flags(struct splitter *s, size_t *at, struct error *err)
{
    for (;;) {
        size_t start = *at = skip_bytes(s->text, *at), len;
        char *flag;
        int r;

        if (!view_starts(view_sub(s->text, start, s->text.len), VIEW("--")))
            return 0;
        flag = arena_alloc(s->reader->arena, s->text.len - start + 1);
        if (!flag)
            return error_memory(err);
        *at = take_flag(s, start, flag, &len);
        if (len == 2) {
            *at = skip_bytes(s->text, *at);
            return 0;
        }
        r = add_flag(s, view_from(flag, len), dockerfile_part(s->instruction, start, *at), err);
        if (r < 0)
            return r;
    }
}

/* ---- shapes ---- */

/* Adds the words of a JSON array; `*ret` tells whether it is one. */
static int split_exec(struct splitter *s, size_t at, bool *ret, struct error *err)
{
    struct json_array array;
    int r;

    *ret = false;
    at = skip_space(s->text, at);
    if (at >= s->text.len || s->text.ptr[at] != '[')
        return 0;
    r = json_array_parse(view_sub(s->text, at, s->text.len), s->reader->arena, &array, err);
    if (r < 0 || array.kind == JSON_ARRAY_BROKEN)
        return r;
    *ret = s->instruction->exec = true;
    if (array.kind == JSON_ARRAY_MIXED) {
        dockerfile_report(s->reader, dockerfile_part(s->instruction, at, s->text.len),
                          tr("put every element in double quotes"),
                          "the JSON array has elements that are no strings");
        return 0;
    }
    for (size_t i = 0; r == 0 && i < array.count; i++)
        r = add_word(
            s,
            (struct dockerfile_word){array.items[i].text,
                                     dockerfile_part(s->instruction, at + array.items[i].start,
                                                     at + array.items[i].end)},
            err);
    return r;
}

static int add_pair(struct splitter *s, struct dockerfile_pair pair, struct error *err)
{
    struct dockerfile_pair *slot;

    if (s->instruction->pair_count >= DOCKERFILE_WORD_LIMIT)
        return too_many(err);
    slot = arena_push(s->reader->arena, &s->pairs, &s->instruction->pair_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = pair;
    s->instruction->pairs = s->pairs;
    return 0;
}

/* "name value": the value is the rest of the line, quotes and all. */
static int add_legacy_pair(struct splitter *s, size_t at, struct error *err)
{
    size_t end = at, value;

    while (end < s->text.len && !is_blank(s->text.ptr[end]))
        end++;
    value = skip_blanks(s->text, end);
    if (value >= s->text.len) {
        dockerfile_report(s->reader, dockerfile_part(s->instruction, at, end),
                          tr("write NAME=VALUE"), "%.*s has no value",
                          VIEW_ARG(view_sub(s->text, at, end - at)));
        return 0;
    }
    return add_pair(
        s,
        (struct dockerfile_pair){word_of(s, at, end), word_of(s, value, s->text.len), true, true},
        err);
}

static int add_word_pair(struct splitter *s, struct dockerfile_word word, size_t at,
                         struct error *err)
{
    ptrdiff_t equals = view_find(word.text, '=');
    struct dockerfile_pair pair = {
        word, {VIEW_EMPTY, {word.span.end, word.span.end}}, false, false};

    if (equals >= 0) {
        size_t start = at + (size_t)equals;

        pair.name = word_of(s, at, start);
        pair.value = word_of(s, start + 1, at + word.text.len);
        pair.has_value = true;
    }
    return add_pair(s, pair, err);
}

/* Whether a pair without "=" belongs to the shape: only ARG has names alone. */
static int split_pairs(struct splitter *s, size_t at, bool names_alone, struct error *err)
{
    int r = 0;

    for (at = skip_space(s->text, at); r == 0 && at < s->text.len; at = skip_space(s->text, at)) {
        size_t start = at;
        struct dockerfile_word word = take_quoted(s, &at);
        bool equals = view_find(word.text, '=') >= 0;

        if (!names_alone && !equals && s->instruction->pair_count == 0)
            return add_legacy_pair(s, start, err);
        if (word.text.len == 0)
            continue;
        if (names_alone || equals)
            r = add_word_pair(s, word, start, err);
        else
            dockerfile_report(s->reader, word.span,
                              tr("write NAME=VALUE, with quotes around a value with spaces"),
                              "%.*s has no \"=\"", VIEW_ARG(word.text));
    }
    return r;
}

static int split_health(struct splitter *s, size_t at, struct error *err)
{
    size_t end = at;
    bool exec;
    int r;

    while (end < s->text.len && !isspace((unsigned char)s->text.ptr[end]))
        end++;
    if (end == at)
        return 0;
    r = add_word(s, word_of(s, at, end), err);
    at = skip_space(s->text, end);
    if (r == 0)
        r = split_exec(s, at, &exec, err);
    return r == 0 && !exec ? add_line(s, at, err) : r;
}

static int split_trigger(struct splitter *s, size_t at, unsigned depth, struct error *err)
{
    struct dockerfile_instruction *trigger;

    if (at >= s->text.len || depth > TRIGGER_DEPTH)
        return 0;
    trigger = arena_alloc(s->reader->arena, sizeof(*trigger));
    if (!trigger)
        return error_memory(err);
    trigger->logical = s->instruction->logical;
    trigger->span = (struct dockerfile_span){dockerfile_part(s->instruction, at, at).start,
                                             s->instruction->span.end};
    trigger->line_end = s->instruction->line_end;
    s->instruction->trigger = trigger;
    return dockerfile_split(s->reader, trigger, at, depth + 1, err);
}

static int split_arguments(struct splitter *s, size_t at, unsigned depth, struct error *err)
{
    enum dockerfile_shape shape = dockerfile_syntax[s->instruction->command].shape;
    bool exec = false;
    int r = 0;

    if (shape == DOCKERFILE_SHAPE_EXEC_OR_LINE || shape == DOCKERFILE_SHAPE_EXEC_OR_WORDS)
        r = split_exec(s, at, &exec, err);
    if (r < 0 || exec)
        return r;
    switch (shape) {
    case DOCKERFILE_SHAPE_LINE:
    case DOCKERFILE_SHAPE_EXEC_OR_LINE:
        return add_line(s, at, err);
    case DOCKERFILE_SHAPE_WORDS:
    case DOCKERFILE_SHAPE_EXEC_OR_WORDS:
        return add_blank_words(s, at, err);
    case DOCKERFILE_SHAPE_HEALTH:
        return split_health(s, at, err);
    case DOCKERFILE_SHAPE_PAIRS:
    case DOCKERFILE_SHAPE_ARGS:
        return split_pairs(s, at, shape == DOCKERFILE_SHAPE_ARGS, err);
    case DOCKERFILE_SHAPE_TRIGGER:
        return split_trigger(s, at, depth, err);
    }
    return 0;
}

static enum dockerfile_command find_command(struct view keyword)
{
    unsigned i = 0;

    while (i < DOCKERFILE_COMMAND_COUNT &&
           !view_eq_nocase(keyword, view_of(dockerfile_syntax[i].name)))
        i++;
    return (enum dockerfile_command)i;
}

int dockerfile_split(struct dockerfile_reader *reader, struct dockerfile_instruction *instruction,
                     size_t at, unsigned depth, struct error *err)
{
    struct view all = instruction->logical.text;
    struct splitter s = {reader, instruction, view_sub(all, 0, trimmed_end(all)), NULL, NULL, NULL};
    size_t start;
    int r;

    start = at = skip_space(s.text, at);
    while (at < s.text.len && !is_blank(s.text.ptr[at]))
        at++;
    instruction->keyword = view_sub(s.text, start, at - start);
    instruction->keyword_span = dockerfile_part(instruction, start, at);
    instruction->command = find_command(instruction->keyword);
    r = split_flags(&s, &at, err);
    instruction->arguments = at;
    instruction->logical.text = s.text;
    if (r < 0 || instruction->command == DOCKERFILE_UNKNOWN)
        return r;
    return split_arguments(&s, at, depth, err);
}
