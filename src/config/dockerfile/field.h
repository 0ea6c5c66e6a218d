/* How the fields of the source dockerfile are read, a file for each kind of
 * subject. For this folder only.
 */
#pragma once

#include "base/text.h"
#include "config/dockerfile/event.h"
#include "config/values.h"

#define DOCKERFILE_FIELD(function)                                                                 \
    struct rule_values dockerfile_field_##function(                                                \
        const struct dockerfile_event *e, const struct rule_use *use, struct arena *scratch)

#define F(name, type, flags, doc, reader) DOCKERFILE_FIELD(reader);
#include "config/dockerfile/field-table.h"
#undef F

/* A list whose elements are items (event.h): a value's node is its item. */
struct dockerfile_list {
    struct rule_value *items;
    size_t count;
    struct arena *scratch;
};

void dockerfile_list_add(struct dockerfile_list *list, struct view text, bool known,
                         struct view settings);
struct rule_values dockerfile_list_values(const struct dockerfile_list *list);
/* A text that is known; else not there. */
struct rule_values dockerfile_known(struct dockerfile_value value, struct arena *scratch);
/* A text that is not empty; else not there. */
struct rule_values dockerfile_text_or_none(struct view text, struct arena *scratch);
/* The value of "key" in "type=cache,target=/x"; a key alone has an empty value. */
bool dockerfile_setting(struct view settings, struct view key, struct view *ret);
