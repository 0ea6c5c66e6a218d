/* What is assigned to the name of a secret thing.
 *
 *     db_password = "..."     "apiKey": "..."     DB_PASSWORD=...
 *     <password>...</password>     --token=...     client_secret => '...'
 *
 * The name must end in the rule's word (or in one that says nothing: "_prod",
 * "2"), so that password_file and tokenizer are none, and must not be one of
 * those that hold no secret (csrf_token, next_page_token). A comparison or a
 * call is no assignment. Bare values count where the file's kind has them.
 */
#pragma once

#include "base/view.h"
#include "secret/file-kind.h"

enum {
    ASSIGNMENT_NAME_LIMIT = 64,
    ASSIGNMENT_VALUE_LIMIT = 256,
};

struct assignment {
    struct view name, value;
    bool quoted;
};

/* `at` is where the word ends in `bytes`. */
bool assignment_parse(struct view bytes, size_t at, enum secret_file_kind kind,
                      struct assignment *ret);
/* The value is what a generated secret or a good password looks like. */
bool assignment_is_secret(const struct assignment *assignment, bool password);
