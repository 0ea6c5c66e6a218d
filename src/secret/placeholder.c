#include "secret/placeholder.h"

#include <ctype.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Any case; parts of a value. All at least four bytes, so that a random token
 * does not hold one by chance. */
static const struct view words[] = {
    VIEW("example"),    VIEW("changeme"),   VIEW("change_me"),   VIEW("change-me"),
    VIEW("replaceme"),  VIEW("replace_"),   VIEW("placeholder"), VIEW("your_"),
    VIEW("your-"),      VIEW("yourtoken"),  VIEW("yourkey"),     VIEW("yoursecret"),
    VIEW("yourpass"),   VIEW("yourapi"),    VIEW("redacted"),    VIEW("xxxx"),
    VIEW("****"),       VIEW("...."),       VIEW("dummy"),       VIEW("sample"),
    VIEW("notreal"),    VIEW("not-real"),   VIEW("fake-"),       VIEW("fake_"),
    VIEW("insert_"),    VIEW("insert-"),    VIEW("foobar"),      VIEW("deadbeef"),
    VIEW("1234567890"), VIEW("0123456789"), VIEW("abcdefgh"),    VIEW("qwertyui"),
    VIEW("hunter2"),    VIEW("lorem"),      VIEW("todo"),        VIEW("____"),
};

/* Templates and variables. */
static const struct view marks[] = {
    VIEW("${"), VIEW("$("), VIEW("{{"), VIEW("}}"), VIEW("<%"), VIEW("%>"), VIEW("#{"), VIEW("%("),
};

/* What standards and vendors print in their documents; in two halves each, so
 * that scanners of others pass over this file. */
static const struct view examples[] = {
    VIEW("2YotnFZFEjr1"
         "zCsicMWpAA"), /* RFC 6749 */
    VIEW("tGzv3JOkF0XG"
         "5Qx2TlKWIA"),       /* RFC 6749 */
    VIEW("SlAV32hkKG"),       /* RFC 6749 */
    VIEW("ad180jjd733klru7"), /* RFC 5849 */
    VIEW("czZCaGRSa3F0"
         "MzpnWDFmQmF0M2JW"), /* RFC 6749 */
    VIEW("QWxhZGRpbjpv"
         "cGVuIHNlc2FtZQ"), /* RFC 2617: Aladdin */
    VIEW("eyJzb21lIjoi"
         "cGF5bG9hZCJ9"),        /* documents of JWT libraries */
    VIEW("eyJpc3MiOiJqb2UiLA"),  /* RFC 7519 */
    VIEW("2kjshdfp92i34asdasd"), /* documents of oauthlib */
};

static bool holds_word(struct view text, struct view word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if ((text.ptr[i] | 0x20) == (word.ptr[0] | 0x20) &&
            view_eq_nocase(view_sub(text, i, word.len), word))
            return true;
    return false;
}

static size_t longest_run(struct view text)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.len; i++) {
        run = i && text.ptr[i] == text.ptr[i - 1] ? run + 1 : 1;
        longest = run > longest ? run : longest;
    }
    return longest;
}

bool placeholder_is(struct view secret)
{
    enum { RUN = 7, LONG = 200 };
    size_t run;

    for (size_t i = 0; i < COUNT(examples); i++)
        if (view_find_view(secret, examples[i]) >= 0)
            return true;
    if (secret.len > LONG)
        return false; /* a key or a document: words in it mean nothing */
    for (size_t i = 0; i < COUNT(words); i++)
        if (holds_word(secret, words[i]))
            return true;
    for (size_t i = 0; i < COUNT(marks); i++)
        if (view_find_view(secret, marks[i]) >= 0)
            return true;
    if (secret.len && (secret.ptr[0] == '<' || secret.ptr[0] == '$' || secret.ptr[0] == '%') &&
        secret.ptr[secret.len - 1] == (secret.ptr[0] == '<' ? '>' : secret.ptr[0]))
        return true;
    run = longest_run(secret);
    return run >= RUN && run * 4 >= secret.len;
}

