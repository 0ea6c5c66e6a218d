#include <stdio.h>

#include "base/cleanup.h"
#include "base/nearest-name.h"
#include "cmd/line/option.h"
#include "model/severity.h"

enum { WORDS_LIMIT = 1024 };

static void *place(const struct option *option, void *values)
{
    return (char *)values + option->offset;
}

static int set_flag(const struct option *option, const char *origin, const char *text, void *values,
                    struct error *err)
{
    static const struct {
        struct view word;
        bool value;
    } words[] = {{VIEW("true"), true},   {VIEW("1"), true},  {VIEW("yes"), true},
                 {VIEW("false"), false}, {VIEW("0"), false}, {VIEW("no"), false}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!view_eq_nocase(view_of(text), words[i].word))
            continue;
        *(bool *)place(option, values) = words[i].value;
        return 0;
    }
    return error_set(err, ERROR_USAGE, "%s: '%s' is neither true nor false", origin, text);
}

static int set_text(const struct option *option, const char *origin, const char *text, void *values,
                    struct error *err)
{
    if (!*text)
        return error_set(err, ERROR_USAGE, "%s: the value is empty", origin);
    *(const char **)place(option, values) = text;
    return 0;
}

static int set_texts(const struct option *option, const char *origin, const char *text,
                     void *values, struct error *err)
{
    struct option_texts *texts = place(option, values);

    if (!*text)
        return error_set(err, ERROR_USAGE, "%s: the value is empty", origin);
    if (texts->count == OPTION_TEXTS_LIMIT)
        return error_set(err, ERROR_USAGE, "%s: given more than %d times", origin,
                         OPTION_TEXTS_LIMIT);
    texts->items[texts->count++] = text;
    return 0;
}

/* The index of one of the option's words. */
static int find_word(const struct option *option, const char *origin, const char *text, int *ret,
                     struct error *err)
{
    _cleanup_(buf_done) struct buf words = BUF_INIT(WORDS_LIMIT);
    struct nearest_name nearest = nearest_name_for(view_of(text));
    struct option_word word;

    for (size_t i = 0; option->word(i, &word); i++) {
        if (view_eq(view_of(text), view_of(word.name))) {
            *ret = (int)i;
            return 0;
        }
        nearest_name_offer(&nearest, view_of(word.name));
    }
    error_set(err, ERROR_USAGE, "%s: unknown value '%s'", origin, text);
    option_list_words(option, ", ", &words);
    if (nearest.best.len)
        error_hint(err, "did you mean %.*s? it takes: %s", VIEW_ARG(nearest.best),
                   buf_cstr(&words));
    error_hint(err, "it takes: %s", buf_cstr(&words));
    return ERROR_USAGE;
}

static int set_choice(const struct option *option, const char *origin, const char *text,
                      void *values, struct error *err)
{
    return find_word(option, origin, text, place(option, values), err);
}

static int set_number(const struct option *option, const char *origin, const char *text,
                      void *values, struct error *err)
{
    uint64_t number;

    if (!view_to_u64(view_of(text), &number) || number < option->min || number > option->max)
        return error_set(err, ERROR_USAGE, "%s: '%s' is not a number from %llu to %llu", origin,
                         text, (unsigned long long)option->min, (unsigned long long)option->max);
    *(uint64_t *)place(option, values) = number;
    return 0;
}

struct unit {
    struct view name;
    uint64_t factor;
};

/* One number with a unit behind it, cut off the front of `*rest`. */
static bool take_quantity(struct view *rest, const struct unit *units, size_t count, uint64_t *ret)
{
    size_t digits = 0, letters;
    uint64_t number;

    while (digits < rest->len && rest->ptr[digits] >= '0' && rest->ptr[digits] <= '9')
        digits++;
    letters = digits;
    while (letters < rest->len && (rest->ptr[letters] < '0' || rest->ptr[letters] > '9'))
        letters++;
    if (!view_to_u64(view_sub(*rest, 0, digits), &number))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!view_eq_nocase(view_sub(*rest, digits, letters - digits), units[i].name))
            continue;
        *rest = view_sub(*rest, letters, rest->len);
        return !__builtin_mul_overflow(number, units[i].factor, ret);
    }
    return false;
}

static int set_size(const struct option *option, const char *origin, const char *text, void *values,
                    struct error *err)
{
    static const struct unit units[] = {
        {VIEW(""), 1},
        {VIEW("B"), 1},
        {VIEW("K"), 1 << 10},
        {VIEW("KB"), 1 << 10},
        {VIEW("KiB"), 1 << 10},
        {VIEW("M"), 1 << 20},
        {VIEW("MB"), 1 << 20},
        {VIEW("MiB"), 1 << 20},
        {VIEW("G"), 1 << 30},
        {VIEW("GB"), 1 << 30},
        {VIEW("GiB"), 1 << 30},
        {VIEW("T"), 1ULL << 40},
        {VIEW("TB"), 1ULL << 40},
        {VIEW("TiB"), 1ULL << 40},
    };
    struct view rest = view_of(text);
    uint64_t bytes;

