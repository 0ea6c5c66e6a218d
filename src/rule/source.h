/* Sources: where events come from, and which fields they have.
 *
 * A source is one const descriptor: name, subjects, a table of fields, and
 * the function that reads a field of an event. Help, `rules fields` and the
 * resolution of names are made from the table. The rule folder knows no event:
 * `event` is the source's own pointer, handed through.
 *
 * Field names. A condition writes `proc.name`, `proc.aname[2]`,
 * `fd.name`, or, for fields with RULE_FIELD_TREE, a path below a document
 * node: `container.securityContext.capabilities.add`,
 * `pod.spec.containers[*].image`, `pod.spec.volumes[0].name`,
 * `object.metadata.annotations[example.com/owner]`. The longest field of the
 * table that is the name, or for a tree field begins it at a "." or "[",
 * is meant; an exact name goes before a tree. In a path "." separates keys,
 * [n] is an index, [*] every element (the result is a list), and [text] a key
 * with any characters. `item` is the element in a quantifier
 * (rule/expression.h): `item` and `item.path` are of the kind RULE_ANY.
 */
#pragma once

#include "base/arena.h"
#include "rule/value.h"

enum rule_field_flag {
    RULE_FIELD_LIST = 1 << 0,  /* gives a list */
    RULE_FIELD_TREE = 1 << 1,  /* a document node, and all paths below it */
    RULE_FIELD_INDEX = 1 << 2, /* takes a number: proc.aname[2] */
    RULE_FIELD_KEY = 1 << 3,   /* takes text: proc.env[HOME], evt.arg.flags */
    RULE_FIELD_NEEDS_ARGUMENT = 1 << 4,
    RULE_FIELD_BOTH_ENDS = 1 << 5,   /* fd.ip, proc.aname: of several values one that matches is
                                        enough, for `in`, too; != when all differ */
    RULE_FIELD_OUTPUT_ONLY = 1 << 6, /* not in conditions */
    RULE_FIELD_ABOVE_ZERO = 1 << 7,  /* numbers from 1: "evt.num = 0" is never true */
    RULE_FIELD_OLD = 1 << 8,         /* there so that old rules load: a warning says so */
};

struct rule_field {
    const char *name;
    enum rule_type type;
    unsigned flags;
    const char *doc;          /* a key of tr() */
    const void *how;          /* the source's own: how it reads the field; may be NULL */
    const char *const *known; /* the values that a text can have, sorted: another that a rule
                                 asks for gives a warning; NULL: any */
    size_t known_count;
    const char *always; /* the one value that a text has in every event; NULL: it differs */
};

/* One step of a path below a tree field. */
struct rule_step {
    enum { RULE_STEP_KEY, RULE_STEP_INDEX, RULE_STEP_EACH } kind;
    struct view key;
    size_t index;
};

/* A field as a condition or output uses it, resolved once. */
struct rule_use {
    const struct rule_field *field; /* NULL for `item` */
    bool of_item;
    struct view text;     /* as written */
    struct view argument; /* of KEY and INDEX fields */
    bool has_argument;
    uint64_t index;                /* of INDEX fields */
    const struct rule_step *steps; /* of TREE fields and `item` */
    size_t step_count;
};

/* What a rule is about: each container, each RUN instruction, the whole file. */
struct rule_subject {
    const char *name;
    const char *doc; /* a key of tr() */
};

/* Facts: what a source knows of an event at once, before a field is read, told as
 * a number. Conditions are compiled once more for each of them that decides a test:
 * "is_open_read is true" where the number says so costs nothing. */
enum { RULE_FACTS_LIMIT = 128, RULE_FACTS_UNKNOWN = RULE_FACTS_LIMIT };

struct rule_fact_set {
    uint64_t words[RULE_FACTS_LIMIT / 64]; /* bits by number */
};

struct rule_program;
struct rule_condition; /* rule/condition.h */

struct rule_facts {
    /* Classes have numbers, too, below `class_count`: the event's, and the name of one, as
     * the class field gives it; empty: the field is missing. An event whose class has no
     * number says `class_count`, and its field is read. */
    unsigned class_count;
    unsigned (*class_of)(const void *event);
    struct view (*class_name)(unsigned number);
    /* Of an event; RULE_FACTS_UNKNOWN: nothing is known. */
    unsigned (*of)(const void *event);
    /* With which numbers the test surely holds, and surely fails, in events of the
     * class. A field that is missing fails all tests. */
    void (*decide)(const struct rule_program *program, const struct rule_condition *test,
                   struct view class, struct rule_fact_set *ret_holds,
                   struct rule_fact_set *ret_fails);
};

struct rule_source {
    const char *name;
    const char *doc;                     /* a key of tr() */
    const struct rule_subject *subjects; /* the first is the default; may be none */
    size_t subject_count;
    const struct rule_field *fields;
    size_t field_count;
    /* The field whose values classify events ("evt.type"); rules are indexed
     * by it. NULL: none. */
    const char *class_field;
    const struct rule_facts *facts; /* of events with a class; NULL: none */
    /* Reads a field. Values and texts live in `scratch` or as long as the
     * event. `item` is the `node` of the element a quantifier stands at, or NULL;
     * it is asked for paths below the element only. */
    struct rule_values (*extract)(const void *event, const struct rule_use *use, const void *item,
                                  struct arena *scratch);
};

/* Resolves a name as written. ERROR_NOT_FOUND names the nearest field. The use
 * lives in the arena. */
int rule_use_resolve(const struct rule_source *source, struct view text, struct arena *arena,
                     struct rule_use *ret, struct error *err);
