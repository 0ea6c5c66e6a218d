/* What is assigned to names, in the languages that people write. */
#include "../test.h"

#include "secret/assignment.h"

static void assignments_are_parsed(void **state)
{
    static const struct {
        const char *text, *word, *name, *value; /* value NULL: none */
        enum secret_file_kind kind;
    } cases[] = {
        {"db_password = \"plum\"", "password", "db_password", "plum", SECRET_FILE_CODE},
        {"\"password\": \"plum\",", "password", "password", "plum", SECRET_FILE_CODE},
        {"'password' => 'plum'", "password", "password", "plum", SECRET_FILE_CODE},
        {"password := `plum`", "password", "password", "plum", SECRET_FILE_CODE},
        {"password = b'plum'", "password", "password", "plum", SECRET_FILE_CODE},
        {"<password>plum</password>", "password", "password", "plum", SECRET_FILE_CODE},
        {"password=\"plum\"/>", "password", "password", "plum", SECRET_FILE_CODE},
        {"{\\\"password\\\": \\\"plum\\\"}", "password", "password", "plum", SECRET_FILE_CODE},
        {"config['password'] = 'plum'", "password", "password", "plum", SECRET_FILE_CODE},
        {"PASSWORD_PROD=plum", "PASSWORD", "PASSWORD_PROD", "plum", SECRET_FILE_SETTINGS},
        {"password: plum # why", "password", "password", "plum", SECRET_FILE_SETTINGS},
        {"password2=plum", "password", "password2", "plum", SECRET_FILE_SETTINGS},
        {"DB_PASSWORD=plum", "PASSWORD", "DB_PASSWORD", "plum", SECRET_FILE_TEXT},
        {"password=plum", "password", "password", NULL, SECRET_FILE_TEXT},
        {"password = plum()", "password", "password", NULL, SECRET_FILE_CODE},
        {"if (password == \"plum\")", "password", "password", NULL, SECRET_FILE_CODE},
        {"password =~ \"plum\"", "password", "password", NULL, SECRET_FILE_CODE},
        {"password::hash(\"plum\")", "password", "password", NULL, SECRET_FILE_CODE},
        {"password_file = \"plum\"", "password", "password_file", NULL, SECRET_FILE_CODE},
        {"passwordHash = \"plum\"", "password", "passwordHash", NULL, SECRET_FILE_CODE},
        {"csrf_token = \"plum\"", "token", "csrf_token", NULL, SECRET_FILE_CODE},
        {"nextPageToken = \"plum\"", "Token", "nextPageToken", NULL, SECRET_FILE_CODE},
        {"tokenizer = \"plum\"", "token", "tokenizer", NULL, SECRET_FILE_CODE},
        {"password = \"plum\nplum\"", "password", "password", NULL, SECRET_FILE_CODE},
        {"password = \"plum", "password", "password", NULL, SECRET_FILE_CODE},
        {"password =", "password", "password", NULL, SECRET_FILE_SETTINGS},
        {"password", "password", "password", NULL, SECRET_FILE_SETTINGS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view text = view_of(cases[i].text);
        size_t at = (size_t)view_find_view(text, view_of(cases[i].word)) + strlen(cases[i].word);
        struct assignment a;
        bool found = assignment_parse(text, at, cases[i].kind, &a);

        if (found && cases[i].value == NULL && a.value.len == 0)
            continue; /* an empty value is no secret */
        if (found != (cases[i].value != NULL))
            fail_msg("%s: %s", cases[i].text, found ? "found" : "not found");
        if (!found)
            continue;
        assert_view(a.name, cases[i].name);
        assert_view(a.value, cases[i].value);
    }
}

static void values_are_judged(void **state)
{
    static const struct {
        const char *value;
        bool password, token; /* what it may be taken for */
    } cases[] = {
        {"Zk49!vexilq", true, false},
        {"k2Jq9", false, false},
        {"q7Zp2Xv9Lk4Rt6Wm8Ns3", true, true},
        {"9f8e7d6c5b4a39281706f5e4d3c2b1a0", true, true},
        {"password", false, false},
        {"changeme123!X", false, false},
        {"${PASSWORD_1}", false, false},
        {"{{ .Values.pw1 }}", false, false},
        {"<your-token-1>", false, false},
        {"xxxxxxxx1xxxxxxxx", false, false},
        {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", false, false},
        {"/run/secrets/db-1", false, false},
        {"https://vault.shop.cn/v1", false, false},
        {"my-secret-name-1", false, false},
        {"getPassword(1)", false, false},
        {"arn:aws:secretsmanager:x:1:y", false, false},
        {"a b c 1 2 3 4 5 6 7", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct assignment a = {VIEW("x"), view_of(cases[i].value), true};

        if (assignment_is_secret(&a, true) != cases[i].password ||
            assignment_is_secret(&a, false) != cases[i].token)
            fail_msg("%s: password %d, token %d", cases[i].value, assignment_is_secret(&a, true),
                     assignment_is_secret(&a, false));
    }
}

RUN_TESTS(cmocka_unit_test(assignments_are_parsed), cmocka_unit_test(values_are_judged))
