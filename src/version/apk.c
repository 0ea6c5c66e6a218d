/* Alpine: number{.number}{letter}{_suffix{number}}{~hash}{-rN}, as apk-tools 3
 * orders them (src/version.c there).
 *
 * A number behind a dot that starts with "0", or that meets one, is compared
 * as text (1.05 < 1.1, as in Gentoo), the others by value. Suffixes alpha,
 * beta, pre and rc sort before the version without them; cvs, svn, git, hg
 * and p behind. apk orders malformed texts too, and so do we: by what is well
 * formed in front; what can't be read sorts just before the end.
 */
#include "version/number.h"
#include "version/schemes.h"

/* The order is that of the grammar: a token must not stand before one of a
 * later kind. Where two versions part, the kind that comes later here is the
 * lower version. */
enum kind {
    KIND_FIRST_NUMBER,
    KIND_NUMBER,
    KIND_LETTER,
    KIND_SUFFIX,
    KIND_SUFFIX_NUMBER,
    KIND_HASH,
    KIND_REVISION,
    KIND_END,
    KIND_INVALID,
};

enum { SUFFIX_NONE = 4 }; /* the suffixes before it are pre-releases */

struct tokens {
    struct view rest;
    enum kind kind;
    struct view text; /* digits, the letter, the hash */
    int suffix;
};

/* The rank of a suffix, or -1. */
static int suffix_rank(struct view name)
{
    static const struct view names[] = {
        VIEW("alpha"), VIEW("beta"), VIEW("pre"), VIEW("rc"), [SUFFIX_NONE] = VIEW(""),
        VIEW("cvs"),   VIEW("svn"),  VIEW("git"), VIEW("hg"), VIEW("p"),
    };

    for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
        if (i != SUFFIX_NONE && view_eq(name, names[i]))
            return i;
    return -1;
}

static inline bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static enum kind read_digits(struct tokens *t, enum kind kind)
{
    t->text = take_digits(&t->rest);
    return t->text.len > 0 ? kind : KIND_INVALID;
}

static enum kind read_letter(struct tokens *t)
{
    if (t->kind > KIND_NUMBER)
        return KIND_INVALID;
    t->text = take(&t->rest, 1);
    return KIND_LETTER;
}

static enum kind read_suffix(struct tokens *t)
{
    size_t len = 0;

    if (t->kind > KIND_SUFFIX_NUMBER)
        return KIND_INVALID;
    take(&t->rest, 1);
    while (len < t->rest.len && t->rest.ptr[len] >= 'a' && t->rest.ptr[len] <= 'z')
        len++;
    t->suffix = suffix_rank(take(&t->rest, len));
    return t->suffix < 0 ? KIND_INVALID : KIND_SUFFIX;
}

static enum kind read_hash(struct tokens *t)
{
    size_t len = 0;

    if (t->kind >= KIND_HASH)
        return KIND_INVALID;
    take(&t->rest, 1);
    while (len < t->rest.len && is_hex(t->rest.ptr[len]))
        len++;
    t->text = take(&t->rest, len);
    return len > 0 ? KIND_HASH : KIND_INVALID;
}

static enum kind read_revision(struct tokens *t)
{
    if (t->kind >= KIND_REVISION || !view_starts(t->rest, VIEW("-r")))
        return KIND_INVALID;
    take(&t->rest, 2);
    return read_digits(t, KIND_REVISION);
}

static enum kind read_next(struct tokens *t)
{
    if (t->rest.len == 0)
        return KIND_END;
    switch (t->rest.ptr[0]) {
    case 'a' ... 'z':
        return read_letter(t);
    case '.':
        if (t->kind > KIND_NUMBER)
            return KIND_INVALID;
        take(&t->rest, 1);
        return read_digits(t, KIND_NUMBER);
    case '0' ... '9':
        return t->kind == KIND_SUFFIX ? read_digits(t, KIND_SUFFIX_NUMBER) : KIND_INVALID;
    case '_':
        return read_suffix(t);
    case '~':
        return read_hash(t);
    case '-':
        return read_revision(t);
    default:
        return KIND_INVALID;
    }
}

static inline struct tokens tokens_of(struct view version)
{
    struct tokens t = {.rest = version};

    t.kind = read_digits(&t, KIND_FIRST_NUMBER);
    return t;
}

static inline void advance(struct tokens *t)
{
    t->kind = read_next(t);
}

/* Two tokens of the same kind. */
static int token_compare(const struct tokens *a, const struct tokens *b)
{
    switch (a->kind) {
    case KIND_NUMBER:
        if (a->text.ptr[0] == '0' || b->text.ptr[0] == '0')
            return view_cmp(a->text, b->text);
        return number_compare(a->text, b->text);
    case KIND_FIRST_NUMBER:
    case KIND_SUFFIX_NUMBER:
    case KIND_REVISION:
        return number_compare(a->text, b->text);
    case KIND_SUFFIX:
        return (a->suffix > b->suffix) - (a->suffix < b->suffix);
    case KIND_LETTER:
    case KIND_HASH:
        return view_cmp(a->text, b->text);
    case KIND_END:
    case KIND_INVALID:
        break;
    }
    return 0;
}

static bool is_prerelease(const struct tokens *t)
{
    return t->kind == KIND_SUFFIX && t->suffix < SUFFIX_NONE;
}

int apk_compare(struct view a, struct view b)
{
    struct tokens x = tokens_of(a), y = tokens_of(b);

    while (x.kind == y.kind && x.kind < KIND_END) {
        int order = token_compare(&x, &y);

        if (order)
            return order;
        advance(&x);
        advance(&y);
    }
    if (x.kind == y.kind)
        return 0;
    if (is_prerelease(&x) || is_prerelease(&y))
        return is_prerelease(&x) ? -1 : 1;
    return x.kind > y.kind ? -1 : 1;
}

bool apk_valid(struct view version)
{
    struct tokens t = tokens_of(version);

    while (t.kind < KIND_END)
        advance(&t);
    return t.kind == KIND_END;
}
