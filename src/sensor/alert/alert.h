/* An alert: a rule that matched, as people and sinks get it.
 *
 * docs/formats/alerts.md is the manual of what is written. Any bytes may stand
 * in any text: JSON is always valid UTF-8 and holds no character that drives a
 * terminal (they are escaped), a line of text has them as '?'.
 */
#pragma once

#include "base/buf.h"
#include "base/view.h"
#include "rule/ruleset.h"

enum {
    ALERT_VALUE_LIMIT = 16 << 10, /* bytes of one text that are written; the rest is cut */
    ALERT_LINE_LIMIT = 512 << 10, /* bytes of one alert as JSON or text */
    ALERT_LIMIT_LEAST = 7 << 10,  /* bytes that some form of every alert fits in */
};

/* How JSON has a field. */
enum alert_field_kind {
    ALERT_FIELD_TEXT,
    ALERT_FIELD_NUMBER,  /* `value` is an integer of 64 bits; anything else becomes a text */
    ALERT_FIELD_BOOL,    /* `value` is "true" or "false"; anything else becomes a text */
    ALERT_FIELD_MISSING, /* null: the event has no such value */
};

struct alert_field {
    struct view name, value; /* "proc.cmdline" */
    enum alert_field_kind kind;
};

/* Plain data; views live as long as who made it says. */
struct alert {
    uint64_t id;     /* counts from 1 in a run; with `run` unique */
    struct view run; /* 16 hex digits, of this start of the sensor */
    int64_t time;    /* nanoseconds since 1970 */
    struct view rule, rule_id;
    enum rule_priority priority;
    struct view source; /* "syscall" */
    struct view output; /* in the language of the process */
    struct view host;
    const struct view *tags;
    size_t tag_count;
    const struct alert_field *fields; /* of the output, in its order, each once */
    size_t field_count;
    struct view container_id, container_name, image, pod_namespace, pod_name; /* may be empty */
    uint32_t pid;                                                             /* 0: none */
    uint64_t process_start;
    struct view cause;       /* what alerts of one rule are grouped by, see alert/group.h */
    struct view explanation; /* why it matched; empty unless asked for */
    struct view actions;     /* what was done: "kill, pause"; empty: nothing */
    /* Of a group: how often, and when. 1 and equal for the first. */
    uint64_t count;
    int64_t first_time, last_time;
    bool summary;                /* tells of the occurrences since the last alert of the group */
    const struct view *examples; /* different outputs among those of a summary */
    size_t example_count;
};

/* One line of JSON in the shape of Falco's (time, rule, priority, source,
 * hostname, tags, output, output_fields), with ours behind; no line feed. */
void alert_write_json(const struct alert *alert, struct buf *to);
/* The same in at most `limit` bytes: texts are cut shorter, then what can be
 * missed is left out, and "cut" says so. From ALERT_LIMIT_LEAST on it always fits. */
void alert_write_json_within(const struct alert *alert, size_t limit, struct buf *to);
/* "12:00:01.123456789: Warning ..." as Falco's text, in local time; `colour` for
 * terminals. Ends without a line feed, but has some when there is an explanation. */
void alert_write_text(const struct alert *alert, bool colour, struct buf *to);

/* A copy in one block of memory, for free(), with texts cut at `value_limit`; NULL
 * without memory. */
struct alert *alert_copy(const struct alert *alert, size_t value_limit, size_t *ret_size);

/* The beginning of `text` of at most `limit` bytes that splits no character. */
struct view alert_cut(struct view text, size_t limit);
