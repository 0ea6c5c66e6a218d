/* --interactive: asks for each change, and for values that are missing. */
#pragma once

#include "cmd/cli/commands.h"
#include "scan/harden-scan.h"

struct harden_dialog {
    struct arena *arena;
    struct view *decided, *declined; /* keys of changes (harden_key()); ids, where answered */
    size_t decided_count, declined_count;
    struct fix_answer *answers;
    size_t answer_count;
    struct view *asked; /* questions that were put, with what they are for */
    size_t asked_count;
    bool all; /* no more asking for changes */
};

enum harden_reply {
    HARDEN_SETTLED, /* nothing new to ask: the result is what is wanted */
    HARDEN_AGAIN,   /* something was declined or answered: harden again with it */
    HARDEN_QUIT,
};

/* Puts what is new in the report to the person at the terminal. */
int harden_dialog_put(struct harden_dialog *dialog, const struct harden_report *report,
                      enum harden_reply *ret, struct error *err);
