#include <ctype.h>

#include "secret/assignment.h"
#include "secret/placeholder.h"
#include "secret/scanner.h"
#include "secret/token.h"

enum {
    LINE_SIGHT = 1024, /* bytes of a line that are looked at for its words */
    LONG_LINE = 2000,  /* bytes: nobody wrote that by hand */
    DEAR_LIMIT = 8,    /* matches of a rule, in a window, that were given up as too costly */
    NAME_DIGITS = 3,   /* a name has no more; a token has */
};

/* ---- Around a match ---- */

static struct view line_before(struct view bytes, size_t at)
{
    size_t start = at;

    while (start && at - start < LINE_SIGHT && bytes.ptr[start - 1] != '\n')
        start--;
    return view_sub(bytes, start, at - start);
}

static struct view line_after(struct view bytes, size_t at)
{
    size_t end = at;

    while (end < bytes.len && end - at < LINE_SIGHT && bytes.ptr[end] != '\n')
        end++;
    return view_sub(bytes, at, end - at);
}

static bool holds_pragma(struct view text)
{
    return view_find_view(text, VIEW("plimsoll:allow-secret")) >= 0 ||
           view_find_view(text, VIEW("gitleaks:allow")) >= 0;
}

/* On the lines of the match, or the line above them. */
static bool is_allowed_inline(struct view bytes, struct view match)
{
    size_t start = (size_t)(match.ptr - bytes.ptr);
    struct view before = line_before(bytes, start);
    size_t line = start - before.len;

    if (holds_pragma(before) || holds_pragma(match) ||
        holds_pragma(line_after(bytes, start + match.len)))
        return true;
    return line && bytes.ptr[line - 1] == '\n' && holds_pragma(line_before(bytes, line - 1));
}

/* "api_key" of `"api_key": "`; empty when it may be a secret itself. */
static struct view name_before(struct view bytes, size_t at)
{
    size_t end = at, start, digits = 0;
    bool assigned = false;

    while (end && at - end < 8 && strchr(" \t\"'`=:>([,\\", bytes.ptr[end - 1])) {
        end--;
        assigned |= bytes.ptr[end] == '=' || bytes.ptr[end] == ':';
    }
    for (start = end; start && end - start < SECRET_NAME_LIMIT; start--) {
        unsigned char c = (unsigned char)bytes.ptr[start - 1];

        if (!isalnum(c) && c != '_' && c != '-' && c != '.')
            break;
        digits += isdigit(c) != 0;
    }
    if (!assigned || digits > NAME_DIGITS || end - start >= SECRET_NAME_LIMIT / 2)
        return VIEW_EMPTY;
    return view_sub(bytes, start, end - start);
}

static bool contains_nocase(struct view text, struct view word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if ((text.ptr[i] | 0x20) == (word.ptr[0] | 0x20) &&
            view_eq_nocase(view_sub(text, i, word.len), word))
            return true;
    return false;
}

static bool has_keyword(const struct secret_list *keywords, const struct secret_candidate *c)
{
    for (size_t i = 0; i < keywords->count; i++)
        if (contains_nocase(c->before, keywords->items[i]) ||
            contains_nocase(c->match, keywords->items[i]) ||
            contains_nocase(c->after, keywords->items[i]))
            return true;
    return keywords->count == 0;
}

/* ---- From a match to a candidate ---- */

/* Text that was encoded was not written in its file's language. */
static enum secret_file_kind kind_of(const struct window *w)
{
    enum secret_file_kind kind = scanner_file(w->scanner)->kind;

    return w->depth && kind != SECRET_FILE_PROSE ? SECRET_FILE_TEXT : kind;
}

/* Places are asked for in rising order, but for the end of a match. */
static struct place place_of(struct window *w, size_t at)
{
    if (w->encoding.len)
        return w->from;
    if (at < w->counted) {
        w->counted = 0;
        w->counted_place = w->start;
    }
    place_advance(&w->counted_place, view_sub(w->bytes, w->counted, at - w->counted));
    w->counted = at;
    return w->counted_place;
}

static bool is_in_scope(const struct window *w, const struct secret_rule *rule)
{
    struct view path = w->scanner->file->path;

    if (rule->include.count && !secret_path_matches(&rule->include, path))
        return false;
    return !secret_path_matches(&rule->exclude, path);
}

