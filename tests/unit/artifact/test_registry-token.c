#include "artifact/registry-token.h"

#include "test.h"

static void answers(void **state)
{
    static const struct {
        const char *json;
        const char *token; /* NULL: an error */
        uint64_t seconds;
    } cases[] = {
        {"{\"token\":\"abc\"}", "abc", 60},
        {"{\"access_token\":\"abc\",\"expires_in\":300}", "abc", 300},
        {"{\"token\":\"a\",\"access_token\":\"b\",\"expires_in\":10}", "a", 60},
        {"{\"token\":\"a\",\"expires_in\":-5}", "a", 60},
        {"{\"token\":\"a\",\"expires_in\":99999999999}", "a", 24 * 3600},
        {"{\"token\":\"a\",\"expires_in\":\"soon\"}", "a", 60},
        {"{\"token\":\"\"}", NULL, 0},
        {"{\"token\":7}", NULL, 0},
        {"{\"token\":\"a b\"}", NULL, 0},
        {"{\"token\":\"a\\r\\nX-Evil: 1\"}", NULL, 0},
        {"{\"token\":\"\\u00e9\"}", NULL, 0},
        {"[]", NULL, 0},
        {"<html>", NULL, 0},
        {"", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf token = BUF_INIT(REGISTRY_TOKEN_LIMIT);
        uint64_t seconds = 0;
        int result = registry_token_parse(view_of(cases[i].json), &token, &seconds, NULL);

        print_message("%s\n", cases[i].json);
        assert_int_equal(result, cases[i].token ? 0 : ERROR_INPUT);
        if (!cases[i].token)
            continue;
        assert_string_equal(buf_cstr(&token), cases[i].token);
        assert_int_equal(seconds, cases[i].seconds);
    }
}

RUN_TESTS(cmocka_unit_test(answers))
