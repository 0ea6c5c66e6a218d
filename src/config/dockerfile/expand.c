#include "config/dockerfile/expand.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/dockerfile/dockerfile.h"

/* ---- variables ---- */

struct dockerfile_variable *dockerfile_scope_find(const struct dockerfile_scope *scope,
                                                  struct view name)
{
    uint64_t hash = hash_stable(name);

    for (; scope; scope = scope->outer) {
        struct dockerfile_variable *at = scope->root;

        for (uint64_t rest = hash; at; rest <<= 2) {
            if (at->hash == hash && view_eq(at->name, name))
                return at;
            at = at->child[rest >> 62];
        }
    }
    return NULL;
}

struct dockerfile_variable *dockerfile_scope_add(struct dockerfile_scope *scope, struct view name,
                                                 struct arena *arena)
{
    uint64_t hash = hash_stable(name), rest = hash;
    struct dockerfile_variable **at = &scope->root;

    for (; *at; rest <<= 2) {
        if ((*at)->hash == hash && view_eq((*at)->name, name))
            return *at;
        at = &(*at)->child[rest >> 62];
    }
    *at = arena_alloc(arena, sizeof(**at));
    if (*at) {
        (*at)->name = name;
        (*at)->hash = hash;
    }
    return *at;
}

/* ---- patterns ---- */

