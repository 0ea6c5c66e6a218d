#include "codec/json-fault.h"

#include "base/text.h"
#include "codec/json.h"
#include "codec/utf8.h"

struct scanner {
    struct view text;
    size_t at;
    const char *fault; /* what is wrong at `at`; NULL while nothing is */
    size_t depth;
    bool in_object[JSON_DEPTH_LIMIT];
};

static bool fail(struct scanner *s, const char *what)
{
    s->fault = what;
    return false;
}

/* The byte at hand, or -1 at the end. */
static int peek(const struct scanner *s)
{
    return s->at < s->text.len ? (unsigned char)s->text.ptr[s->at] : -1;
}

static bool take(struct scanner *s, char c)
{
    if (peek(s) != (unsigned char)c)
        return false;
    s->at++;
    return true;
}

static void skip_blanks(struct scanner *s)
{
    while (take(s, ' ') || take(s, '\n') || take(s, '\t') || take(s, '\r'))
        ;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool take_hex(struct scanner *s, unsigned *ret)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        const char *hit = peek(s) > 0 ? strchr(digits, peek(s)) : NULL;
        unsigned digit = hit ? (unsigned)(hit - digits) : 0;

        if (!hit)
            return fail(s, TR_KEY("an escape in a string is malformed"));
        value = value << 4 | (digit > 15 ? digit - 6 : digit);
        s->at++;
    }
    *ret = value;
    return true;
}

/* Behind "\u": four digits, or a pair of surrogates. */
static bool take_code_point(struct scanner *s)
{
    unsigned high, low;

    if (!take_hex(s, &high))
        return false;
    if (high < 0xd800 || high > 0xdfff)
        return true;
    if (high > 0xdbff || !take(s, '\\') || !take(s, 'u'))
        return fail(s, TR_KEY("half of a surrogate pair stands alone"));
    return take_hex(s, &low) && (low >= 0xdc00 && low <= 0xdfff
                                     ? true
                                     : fail(s, TR_KEY("half of a surrogate pair stands alone")));
}

static bool take_escape(struct scanner *s)
{
    int c = peek(s);

    if (c <= 0 || !strchr("\"\\/bfnrtu", c))
        return fail(s, TR_KEY("an escape in a string is malformed"));
    s->at++;
    return c == 'u' ? take_code_point(s) : true;
}

/* Behind the opening quote. */
static bool take_string(struct scanner *s)
{
    while (!take(s, '"')) {
        size_t len = utf8_length(view_sub(s->text, s->at, 4));

        if (peek(s) < 0)
            return fail(s, TR_KEY("a string is not closed"));
        if (peek(s) < 0x20)
            return fail(s, TR_KEY("a string holds a control character"));
        if (len == 0)
            return fail(s, TR_KEY("the text is not UTF-8"));
        if (!take(s, '\\'))
            s->at += len;
        else if (!take_escape(s))
            return false;
    }
    return true;
}

static bool take_digits(struct scanner *s)
{
    if (!is_digit(peek(s)))
        return fail(s, TR_KEY("a number is malformed"));
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool take_number(struct scanner *s)
{
    take(s, '-');
    if (!take(s, '0') && !take_digits(s))
        return false;
    if (take(s, '.') && !take_digits(s))
        return false;
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+'))
            take(s, '-');
        if (!take_digits(s))
            return false;
    }
    return true;
}

static bool take_word(struct scanner *s)
{
    static const struct view words[] = {VIEW("true"), VIEW("false"), VIEW("null")};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (view_eq(view_sub(s->text, s->at, words[i].len), words[i])) {
            s->at += words[i].len;
            return true;
        }
    return fail(s, TR_KEY("a value is missing or malformed"));
}

/* A value that is no array and no object. */
static bool take_scalar(struct scanner *s)
{
    if (take(s, '"'))
        return take_string(s);
    return peek(s) == '-' || is_digit(peek(s)) ? take_number(s) : take_word(s);
}

static bool take_key(struct scanner *s)
{
    skip_blanks(s);
    if (!take(s, '"'))
        return fail(s, TR_KEY("a key is missing"));
    if (!take_string(s))
        return false;
    skip_blanks(s);
    return take(s, ':') || fail(s, TR_KEY("a colon is missing"));
}

/* Opens arrays and objects up to the first value that is neither, or up to
 * one that is empty. */
static bool take_value(struct scanner *s)
{
    for (;;) {
        bool object;

        skip_blanks(s);
        object = peek(s) == '{';
        if (!object && peek(s) != '[')
            return take_scalar(s);
        if (s->depth == JSON_DEPTH_LIMIT)
            return fail(s, TR_KEY("it is nested too deeply"));
        s->at++;
        s->in_object[s->depth++] = object;
        skip_blanks(s);
        if (peek(s) == (object ? '}' : ']'))
            return true;
        if (object && !take_key(s))
            return false;
    }
}

/* Behind a value: closes what ends, up to a comma. False at the document's end. */
static bool take_end(struct scanner *s)
{
    while (s->depth > 0) {
        bool object = s->in_object[s->depth - 1];

        skip_blanks(s);
        if (take(s, ','))
            return !object || take_key(s);
        if (!take(s, object ? '}' : ']'))
            return fail(s, object ? TR_KEY("a comma or a brace is missing")
                                  : TR_KEY("a comma or a bracket is missing"));
        s->depth--;
    }
    skip_blanks(s);
    return peek(s) >= 0 ? fail(s, TR_KEY("something follows the end")) : false;
}

bool json_fault_find(struct view text, struct json_fault *ret)
{
    struct scanner s = {.text = text};

    skip_blanks(&s);
    if (peek(&s) < 0)
        fail(&s, TR_KEY("there is nothing"));
    while (!s.fault && take_value(&s) && take_end(&s))
        ;
    if (s.fault)
        *ret = (struct json_fault){s.at, s.fault};
    return s.fault != NULL;
}
