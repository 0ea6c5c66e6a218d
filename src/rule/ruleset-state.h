/* What a ruleset is made of while its files are read and resolved. Only the
 * files of src/rule that load rules include it.
 *
 * Everything lives in the set's arena; allocations that fail leave gaps which
 * every function tolerates, and ruleset_add() and ruleset_finish() report the
 * arena's failure in the end. So these functions return no errors: a mistake
 * in a file is a problem of the set.
 */
#pragma once

#include "base/hash.h"
#include "rule/ruleset.h"
#include "rule/written-text.h"

enum {
    RULESET_MEMORY_LIMIT = 1 << 30,
    LIST_ITEM_LIMIT = 1 << 18, /* items of one list, lists in it resolved */
    LIST_DEPTH_LIMIT = 100,    /* lists in lists */
    RULE_NODE_LIMIT = 1 << 18, /* nodes of a rule's condition, macros resolved */
    MACRO_AHEAD_LIMIT = 100,   /* macros that are resolved because an earlier one needs them */
};

struct rule_file {
    struct view name;
    struct view text;
};

/* One item of a file. */
struct rule_item {
    const struct rule_file *file;
    const struct document_node *node; /* the mapping */
    const struct document_node *key;  /* what the name stands in; NULL: it has none */
    struct view name;
    struct view label; /* "rule Terminal shell in container" */
};

/* A value of a key, with the item that gave it. */
struct item_value {
    const struct rule_item *item;
    const struct document_node *node;
};

struct item_values {
    struct item_value *list;
    size_t count;
};

enum resolve_state { RESOLVE_NEW, RESOLVE_ACTIVE, RESOLVE_DONE };

/* What a name stands for, of lists and macros alike. */
struct definition {
    const struct rule_item *item; /* its newest definition */
    struct item_values values;    /* a list's items; the parts of a macro's condition */
    uint32_t index, visibility;   /* the place of its first definition, of its last change */
    bool used, broken;
    enum resolve_state state;
};

struct list_definition {
    struct definition base;
    struct item_values resolved; /* items, earlier lists in them resolved */
};

/* Of a tree with its macros in place, shared parts counted each time. */
struct expression_size {
    size_t nodes, depth;
};

struct macro_definition {
    struct definition base;
    struct written_text text;
    const struct expression *expression;
    struct expression_size size;
};

/* A text in one or two languages, appended texts behind one another. */
struct text_part {
    const struct rule_item *item;
    const struct document_node *in[RULE_LANGUAGES];
};

struct text_parts {
    struct text_part *list;
    size_t count;
};

struct version_part {
    const struct document_node *since;
    struct text_parts what;
};

struct version_parts {
    struct version_part *list;
    size_t count;
};

struct rule_exception {
    struct view name;
    const struct rule_item *item;
    const struct document_node *node;
    const struct document_node *fields, *comps; /* comps may be NULL */
    struct item_values values;
};

struct rule_exceptions {
    struct rule_exception *list;
    size_t count;
};

struct rule_definition {
    const struct rule_item *item;
    const struct rule_source *source;
    struct view source_name;
    bool unknown_source, broken;
    struct item_values condition, place, id;
    struct text_parts title, desc, output, remediation;
    struct rule_exceptions exceptions;
    struct item_values tags, references, tests;
    struct version_parts versions;
    const struct document_node *fix;
    size_t subject;
    enum rule_priority priority;
    bool enabled, warn_evttypes, skip_if_unknown_filter, capture;
    uint32_t capture_milliseconds;
};

struct ruleset {
    struct arena *arena;
    struct arena *scratch; /* for one condition at a time */
    const struct rule_source *const *sources;
    size_t source_count;
    struct hash_map *lists, *macros, *rules; /* name -> definition */
    uint32_t next_index;
    unsigned macro_depth; /* macros being resolved */
    struct rule_problem *problems;
    size_t problem_count;
    bool has_errors;
    struct written_text **texts; /* by base */
    size_t text_count, text_length;
    struct rule_plugin *plugins;
    size_t plugin_count;
    struct rule *result;
    size_t result_count;
    struct rule *broken; /* what ruleset_broken() gives */
    size_t broken_count;
    struct hash_map *by_name, *by_id; /* the result */
    struct hash_map *slugs;           /* ids made of names -> the last number */
};

/* ---- rule-problem.c, problem-place.c ---- */

/* A problem at a node of the item's file. The format is a key of tr(). NULL
 * when there are too many. */
struct rule_problem *problem_add(struct ruleset *set, enum rule_problem_level level,
                                 const struct rule_item *item, const struct document_node *node,
                                 const char *format, ...) __attribute__((format(printf, 5, 6)));
void problem_hint(struct ruleset *set, struct rule_problem *problem, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A problem that a function reported, at a part of a text. */
void problem_add_fault(struct ruleset *set, const struct written_text *text, size_t offset,
                       size_t length, struct view item, const struct error *err);
/* Fills place and line: `length` bytes of the file from `offset`, which stand in
 * `node`. */
void problem_place(struct rule_problem *problem, const struct rule_file *file,
                   const struct document_node *node, size_t offset, size_t length);
void problem_place_in_text(struct rule_problem *problem, const struct written_text *text,
                           size_t offset, size_t length);

/* ---- rule-file.c and the files of the kinds of items ---- */

void list_item_read(struct ruleset *set, struct rule_item *item);
void macro_item_read(struct ruleset *set, struct rule_item *item);
void rule_item_read(struct ruleset *set, struct rule_item *item);
void engine_requirement_read(struct ruleset *set, struct rule_item *item);
void plugin_requirement_read(struct ruleset *set, struct rule_item *item);

/* ---- list-substitution.c ---- */

/* Resolves the lists in lists; before any substitution. */
void lists_resolve(struct ruleset *set);
/* The text with every name of a list replaced by its items, registered. NULL:
 * it has a problem, which is put on `blame`, or a list in it has. */
struct written_text *lists_substitute(struct ruleset *set, const struct text_writer *from,
                                      const struct item_value *blame);

/* ---- macro-resolve.c ---- */

/* Parses and resolves all macros. */
void macros_resolve(struct ruleset *set);
/* Parses a condition and puts the macros it names in their places; NULL: it
 * has problems, or names a macro that has. A macro is seen when its index is
 * below `visibility`. */
const struct expression *condition_resolve(struct ruleset *set, const struct written_text *text,
                                           struct view label, uint32_t visibility,
                                           struct expression_size *ret);

/* ---- rule-exceptions.c ---- */

/* Reads the key `exceptions` of an item into a rule; false: it has errors. */
bool exceptions_read(struct ruleset *set, const struct rule_item *item,
                     const struct document_node *node, bool append, struct rule_definition *rule);
/* The conditions of all exceptions behind the rule's own. */
void exceptions_write(const struct rule_definition *rule, struct text_writer *to);
/* An item of a list or exception, in quotes where it has a blank or is empty. */
void written_add_quoted(struct text_writer *to, const struct rule_item *item,
                        const struct document_node *node);

/* ---- ruleset-finish.c ---- */

/* Keeps a finished text, so that its places can be found again. */
struct written_text *text_register(struct ruleset *set, const struct text_writer *writer);
