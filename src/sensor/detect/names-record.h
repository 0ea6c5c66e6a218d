/* Names in captures: what was looked up when it was recorded.
 *
 * SENSOR_USER: `arguments[0]` the number, `arguments[1]` 1 for a group; NAME 0 the name, NAME
 * 1 the container's id (none: the host), TEXT 0 and 1 a user's home and shell.
 * SENSOR_RESOLVED: NAME the domain name, ADDRESS an address of it (the remote one).
 */
#pragma once

#include "base/buf.h"
#include "sensor/abi/event.h"
#include "sensor/detect/address-names.h"
#include "sensor/state/user-names.h"

/* Takes in what such a record tells; others are ignored. */
void names_record_read(const struct sensor_event *event, struct user_names *users,
                       struct address_names *addresses);
void names_record_write_user(struct view container, bool group, uint32_t number,
                             const struct user_entry *entry, struct buf *to);
void names_record_write_address(struct view name, uint8_t family, const uint8_t *address,
                                struct buf *to);