/* Whether the text around gives a match away as no secret. Rules that know
 * their secrets by shape need less of it. */
static bool is_noise(const struct window *w, const struct secret_rule *rule, struct view match,
                     struct view secret)
{
    struct view before = line_before(w->bytes, (size_t)(match.ptr - w->bytes.ptr));

    if (placeholder_is(secret))
        return true;
    if (rule->confidence == SECRET_HIGH)
        return false;
    if (placeholder_is_public(before))
        return true;
    return rule->confidence == SECRET_LOW &&
           before.len + line_after(w->bytes, (size_t)(secret.ptr - w->bytes.ptr)).len >= LONG_LINE;
}

static bool is_secret(const struct window *w, size_t number, struct view match, struct view secret)
{
    const struct secret_rule *rule = secret_rules_rule(w->scanner->set, number);
    size_t start = (size_t)(match.ptr - w->bytes.ptr), end = start + match.len;
    size_t near = start < SECRET_NEAR ? start : SECRET_NEAR;
    struct secret_candidate c = {secret, match, view_sub(w->bytes, start - near, near),
                                 view_sub(w->bytes, end, SECRET_NEAR)};

    if (secret.len < rule->length || (rule->entropy > 0 && mask_entropy(secret) < rule->entropy))
        return false;
    if (is_noise(w, rule, match, secret) || !is_in_scope(w, rule))
        return false;
    if (rule->validator && !rule->validator->valid(&c))
        return false;
    return has_keyword(&rule->keywords, &c) &&
           !confirm_is_allowed(w->scanner->confirm, number, secret) &&
           !is_allowed_inline(w->bytes, match);
}

static void keep(struct window *w, size_t number, struct view secret, struct view name)
{
    struct secret_scanner *s = w->scanner;
    const struct secret_rule *rule = secret_rules_rule(s->set, number);
    struct candidate *kept = candidates_add(&s->found, number);
    size_t start = (size_t)(secret.ptr - w->bytes.ptr);

    if (!kept)
        return;
    kept->space = w->space;
    kept->start = w->base + start;
    kept->end = kept->start + secret.len;
    kept->from = place_of(w, start);
    kept->to = w->encoding.len ? w->to : place_of(w, start + secret.len - 1);
    kept->path = arena_copy(s->found.arena, s->file->path);
    kept->name = arena_copy(s->found.arena, view_sub(name, 0, SECRET_NAME_LIMIT));
    kept->encoding = arena_copy(s->found.arena, w->encoding);
    kept->test = scanner_file(s)->test;
    kept->hashed = !rule->guessable && mask_is_unguessable(secret);
    if (kept->hashed) {
        digester_add(s->found.digester, secret);
        kept->hash = digester_end(s->found.digester);
    }
    mask_secret(secret, rule->guessable, kept->masked);
}

static void judge(struct window *w, size_t number, struct view match, struct view secret,
                  struct view name)
{
    size_t start = (size_t)(match.ptr - w->bytes.ptr);

    if (start >= w->own_from && start < w->own_to && secret.len &&
        is_secret(w, number, match, secret))
        keep(w, number, secret, name);
}

/* ---- From a hit of the first pass to a match ---- */

static void look_at_assignment(struct window *w, size_t number, struct rule_state *state, size_t to)
{
    const struct secret_rule *rule = secret_rules_rule(w->scanner->set, number);
    struct assignment a;

    if (!assignment_parse(w->bytes, to, kind_of(w), &a) ||
        !assignment_is_secret(&a, rule->guessable))
        return;
    state->done = (size_t)(a.value.ptr - w->bytes.ptr) + a.value.len;
    judge(w, number, a.value, a.value, a.name);
}

/* Every place before the hit where a match could begin is tried once, so that
 * the cost of all hits grows with the bytes and not with the hits. */
