#include "secret/assignment.h"

#include <ctype.h>

#include "secret/mask.h"
#include "secret/placeholder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Endings of a name behind the word that change nothing. */
static bool is_neutral_ending(struct view ending)
{
    static const struct view neutral[] = {
        VIEW("prod"), VIEW("production"), VIEW("dev"),    VIEW("stage"), VIEW("staging"),
        VIEW("live"), VIEW("value"),      VIEW("plain"),  VIEW("text"),  VIEW("string"),
        VIEW("str"),  VIEW("default"),    VIEW("base64"), VIEW("b64"),   VIEW("raw"),
    };

    while (ending.len && strchr("_-.", ending.ptr[0]))
        ending = view_sub(ending, 1, ending.len);
    if (ending.len == 0)
        return true;
    for (size_t i = 0; i < COUNT(neutral); i++)
        if (view_eq_nocase(ending, neutral[i]))
            return true;
    return ending.len <= 2 && isdigit((unsigned char)ending.ptr[0]);
}

static bool is_separator(char c)
{
    return c == '_' || c == '-' || c == '.';
}

/* Of the first word of "next_page" or "nextPage"; 0 before a separator. */
static size_t word_length(struct view name)
{
    size_t len = 0;

    while (len < name.len && !is_separator(name.ptr[len])) {
        if (len && isupper((unsigned char)name.ptr[len]) &&
            islower((unsigned char)name.ptr[len - 1]))
            break;
        len++;
    }
    return len;
}

/* Names that end as a secret's and hold none. */
static bool is_harmless_name(struct view name)
{
    static const struct view parts[] = {
        VIEW("csrf"),     VIEW("xsrf"),         VIEW("page"),    VIEW("next"),
        VIEW("cancel"),   VIEW("public"),       VIEW("pad"),     VIEW("mask"),
        VIEW("eos"),      VIEW("bos"),          VIEW("unk"),     VIEW("sep"),
        VIEW("cls"),      VIEW("hash"),         VIEW("sort"),    VIEW("foreign"),
        VIEW("primary"),  VIEW("continuation"), VIEW("sync"),    VIEW("parse"),
        VIEW("regex"),    VIEW("pattern"),      VIEW("format"),  VIEW("example"),
        VIEW("fake"),     VIEW("dummy"),        VIEW("mock"),    VIEW("label"),
        VIEW("type"),     VIEW("id"),           VIEW("confirm"), VIEW("etag"),
        VIEW("captcha"),  VIEW("sitekey"),      VIEW("site"),    VIEW("recaptcha"),
        VIEW("i18n"),     VIEW("msg"),          VIEW("error"),   VIEW("hint"),
        VIEW("checksum"), VIEW("translation"),  VIEW("l10n"),    VIEW("encrypted"),
        VIEW("hashed"),
    };

    while (name.len) {
        size_t len = word_length(name);

        for (size_t i = 0; i < COUNT(parts); i++)
            if (view_eq_nocase(view_sub(name, 0, len), parts[i]))
                return true;
        name = view_sub(name, len + (len < name.len && is_separator(name.ptr[len])), name.len);
    }
    return false;
}

static struct view name_around(struct view bytes, size_t at, size_t *ret_end)
{
    size_t start = at, end = at;

    while (start && at - start < ASSIGNMENT_NAME_LIMIT && in_name(bytes.ptr[start - 1]))
        start--;
    while (end < bytes.len && end - at < ASSIGNMENT_NAME_LIMIT && in_name(bytes.ptr[end]))
        end++;
    *ret_end = end;
    return view_sub(bytes, start, end - start);
}

static size_t skip(struct view bytes, size_t at, const char *set, size_t limit)
{
    size_t start = at;

    while (at < bytes.len && at - start < limit && bytes.ptr[at] && strchr(set, bytes.ptr[at]))
        at++;
    return at;
}

/* The sign; the offset behind it, or 0 for none. */
static size_t sign_end(struct view bytes, size_t at)
{
    char c = at < bytes.len ? bytes.ptr[at] : '\0',
         next = at + 1 < bytes.len ? bytes.ptr[at + 1] : '\0';

    if (c == '=' && (next == '=' || next == '~'))
        return 0; /* a comparison */
    if ((c == '=' && next == '>') || (c == ':' && next == '='))
        return at + 2;
    if (c == ':' && next == ':')
        return 0;
    return c == '=' || c == ':' || c == '>' ? at + 1 : 0;
}

