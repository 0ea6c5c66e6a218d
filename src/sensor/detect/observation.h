/* What a rule looks at: an event with the process and container it concerns. */
#pragma once

#include "base/arena.h"
#include "rule/source.h"
#include "sensor/abi/event.h"
#include "sensor/state/process.h"
#include "sensor/syscall/syscall.h"

struct user_names;    /* state/user-names.h */
struct address_names; /* detect/address-names.h */

struct observation {
    const struct sensor_event *event;
    const struct syscall *call; /* NULL for events that are none */
    const struct process *process;
    const struct container *container; /* NULL: the host */
    uint64_t number;      /* evt.num, from 1 */
    int64_t boot_time;    /* nanoseconds since 1970 of boot */
    uint64_t first_time, previous_time; /* nanoseconds since boot, of evt.reltime, deltatime */
    struct user_names *users;
    struct address_names *addresses;
    struct view host_name;
    /* Set by fields that read what the runtime has not told yet. */
    bool *asked_metadata;
    /* What fields worked out of this event; emptied for each. */
    struct observation_cache *cache;
};

/* Falco's fields over observations: `event` of extract() is a struct observation. */
extern const struct rule_source rule_source_sensor;
