/* `override` and `append`: how an item changes an earlier one of its name. */
#pragma once

#include "rule/ruleset-state.h"

enum override_kind { OVERRIDE_NONE, OVERRIDE_APPEND, OVERRIDE_REPLACE };

enum {
    OVERRIDE_CAN_APPEND = 1 << 0,
    OVERRIDE_CAN_REPLACE = 1 << 1,
    OVERRIDE_KEY_LIMIT = 32,
};

/* A key of an item, and what an override may do with it. */
struct override_key {
    const char *name;
    unsigned can;
};

struct overrides {
    bool append;                                   /* append: true */
    bool given;                                    /* some key below is */
    enum override_kind of_key[OVERRIDE_KEY_LIMIT]; /* by the index of the key */
};

/* Reads `append` and `override`, checked against each other and against the
 * keys that are there; false: they have errors. */
bool overrides_read(struct ruleset *set, const struct rule_item *item,
                    const struct override_key *keys, size_t count, struct overrides *ret);
