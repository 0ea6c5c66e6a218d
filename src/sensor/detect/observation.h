/* What a rule looks at: an event with the process and container it concerns.
 *
 * The record was checked (abi/record.h). An observation is filled, given an
 * empty cache with observation_begin(), and then read through rule_source_sensor;
 * values live in the evaluation's scratch memory, in the cache, or as long as the event,
 * the process and the container. Judging it again (after its container became known)
 * takes another observation_begin(). One thread.
 *
 * What the fields mean is in docs/formats/sensor-events.md.
 */
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
    const struct container *container;  /* NULL: the host */
    uint64_t number;                    /* evt.num, from 1 */
    int64_t boot_time;                  /* nanoseconds since 1970 of boot */
    uint64_t first_time, previous_time; /* nanoseconds since boot, of evt.reltime, deltatime */
    struct user_names *users;           /* NULL: names are not known */
    struct address_names *addresses;    /* NULL: names are not known */
    struct view host_name;
    /* It happens now and here: what the event does not tell may be asked of /proc. Not so
     * in a replay. */
    bool live;
    /* Set by fields that read what the runtime has not told yet. */
    bool *asked_metadata;
    /* What fields worked out of this event; emptied for each. */
    struct observation_cache *cache;
};

enum {
    OBSERVATION_VALUES = 96,           /* values that need no memory of the arena */
    OBSERVATION_FLAGS_TEXT = 1024,     /* bytes of all capabilities' names, and more */
    OBSERVATION_PROC_LIMIT = 64 << 10, /* bytes read of a file of /proc */
};

/* Two ends of the socket that the event is about. */
struct observation_ends {
    uint8_t family; /* 0: no IP socket; 4, 6 */
    bool has_remote, has_local, server, listens;
    uint16_t local_port, remote_port;
    uint8_t local[16], remote[16];
};

/* Names of flags that were asked for last: sets of capabilities seldom change. */
struct observation_flags {
    uint64_t value;
    size_t length; /* 0: none yet */
    char text[OBSERVATION_FLAGS_TEXT];
};

/* What fields worked out of one event. Small up to `ends`, for that is cleared for each event. */
struct observation_cache {
    /* What the record holds, found in one pass. */
    bool decoded;
    bool has_file, failed_new, failed_open;
    bool ends_known, name_known, command_line_known, environment_known;
    uint8_t paths, directories, joined_paths; /* bits by argument: which of the arrays are set */
    uint32_t used;
    const struct syscall *call;                 /* of exec, fork and exit, too */
    const struct sensor_descriptor *descriptor; /* NULL: the event is about none */
    const struct sensor_socket *socket, *address;
    /* Of the calling thread, if they may differ from its process's; NULL: as that's. */
    const struct sensor_credentials *credentials;
    struct view socket_path, address_path;
    struct view file; /* what the kernel says that the descriptor is */
    uint64_t open_flags, open_mode;
    /* Set when the above says so. */
    struct observation_ends ends;
    struct rule_values name; /* fd.name */
    struct view command_line, environment;
    const struct sensor_parameter *path[6], *directory[6];
    struct view joined[6];
    /* Values: a field has one for most. */
    struct rule_value values[OBSERVATION_VALUES];
    /* Kept from event to event. */
    struct observation_flags flags[3];
};

/* Empties the cache. A new cache is all zeros. */
void observation_begin(struct observation *observation);

/* Nanoseconds since boot as those since 1970. Captures may say anything: wraps. */
static inline int64_t observation_clock(const struct observation *observation, uint64_t boot)
{
    return (int64_t)((uint64_t)observation->boot_time + boot);
}

/* Falco's fields over observations: `event` of extract() is a struct observation. */
extern const struct rule_source rule_source_sensor;
