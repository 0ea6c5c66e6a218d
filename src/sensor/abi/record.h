/* Reading and making event records in user space.
 *
 * Records come from our own kernel programs, but also from capture files,
 * which are outside bytes: record_check() is asked once for each record of a
 * file, before anybody else looks at it. The readers below trust it.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/abi/event.h"

/* Sizes, counts and padding are right and all parameters lie within; structs
 * among them have their size. ERROR_INPUT says which is not. */
int record_check(struct view bytes, struct error *err);

/* The first parameter of that kind (and index; -1: any); false: none. */
bool record_find(const struct sensor_event *event, enum sensor_parameter_kind kind, int index,
                 struct view *ret);
/* The same with its flags. */
const struct sensor_parameter *record_parameter(const struct sensor_event *event,
                                                enum sensor_parameter_kind kind, int index);
struct view record_bytes(const struct sensor_parameter *parameter);

/* Makes a record: begin, add parameters, end. The buffer then holds it at its end. */
size_t record_begin(struct buf *to, const struct sensor_event *header);
void record_add(struct buf *to, enum sensor_parameter_kind kind, unsigned index, unsigned flags,
                struct view bytes);
void record_end(struct buf *to, size_t begin);
