/* Fields of events that are JSON documents.
 *
 * How a field is read stands in its table (rule_field.how): JSON pointers
 * (RFC 6901), of which the first that leads somewhere counts and in which "*"
 * is every element, or a function. Pure; memory is the scratch arena's.
 */
#pragma once

#include "codec/document.h"
#include "rule/source.h"

enum { JSON_POINTER_CHOICES = 4, JSON_EVENT_TEXT_LIMIT = 1 << 20 };

struct json_values;

struct json_field {
    const char *pointers[JSON_POINTER_CHOICES];
    void (*read)(const struct document_node *event, const struct rule_use *use,
                 struct json_values *to);
};

/* What a field gives, put together value by value. */
struct json_values {
    struct arena *scratch;
    bool flat; /* the elements of an array are values of their own */
    struct rule_value *items;
    size_t count;
};

/* The value of a node; nothing for NULL and null. */
void json_values_add(struct json_values *to, const struct document_node *node);
void json_values_add_text(struct json_values *to, struct view text,
                          const struct document_node *node);
void json_values_add_number(struct json_values *to, int64_t number,
                            const struct document_node *node);
/* The values of all nodes that the pointer leads to. */
void json_values_add_pointer(struct json_values *to, const struct document_node *root,
                             struct view pointer);
/* The first node that the pointer leads to, or NULL. */
const struct document_node *json_pointer(const struct document_node *root, struct view pointer);
/* The node as JSON, pretty or without blanks. */
struct view json_text_of(const struct document_node *node, bool pretty, struct arena *scratch);

/* The extract function of all these sources. */
struct rule_values json_event_extract(const void *event, const struct rule_use *use,
                                      const void *item, struct arena *scratch);

#define JSON_AT(...) (&(const struct json_field){.pointers = {__VA_ARGS__}})
#define JSON_READ(function) (&(const struct json_field){.read = (function)})

/* ---- fields of every such source: json-event-fields.c ---- */

extern const char json_doc_number[], json_doc_time[], json_doc_time_iso[], json_doc_raw_time[],
    json_doc_info[], json_doc_value[], json_doc_object[];

void json_event_number(const struct document_node *event, const struct rule_use *use,
                       struct json_values *to);
void json_event_time(const struct document_node *event, const struct rule_use *use,
                     struct json_values *to);
void json_event_raw_time(const struct document_node *event, const struct rule_use *use,
                         struct json_values *to);
void json_event_value(const struct document_node *event, const struct rule_use *use,
                      struct json_values *to);
void json_event_object(const struct document_node *event, const struct rule_use *use,
                       struct json_values *to);
void json_event_line(const struct document_node *event, const struct rule_use *use,
                     struct json_values *to);

#define JSON_EVENT_FIELDS                                                                          \
    {"evt.num", RULE_NUMBER, RULE_FIELD_ABOVE_ZERO, json_doc_number,                               \
     JSON_READ(json_event_number)},                                                                \
        {"evt.time", RULE_TEXT, 0, json_doc_time, JSON_READ(json_event_time)},                     \
        {"evt.datetime", RULE_TEXT, 0, json_doc_time, JSON_READ(json_event_time)},                 \
        {"evt.time.iso8601", RULE_TEXT, 0, json_doc_time_iso, JSON_READ(json_event_time)},         \
        {"evt.rawtime", RULE_TIME, 0, json_doc_raw_time, JSON_READ(json_event_raw_time)},          \
        {"evt.plugininfo", RULE_TEXT, 0, json_doc_info, JSON_READ(json_event_line)},               \
        {"jevt.value", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT, json_doc_value,      \
         JSON_READ(json_event_value)},                                                             \
        {"jevt.obj", RULE_TEXT, 0, json_doc_object, JSON_READ(json_event_object)},                 \
        {"jevt.time", RULE_TEXT, 0, json_doc_time, JSON_READ(json_event_time)},                    \
        {"jevt.time.iso8601", RULE_TEXT, 0, json_doc_time_iso, JSON_READ(json_event_time)},        \
        {"jevt.rawtime", RULE_TIME, 0, json_doc_raw_time, JSON_READ(json_event_raw_time)},         \
        {"json.value", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT, json_doc_value,      \
         JSON_READ(json_event_value)},                                                             \
        {"json.obj", RULE_TEXT, 0, json_doc_object, JSON_READ(json_event_object)},                 \
    {                                                                                              \
        "json.rawtime", RULE_TIME, 0, json_doc_raw_time, JSON_READ(json_event_raw_time)            \
    }
