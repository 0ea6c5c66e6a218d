#include "rule/program/regex-set.h"

#include <hs/hs.h>
#include <stdlib.h>

#include "base/text.h"
#include "codec/utf8.h"

enum {
    CHARACTERS, /* for valid UTF-8 */
    BYTES,
    ENCODINGS,
};

struct rule_regex_set {
    struct hs_database *databases[ENCODINGS];
};

struct size {
    uint64_t length; /* characters, repeats written out */
    uint64_t repeat; /* of the last element */
};

/* "{n}", "{n,}" or "{n,m}" at `at`; 0: it is no repeat. */
static size_t read_repeat(struct view p, size_t at, uint64_t *ret)
{
    struct view rest = view_sub(p, at + 1, p.len), inner, low;
    ptrdiff_t end = view_find(rest, '}');
    uint64_t first, last;

    if (end < 0)
        return 0;
    inner = view_sub(rest, 0, (size_t)end);
    low = view_cut(&inner, ',');
    if (!view_to_u64(low, &first))
        return 0;
    last = first;
    if (inner.len && !view_to_u64(inner, &last))
        return 0;
    *ret = last > first ? last : first;
    return (size_t)end + 2;
}

/* The end of the class that begins with "[" at `at`. */
static size_t class_end(struct view p, size_t at)
{
    at++;
    if (at < p.len && p.ptr[at] == '^')
        at++;
    if (at < p.len && p.ptr[at] == ']')
        at++;
    while (at < p.len && p.ptr[at] != ']') {
        if (p.ptr[at] == '\\')
            at++;
        else if (p.ptr[at] == '[' && at + 1 < p.len && p.ptr[at + 1] == ':') {
            ptrdiff_t end = view_find_view(view_sub(p, at, p.len), VIEW(":]"));

            at += end > 0 ? (size_t)end + 1 : 0;
        }
        at++;
    }
    return at < p.len ? at + 1 : p.len;
}

enum { GROUP_DEPTH_LIMIT = 100 };

/* What repeats make of the expression, without recursion: a stack of groups. */
static int check_size(struct view p, struct error *err)
{
    uint64_t length[GROUP_DEPTH_LIMIT + 1] = {0}, last = 0, repeat;
    size_t depth = 0, at = 0, skip;

    while (at < p.len) {
        char c = p.ptr[at];

        if (c == '(') {
            if (++depth > GROUP_DEPTH_LIMIT)
                return error_set(err, ERROR_LIMIT, "groups are nested more than %d deep",
                                 GROUP_DEPTH_LIMIT);
            length[depth] = 0;
            last = 0;
            at++;
        } else if (c == ')' && depth) {
            last = length[depth--];
            length[depth] += last;
            at++;
        } else if (c == '{' && (skip = read_repeat(p, at, &repeat))) {
            if (repeat > RULE_REGEX_REPEAT_LIMIT)
                return error_set(err, ERROR_LIMIT, "a repeat is over %d", RULE_REGEX_REPEAT_LIMIT);
            length[depth] += repeat > 1 ? last * (repeat - 1) : 0;
            last *= repeat > 1 ? repeat : 1;
            at += skip;
        } else {
            at = c == '\\' ? at + 2 : c == '[' ? class_end(p, at) : at + 1;
            last = 1;
            length[depth]++;
        }
        if (length[depth] > RULE_REGEX_SIZE_LIMIT)
            return error_set(err, ERROR_LIMIT,
                             "with its repeats written out it is over %d characters",
                             RULE_REGEX_SIZE_LIMIT);
    }
    return 0;
}

static unsigned flags_of(int encoding)
{
    return HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | (encoding == CHARACTERS ? HS_FLAG_UTF8 : 0);
}

/* Anchored, with a NUL behind it. */
static const char *anchored(struct view pattern, struct arena *arena)
{
    return arena_printf(arena, "\\A(?:%.*s)\\z", VIEW_ARG(pattern)).ptr;
}

static int compile(const char *const *patterns, size_t count, int encoding,
                   struct hs_database **ret, struct error *err)
{
    _cleanup_free_ unsigned *flags = calloc(count, sizeof(*flags)),
                            *ids = calloc(count, sizeof(*ids));
    struct hs_compile_error *fault = NULL;