static size_t character_length(struct view text, size_t at)
{
    size_t len = 1;

    while (at + len < text.len && ((unsigned char)text.ptr[at + len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* Whether the whole text matches the pattern. */
static bool matches(struct view pattern, struct view text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;

    while (t < text.len) {
        char c = p < pattern.len ? pattern.ptr[p] : '\0';
        bool escaped = c == '\\' && p + 1 < pattern.len;

        if (p < pattern.len && c == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len && c == '?') {
            p++;
            t += character_length(text, t);
        } else if (p < pattern.len && text.ptr[t] == (escaped ? pattern.ptr[p + 1] : c)) {
            p += escaped ? 2 : 1;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

/* The length of the prefix (or suffix) of `text` that matches; SIZE_MAX: none. */
static size_t match_end(struct view pattern, struct view text, bool suffix, bool longest)
{
    for (size_t i = 0; i <= text.len; i++) {
        size_t len = longest ? text.len - i : i;

        if (matches(pattern, view_sub(text, suffix ? text.len - len : 0, len)))
            return len;
    }
    return SIZE_MAX;
}

/* ---- words ---- */

struct expander {
    struct view word;
    size_t at;
    char escape;
    const struct dockerfile_scope *scope;
    struct arena *arena;
    struct error *err;
    unsigned depth;
    uint64_t work; /* bytes looked at by patterns */
};

enum { PATTERN_WORK_LIMIT = 64 << 20, PATTERN_TEXT_LIMIT = 4096 };

/* How an escaped character is kept. */
enum escapes { ESCAPES_REMOVED, ESCAPES_KEPT };

static int until(struct expander *x, char stop, enum escapes escapes, struct buf *to, bool *known);

static int malformed(struct expander *x, const char *what)
{
    return error_set(x->err, ERROR_INPUT, "%.*s: %s", VIEW_ARG(x->word), tr(what));
}

static char look(const struct expander *x)
{
    return x->at < x->word.len ? x->word.ptr[x->at] : '\0';
}

static bool at_end(const struct expander *x)
{
    return x->at >= x->word.len;
}

/* The name behind "$" or "${": letters, digits and "_", digits alone, or one
 * special character. Empty: none. */
static struct view take_name(struct expander *x)
{
    size_t start = x->at;
    bool digits = isdigit((unsigned char)look(x));

    if (look(x) && strchr("@*#?-$!", look(x)))
        return view_sub(x->word, x->at++, 1);
    while (!at_end(x) && (digits ? isdigit((unsigned char)look(x))
                                 : isalnum((unsigned char)look(x)) || look(x) == '_' ||
                                       (unsigned char)look(x) >= 0x80))
        x->at++;
    return view_sub(x->word, start, x->at - start);
}

static const struct dockerfile_variable *read_variable(struct expander *x, struct view name)
{
    struct dockerfile_variable *variable = dockerfile_scope_find(x->scope, name);

    if (variable && variable->used)
        *variable->used = true;
    return variable;
}

/* What was written from `start` on, for a value that is not known. */
static void keep_written(struct expander *x, size_t start, struct buf *to, bool *known)
{
    buf_add(to, view_sub(x->word, start, x->at - start));
    *known = false;
}

static int add_value(struct expander *x, const struct dockerfile_variable *variable, size_t start,
                     struct buf *to, bool *known)
{
    if (!variable || !variable->set) {
        keep_written(x, start, to, known);
    } else {
        buf_add(to, variable->value.text);
        *known = *known && variable->value.known;
    }
    return 0;
}

static int nested(struct expander *x, char stop, enum escapes escapes, struct buf *to, bool *known)
{
    int r;

    if (x->depth >= DOCKERFILE_EXPANSION_DEPTH_LIMIT)
        return error_set(x->err, ERROR_LIMIT, "variables nested deeper than %d",
                         DOCKERFILE_EXPANSION_DEPTH_LIMIT);
    x->depth++;
    r = until(x, stop, escapes, to, known);
    x->depth--;
    return r;
}

/* ${name:-word} and its like; `at` is behind the operator. */
static int expand_choice(struct expander *x, const struct dockerfile_variable *variable,
                         char operator, bool null_is_unset, size_t start, struct buf *to,
                         bool *known)
{
    _cleanup_(buf_done) struct buf word = BUF_INIT(DOCKERFILE_STRING_LIMIT);
    bool word_known = true, set, empty;
    int r = nested(x, '}', ESCAPES_REMOVED, &word, &word_known);

    if (r < 0)
        return r;
    set = variable && variable->set;
    empty = set && variable->value.known && variable->value.text.len == 0;
    if (set && !variable->value.known && null_is_unset) {
        keep_written(x, start, to, known);
    } else if (operator== '+' ? !set || (null_is_unset && empty)
                              : set && !(null_is_unset &&empty)) {
        if (operator!= '+')
            return add_value(x, variable, start, to, known);
    } else if (operator== '?') {
        keep_written(x, start, to, known);
    } else {
        buf_add(to, buf_view(&word));
        *known = *known && word_known;
    }
    return 0;
}

/* Matching all lengths of a text from `starts` places, a star tries all again. */
static bool charge(struct expander *x, struct view pattern, struct view text, size_t starts)
{
    uint64_t n = text.len + 1;

    if (pattern.len > PATTERN_TEXT_LIMIT || text.len > PATTERN_TEXT_LIMIT)
        return false;
    x->work += starts * n * (pattern.len + 1) * (view_find(pattern, '*') >= 0 ? n : 1);
    return x->work <= PATTERN_WORK_LIMIT;
}

static int expand_trim(struct expander *x, const struct dockerfile_variable *variable,
                       char operator, size_t start, struct buf *to, bool *known)
{
    _cleanup_(buf_done) struct buf word = BUF_INIT(DOCKERFILE_STRING_LIMIT);
    bool pattern_known = true, longest;
    struct view pattern, text;
    size_t cut;
    int r = nested(x, '}', ESCAPES_KEPT, &word, &pattern_known);

    if (r < 0)
        return r;
    pattern = buf_view(&word);
    longest = pattern.len && pattern.ptr[0] == operator;
    pattern = view_sub(pattern, longest, pattern.len);
    text = variable ? variable->value.text : VIEW_EMPTY;
    if (!variable || !variable->set || !variable->value.known || !pattern_known ||
        !charge(x, pattern, text, 1)) {
        keep_written(x, start, to, known);
        return 0;
    }
    cut = match_end(pattern, text, operator== '%', longest);
    if (cut == SIZE_MAX)
        cut = 0;
    buf_add(to, operator== '%' ? view_sub(text, 0, text.len - cut) : view_sub(text, cut, text.len));
    return 0;
}

/* Replaces the first match, or all, the longest at each place. */
static void replace(struct view text, struct view pattern, struct view with, bool all,
                    struct buf *to)
{
    size_t at = 0;

    while (at < text.len) {
        size_t len = match_end(pattern, view_sub(text, at, text.len), false, true);

        if (len == SIZE_MAX || len == 0) {
            buf_add_char(to, text.ptr[at++]);
            continue;
        }
        buf_add(to, with);
        at += len;
        if (!all)
            break;
    }
    buf_add(to, view_sub(text, at, text.len));
}

static int expand_replace(struct expander *x, const struct dockerfile_variable *variable,
                          size_t start, struct buf *to, bool *known)
{
    _cleanup_(buf_done) struct buf pattern = BUF_INIT(DOCKERFILE_STRING_LIMIT);
    _cleanup_(buf_done) struct buf with = BUF_INIT(DOCKERFILE_STRING_LIMIT);
    bool all = look(x) == '/', parts_known = true;
    struct view text = variable ? variable->value.text : VIEW_EMPTY;
    int r;

    x->at += all;
    r = nested(x, '/', ESCAPES_KEPT, &pattern, &parts_known);
    if (r == 0)
        r = nested(x, '}', ESCAPES_KEPT, &with, &parts_known);
    if (r < 0)
        return r;
    if (!variable || !variable->set || !variable->value.known || !parts_known ||
        !charge(x, buf_view(&pattern), text, text.len + 1))
        keep_written(x, start, to, known);
    else
        replace(text, buf_view(&pattern), buf_view(&with), all, to);
    return 0;
}

static int expand_braces(struct expander *x, size_t start, struct buf *to, bool *known)
{
    const struct dockerfile_variable *variable;
    bool colon;
    char operator;

    if (at_end(x))
        return malformed(x, TR_KEY("\"${\" is never closed"));
    if (strchr("{}:", look(x)))
        return malformed(x, TR_KEY("no name follows \"${\""));
    variable = read_variable(x, take_name(x));
    operator= look(x);
    x->at++;
    if (operator== '}')
        return add_value(x, variable, start, to, known);
    colon = operator== ':';
    if (colon) {
        operator= look(x);
        x->at++;
    }
    if (operator&& strchr("-+?", operator))
        return expand_choice(x, variable, operator, colon, start, to, known);
    if (operator&& !colon && strchr("#%", operator))
        return expand_trim(x, variable, operator, start, to, known);
    if (operator== '/' && !colon)
        return expand_replace(x, variable, start, to, known);
    return malformed(x, TR_KEY("\"${\" is followed by no operator the builder knows"));
}

static int expand_dollar(struct expander *x, struct buf *to, bool *known)
{
    size_t start = x->at++;
    struct view name;

    if (look(x) == '{') {
        x->at++;
        return expand_braces(x, start, to, known);
    }
    name = take_name(x);
    if (name.len == 0) {
        buf_add_char(to, '$');
        return 0;
    }
    return add_value(x, read_variable(x, name), start, to, known);
}

static int single_quoted(struct expander *x, struct buf *to)
{
    for (x->at++; !at_end(x); x->at++) {
        if (look(x) == '\'') {
            x->at++;
            return 0;
        }
        buf_add_char(to, look(x));
    }
    return malformed(x, TR_KEY("a single quote is never closed"));
}

static int double_quoted(struct expander *x, struct buf *to, bool *known)
{
    for (x->at++; !at_end(x);) {
        char c = look(x);
        int r;

        if (c == '"') {
            x->at++;
            return 0;
        }
        if (c == '$') {
            r = expand_dollar(x, to, known);
            if (r < 0)
                return r;
            continue;
        }
        x->at++;
        if (c == x->escape && (look(x) == '"' || look(x) == '$' || look(x) == x->escape)) {
            c = look(x);
            x->at++;
        }
        buf_add_char(to, c);
    }
    return malformed(x, TR_KEY("a double quote is never closed"));
}

/* Expands up to `stop` (NUL: the end), which is taken. */
static int until(struct expander *x, char stop, enum escapes escapes, struct buf *to, bool *known)
{
    int r = 0;

    while (r == 0 && !at_end(x)) {
        char c = look(x);

        if (stop && c == stop) {
            x->at++;
            return 0;
        }
        if (c == '$') {
            r = expand_dollar(x, to, known);
        } else if (c == '\'') {
            r = single_quoted(x, to);
        } else if (c == '"') {
            r = double_quoted(x, to, known);
        } else if (c == x->escape) {
            x->at++;
            if (escapes == ESCAPES_KEPT)
                buf_add_char(to, '\\');
            if (!at_end(x))
                buf_add_char(to, x->word.ptr[x->at++]);
        } else {
            buf_add_char(to, c);
            x->at++;
        }
    }
    if (r == 0 && stop)
        return malformed(x, TR_KEY("\"${\" is never closed"));
    return r;
}

int dockerfile_expand(struct view word, char escape, const struct dockerfile_scope *scope,
                      struct arena *arena, struct dockerfile_value *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCKERFILE_STRING_LIMIT);
    struct expander x = {
        .word = word, .escape = escape, .scope = scope, .arena = arena, .err = err};
    struct dockerfile_value value = {VIEW_EMPTY, true};
    int r;

    r = until(&x, '\0', ESCAPES_REMOVED, &text, &value.known);
    if (r == 0)
        r = buf_failed(&text, "a value", err);
    if (r < 0)
        return r;
    value.text = arena_copy(arena, buf_view(&text));
    if (!value.text.ptr && text.len)
        return error_memory(err);
    *ret = value;
    return 0;
}
