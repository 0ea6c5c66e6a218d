#include "secret/confirm.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct expressions {
    pcre2_code *regex;
    pcre2_code **allow; /* as many as the rule has */
};

struct confirm {
    const struct secret_rules *set;
    struct expressions *expressions; /* of each rule; compiled as needed */
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static pcre2_code *compile(struct view pattern, struct error *err)
{
    PCRE2_SIZE at;
    int number;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, PCRE2_USE_OFFSET_LIMIT,
                                     &number, &at, NULL);
    PCRE2_UCHAR message[256];

    if (code)
        return code;
    pcre2_get_error_message(number, message, sizeof(message));
    error_set(err, ERROR_INPUT, "%s, at offset %zu of \"%.*s\"", (const char *)message, at,
              VIEW_ARG(pattern));
    return NULL;
}

int confirm_new(const struct secret_rules *set, struct confirm **ret, struct error *err)
{
    struct confirm *confirm = calloc(1, sizeof(*confirm));

    if (!confirm)
        return error_memory(err);
    confirm->set = set;
    confirm->expressions = calloc(secret_rules_count(set) + 1, sizeof(*confirm->expressions));
    confirm->data = pcre2_match_data_create(16, NULL);
    confirm->context = pcre2_match_context_create(NULL);
    if (!confirm->expressions || !confirm->data || !confirm->context) {
        confirm_free(confirm);
        return error_memory(err);
    }
    pcre2_set_match_limit(confirm->context, CONFIRM_STEPS_LIMIT);
    pcre2_set_heap_limit(confirm->context, CONFIRM_HEAP_LIMIT);
    *ret = confirm;
    return 0;
}

void confirm_free(struct confirm *confirm)
{
    if (!confirm)
        return;
    for (size_t i = 0; confirm->expressions && i < secret_rules_count(confirm->set); i++) {
        const struct secret_list *allow = &secret_rules_rule(confirm->set, i)->allow;

        pcre2_code_free(confirm->expressions[i].regex);
        for (size_t j = 0; confirm->expressions[i].allow && j < allow->count; j++)
            pcre2_code_free(confirm->expressions[i].allow[j]);
        free(confirm->expressions[i].allow);
    }
    free(confirm->expressions);
    pcre2_match_data_free(confirm->data);
    pcre2_match_context_free(confirm->context);
    free(confirm);
}

/* Of a match that begins in [from, before). */
static int match(const struct confirm *confirm, const pcre2_code *code, struct view bytes,
                 size_t from, size_t before)
{
    if (!code || from >= before)
        return PCRE2_ERROR_NOMATCH;
    pcre2_set_offset_limit(confirm->context, before - 1);
    return pcre2_match(code, (PCRE2_SPTR)(bytes.ptr ? bytes.ptr : ""), bytes.len, from,
                       PCRE2_NO_UTF_CHECK, confirm->data, confirm->context);
}

int confirm_match(struct confirm *confirm, size_t rule, struct view bytes, size_t from,
                  size_t before, struct view *ret_match, struct view *ret_secret)
{
    const struct secret_rule *r = secret_rules_rule(confirm->set, rule);
    pcre2_code **code = &confirm->expressions[rule].regex;
    const PCRE2_SIZE *ends;
    size_t group = r->group;
    int result;

    if (!*code)
        *code = compile(r->regex, NULL);
    result = match(confirm, *code, bytes, from, before);
    if (result <= 0)
        return result == PCRE2_ERROR_NOMATCH ? 0 : ERROR_LIMIT;
    ends = pcre2_get_ovector_pointer(confirm->data);
    *ret_match = view_sub(bytes, ends[0], ends[1] - ends[0]);
    if (group >= 16 || ends[2 * group] == PCRE2_UNSET)
        group = 0;
    *ret_secret = view_sub(bytes, ends[2 * group], ends[2 * group + 1] - ends[2 * group]);
    return ends[1] > ends[0];
}

bool confirm_is_allowed(struct confirm *confirm, size_t rule, struct view secret)
{
    const struct secret_list *allow = &secret_rules_rule(confirm->set, rule)->allow;
    pcre2_code ***codes = &confirm->expressions[rule].allow;

    if (allow->count == 0)
        return false;
    if (!*codes)
        *codes = calloc(allow->count, sizeof(**codes));
    for (size_t i = 0; *codes && i < allow->count; i++) {
        if (!(*codes)[i])
            (*codes)[i] = compile(allow->items[i], NULL);
        if (match(confirm, (*codes)[i], secret, 0, secret.len + 1) > 0)
            return true;
    }
    return false;
}

static int check(struct view pattern, const struct secret_rule *rule, struct error *err)
{
    pcre2_code *code = compile(pattern, err);

    if (!code)
        return error_wrap(err, "the rule %.*s", VIEW_ARG(rule->id));
    pcre2_code_free(code);
    return 0;
}

int confirm_check(const struct secret_rules *set, struct error *err)
{
    for (size_t i = 0; i < secret_rules_count(set); i++) {
        const struct secret_rule *rule = secret_rules_rule(set, i);
        int r = rule->regex.len ? check(rule->regex, rule, err) : 0;

        for (size_t j = 0; r == 0 && j < rule->allow.count; j++)
            r = check(rule->allow.items[j], rule, err);
        if (r < 0)
            return r;
    }
    return 0;
}