static bool is_upper_name(struct view name)
{
    for (size_t i = 0; i < name.len; i++)
        if (islower((unsigned char)name.ptr[i]))
            return false;
    return true;
}

/* A bare value ends at a blank; of an XML element, at the next tag. */
static bool take_bare(struct view bytes, size_t at, char sign, enum secret_file_kind kind,
                      struct assignment *a)
{
    size_t end = at;

    if (sign != '>' && kind != SECRET_FILE_SETTINGS &&
        !(kind == SECRET_FILE_TEXT && sign == '=' && is_upper_name(a->name)))
        return false;
    while (end < bytes.len && end - at <= ASSIGNMENT_VALUE_LIMIT &&
           !isspace((unsigned char)bytes.ptr[end]) && bytes.ptr[end] && bytes.ptr[end] != '<')
        end++;
    if (sign == '>' && !(end < bytes.len && bytes.ptr[end] == '<'))
        return false;
    while (sign != '>' && end > at && strchr(",;", bytes.ptr[end - 1]))
        end--;
    a->value = view_sub(bytes, at, end - at);
    a->quoted = false;
    return a->value.len <= ASSIGNMENT_VALUE_LIMIT;
}

static bool take_quoted(struct view bytes, size_t at, struct assignment *a)
{
    char quote = bytes.ptr[at++];
    size_t end = at;

    while (end < bytes.len && end - at <= ASSIGNMENT_VALUE_LIMIT && bytes.ptr[end] != quote &&
           bytes.ptr[end] != '\n')
        end++;
    if (end == bytes.len || bytes.ptr[end] != quote)
        return false;
    a->value = view_sub(bytes, at, end - at);
    a->quoted = true;
    return true;
}

bool assignment_parse(struct view bytes, size_t at, enum secret_file_kind kind,
                      struct assignment *ret)
{
    size_t name_end, end;
    struct assignment a = {.name = name_around(bytes, at, &name_end)};
    char sign;

    if (!is_neutral_ending(view_sub(bytes, at, name_end - at)) || is_harmless_name(a.name))
        return false;
    end = skip(bytes, name_end, "\"'])\\", 3);
    end = skip(bytes, end, " \t", 16);
    sign = end < bytes.len ? bytes.ptr[end] : '\0';
    end = sign_end(bytes, end);
    if (end == 0)
        return false;
    end = skip(bytes, end, " \t", 16);
    if (end < bytes.len && strchr("bBrRuUfL@", bytes.ptr[end]) && end + 1 < bytes.len &&
        strchr("\"'", bytes.ptr[end + 1]))
        end++; /* a string's prefix, in Python, C and C# */
    end = skip(bytes, end, "\\", 1);
    if (end >= bytes.len || bytes.ptr[end] == '\0')
        return false;
    if (strchr("\"'`", bytes.ptr[end]) ? !take_quoted(bytes, end, &a)
                                       : !take_bare(bytes, end, sign, kind, &a))
        return false;
    if (a.value.len && a.value.ptr[a.value.len - 1] == '\\')
        a.value.len--; /* of an escaped quote */
    *ret = a;
    return true;
}

static size_t count_changes(struct view v)
{
    size_t changes = 0;

    for (size_t i = 1; i < v.len; i++) {
        unsigned char a = (unsigned char)v.ptr[i - 1], b = (unsigned char)v.ptr[i];

        changes += (isdigit(a) != 0) != (isdigit(b) != 0) || (isupper(a) != 0) != (isupper(b) != 0);
    }
    return changes;
}

bool assignment_is_secret(const struct assignment *assignment, bool password)
{
    enum { PASSWORD_MIN = 8, TOKEN_MIN = 16 };
    struct view v = assignment->value;
    size_t changes = count_changes(v), symbols = 0, digits = 0, letters = 0;

    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];

        if (c <= ' ' || c > '~')
            return false;
        digits += isdigit(c) != 0;
        letters += isalpha(c) != 0;
        symbols += ispunct(c) != 0 && !strchr("-_./:", c);
    }
    if (v.len < (password ? PASSWORD_MIN : TOKEN_MIN) || digits == 0 || letters == 0)
        return false;
    if (placeholder_is_plain(v))
        return false;
    if (password)
        return changes + 2 * symbols >= 3 && mask_entropy(v) >= 2.7;
    return changes * 5 >= v.len && mask_entropy(v) >= 3.3;
}
