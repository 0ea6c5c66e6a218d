#include "artifact/registry-challenge.h"

#include <ctype.h>

#include "base/cursor.h"

struct parameter {
    struct view name, value;
};

/* RFC 9110 section 5.6.2 */
static bool is_token_char(char c)
{
    return c && (isalnum((unsigned char)c) || strchr("!#$%&'*+-.^_`|~", c)) && !(c & 0x80);
}

static char peek(const struct cursor *c)
{
    return cursor_left(c) ? c->bytes.ptr[c->at] : '\0';
}

static bool accept(struct cursor *c, char wanted)
{
    if (cursor_left(c) == 0 || peek(c) != wanted)
        return false;
    cursor_skip(c, 1);
    return true;
}

static void skip_blanks(struct cursor *c)
{
    while (accept(c, ' ') || accept(c, '\t'))
        ;
}

static struct view take_token(struct cursor *c)
{
    size_t start = c->at;

    while (is_token_char(peek(c)))
        cursor_skip(c, 1);
    if (c->at == start)
        cursor_fail(c);
    return view_sub(c->bytes, start, c->at - start);
}

/* Behind the opening quote, up to and with the closing one. */
static struct view take_quoted(struct cursor *c, struct arena *arena)
{
    char *text = arena_alloc(arena, cursor_left(c) + 1);
    size_t len = 0;

    while (text && cursor_left(c) && peek(c) != '"') {
        accept(c, '\\');
        text[len++] = (char)cursor_u8(c);
    }
    if (!text || !accept(c, '"'))
        cursor_fail(c);
    return view_from(text, len);
}

/* A name with "=" behind it, and its value. False, and nothing read, when what
 * follows is something else: the scheme of the next challenge. */
static bool take_parameter(struct cursor *c, struct arena *arena, struct parameter *ret)
{
    struct cursor start = *c;

    ret->name = take_token(c);
    skip_blanks(c);
    if (c->failed || !accept(c, '=')) {
        *c = start;
        return false;
    }
    skip_blanks(c);
    ret->value = accept(c, '"') ? take_quoted(c, arena) : arena_copy(arena, take_token(c));
    return true;
}

static void note_parameter(struct registry_challenge *challenge, const struct parameter *parameter)
{
    static const struct {
        struct view name;
        size_t offset;
    } known[] = {
        {VIEW("realm"), offsetof(struct registry_challenge, realm)},
        {VIEW("service"), offsetof(struct registry_challenge, service)},
        {VIEW("scope"), offsetof(struct registry_challenge, scope)},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (view_eq_nocase(parameter->name, known[i].name))
            *(struct view *)((char *)challenge + known[i].offset) = parameter->value;
}

/* The parameters of a challenge, up to the next scheme or the end. */
static void take_parameters(struct cursor *c, struct arena *arena,
                            struct registry_challenge *challenge)
{
    struct parameter parameter;

    while (!c->failed) {
        skip_blanks(c);
        if (accept(c, ','))
            continue;
        if (cursor_left(c) == 0 || !take_parameter(c, arena, &parameter))
            return;
        note_parameter(challenge, &parameter);
        skip_blanks(c);
        if (cursor_left(c) && peek(c) != ',')
            cursor_fail(c);
    }
}

/* "Negotiate YII=": base64 with "=" at its end, then a comma or the end. */
static bool skip_token68(struct cursor *c)
{
    struct cursor start = *c;

    while (is_token_char(peek(c)) || (cursor_left(c) && peek(c) == '/'))
        cursor_skip(c, 1);
    while (accept(c, '='))
        ;
    skip_blanks(c);
    if (c->at > start.at && (cursor_left(c) == 0 || peek(c) == ','))
        return true;
    *c = start;
    return false;
}

static enum registry_scheme scheme_of(struct view name)
{
    if (view_eq_nocase(name, VIEW("Bearer")))
        return REGISTRY_BEARER;
    return view_eq_nocase(name, VIEW("Basic")) ? REGISTRY_BASIC : REGISTRY_OPEN;
}

static void take_challenge(struct cursor *c, struct arena *arena, struct registry_challenge *best)
{
    struct registry_challenge challenge = {.scheme = scheme_of(take_token(c))};
    bool blank = peek(c) == ' ' || peek(c) == '\t';

    skip_blanks(c);
    if (cursor_left(c) && peek(c) != ',' && !blank)
        cursor_fail(c);
    if (!c->failed && !skip_token68(c))
        take_parameters(c, arena, &challenge);
    if (challenge.scheme == REGISTRY_BEARER && challenge.realm.len == 0)
        cursor_fail(c);
    if (!c->failed && challenge.scheme > best->scheme)
        *best = challenge;
}

int registry_challenge_read(struct view value, struct arena *arena, struct registry_challenge *ret,
                            struct error *err)
{
    struct registry_challenge best = *ret;
    struct cursor c = cursor_of(value);

    if (value.len > REGISTRY_CHALLENGE_LIMIT)
        return error_set(err, ERROR_LIMIT, "WWW-Authenticate is longer than %d bytes",
                         REGISTRY_CHALLENGE_LIMIT);
    while (cursor_left(&c)) {
        skip_blanks(&c);
        if (!accept(&c, ',') && cursor_left(&c))
            take_challenge(&c, arena, &best);
    }
    if (arena_failed(arena, "WWW-Authenticate", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    if (c.failed)
        return error_set(err, ERROR_NETWORK, "WWW-Authenticate breaks its grammar at offset %zu",
                         c.at);
    *ret = best;
    return 0;
}
