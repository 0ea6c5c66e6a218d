/* A rule of what a secret looks like.
 *
 * A rule finds its candidates in one of two ways:
 * - `regex`, in PCRE2's syntax. `scan` is the part of it that Vectorscan looks
 *   for in the first pass: the same without the boundaries and with the last
 *   repetition at its minimum, so that an occurrence is told once.
 * - `words`: names of things that hold a secret ("password"). What is assigned
 *   to a name that ends in such a word is the candidate (secret/assignment.h).
 * A candidate becomes a finding when it has the entropy, stands near one of the
 * keywords (where there are any), passes the validator, and is nobody's
 * placeholder.
 *
 * Rules are read-only and live as long as the set that holds them.
 */
#pragma once

#include "base/view.h"
#include "model/severity.h"
#include "secret/validator.h"

enum secret_confidence {
    SECRET_LOW,    /* by the name of a thing: only in text that people write */
    SECRET_MEDIUM, /* by the shape and the words around */
    SECRET_HIGH,   /* by the shape alone: in binaries and generated files too */
    SECRET_CONFIDENCE_COUNT,
};

enum secret_language { SECRET_ENGLISH, SECRET_CHINESE, SECRET_LANGUAGE_COUNT };

struct secret_list {
    const struct view *items;
    size_t count;
};

struct secret_rule {
    struct view id;
    struct view title[SECRET_LANGUAGE_COUNT];
    struct view description[SECRET_LANGUAGE_COUNT];
    struct view remediation[SECRET_LANGUAGE_COUNT];
    enum severity severity;
    enum secret_confidence confidence;
    bool off;          /* switched off by the user */
    bool guessable;    /* chosen by a person: its hash would give it away */
    struct view regex; /* empty: `words` */
    struct view scan;  /* what Vectorscan is given; of words, their alternatives */
    unsigned span;     /* bytes that a match of `scan` has at most */
    unsigned group;    /* of the regex, that is the secret */
    double entropy;    /* bits a byte, at least; 0: any */
    unsigned length;   /* bytes of the secret, at least; 0: any */
    const struct secret_validator *validator; /* NULL: none */
    struct secret_list words;
    struct secret_list keywords; /* one of them within SECRET_NEAR bytes; any case */
    struct secret_list allow;    /* regular expressions of secrets that are none */
    struct secret_list include;  /* path patterns; none: every file */
    struct secret_list exclude;
    struct secret_list tags;
    struct secret_list references;
};

enum { SECRET_NEAR = 512 };