static void look_at_match(struct window *w, size_t number, struct rule_state *state, size_t to)
{
    struct secret_scanner *s = w->scanner;
    const struct secret_rule *rule = secret_rules_rule(s->set, number);
    size_t from = to > rule->span ? to - rule->span : 0;
    struct view bytes = view_sub(w->bytes, 0, to + SECRET_CONTEXT), match, secret;
    int r = 1;

    if (from < state->done)
        from = state->done;
    while (from < to &&
           (r = confirm_match(s->confirm, number, bytes, from, to, &match, &secret)) == 1) {
        from = (size_t)(match.ptr - bytes.ptr) + match.len;
        judge(w, number, match, secret, name_before(w->bytes, (size_t)(secret.ptr - bytes.ptr)));
    }
    state->done = from > to ? from : to;
    if (r == ERROR_LIMIT)
        state->dear++;
}

static bool takes(const struct window *w, const struct secret_rule *rule)
{
    struct secret_file file = {kind_of(w), scanner_file(w->scanner)->test};

    return secret_file_takes(&file, rule);
}

static int on_hit(unsigned number, unsigned long long from, unsigned long long to, unsigned flags,
                  void *context)
{
    struct window *w = context;
    struct secret_scanner *s = w->scanner;
    const struct secret_rule *rule = secret_rules_rule(s->set, number);
    struct rule_state *state = &s->states[number];

    (void)from;
    (void)flags;
    if (rule->off || !takes(w, rule))
        return 0;
    if (state->window != s->windows)
        *state = (struct rule_state){.window = s->windows};
    if (to <= state->done)
        return 0;
    if (rule->words.count) {
        look_at_assignment(w, number, state, (size_t)to);
        return 0;
    }
    if (state->tried == SECRET_CANDIDATE_LIMIT || state->dear == DEAR_LIMIT) {
        s->found.left_out++;
        return 0;
    }
    state->tried++;
    look_at_match(w, number, state, (size_t)to);
    return 0;
}

/* ---- Encoded text ---- */

static void scan_decoded(struct window *w, struct view run, size_t end, struct view text,
                         enum token_encoding encoding)
{
    struct secret_scanner *s = w->scanner;
    const char *name = token_encoding_name(encoding);
    size_t start = (size_t)(run.ptr - w->bytes.ptr);
    char chain[256];
    struct window inner = {
        .scanner = s,
        .bytes = text,
        .own_to = text.len,
        .space = ++s->spaces,
        .depth = w->depth + 1,
    };
    int len = w->encoding.len
                  ? snprintf(chain, sizeof(chain), "%.*s, %s", VIEW_ARG(w->encoding), name)
                  : snprintf(chain, sizeof(chain), "%s", name);

    inner.encoding =
        view_from(chain, (size_t)len < sizeof(chain) ? (size_t)len : sizeof(chain) - 1);
    if (w->encoding.len) {
        inner.from = w->from;
        inner.to = w->to;
    } else {
        inner.from = place_of(w, start);
        inner.to = place_of(w, end - 1);
    }
    window_scan(&inner);
}

/* Texts that are encoded in the window, where they begin in what it owns. */
static void decode_tokens(struct window *w)
{
    struct secret_scanner *s = w->scanner;
    struct buf *text = &s->decodes[w->depth];
    struct view run;
    size_t at = w->own_from;

    while (token_next(w->bytes, at, &run)) {
        size_t start = (size_t)(run.ptr - w->bytes.ptr), end;
        enum token_encoding encoding;
        bool decoded;

        if (start >= w->own_to)
            return;
        buf_reset(text);
        decoded = token_decode(w->bytes, run, text, &encoding, &end);
        at = end;
        if (!decoded)
            continue;
        if (secret_file_confidence(kind_of(w)) == SECRET_HIGH)
            return;
        if (s->decoded + text->len > SECRET_DECODE_LIMIT) {
            s->found.left_out++;
            return;
        }
        s->decoded += text->len;
        scan_decoded(w, run, end, buf_view(text), encoding);
    }
}

void window_scan(struct window *w)
{
    struct secret_scanner *s = w->scanner;

    if (w->bytes.len == 0)
        return;
    s->windows++;
    s->bytes += w->bytes.len;
    w->counted = 0;
    w->counted_place = w->start;
    hs_scan(secret_rules_database(s->set), w->bytes.ptr, (unsigned)w->bytes.len, 0, s->scratch,
            on_hit, w);
    if (w->depth < s->options.decode_depth)
        decode_tokens(w);
}
