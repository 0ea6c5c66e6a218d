#include "secret/rule-wire.h"

enum { LIST_LIMIT = 4096 };

static const size_t texts[] = {
    offsetof(struct secret_rule, id),
    offsetof(struct secret_rule, title[SECRET_ENGLISH]),
    offsetof(struct secret_rule, title[SECRET_CHINESE]),
    offsetof(struct secret_rule, description[SECRET_ENGLISH]),
    offsetof(struct secret_rule, description[SECRET_CHINESE]),
    offsetof(struct secret_rule, remediation[SECRET_ENGLISH]),
    offsetof(struct secret_rule, remediation[SECRET_CHINESE]),
    offsetof(struct secret_rule, regex),
    offsetof(struct secret_rule, scan),
};

static const size_t lists[] = {
    offsetof(struct secret_rule, words),      offsetof(struct secret_rule, keywords),
    offsetof(struct secret_rule, allow),      offsetof(struct secret_rule, include),
    offsetof(struct secret_rule, exclude),    offsetof(struct secret_rule, tags),
    offsetof(struct secret_rule, references),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void encode_list(const struct secret_list *list, struct buf *to)
{
    buf_add_varint(to, list->count);
    for (size_t i = 0; i < list->count; i++)
        buf_add_bytes(to, list->items[i]);
}

void secret_rule_encode(const struct secret_rule *rule, struct buf *to)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        buf_add_bytes(to, *(const struct view *)((const char *)rule + texts[i]));
    for (size_t i = 0; i < COUNT(lists); i++)
        encode_list((const struct secret_list *)((const char *)rule + lists[i]), to);
    buf_add_varint(to, rule->severity);
    buf_add_varint(to, rule->confidence);
    buf_add_varint(to, rule->guessable);
    buf_add_varint(to, rule->span);
    buf_add_varint(to, rule->group);
    buf_add_varint(to, rule->length);
    buf_add_varint(to, (uint64_t)(rule->entropy * 1000));
    buf_add_bytes(to, rule->validator ? view_of(rule->validator->name) : VIEW_EMPTY);
}

/* Path patterns and regular expressions are libc's and PCRE2's: with a NUL. */
static void decode_list(struct cursor *from, struct arena *arena, struct secret_list *ret)
{
    size_t count = (size_t)cursor_count(from, LIST_LIMIT);
    struct view *items = count ? arena_array(arena, count, sizeof(*items)) : NULL;

    for (size_t i = 0; items && i < count; i++) {
        struct view text = cursor_bytes(from);

        items[i] = view_from(arena_cstr(arena, text), text.len);
    }
    *ret = (struct secret_list){items, items ? count : 0};
}

int secret_rule_decode(struct cursor *from, struct arena *arena, struct secret_rule *ret,
                       struct error *err)
{
    struct view validator;

    for (size_t i = 0; i < COUNT(texts); i++)
        *(struct view *)((char *)ret + texts[i]) = cursor_bytes(from);
    for (size_t i = 0; i < COUNT(lists); i++)
        decode_list(from, arena, (struct secret_list *)((char *)ret + lists[i]));
    ret->severity = (enum severity)cursor_count(from, SEVERITY_COUNT - 1);
    ret->confidence = (enum secret_confidence)cursor_count(from, SECRET_CONFIDENCE_COUNT - 1);
    ret->guessable = cursor_count(from, 1);
    ret->span = (unsigned)cursor_count(from, UINT16_MAX);
    ret->group = (unsigned)cursor_count(from, UINT16_MAX);
    ret->length = (unsigned)cursor_count(from, UINT16_MAX);
    ret->entropy = (double)cursor_count(from, 8000) / 1000;
    validator = cursor_bytes(from);
    ret->validator = secret_validator_find(validator);
    if (from->failed || (validator.len && !ret->validator))
        return error_set(err, ERROR_INPUT, "the compiled secret rules are damaged");
    return arena_failed(arena, "the secret rules", err);
}
