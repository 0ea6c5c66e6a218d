/* Reading and making event records in user space.
 *
 * Records come from our own kernel programs, but also from capture files,
 * which are outside bytes: record_check() is asked once for each record of a
 * file, before anybody else looks at it. The readers below trust it.
 *
 * Records lie at addresses that are multiples of 8, as ring buffers, malloc()
 * and record_begin() give them; so their structs may be read in place. Texts may
 * hold any byte. A struct whose memory could not be read may be empty, marked
 * SENSOR_PARAMETER_FAULT: record_find() says that there is none.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/abi/event.h"

enum { RECORD_ALIGNMENT = 8, RECORD_PARAMETERS_LIMIT = UINT8_MAX };

/* Sizes, counts and padding are right and all parameters lie within; structs
 * among them have their size and their enums a meaning. ERROR_INPUT says which is
 * not. */
int record_check(struct view bytes, struct error *err);

/* The first parameter of that kind (and index; -1: any); false: none. */
bool record_find(const struct sensor_event *event, enum sensor_parameter_kind kind, int index,
                 struct view *ret);
/* The same with its flags, and also when it is empty; NULL: none. */
const struct sensor_parameter *record_parameter(const struct sensor_event *event,
                                                enum sensor_parameter_kind kind, int index);
struct view record_bytes(const struct sensor_parameter *parameter);

/* With what fills it up. */
static inline size_t record_padded(size_t length)
{
    return (length + RECORD_ALIGNMENT - 1) & ~(size_t)(RECORD_ALIGNMENT - 1);
}

/* Walks all: the first of `event` when `last` is NULL, else the one behind it;
 * NULL: none. */
static inline const struct sensor_parameter *record_next(const struct sensor_event *event,
                                                         const struct sensor_parameter *last)
{
    const char *at = (const char *)(event + 1);

    if (last)
        at = (const char *)(last + 1) + record_padded(last->length);
    return at < (const char *)event + event->size
               ? (const struct sensor_parameter *)(const void *)at
               : NULL;
}

/* Makes a record: begin, add parameters, end. The buffer then holds it at its end,
 * padded before it where alignment wants that; begin says where. What is more
 * than a record holds is cut: texts are shortened, structs left out, and
 * SENSOR_CUT is set. Buffers fail as they do (base/buf.h). */
size_t record_begin(struct buf *to, const struct sensor_event *header);
void record_add(struct buf *to, enum sensor_parameter_kind kind, unsigned index, unsigned flags,
                struct view bytes);
void record_end(struct buf *to, size_t begin);
