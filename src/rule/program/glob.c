#include "rule/program/glob.h"

#include <ctype.h>

static unsigned char fold(unsigned char c, bool nocase)
{
    return nocase && c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

static const struct class
{
    struct view name;
    int (*holds)(int c);
} classes[] = {
    {{"alpha", 5}, isalpha}, {{"digit", 5}, isdigit}, {{"alnum", 5}, isalnum},
    {{"upper", 5}, isupper}, {{"lower", 5}, islower}, {{"space", 5}, isspace},
    {{"blank", 5}, isblank}, {{"punct", 5}, ispunct}, {{"print", 5}, isprint},
    {{"graph", 5}, isgraph}, {{"cntrl", 5}, iscntrl}, {{"xdigit", 6}, isxdigit},
};

static const struct class *find_class(struct view name)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (view_eq(classes[i].name, name))
            return &classes[i];
    return NULL;
}

struct set {
    struct view pattern;
    size_t at;
    unsigned char c; /* what is looked for, folded */
    bool nocase;
    bool found;
    bool invalid; /* an unknown class, or it ends within a range or escape: nothing matches */
};

/* "[:name:]" at `at`; false when it is something else. */
static bool take_class(struct set *set)
{
    struct view rest = view_sub(set->pattern, set->at, set->pattern.len);
    ptrdiff_t end;
    const struct class *class;

    if (rest.len < 2 || rest.ptr[1] != ':')
        return false;
    end = view_find_view(view_sub(rest, 2, rest.len), VIEW(":]"));
    if (end < 0)
        return false;
    for (ptrdiff_t i = 0; i < end; i++)
        if (rest.ptr[2 + i] < 'a' || rest.ptr[2 + i] > 'z')
            return false;
    class = find_class(view_sub(rest, 2, (size_t)end));
    if (!class)
        set->invalid = true;
    else if (class->holds(set->c) || (set->nocase && class->holds(toupper(set->c))))
        set->found = true;
    set->at += 4 + (size_t)end;
    return true;
}

/* "[.x.]" and, where a range can't end, "[=x=]": the byte within, when it is one.
 * False: it is neither, and "[" is itself. */
static bool take_symbol(struct set *set, bool start, unsigned char *ret)
{
    struct view rest = view_sub(set->pattern, set->at, set->pattern.len);
    char kind = rest.len > 2 && rest.ptr[0] == '[' ? rest.ptr[1] : '\0';

    if (kind != '.' && !(kind == '=' && start))
        return false;
    if (rest.len < 5 || rest.ptr[3] != kind || rest.ptr[4] != ']') {
        set->invalid = true;
        return true;
    }
    *ret = (unsigned char)rest.ptr[2];
    set->at += 5;
    return true;
}

/* One byte of a set, a symbol or an escaped one; false at the end of the pattern. */
static bool take_byte(struct set *set, bool start, unsigned char *ret)
{
    struct view p = set->pattern;
    size_t at = set->at;

    if (at >= p.len)
        return false;
    if (take_symbol(set, start, ret))
        return !set->invalid;
    if (p.ptr[at] == '\\' && ++at >= p.len) {
        set->invalid = true;
        return false;
    }
    *ret = (unsigned char)p.ptr[at];
    set->at = at + 1;
    return true;
}

/* A byte, or a range of bytes. */
static bool take_range(struct set *set)
{
    unsigned char low, high;

    if (!take_byte(set, true, &low))
        return false;
    high = low;
    if (set->at < set->pattern.len && set->pattern.ptr[set->at] == '-' &&
        !(set->at + 1 < set->pattern.len && set->pattern.ptr[set->at + 1] == ']')) {
        set->at++;
        if (!take_byte(set, false, &high)) {
            set->invalid = true;
            return false;
        }
    }
    low = fold(low, set->nocase);
    high = fold(high, set->nocase);
    if (set->c >= low && set->c <= high)
        set->found = true;
    return true;
}

/* Matches `c` with the set behind the "[" at `*at` - 1 and moves `*at` behind
 * it. -1: the set is never closed, so that the "[" is itself. */
