/* Encoded text is found and decoded; hashes, pictures and identifiers are not. */
#include "../test.h"

#include "base/cleanup.h"
#include "secret/token.h"

static void runs_are_decoded(void **state)
{
    static const struct {
        const char *name, *text, *want; /* NULL: nothing */
        enum token_encoding encoding;
    } cases[] = {
        {"base64", "x: cGFzc3dvcmQ9aHVudGVyMiBhbmQgbXVjaCBtb3JlIG9mIGl0 y",
         "password=hunter2 and much more of it", TOKEN_BASE64},
        {"base64 without padding", "cGFzc3dvcmQ9aHVudGVyMiBhbmQgbXVjaCBtb3JlIG9mIGl0IQ",
         "password=hunter2 and much more of it!", TOKEN_BASE64},
        {"the URL alphabet", "'cGFzc3dvcmQ_Pz8_Pz8_Pz8-Pj4-Pj4-Pj4-Pj4-Pj4'",
         "password?\?\?\?\?\?\?\?\?>>>>>>>>>>>>>>>", TOKEN_BASE64},
        {"hexadecimal", "70617373776f72643d68756e7465723221212121", "password=hunter2!!!!",
         TOKEN_HEX},
        {"half a byte too much", "70617373776f72643d68756e74657232212121217", NULL, TOKEN_HEX},
        {"longer hexadecimal", "[70617373776f72643d68756e74657232212121212121]",
         "password=hunter2!!!!!!", TOKEN_HEX},
        {"upper case", "70617373776F72643D68756E74657232212121212121", "password=hunter2!!!!!!",
         TOKEN_HEX},
        {"percent", "url=postgres%3A%2F%2Fapp%3Aplum7%40db%2Forders",
         "postgres://app:plum7@db/orders", TOKEN_PERCENT},
        {"lines",
         "data: |\n"
         "  VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gVGhl\n"
         "  IHF1aWNrIGJyb3duIGZveCBqdW1wcw==\n",
         "The quick brown fox jumps over the lazy dog. The quick brown fox jumps", TOKEN_BASE64},
        {"binary behind text is cut off",
         "cGFzc3dvcmQ9aHVudGVyMgABAgMEBQYHCAkKCwwNDg8=", "password=hunter2", TOKEN_BASE64},
        {"UTF-8", "cGFzc3dvcmQ6IOWvhueggeWvhueggeWvhueggeWvhueggQ==",
         "password: "
         "\xe5\xaf\x86\xe7\xa0\x81\xe5\xaf\x86\xe7\xa0\x81\xe5\xaf\x86\xe7\xa0\x81\xe5\xaf\x86\xe7"
         "\xa0\x81",
         TOKEN_BASE64},
        {"too short", "cGFzc3dvcmQ9aHVudGVy", NULL, TOKEN_BASE64},
        {"a hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", NULL,
         TOKEN_HEX},
        {"an integrity hash",
         "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6",
         NULL, TOKEN_BASE64},
        {"a picture", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", NULL,
         TOKEN_BASE64},
        {"an identifier", "some_very_long_function_name_in_a_program", NULL, TOKEN_BASE64},
        {"one percent", "a-rather-long-name-of-something-with%20one-blank", NULL, TOKEN_PERCENT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf to = BUF_INIT(TOKEN_LIMIT);
        struct view text = view_of(cases[i].text), run;
        enum token_encoding encoding = TOKEN_ENCODING_COUNT;
        bool found = false;
        size_t at = 0;

        while (!found && token_next(text, at, &run)) {
            size_t end;

            found = token_decode(text, run, &to, &encoding, &end);
            assert_true(end >= (size_t)(run.ptr - text.ptr) + run.len && end <= text.len);
            at = end;
        }
        if (found != (cases[i].want != NULL))
            fail_msg("%s: %s \"%.*s\"", cases[i].name, found ? "decoded to" : "not decoded",
                     VIEW_ARG(buf_view(&to)));
        if (!found)
            continue;
        assert_view(buf_view(&to), cases[i].want);
        assert_int_equal(encoding, cases[i].encoding);
    }
}

/* Every run of TOKEN_MIN letters is found, wherever it begins and ends. */
static void runs_are_found_at_every_offset(void **state)
{
    char text[200];

    (void)state;
    for (size_t start = 0; start < 70; start++)
        for (size_t len = TOKEN_MIN - 2; len < 100; len++) {
            struct view run;
            bool found;

            memset(text, ' ', sizeof(text));
            memset(text + start, 'a', len);
            found = token_next(view_from(text, sizeof(text)), 0, &run);
            assert_int_equal(found, len >= TOKEN_MIN);
            if (found) {
                assert_int_equal(run.ptr - text, start);
                assert_int_equal(run.len, len);
                assert_false(token_next(view_from(text, sizeof(text)), start + len, &run));
            }
            found = token_next(view_from(text, start + len), 0, &run);
            assert_int_equal(found, len >= TOKEN_MIN);
        }
}

RUN_TESTS(cmocka_unit_test(runs_are_decoded), cmocka_unit_test(runs_are_found_at_every_offset))