/* ---- Plain values ---- */

enum char_class { LOWER, UPPER, DIGIT, SEPARATOR, OTHER };

static enum char_class class_of(char c)
{
    if (islower((unsigned char)c))
        return LOWER;
    if (isupper((unsigned char)c))
        return UPPER;
    if (isdigit((unsigned char)c))
        return DIGIT;
    return strchr("-_./: ", c) ? SEPARATOR : OTHER;
}

static bool is_uuid(struct view v)
{
    if (v.len != 36)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? v.ptr[i] != '-' : !isxdigit((unsigned char)v.ptr[i]))
            return false;
    }
    return true;
}

/* "a.b.c", "get_token", "nextPageToken", "my-secret-name-1": segments that are as
 * long as words; those of random letters have two or three. */
static bool is_words(struct view v)
{
    size_t segments = 0, letters = 0, digits = 0, separators = 0;
    enum char_class last = SEPARATOR;

    for (size_t i = 0; i < v.len; i++) {
        enum char_class now = class_of(v.ptr[i]);

        if (now == OTHER)
            return false;
        letters += now == LOWER || now == UPPER;
        digits += now == DIGIT;
        separators += now == SEPARATOR;
        /* "Word" and "WORD" are one segment, "aWord" is two. */
        if (now != SEPARATOR && now != last && !(last == UPPER && now == LOWER))
            segments++;
        last = now;
    }
    return digits == 0 || letters == 0 || (v.len - separators) * 3 > segments * 10;
}

static bool starts_as_reference(struct view v)
{
    static const struct view starts[] = {
        VIEW("/"),       VIEW("./"),       VIEW("../"),     VIEW("~/"),      VIEW("$"),
        VIEW("env."),    VIEW("process."), VIEW("os."),     VIEW("vault:"),  VIEW("arn:"),
        VIEW("secret/"), VIEW("ssm:"),     VIEW("kms:"),    VIEW("ref+"),    VIEW("file:"),
        VIEW("var."),    VIEW("local."),   VIEW("data."),   VIEW("module."), VIEW("secrets."),
        VIEW("self."),   VIEW("this."),    VIEW("config."), VIEW("ENC["),    VIEW("{cipher}"),
        VIEW("urn:"),    VIEW("#"),        VIEW("@"),       VIEW("sha256:"), VIEW("sha512-"),
        VIEW("op://"),   VIEW("aws:"),     VIEW("gcp:"),    VIEW("\\"),      VIEW("&"),
    };

    for (size_t i = 0; i < COUNT(starts); i++)
        if (view_starts(v, starts[i]))
            return true;
    return view_find_view(v, VIEW("://")) >= 0;
}

bool placeholder_is_plain(struct view value)
{
    if (placeholder_is(value) || is_uuid(value) || starts_as_reference(value) || is_words(value))
        return true;
    for (size_t i = 0; i < value.len; i++)
        if (strchr("(){}[]<>|,;\"'`\\", value.ptr[i]))
            return true; /* an expression of some language */
    return false;
}

bool placeholder_is_public(struct view line_before)
{
    static const struct view names[] = {
        VIEW("integrity"),
        VIEW("checksum"),
        VIEW("sha1"),
        VIEW("sha256"),
        VIEW("sha384"),
        VIEW("sha512"),
        VIEW("md5"),
        VIEW("digest"),
        VIEW("commit"),
        VIEW("data:image"),
        VIEW("data:font"),
        VIEW("public_key"),
        VIEW("publickey"),
        VIEW("public-key"),
        VIEW("fingerprint"),
        VIEW("etag"),
        VIEW("blob"),
        VIEW("sourcemapping"),
        VIEW("data:application/"),
    };

    for (size_t i = 0; i < COUNT(names); i++)
        if (holds_word(line_before, names[i]))
            return true;
    return false;
}
