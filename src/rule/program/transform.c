#include "rule/program/transform.h"

#include "codec/document.h"
#include "rule/program/getopt.h"
#include "rule/program/quantity.h"
#include "rule/program/value-text.h"

enum { ANY_NUMBER = 255, BASE64_NONE = 64 };

static const struct rule_values missing = {false, false, NULL, 0};

/* The text of a value, copied to the scratch when it had to be made. */
static bool text_of(const struct rule_value *value, struct arena *scratch, struct view *ret)
{
    char buffer[RULE_VALUE_TEXT_ROOM];

    if (!rule_value_text(value, buffer, ret))
        return false;
    if (ret->ptr == buffer)
        *ret = arena_copy(scratch, *ret);
    return true;
}

/* Applies a function to each value; those it refuses are left out, and when it
 * refuses all there is no result. */
static struct rule_values each(const struct rule_values *values, struct arena *scratch,
                               bool (*apply)(struct view text, struct arena *scratch,
                                             struct rule_value *ret))
{
    struct rule_value *items;
    struct rule_values result = {true, values->list, NULL, 0, values->readings};
    struct view text;

    if (!values->present)
        return missing;
    items = arena_array(scratch, values->count, sizeof(*items));
    if (!items)
        return missing;
    for (size_t i = 0; i < values->count; i++)
        if (text_of(&values->items[i], scratch, &text) &&
            apply(text, scratch, &items[result.count]))
            result.count++;
    result.items = items;
    return values->count && !result.count ? missing : result;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool map_bytes(struct view text, struct arena *scratch, char (*map)(char c),
                      struct rule_value *ret)
{
    char *bytes = arena_alloc(scratch, text.len + 1);

    if (!bytes)
        return false;
    for (size_t i = 0; i < text.len; i++)
        bytes[i] = map(text.ptr[i]);
    *ret = rule_value_of_text(view_from(bytes, text.len));
    return true;
}

static bool to_lower(struct view text, struct arena *scratch, struct rule_value *ret)
{
    return map_bytes(text, scratch, lower, ret);
}

static bool to_upper(struct view text, struct arena *scratch, struct rule_value *ret)
{
    return map_bytes(text, scratch, upper, ret);
}

static bool basename_of(struct view text, struct arena *scratch, struct rule_value *ret)
{
    ptrdiff_t slash = view_rfind(text, '/');

    (void)scratch;
    *ret = rule_value_of_text(view_sub(text, (size_t)(slash + 1), text.len));
    return true;
}

static uint8_t base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : BASE64_NONE;
}

/* RFC 4648, section 4; the padding may be missing. */
static bool decode_base64(struct view text, struct arena *scratch, struct rule_value *ret)
{
    uint8_t *bytes = arena_alloc(scratch, text.len + 1);
    size_t len = 0;
    uint32_t bits = 0, held = 0;

    for (int padding = 0; padding < 2 && text.len && text.ptr[text.len - 1] == '='; padding++)
        text.len--;
    if (!bytes || text.len % 4 == 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t digit = base64_digit(text.ptr[i]);

        if (digit == BASE64_NONE)
            return false;
        bits = bits << 6 | digit;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        bytes[len++] = (uint8_t)(bits >> held);
    }
    *ret = rule_value_of_text(view_from(bytes, len));
    return true;
}

static bool quantity_of(struct view text, struct arena *scratch, struct rule_value *ret)
{
    (void)scratch;
    *ret = (struct rule_value){.type = RULE_NUMBER};
    return rule_quantity_parse(text, &ret->number);
}

#define EACH(name, apply)                                                                          \
    static struct rule_values name(const struct rule_values *const *arguments, size_t count,       \
                                   struct arena *scratch)                                          \
    {                                                                                              \
        (void)count;                                                                               \
        return each(arguments[0], scratch, apply);                                                 \
    }

EACH(run_tolower, to_lower)
EACH(run_toupper, to_upper)
EACH(run_basename, basename_of)
EACH(run_b64, decode_base64)
EACH(run_quantity, quantity_of)

static struct rule_values one(struct rule_value value, struct arena *scratch)
{
    struct rule_value *item = arena_alloc(scratch, sizeof(*item));

    if (!item)
        return missing;
    *item = value;
    return rule_values_of(item);
}

static struct rule_values run_len(const struct rule_values *const *arguments, size_t count,
                                  struct arena *scratch)
{
    const struct rule_values *values = arguments[0];
    struct rule_value length = {.type = RULE_NUMBER};
    struct view text;

