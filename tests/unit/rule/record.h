/* A source for tests: events are records of fields, written as text.
 *
 *     "evt.type=open; name=cat; args=-a,b; doc={\"a\": [1, 2]}; empty"
 *
 * Values are separated by commas where the field has several; a field without
 * "=" is there and empty. `doc` is JSON and may hold anything but ";".
 *
 * Its facts are what `flag` is, and whether there is a `name`.
 */
#pragma once

#include "base/arena.h"
#include "rule/program.h"

enum { RECORD_FIELDS = 23 };

struct record {
    struct rule_values fields[RECORD_FIELDS];
};

extern const struct rule_source record_source;

/* Lives in the arena; a text that is no record fails the program. */
struct record *record_parse(const char *text, struct arena *arena);
/* The finished set of one rule file. */
struct ruleset *record_rules(const char *yaml);
