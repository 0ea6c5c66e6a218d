/* An alert: a rule that matched, as people and sinks get it. */
#pragma once

#include "base/buf.h"
#include "base/view.h"
#include "rule/ruleset.h"

struct alert_field {
    struct view name, value; /* "proc.cmdline" */
};

/* Plain data; views live as long as who made it says. */
struct alert {
    uint64_t id;            /* counts from 1 in a run; with `run` unique */
    struct view run;        /* 16 hex digits, of this start of the sensor */
    int64_t time;           /* nanoseconds since 1970 */
    struct view rule, rule_id;
    enum rule_priority priority;
    struct view source;     /* "syscall" */
    struct view output;     /* in the language of the process */
    struct view host;
    const struct view *tags;
    size_t tag_count;
    const struct alert_field *fields; /* of the output, in its order, each once */
    size_t field_count;
    struct view container_id, container_name, image, pod_namespace, pod_name; /* may be empty */
    uint32_t pid;           /* 0: none */
    uint64_t process_start;
    struct view cause;      /* what alerts of one rule are grouped by, see alert/group.h */
    struct view explanation; /* why it matched; empty unless asked for */
    struct view actions;     /* what was done: "kill, pause"; empty: nothing */
    /* Of a group: how often, and when. 1 and equal for the first. */
    uint64_t count;
    int64_t first_time, last_time;
    bool summary; /* tells of the occurrences since the last alert of the group */
};

/* One line of JSON in the shape of Falco's (time, rule, priority, source,
 * hostname, tags, output, output_fields), with ours behind; no line feed. */
void alert_write_json(const struct alert *alert, struct buf *to);
/* "12:00:01.123456789: Warning ..." as Falco's text; `colour` for terminals. */
void alert_write_text(const struct alert *alert, bool colour, struct buf *to);