    if (!take_quantity(&rest, units, sizeof(units) / sizeof(units[0]), &bytes) || rest.len ||
        bytes == 0) {
        error_set(err, ERROR_USAGE, "%s: '%s' is not a size", origin, text);
        error_hint(err, "write it like 512M, 2G or 1048576");
        return ERROR_USAGE;
    }
    *(uint64_t *)place(option, values) = bytes;
    return 0;
}

static int set_duration(const struct option *option, const char *origin, const char *text,
                        void *values, struct error *err)
{
    static const struct unit units[] = {
        {VIEW(""), 1},
        {VIEW("s"), 1},
        {VIEW("m"), 60},
        {VIEW("h"), 60 * 60},
    };
    struct view rest = view_of(text);
    uint64_t seconds = 0, part = 0;
    bool good = rest.len > 0;

    while (good && rest.len)
        good = take_quantity(&rest, units, sizeof(units) / sizeof(units[0]), &part) &&
               !__builtin_add_overflow(seconds, part, &seconds);
    if (!good || seconds > UINT32_MAX) {
        error_set(err, ERROR_USAGE, "%s: '%s' is not a duration", origin, text);
        error_hint(err, "write it like 90s, 5m or 1h30m");
        return ERROR_USAGE;
    }
    *(uint64_t *)place(option, values) = seconds;
    return 0;
}

/* The plain names only, not the vendors' words that severity_parse() knows:
 * a gate should say what it means. */
static int parse_severity(const char *origin, struct view word, enum severity *ret,
                          struct error *err)
{
    struct nearest_name nearest;
    char name[32];

    for (int i = 0; i < SEVERITY_COUNT; i++) {
        if (view_eq_nocase(word, view_of(severity_name((enum severity)i)))) {
            *ret = (enum severity)i;
            return 0;
        }
    }
    snprintf(name, sizeof(name), "%.*s", VIEW_ARG(word));
    nearest = nearest_name_for(view_of(name));
    for (int i = 0; i < SEVERITY_COUNT; i++)
        nearest_name_offer(&nearest, view_of(severity_name((enum severity)i)));
    error_set(err, ERROR_USAGE, "%s: unknown severity '%s'", origin, name);
    if (nearest.best.len)
        error_hint(err, "did you mean %.*s?", VIEW_ARG(nearest.best));
    error_hint(err, "severities are critical, high, medium, low, negligible and unknown");
    return ERROR_USAGE;
}

static int set_severity(const struct option *option, const char *origin, const char *text,
                        void *values, struct error *err)
{
    enum severity severity;
    int result = parse_severity(origin, view_of(text), &severity, err);

    if (result == 0)
        *(int *)place(option, values) = (int)severity;
    return result;
}

static int set_severities(const struct option *option, const char *origin, const char *text,
                          void *values, struct error *err)
{
    struct view rest = view_of(text);
    unsigned bits = 0;

    while (rest.ptr) {
        enum severity severity;
        int result = parse_severity(origin, view_trim(view_cut(&rest, ',')), &severity, err);

        if (result < 0)
            return result;
        bits |= 1U << severity;
    }
    *(unsigned *)place(option, values) = bits;
    return 0;
}

static int set_words(const struct option *option, const char *origin, const char *text,
                     void *values, struct error *err)
{
    struct view rest = view_of(text);
    unsigned bits = 0;

    while (rest.ptr) {
        struct view part = view_trim(view_cut(&rest, ','));
        char word[64];
        int index = 0, result;

        snprintf(word, sizeof(word), "%.*s", VIEW_ARG(part));
        result = find_word(option, origin, word, &index, err);
        if (result < 0)
            return result;
        bits |= 1U << index;
    }
    *(unsigned *)place(option, values) = bits;
    return 0;
}

static const struct {
    int (*set)(const struct option *option, const char *origin, const char *text, void *values,
               struct error *err);
    union {
        bool flag;
        const char *text;
        int number;
        unsigned bits;
        uint64_t wide;
    } unset;
    size_t size;
} types[OPTION_TYPE_COUNT] = {
    [OPTION_FLAG] = {set_flag, {.flag = false}, sizeof(bool)},
    [OPTION_TEXT] = {set_text, {.text = NULL}, sizeof(const char *)},
    /* Without a count, the rest is not looked at. */
    [OPTION_TEXTS] = {set_texts, {.wide = 0}, sizeof(size_t)},
    [OPTION_CHOICE] = {set_choice, {.number = 0}, sizeof(int)},
    [OPTION_NUMBER] = {set_number, {.wide = OPTION_UNSET}, sizeof(uint64_t)},
    [OPTION_SIZE] = {set_size, {.wide = 0}, sizeof(uint64_t)},
    [OPTION_DURATION] = {set_duration, {.wide = 0}, sizeof(uint64_t)},
    [OPTION_SEVERITY] = {set_severity, {.number = -1}, sizeof(int)},
    [OPTION_WORDS] = {set_words, {.bits = 0}, sizeof(unsigned)},
    [OPTION_SEVERITIES] = {set_severities, {.bits = 0}, sizeof(unsigned)},
};

int option_set(const struct option *option, const char *origin, const char *text, void *values,
               struct error *err)
{
    return types[option->type].set(option, origin, text, values, err);
}

void option_clear(const struct option *option, void *values)
{
    memcpy(place(option, values), &types[option->type].unset, types[option->type].size);
}
