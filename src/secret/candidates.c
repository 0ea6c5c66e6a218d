#include "secret/candidates.h"

enum { ARENA_LIMIT = 16 << 20 };

int candidates_init(struct candidates *c, const struct secret_rules *set, struct error *err)
{
    int r = digester_new(&c->digester, err);

    if (r < 0)
        return r;
    c->set = set;
    c->arena = arena_new(ARENA_LIMIT);
    c->by_rule = calloc(secret_rules_count(set) + 1, sizeof(*c->by_rule));
    return c->arena && c->by_rule ? 0 : error_memory(err);
}

void candidates_done(struct candidates *c)
{
    digester_free(c->digester);
    arena_free(c->arena);
    free(c->by_rule);
}

void candidates_reset(struct candidates *c)
{
    if (c->count == 0 && c->left_out == 0)
        return; /* as most files leave it */
    for (size_t i = 0; i < c->count; i++)
        c->by_rule[c->list[i].rule] = 0;
    arena_reset(c->arena);
    c->list = NULL;
    c->count = 0;
    c->left_out = 0;
}

struct candidate *candidates_add(struct candidates *c, size_t rule)
{
    struct candidate *added;

    if (c->count == SECRET_FILE_LIMIT || c->by_rule[rule] == SECRET_RULE_LIMIT) {
        c->left_out++;
        return NULL;
    }
    added = arena_push(c->arena, &c->list, &c->count, sizeof(*added));
    if (!added) {
        c->left_out++;
        return NULL;
    }
    added->rule = rule;
    c->by_rule[rule]++;
    return added;
}

/* ---- The end of a file ---- */

static int by_place(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->space != y->space)
        return x->space < y->space ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static bool overlap(const struct candidate *a, const struct candidate *b)
{
    return a->space == b->space && a->start < b->end && b->start < a->end;
}

/* Whether `a` says more than `b` of the same bytes: the surer rule, then the
 * longer match, then the earlier rule. */
static bool goes_before(const struct candidates *c, const struct candidate *a,
                        const struct candidate *b)
{
    const struct secret_rule *x = secret_rules_rule(c->set, a->rule);
    const struct secret_rule *y = secret_rules_rule(c->set, b->rule);

    if (x->confidence != y->confidence)
        return x->confidence > y->confidence;
    if (a->end - a->start != b->end - b->start)
        return a->end - a->start > b->end - b->start;
    return a->rule < b->rule;
}

/* Of the sorted list, what no neighbour outdoes. A match lies over few others. */
static bool is_outdone(const struct candidates *c, size_t i)
{
    enum { NEIGHBOURS = 64 };

    for (size_t j = i > NEIGHBOURS ? i - NEIGHBOURS : 0; j < c->count && j < i + NEIGHBOURS; j++)
        if (j != i && overlap(&c->list[i], &c->list[j]) && goes_before(c, &c->list[j], &c->list[i]))
            return true;
    return false;
}

static bool are_equal(const struct candidate *a, const struct candidate *b)
{
    if (a->rule != b->rule || a->hashed != b->hashed || !view_eq(a->path, b->path))
        return false;
    return a->hashed ? digest_eq(&a->hash, &b->hash) : view_eq(a->name, b->name);
}

/* Rule, path and the secret's own hash; of a secret that could be guessed from
 * that, the name it is assigned to and a number. */
static void make_fingerprint(const struct candidates *c, const struct candidate *a,
                             char to[static SECRET_FINGERPRINT_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";
    struct digest digest;

    digester_add(c->digester, secret_rules_rule(c->set, a->rule)->id);
    digester_add(c->digester, view_from("", 1));
    digester_add(c->digester, a->path);
    digester_add(c->digester, a->hashed ? view_from("\0h", 2) : view_from("\0n", 2));
    digester_add(c->digester,
                 a->hashed ? view_from(a->hash.bytes, sizeof(a->hash.bytes)) : a->name);
    digester_add(c->digester, view_from(&a->ordinal, sizeof(a->ordinal)));
    digest = digester_end(c->digester);
    for (size_t i = 0; i < SECRET_FINGERPRINT_SIZE; i++)
        to[i] = digits[digest.bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
    to[SECRET_FINGERPRINT_SIZE] = '\0';
}

static void number(struct candidates *c, size_t i)
{
    for (size_t j = i; j-- > 0;)
        if (are_equal(&c->list[j], &c->list[i])) {
            c->list[i].ordinal = c->list[j].ordinal + 1;
            return;
        }
}

static void hand_out(const struct candidates *c, const struct candidate *a,
                     const struct secret_options *options)
{
    enum severity severity = secret_rules_rule(c->set, a->rule)->severity;
    struct secret_match match = {
        .rule = a->rule,
        .path = a->path,
        .line = a->from.line,
        .column = a->from.column,
        .end_line = a->to.line,
        .end_column = a->to.column,
        .masked = view_of(a->masked),
        .name = a->name,
        .encoding = a->encoding,
        .severity = a->test && severity > SEVERITY_LOW ? SEVERITY_LOW : severity,
        .test = a->test,
    };

    make_fingerprint(c, a, match.fingerprint);
    options->found(options->ctx, &match);
}

void candidates_flush(struct candidates *c, const struct secret_options *options)
{
    size_t kept = 0;

    if (c->count == 0)
        return;
    qsort(c->list, c->count, sizeof(*c->list), by_place);
    for (size_t i = 0; i < c->count; i++)
        c->list[i].ordinal = is_outdone(c, i) ? UINT32_MAX : 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].ordinal != UINT32_MAX)
            c->list[kept++] = c->list[i];
    for (size_t i = kept; i < c->count; i++)
        c->by_rule[c->list[i].rule] = 0;
    for (size_t i = 0; i < kept; i++) {
        c->by_rule[c->list[i].rule] = 0;
        number(c, i);
        hand_out(c, &c->list[i], options);
    }
    c->count = kept;
}
