/* Questions that repairs ask, and the answers a person gave.
 *
 * An answer may be for one container, service, or image only (`of`): it goes
 * before the one for all.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"

enum question_type {
    QUESTION_ID,       /* of a user or group: a number, not 0 */
    QUESTION_QUANTITY, /* of Kubernetes: 500m, 256Mi */
    QUESTION_TEXT,
    QUESTION_TAG,    /* of the image it is for */
    QUESTION_DIGEST, /* sha256: and 64 digits */
    QUESTION_PATH,   /* absolute */
};

struct question {
    struct view name; /* "run-as-user" */
    enum question_type type;
    bool per_image;     /* answers are NAME=VALUE with an image's name */
    struct view offer;  /* what most would answer; empty: nothing can be offered */
    const char *option; /* how the command line answers it: "--run-as-user UID" */
    const char *text;   /* what is asked of a person: a key of tr() */
};

extern const struct question questions[];
extern const size_t question_count;

/* NULL: nobody asks that. */
const struct question *question_find(struct view name);

struct fix_answer {
    const struct question *question;
    struct view of, value; /* `of` empty: for all */
};

struct answers {
    const struct fix_answer *list;
    size_t count;
};

/* "[OF=]VALUE" as an answer; ERROR_USAGE says what the question wants. Texts
 * point into `text`. */
int answer_parse(const struct question *question, struct view text, struct fix_answer *ret,
                 struct error *err);
/* The value for `of`, or the one for all; false: none. */
bool answers_get(const struct answers *answers, struct view question, struct view of,
                 struct view *ret);
