/* What an event is about, read from its record: the descriptor, the socket, the paths.
 * For the reading functions of fields. */
#pragma once

#include "sensor/detect/field-value.h"
#include "sensor/detect/path-join.h"

/* Fills the cache; once an event. */
void observation_decode(const struct observation *observation);
/* Of the thread that made the call; NULL: nothing is known. */
const struct sensor_credentials *observation_credentials(const struct observation *observation);
/* OPEN_* bits (abi/filter.h) of a call that opens. */
unsigned observation_open_detail(const struct observation_cache *cache);
/* The path that is argument `position`, absolute and clean; empty when there is none,
 * or it could not be read. */
struct view observation_path(const struct reading *r, unsigned position);
/* As it was given; false: as above. */
bool observation_raw_path(const struct observation_cache *cache, unsigned position,
                          struct view *ret);
/* First bytes that were read or written. */
bool observation_data(const struct reading *r, struct view *ret);
/* The first path argument of the call, of those that are looked up; -1: none. `nth` 0 or 1. */
int observation_path_place(const struct observation_cache *cache, unsigned nth);

/* "file", "ipv4"; 'f', '4' (event-descriptor.c). NULL, 0: the event is about no descriptor. */
const char *observation_type(const struct reading *r);
char observation_letter(const struct reading *r);
/* The type of descriptor 0, 1 or 2 of the process (field-proc.c). */
const char *observation_stdio_type(const struct reading *r, unsigned number);
bool observation_number(const struct reading *r, int64_t *ret); /* fd.num */
/* fd.name; several readings for opens that ended elsewhere than their path says. */
struct rule_values observation_name(const struct reading *r);
/* The ends of an IP socket; family 0: none (event-socket.c). */
const struct observation_ends *observation_ends(const struct reading *r);
/* "10.0.0.1:80->10.0.0.2:8080"; empty: no ends are known. */
struct view observation_ends_text(const struct reading *r);
/* Of a descriptor by itself: "pipe"; 'p', 0 of sockets; "pipe:[12]". `file`: what the
 * kernel calls it. */
const char *descriptor_type_name(const struct sensor_descriptor *descriptor);
char descriptor_letter(const struct sensor_descriptor *descriptor);
struct view descriptor_name(const struct sensor_descriptor *descriptor, struct view file,
                            struct arena *scratch);

/* How people read an argument, and, unless NULL, the raw value before it is
 * named; false: it is not there (field-argument.c). */
bool argument_text(const struct reading *r, const struct syscall_argument *argument,
                   struct view *ret);

/* "CAP_CHOWN CAP_KILL": inheritable, permitted or effective (field-process.c). */
struct view observation_capabilities(const struct reading *r, unsigned set);

/* Names by number, of the container's own or the host's (field-user.c). Views
 * live until the next question. */
struct user_entry;
bool observation_user(const struct reading *r, uint32_t uid, struct user_entry *ret);
bool observation_group(const struct reading *r, uint32_t gid, struct view *ret);
