/* The fields of the source `kubernetes`: one function for each row of
 * field-table.h. What a field can't know, or what the event has nothing of,
 * is not there. Values carry the node that decided them.
 */
#pragma once

#include "config/kubernetes/event.h"
#include "config/values.h"

#define FIELD(name, type, flags, function, doc)                                                    \
    struct rule_values function(const struct kubernetes_event *event, const struct rule_use *use,  \
                                struct arena *scratch);
#include "config/kubernetes/field-table.h"
#undef FIELD

/* not there for ANSWER_UNKNOWN */
struct rule_values field_answer(enum answer answer, const struct document_node *node,
                                struct arena *scratch);

/* How a volume is mounted by the containers of a pod: mappings with name,
 * mountPath, readOnly, subPath, mountPropagation, container, and of the volume
 * type, hostPath (its path) and volume (itself). */
const struct document_node *field_mount(const struct kubernetes_pod *pod,
                                        const struct document_node *container,
                                        const struct document_node *mount, struct arena *arena);
/* The root that a tree field stands for; NULL: the event has none. */
const struct document_node *field_root(const struct kubernetes_event *event, const char *name);
