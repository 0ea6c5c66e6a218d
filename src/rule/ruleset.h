/* Rule files: lists, macros and rules, loaded in order and resolved.
 *
 * The format is Falco's YAML, complete (appends, overrides, exceptions,
 * enabled, required versions), with our keys beside it: id, subject, title,
 * remediation, references, versions, place, fix, tests, and texts in two languages
 * ("desc: {en: ..., zh: ...}"; a plain text is English).
 * docs/formats/rules.md says it all.
 *
 *     ruleset_new(sources, count, &set, err)
 *     ruleset_add(set, "falco_rules.yaml", text, err)     for each file, in order
 *     ruleset_finish(set, err)
 *
 * Mistakes are problems of the set, each with its place, as many as there
 * are; a rule with an error is not in the result. Only limits and memory fail.
 * Everything lives as long as the set. One thread while it is built; after
 * ruleset_finish() it does not change.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "codec/document.h"
#include "model/severity.h"
#include "rule/expression.h"
#include "rule/source.h"

enum {
    RULESET_FILE_LIMIT = 16 << 20, /* bytes of one file */
    RULESET_RULE_LIMIT = 1 << 17,
    RULESET_PROBLEM_LIMIT = 1000,
};

enum rule_priority {
    RULE_EMERGENCY,
    RULE_ALERT,
    RULE_CRITICAL,
    RULE_ERROR,
    RULE_WARNING,
    RULE_NOTICE,
    RULE_INFORMATIONAL,
    RULE_DEBUG,
    RULE_PRIORITY_COUNT,
};

const char *rule_priority_name(enum rule_priority priority); /* "Critical" */
bool rule_priority_parse(struct view text, enum rule_priority *ret); /* any case; Info too */
/* Emergency, alert and critical are critical, error high, warning medium,
 * notice low, the rest negligible. */
enum severity rule_priority_severity(enum rule_priority priority);

enum { RULE_LANGUAGES = 2 }; /* indexed by enum text_language */

/* A text in each language; the Chinese one falls back to English. */
struct rule_text {
    struct view in[RULE_LANGUAGES];
};

struct rule_test {
    const struct document_node *node; /* the case as written: bad/good, or input/expect */
    struct document_mark mark;
};

/* What changed about the rule with a version of what it is about. */
struct rule_version {
    struct view since; /* "1.22" */
    struct rule_text what;
};

struct rule {
    struct view name;    /* `rule:` */
    struct view id;      /* a stable slug; made from the name when it is not given */
    const struct rule_source *source;
    size_t subject; /* index into source->subjects */
    enum rule_priority priority;
    bool enabled;
    const struct expression *condition; /* exceptions, lists and macros resolved */
    struct view condition_text;         /* exceptions and lists resolved, macros by name */
    struct rule_text title, desc, output, remediation;
    const struct view *tags;
    size_t tag_count;
    const struct view *references;
    size_t reference_count;
    const struct rule_version *versions; /* as they are written; for people, the condition decides */
    size_t version_count;
    struct view place;              /* the field whose line is reported; empty: decided by the condition */
    const struct document_node *fix; /* the patch; NULL: none */
    const struct rule_test *tests;
    size_t test_count;
    bool warn_evttypes;             /* default true */
    bool skip_if_unknown_filter;
    bool capture;                   /* ask the sensor for a capture when it fires */
    uint32_t capture_milliseconds;  /* how long; 0: the default */
    struct view file;
    struct document_mark mark;           /* of the rule in its file */
    struct document_mark condition_mark; /* of the condition's first byte */
};

enum rule_problem_level {
    RULE_PROBLEM_NOTE, /* nothing is wrong: a list that nobody uses */
    RULE_PROBLEM_WARNING,
    RULE_PROBLEM_ERROR,
};

struct rule_problem {
    enum rule_problem_level level;
    struct view file;
    uint32_t line, column;  /* from 1; 0: the whole file */
    uint32_t length;        /* columns to underline, at least 1 */
    struct view line_text;  /* the line it stands on, for the caret */
    struct view item;       /* "rule Terminal shell in container", "macro x"; may be empty */
    struct view message, hint;
};

struct ruleset;

/* The sources must outlive the set. */
int ruleset_new(const struct rule_source *const *sources, size_t source_count,
                struct ruleset **ret, struct error *err);
void ruleset_free(struct ruleset *set);
DEFINE_CLEANUP(struct ruleset, ruleset_free)

int ruleset_add(struct ruleset *set, struct view file, struct view text, struct error *err);
int ruleset_finish(struct ruleset *set, struct error *err);

/* In definition order, disabled ones too. */
const struct rule *ruleset_rules(const struct ruleset *set, size_t *ret_count);
/* Those with mistakes, as far as they could be read, so that compiling finds their other
 * mistakes, too. They are in no other result; `condition` may be NULL. */
const struct rule *ruleset_broken(const struct ruleset *set, size_t *ret_count);
const struct rule_problem *ruleset_problems(const struct ruleset *set, size_t *ret_count);
bool ruleset_has_errors(const struct ruleset *set);
/* By name or id; NULL: none. */
const struct rule *ruleset_find(const struct ruleset *set, struct view name_or_id);
/* Fills place, line and item of a problem of `rule` that is found after
 * loading. `offset` and `length` are those of an expression or term in
 * rule->condition; they lead to the text that was written, which may stand in
 * a macro, list or exception, in another file. */
void ruleset_locate(const struct ruleset *set, const struct rule *rule, size_t offset,
                    size_t length, struct rule_problem *ret);
/* The same for a part of one of the rule's other texts: `part` is a view into
 * output, place, desc... as struct rule has them. */
void ruleset_locate_text(const struct ruleset *set, const struct rule *rule, struct view part,
                         struct rule_problem *ret);

/* A plugin that a file asks for, with what may stand in for it. Sources that
 * are built in need none; this is what the files say. */
struct rule_plugin {
    struct view name, version;
    const struct rule_plugin *alternatives;
    size_t alternative_count;
    bool known; /* it, or an alternative, gives a source or fields that are built in */
};

const struct rule_plugin *ruleset_plugins(const struct ruleset *set, size_t *ret_count);

/* The problem as people read it: "file:line:column: error: message", the line,
 * a caret line, the hint. */
void rule_problem_write(const struct rule_problem *problem, struct buf *to);
