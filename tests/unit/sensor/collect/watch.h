/* Events of a child process that does something, for tests of the probe. */
#pragma once

#include "sensor/abi/record.h"
#include "sensor/collect/probe.h"

/* What the child does; it ends when this returns, with its value. */
typedef int watch_action(void *context);

struct watch {
    struct probe *probe;
    struct filter filter;
    struct buf events; /* records one behind the other, in the order they came */
    uint32_t pid;      /* of the last child */
    bool ended;
    bool leave_unread; /* nobody reads the rings while the child runs */
};

/* False, with a message printed: BPF is not to be had here. `ring_size`: 0, the usual. */
bool watch_open(struct watch *watch, uint64_t ring_size);
void watch_close(struct watch *watch);

/* Asks for a call by its name, whatever its facts. */
void watch_want(struct watch *watch, const char *call);
void watch_set_filter(struct watch *watch);
/* Runs the action in a child and keeps its events up to its end. */
void watch_run(struct watch *watch, watch_action *action, void *context);

/* Keeps this process's own events since the last time that events were read. It changes
 * its name to see when it has them all. */
void watch_own(struct watch *watch);

/* The n-th event of that kind and, of system calls, name (NULL: any) of the child;
 * NULL: there is none. */
const struct sensor_event *watch_find(const struct watch *watch, enum sensor_event_kind kind,
                                      const char *call, unsigned n);
/* Text of a parameter; "(none)" when there is none. */
const char *watch_text(const struct sensor_event *event, enum sensor_parameter_kind kind,
                       int index);
const struct sensor_socket *watch_socket(const struct sensor_event *event,
                                         enum sensor_parameter_kind kind, int index);
const struct sensor_process *watch_process(const struct sensor_event *event);
