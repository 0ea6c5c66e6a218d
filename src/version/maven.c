/* Maven: org.apache.maven.artifact.versioning.ComparableVersion of Maven 3.8.
 *
 * Maven reads a version into nested lists of numbers and words: "." goes on in
 * the list, "-" and every change between digits and letters open a list
 * inside it, which is always the last element; zeros and "release" words at
 * the end of a list are dropped. So the nesting is flat: a row of numbers,
 * words and openings, and two versions part at one place of the rows. There
 *
 *     alpha < beta < milestone < rc < snapshot < a list that makes less of the
 *     version < the end < "", ga, final, release < sp < other words by their
 *     bytes < a list that makes more of it < numbers
 *
 * Maven itself is not transitive here, and we differ from it in two cases:
 * ".word" is "-word" everywhere, as Maven has it only before a digit or at
 * the end (its 1.0.alpha.1 < 1 < 1-1 < 1.0.alpha.1); and a list in first
 * place (a zero between two hyphens: 1-0-alpha) is below sp and unknown words
 * when it is below the end (its 1-sp < 1-0-alpha < 1 < 1-sp).
 * Letters beyond ASCII are not folded to lower case. Any text is valid.
 */
#include "version/number.h"
#include "version/schemes.h"

enum kind { KIND_NUMBER, KIND_WORD, KIND_LIST, KIND_END };

enum { WORD_SNAPSHOT = 4, WORD_RELEASE, WORD_SP, WORD_OTHER };

struct token {
    enum kind kind;
    struct view text; /* digits, or the word as written */
    int word;         /* its rank */
};

struct tokens {
    struct view rest;
    size_t stop;      /* the length of rest at which nothing but nulls is left */
    size_t kept;      /* zeros and release words known to be followed by a number */
    bool list_opens;  /* a list opens before the next item */
    bool list_filled; /* the current list has had items, dropped ones too */
};

static int word_rank(struct view word, bool before_digit)
{
    static const struct {
        struct view name;
        int rank;
        bool before_digit; /* only as in "a1" */
    } words[] = {
        {VIEW("alpha"), 0, false},
        {VIEW("a"), 0, true},
        {VIEW("beta"), 1, false},
        {VIEW("b"), 1, true},
        {VIEW("milestone"), 2, false},
        {VIEW("m"), 2, true},
        {VIEW("rc"), 3, false},
        {VIEW("cr"), 3, false},
        {VIEW("snapshot"), WORD_SNAPSHOT, false},
        {VIEW("ga"), WORD_RELEASE, false},
        {VIEW("final"), WORD_RELEASE, false},
        {VIEW("release"), WORD_RELEASE, false},
        {VIEW("sp"), WORD_SP, false},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (view_eq_nocase(word, words[i].name) && (before_digit || !words[i].before_digit))
            return words[i].rank;
    return WORD_OTHER;
}

static struct view take_word(struct view *rest)
{
    size_t len = 0;

    while (len < rest->len && !is_digit(rest->ptr[len]) && rest->ptr[len] != '.' &&
           rest->ptr[len] != '-')
        len++;
    return take(rest, len);
}

static struct token open_list(struct tokens *t)
{
    t->list_opens = t->list_filled = false;
    return (struct token){.kind = KIND_LIST};
}

/* The next token as written. */
static struct token scan(struct tokens *t)
{
    struct token token = {.kind = KIND_NUMBER};

    if (t->rest.len <= t->stop)
        return (struct token){.kind = KIND_END};
    if (t->list_opens)
        return open_list(t);
    if (at_digit(t->rest)) {
        token.text = take_digits(&t->rest);
    } else if (t->rest.ptr[0] != '.' && t->rest.ptr[0] != '-') {
        if (t->list_filled)
            return open_list(t);
        token.kind = KIND_WORD;
        token.text = take_word(&t->rest);
        token.word = word_rank(token.text, at_digit(t->rest));
    } /* else nothing between two separators: a zero */
    t->list_filled = true;
    if (!take_char(&t->rest, '.'))
        t->list_opens = take_char(&t->rest, '-') || t->rest.len > 0;
    return token;
}

static bool is_null(const struct token *token)
{
    return (token->kind == KIND_NUMBER && number_is_zero(token->text)) ||
           (token->kind == KIND_WORD && token->word == WORD_RELEASE);
}

static struct tokens tokens_of(struct view version)
{
    struct tokens t = {.rest = version};
    struct tokens ahead = t;

    t.stop = version.len;
    for (struct token token = scan(&ahead); token.kind != KIND_END; token = scan(&ahead))
        if (token.kind != KIND_LIST && !is_null(&token))
            t.stop = ahead.rest.len;
    return t;
}

/* The next token without the zeros and release words that end a list. */
static struct token next(struct tokens *t)
{
    struct token token = scan(t);

    if (t->kept > 0) {
        t->kept--;
        return token;
    }
    if (is_null(&token)) {
        struct tokens ahead = *t;
        struct token behind = scan(&ahead);
        size_t nulls = 0;

        for (; is_null(&behind); behind = scan(&ahead))
            nulls++;
        if (behind.kind == KIND_LIST) {
            *t = ahead;
            return behind;
        }
        t->kept = nulls;
    }
    return token;
}

/* What the rest makes of the version, from the token on: less or more. */
static int tendency(struct token token, struct tokens rest)
{
    while (token.kind == KIND_LIST || is_null(&token))
        token = next(&rest);
    if (token.kind == KIND_END)
        return 0;
    return token.kind == KIND_WORD && token.word <= WORD_SNAPSHOT ? -1 : 1;
}

enum place { PLACE_EARLY_WORD, PLACE_LESS, PLACE_END, PLACE_WORD, PLACE_MORE, PLACE_NUMBER };

static enum place place_of(const struct token *token, const struct tokens *rest)
{
    switch (token->kind) {
    case KIND_NUMBER:
        return PLACE_NUMBER;
    case KIND_WORD:
        return token->word <= WORD_SNAPSHOT ? PLACE_EARLY_WORD : PLACE_WORD;
    case KIND_LIST:
        return tendency(*token, *rest) < 0 ? PLACE_LESS : PLACE_MORE;
    case KIND_END:
        break;
    }
    return PLACE_END;
}

static int token_compare(const struct token *a, const struct token *b)
{
    if (a->kind == KIND_NUMBER)
        return number_compare(a->text, b->text);
    if (a->kind != KIND_WORD)
        return 0;
    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    return a->word == WORD_OTHER ? nocase_compare(a->text, b->text) : 0;
}

int maven_compare(struct view a, struct view b)
{
    struct tokens x = tokens_of(a), y = tokens_of(b);

    for (;;) {
        struct token p = next(&x), q = next(&y);
        int order = 0;

        if (p.kind == q.kind)
            order = token_compare(&p, &q);
        else
            order = place_of(&p, &x) < place_of(&q, &y) ? -1 : 1;
        if (order || p.kind == KIND_END)
            return order;
    }
}

bool maven_valid(struct view version)
{
    return version.len > 0;
}
