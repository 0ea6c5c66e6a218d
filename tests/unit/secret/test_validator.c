/* Checksums and structure. The candidates are made here, or taken apart, so that
 * none looks like a secret in this file. */
#include "../test.h"

#include "base/cleanup.h"
#include "example.h"
#include "secret/validator.h"

static void candidates_are_judged(void **state)
{
    static const struct {
        const char *validator, *secret;
        bool want;
    } cases[] = {
        {"github-checksum", "%{checksum:ghp_}", true},
        {"github-checksum",
         "ghp_"
         "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"
         "0mLq17",
         true}, /* as published, dead */
        {"github-checksum",
         "ghp_"
         "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"
         "0mLq18",
         false},
        {"github-checksum",
         "ghp_"
         "zQWBuTSOoRi4A9spHcVY5ncnsDkxkK"
         "0mLq17",
         false},
        {"github-checksum", "ghp_0mLq17", false},
        {"github-checksum", "nothing", false},
        {"aws-key-id", "%{aws}", true},
        {"aws-key-id",
         "AKIA"
         "IOSFODNN7EXAMPLE",
         true}, /* before 2019 there was no account */
        {"aws-key-id",
         "AKIA"
         "1OSFODNN7EXAMPLE",
         false},
        {"aws-key-id",
         "AKIA"
         "7777777777777777",
         false}, /* an account of 13 digits */
        {"aws-key-id", "AKIA", false},
        {"azure-key", "%{azurekey}", true},
        {"azure-key", "%{base62:80}", false},
        {"basic-auth", "%{b64:deploy:%{base62:12}}", true},
        {"basic-auth", "%{b64:deploy}", false},
        {"basic-auth", "%{b64:user:password}", false},
        {"basic-auth", "%{b64:deploy:deploy}", false},
        {"basic-auth", "%{b64:deploy:${PASSWORD}}", false},
        {"basic-auth", "not base64!", false},
        {"discord-token", "%{discord}", true},
        {"discord-token", "%{b64:no number at all}.%{base62:6}.%{base62:38}", false},
        {"jwt", "%{jwt}", true},
        {"jwt", "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.", false}, /* no signature */
        {"jwt", "eyJhIjoxfQ.eyJhIjoxfQ.c2ln", false},      /* no alg */
        {"jwt", "a.b.c", false},
        {"jwk-private", "%{urlsafe:42}A", true},
        {"jwk-private", "c2hvcnQ", false},
        {"luhn", "4111 1111 1111 1111", true},
        {"luhn", "4111 1111 1111 1112", false},
        {"luhn", "41111", false},
        {"luhn", "4111-1111-1111-111x", false},
        {"pypi-token", "%{pypi}", true},
        {"pypi-token",
         "pypi-"
         "AgEIcHlwaS5vcmd",
         false},
        {"pypi-token",
         "pypi-"
         "%{base62:80}",
         false},
        {"pem-private", "%{pem:rsa}", true},
        {"pem-private", "%{pem:ec}", true},
        {"pem-private", "%{pem:pkcs8}", true},
        {"pem-private", "%{pem:dsa}", true},
        {"pem-private", "%{pem-json:pkcs8}", true},
        {"pem-private", "%{pem:public}", false},
        {"pem-private", "%{pem:rsa-encrypted}", false},
        {"pem-private", "%{pem:pkcs8-encrypted}", false},
        {"pem-private", "%{pem:garbage}", false},
        {"pem-private", "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----", false},
        {"pem-encrypted", "%{pem:rsa-encrypted}", true},
        {"pem-encrypted", "%{pem:pkcs8-encrypted}", true},
        {"pem-encrypted", "%{pem:rsa}", false},
        {"openssh-key", "%{pem:openssh}", true},
        {"openssh-key", "%{pem:openssh-encrypted}", false},
        {"openssh-key", "%{pem:rsa}", false},
        {"pgp-private", "%{pem:pgp}", true},
        {"pgp-private", "%{pem:garbage}", false},
        {"password", "%{password}", true},
        {"password", "postgres", false},
        {"password", "Password", false},
        {"password", "$DB_PASSWORD", false},
        {"password", "{{ password }}", false},
        {"password", "abc", false},
        {"password", "hello", false},
        {"random", "%{base62:32}", true},
        {"random", "some-name-of-a-thing", false},
        {"random", "SOME_CONSTANT_NAME", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf secret = BUF_INIT(1 << 16);
        const struct secret_validator *validator =
            secret_validator_find(view_of(cases[i].validator));
        struct secret_candidate candidate = {0};

        assert_non_null(validator);
        example_fill(view_of(cases[i].secret), i, &secret);
        candidate.secret = candidate.match = buf_view(&secret);
        if (validator->valid(&candidate) != cases[i].want)
            fail_msg("%s: %s: not %s", cases[i].validator, cases[i].secret,
                     cases[i].want ? "taken" : "refused");
    }
}

/* A password in the middle of its URL. */
static void passwords_of_urls_are_judged(void **state)
{
    static const struct {
        const char *before, *password, *after;
        bool want;
    } cases[] = {
        {"postgres://app:", "Plum42!x", "@db", true},
        {"postgres://app:", "app", "@db", false},
        {"postgres://app7x:", "app7x", "@db", false},
        {"postgres://app:", "Plum42!x", "@example.com", false},
        {"postgres://app:", "Plum42!x", "@hostname", false},
        {"postgres://app:", "${PW}", "@db", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        struct secret_candidate candidate = {0};

        snprintf(text, sizeof(text), "%s%s%s", cases[i].before, cases[i].password, cases[i].after);
        candidate.match = view_of(text);
        candidate.secret =
            view_sub(candidate.match, strlen(cases[i].before), strlen(cases[i].password));
        assert_int_equal(secret_validator_find(VIEW("url-password"))->valid(&candidate),
                         cases[i].want);
    }
}

static void names_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < secret_validator_count; i++)
        assert_ptr_equal(secret_validator_find(view_of(secret_validators[i].name)),
                         &secret_validators[i]);
    assert_null(secret_validator_find(VIEW("no-such")));
}

RUN_TESTS(cmocka_unit_test(candidates_are_judged), cmocka_unit_test(passwords_of_urls_are_judged),
          cmocka_unit_test(names_are_found))