    (void)count;
    if (!values->present)
        return missing;
    if (values->list || (values->count != 1 && !values->readings))
        length.number = (int64_t)values->count;
    else if (values->items[0].type == RULE_NODE)
        length.number = (int64_t)document_count(values->items[0].node);
    else if (text_of(&values->items[0], scratch, &text))
        length.number = (int64_t)text.len;
    return one(length, scratch);
}

/* Texts that are to stand behind each other. */
struct parts {
    struct view *texts;
    size_t count;
};

static bool add_parts(struct parts *parts, const struct rule_values *values, struct arena *scratch)
{
    if (!values->present)
        return false;
    for (size_t i = 0; i < values->count; i++) {
        struct view text, *part;

        if (!text_of(&values->items[i], scratch, &text))
            continue;
        part = arena_push(scratch, &parts->texts, &parts->count, sizeof(*part));
        if (!part)
            return false;
        *part = text;
    }
    return true;
}

static struct rule_values join_parts(const struct parts *parts, struct view separator,
                                     struct arena *scratch)
{
    size_t total = 0, at = 0;
    char *bytes;

    for (size_t i = 0; i < parts->count; i++)
        if (__builtin_add_overflow(total, parts->texts[i].len + (i ? separator.len : 0), &total))
            return missing;
    bytes = arena_alloc(scratch, total + 1);
    if (!bytes)
        return missing;
    for (size_t i = 0; i < parts->count; i++) {
        if (i && separator.len)
            memcpy(bytes + at, separator.ptr, separator.len);
        at += i ? separator.len : 0;
        if (parts->texts[i].len)
            memcpy(bytes + at, parts->texts[i].ptr, parts->texts[i].len);
        at += parts->texts[i].len;
    }
    return one(rule_value_of_text(view_from(bytes, total)), scratch);
}

static struct rule_values run_join(const struct rule_values *const *arguments, size_t count,
                                   struct arena *scratch)
{
    struct parts parts = {0};
    struct view separator;

    if (!arguments[0]->count || !text_of(&arguments[0]->items[0], scratch, &separator))
        return missing;
    for (size_t i = 1; i < count; i++)
        if (!add_parts(&parts, arguments[i], scratch))
            return missing;
    return join_parts(&parts, separator, scratch);
}

static struct rule_values run_concat(const struct rule_values *const *arguments, size_t count,
                                     struct arena *scratch)
{
    struct parts parts = {0};

    for (size_t i = 0; i < count; i++)
        if (!add_parts(&parts, arguments[i], scratch))
            return missing;
    return join_parts(&parts, VIEW_EMPTY, scratch);
}

static struct rule_values run_getopt(const struct rule_values *const *arguments, size_t count,
                                     struct arena *scratch)
{
    (void)count;
    if (!arguments[0]->present || !arguments[1]->count)
        return missing;
    return rule_getopt(arguments[0], arguments[1]->items[0].text, scratch);
}

static struct rule_values run_val(const struct rule_values *const *arguments, size_t count,
                                  struct arena *scratch)
{
    (void)count, (void)scratch;
    return *arguments[0];
}

static struct rule_values run_default(const struct rule_values *const *arguments, size_t count,
                                      struct arena *scratch)
{
    (void)count, (void)scratch;
    return arguments[0]->present ? *arguments[0] : *arguments[1];
}

static const struct rule_transform transforms[RULE_TRANSFORMER_COUNT] = {
    [RULE_TOLOWER] = {1, 1, RULE_TEXT, true, false, run_tolower},
    [RULE_TOUPPER] = {1, 1, RULE_TEXT, true, false, run_toupper},
    [RULE_B64] = {1, 1, RULE_TEXT, true, false, run_b64},
    [RULE_BASENAME] = {1, 1, RULE_TEXT, true, false, run_basename},
    [RULE_LEN] = {1, 1, RULE_NUMBER, false, false, run_len},
    [RULE_JOIN] = {2, ANY_NUMBER, RULE_TEXT, false, false, run_join},
    [RULE_CONCAT] = {2, ANY_NUMBER, RULE_TEXT, false, false, run_concat},
    [RULE_GETOPT] = {2, 2, RULE_TEXT, false, true, run_getopt},
    [RULE_VAL] = {1, 1, RULE_ANY, true, false, run_val},
    [RULE_DEFAULT] = {2, 2, RULE_ANY, true, false, run_default},
    [RULE_QUANTITY] = {1, 1, RULE_NUMBER, true, false, run_quantity},
};

const struct rule_transform *rule_transform(enum rule_transformer transformer)
{
    return &transforms[transformer];
}
