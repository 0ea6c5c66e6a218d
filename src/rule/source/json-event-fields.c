#include "base/text.h"
#include "rule/program/time.h"
#include "rule/source/json-event.h"

const char json_doc_number[] = TR_KEY("number of the event since the start, from 1");
const char json_doc_time[] = TR_KEY("time of the event, as it was written");
const char json_doc_time_iso[] = TR_KEY("time of the event in ISO 8601");
const char json_doc_raw_time[] = TR_KEY("time of the event in nanoseconds since 1970");
const char json_doc_info[] = TR_KEY("whole event as one line of JSON");
const char json_doc_value[] = TR_KEY("what a JSON pointer leads to, such as [/a/b/0]");
const char json_doc_object[] = TR_KEY("whole event as JSON of several lines");

/* Where the formats keep their time: Kubernetes, CloudTrail, Google Cloud. */
static const struct document_node *time_node(const struct document_node *event)
{
    static const char *const keys[] = {"stageTimestamp", "requestReceivedTimestamp", "eventTime",
                                       "timestamp", "receiveTimestamp"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct document_node *node = document_get(event, view_of(keys[i]));

        if (document_text(node).len)
            return node;
    }
    return NULL;
}

void json_event_number(const struct document_node *event, const struct rule_use *use,
                       struct json_values *to)
{
    (void)use;
    json_values_add_number(to, 1, event);
}

void json_event_time(const struct document_node *event, const struct rule_use *use,
                     struct json_values *to)
{
    (void)use;
    json_values_add(to, time_node(event));
}

/* Rules ask "jevt.rawtime exists" for what is always true, so an event without
 * a readable time has one, too: the first nanosecond. */
void json_event_raw_time(const struct document_node *event, const struct rule_use *use,
                         struct json_values *to)
{
    const struct document_node *node = time_node(event);
    int64_t time = 1;

    (void)use;
    if (!rule_time_parse(document_text(node), &time))
        time = 1;
    json_values_add_number(to, time, node ? node : event);
    if (to->count)
        to->items[to->count - 1].type = RULE_TIME;
}

void json_event_value(const struct document_node *event, const struct rule_use *use,
                      struct json_values *to)
{
    json_values_add(to, json_pointer(event, use->argument));
}

void json_event_object(const struct document_node *event, const struct rule_use *use,
                       struct json_values *to)
{
    (void)use;
    json_values_add_text(to, json_text_of(event, true, to->scratch), event);
}

void json_event_line(const struct document_node *event, const struct rule_use *use,
                     struct json_values *to)
{
    (void)use;
    json_values_add_text(to, json_text_of(event, false, to->scratch), event);
}
