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
    struct rule_values result = {true, values->list, NULL, 0};
    struct view text;

    if (!values->present)
        return missing;
    items = arena_array(scratch, values->count, sizeof(*items));
    if (!items)
        return missing;
    for (size_t i = 0; i < values->count; i++)
        if (text_of(&values->items[i], scratch, &text) && apply(text, scratch, &items[result.count]))
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
    static struct rule_values name(const struct rule_values *const *arguments, size_t count,      \
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
    if (values->list || values->count != 1)
        length.number = (int64_t)values->count;
    else if (values->items[0].type == RULE_NODE)
        length.number = (int64_t)document_count(values->items[0].node);
    else if (text_of(&values->items[0], scratch, &text))
        length.number = (int64_t)text.len;
    return one(length, scratch);
}

/* The texts of all values behind each other. */
static bool append_all(const struct rule_values *values, struct view separator, bool *first,
                       char **bytes, size_t *len, struct arena *scratch)
{
    for (size_t i = 0; i < values->count; i++) {
        struct view text;
        size_t need;
        char *grown;

        if (!text_of(&values->items[i], scratch, &text))
            continue;
        need = *len + text.len + separator.len;
        grown = arena_alloc(scratch, need + 1);
        if (!grown)
            return false;
        if (*len)
            memcpy(grown, *bytes, *len);
        if (!*first && separator.len)
            memcpy(grown + *len, separator.ptr, separator.len);
        *len += *first ? 0 : separator.len;
        if (text.len)
            memcpy(grown + *len, text.ptr, text.len);
        *len += text.len;
        *bytes = grown;
        *first = false;
    }
    return true;
}