static int match_set(struct view pattern, size_t *at, unsigned char c, bool nocase)
{
    struct set set = {pattern, *at, fold(c, nocase), nocase, false, false};
    bool negated =
        set.at < pattern.len && (pattern.ptr[set.at] == '!' || pattern.ptr[set.at] == '^');

    set.at += negated;
    for (bool first = true;; first = false) {
        if (set.at >= pattern.len)
            return -1;
        if (!first && pattern.ptr[set.at] == ']')
            break;
        if (pattern.ptr[set.at] == '[' && take_class(&set))
            continue;
        if (!take_range(&set))
            return set.invalid ? 0 : -1;
    }
    *at = set.at + 1;
    return !set.invalid && set.found != negated;
}

/* Matches one element of the pattern that is no star with one byte. */
static bool match_one(struct view pattern, size_t *at, unsigned char c, bool nocase)
{
    unsigned char p = (unsigned char)pattern.ptr[(*at)++];
    int in;

    if (p == '?')
        return true;
    if (p == '[') {
        in = match_set(pattern, at, c, nocase);
        if (in >= 0)
            return in;
    }
    if (p == '\\') {
        if (*at >= pattern.len)
            return false;
        p = (unsigned char)pattern.ptr[(*at)++];
    }
    return fold(p, nocase) == fold(c, nocase);
}

enum rule_glob_result rule_glob_match(struct view pattern, struct view text, bool nocase,
                                      uint64_t *steps)
{
    size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

    while (t < text.len || p < pattern.len) {
        if (!*steps)
            return RULE_GLOB_GIVEN_UP;
        --*steps;
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            retry = t;
            continue;
        }
        if (p < pattern.len && t < text.len &&
            match_one(pattern, &p, (unsigned char)text.ptr[t], nocase)) {
            t++;
            continue;
        }
        if (star == SIZE_MAX || retry >= text.len)
            return RULE_GLOB_NO;
        p = star;
        t = ++retry;
    }
    return RULE_GLOB_YES;
}

/* The literal that begins at `at`, unescaped, and where it ends. */
static struct view take_literal(struct view pattern, size_t *at, struct arena *arena)
{
    char *bytes = arena_alloc(arena, pattern.len + 1);
    size_t len = 0;

    while (bytes && *at < pattern.len && !strchr("*?[", pattern.ptr[*at])) {
        if (pattern.ptr[*at] == '\\' && ++*at >= pattern.len) {
            --*at; /* a backslash at the end matches nothing */
            break;
        }
        bytes[len++] = pattern.ptr[(*at)++];
    }
    return view_from(bytes, bytes ? len : 0);
}

struct rule_glob rule_glob_shape(struct view pattern, struct arena *arena)
{
    struct rule_glob glob = {RULE_GLOB_GENERAL, VIEW_EMPTY, false};
    bool before = pattern.len && pattern.ptr[0] == '*';
    size_t at = before, last = pattern.len, end;

    glob.literal = take_literal(pattern, &at, arena);
    if (at == pattern.len)
        glob.kind = before ? RULE_GLOB_ENDS : RULE_GLOB_EXACT;
    else if (at + 1 == pattern.len && pattern.ptr[at] == '*')
        glob.kind = before ? RULE_GLOB_CONTAINS : RULE_GLOB_STARTS;
    if (glob.kind == RULE_GLOB_ENDS && !glob.literal.len)
        glob.kind = RULE_GLOB_CONTAINS;
    if (glob.kind != RULE_GLOB_GENERAL || (!before && glob.literal.len))
        return glob;
    while (last && !strchr("*?[]\\", pattern.ptr[last - 1]))
        last--;
    end = last;
    glob.literal_ends = last && pattern.ptr[last - 1] == '*';
    glob.literal = glob.literal_ends ? take_literal(pattern, &end, arena) : VIEW_EMPTY;
    return glob;
}

struct view rule_glob_longest(struct view pattern, struct arena *arena)
{
    struct view longest = VIEW_EMPTY;
    size_t at = 0;

    while (at < pattern.len && pattern.ptr[at] != '[') {
        size_t from = at;
        struct view literal = take_literal(pattern, &at, arena);

        if (literal.len > longest.len)
            longest = literal;
        if (at == from && pattern.ptr[at] != '*' && pattern.ptr[at] != '?')
            break;
        at += at < pattern.len && (pattern.ptr[at] == '*' || pattern.ptr[at] == '?');
    }
    return longest;
}