    if (!flags || !ids)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        flags[i] = flags_of(encoding);
        ids[i] = (unsigned)i;
    }
    if (hs_compile_multi(patterns, flags, ids, (unsigned)count, HS_MODE_BLOCK, NULL, ret, &fault) ==
        HS_SUCCESS)
        return 0;
    error_set(err, ERROR_INPUT, "%s", fault ? fault->message : tr("it can't be compiled"));
    hs_free_compile_error(fault);
    return ERROR_INPUT;
}

/* The expression alone, so that an unbalanced ")" can't end our group. */
static int check_syntax(const char *text, struct error *err)
{
    struct hs_compile_error *fault = NULL;
    struct hs_expr_info *info = NULL;

    if (hs_expression_info(text, flags_of(CHARACTERS), &info, &fault) == HS_SUCCESS) {
        free(info);
        return 0;
    }
    error_set(err, ERROR_INPUT, "%s", fault ? fault->message : tr("it can't be compiled"));
    hs_free_compile_error(fault);
    return ERROR_INPUT;
}

int rule_regex_check(struct view pattern, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(RULE_REGEX_LENGTH_LIMIT * 4);
    struct hs_database *database = NULL;
    const char *text, *alone;
    int status;

    if (!arena)
        return error_memory(err);
    if (pattern.len > RULE_REGEX_LENGTH_LIMIT)
        return error_set(err, ERROR_LIMIT, "it is longer than %d bytes", RULE_REGEX_LENGTH_LIMIT);
    if (pattern.len && memchr(pattern.ptr, '\0', pattern.len))
        return error_set(err, ERROR_INPUT, "it holds a NUL byte");
    status = check_size(pattern, err);
    if (status)
        return status;
    text = anchored(pattern, arena);
    alone = arena_cstr(arena, pattern);
    if (!text || !alone)
        return arena_failed(arena, "the expression", err);
    status = check_syntax(alone, err);
    if (!status)
        status = compile(&text, 1, CHARACTERS, &database, err);
    hs_free_database(database);
    return status;
}

int rule_regex_set_new(const struct view *patterns, size_t count, struct rule_regex_set **ret,
                       struct error *err)
{
    _cleanup_(rule_regex_set_free_p) struct rule_regex_set *set = calloc(1, sizeof(*set));
    _cleanup_arena_ struct arena *arena = arena_new(count * RULE_REGEX_LENGTH_LIMIT * 2 + 4096);
    const char **texts;

    if (!set || !arena)
        return error_memory(err);
    texts = arena_array(arena, count, sizeof(*texts));
    for (size_t i = 0; texts && i < count; i++)
        texts[i] = anchored(patterns[i], arena);
    if (arena_failed(arena, "the expressions", err))
        return err ? err->kind : ERROR_MEMORY;
    for (int encoding = 0; encoding < ENCODINGS; encoding++) {
        int status = compile(texts, count, encoding, &set->databases[encoding], err);

        if (status)
            return status;
    }
    *ret = take_ptr(&set);
    return 0;
}

void rule_regex_set_free(struct rule_regex_set *set)
{
    if (!set)
        return;
    for (int encoding = 0; encoding < ENCODINGS; encoding++)
        hs_free_database(set->databases[encoding]);
    free(set);
}

bool rule_regex_set_scratch(const struct rule_regex_set *set, struct hs_scratch **scratch)
{
    for (int encoding = 0; encoding < ENCODINGS; encoding++)
        if (hs_alloc_scratch(set->databases[encoding], scratch) != HS_SUCCESS)
            return false;
    return true;
}

void rule_regex_scratch_free(struct hs_scratch *scratch)
{
    hs_free_scratch(scratch);
}

static bool is_utf8(struct view value)
{
    while (value.len) {
        size_t length = (unsigned char)value.ptr[0] < 0x80 ? 1 : utf8_length(value);

        if (!length)
            return false;
        value = view_sub(value, length, value.len);
    }
    return true;
}

struct finding {
    void (*found)(void *context, uint32_t pattern);
    void *context;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context)
{
    const struct finding *finding = context;

    (void)from, (void)to, (void)flags;
    finding->found(finding->context, id);
    return 0;
}

bool rule_regex_set_find(const struct rule_regex_set *set, struct view value,
                         struct hs_scratch *scratch, void (*found)(void *context, uint32_t pattern),
                         void *context)
{
    struct finding finding = {found, context};
    int encoding = is_utf8(value) ? CHARACTERS : BYTES;

    if (value.len > UINT32_MAX)
        return false;
    return hs_scan(set->databases[encoding], value.ptr ? value.ptr : "", (unsigned)value.len, 0,
                   scratch, on_match, &finding) == HS_SUCCESS;
}
