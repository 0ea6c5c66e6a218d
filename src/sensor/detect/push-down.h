/* From rules to the kernel's filter.
 *
 * For each system call, each rule's condition is weighed with what the kernel
 * knows: over all profiles of cheap facts at once (three-valued, as sets of
 * profiles), and for the rest by the literals that some alternative of the condition
 * needs of the path, the raw argument or the process's name. What can't be decided
 * is sent. The result is conservative: see abi/filter.h; tests hold it
 * against the rules themselves.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "rule/program.h"
#include "sensor/abi/filter.h"
#include "sensor/state/process-table.h"

struct push_down;

/* A program of rule_source_sensor. The filter's tables are filled whole,
 * capture plans of sensor/syscall included. */
int push_down_new(const struct rule_program *program, struct push_down **ret, struct error *err);
void push_down_free(struct push_down *push_down);
DEFINE_CLEANUP(struct push_down, push_down_free)

const struct filter *push_down_filter(const struct push_down *push_down);
/* Whether the filter holds this recorded call back: for replays, and for proving.
 * Whether it may be in a container is asked of the process table. */
bool push_down_drops(const struct push_down *push_down, const struct sensor_event *event,
                     const struct process_table *processes);
/* Call groups of which no rule can match this process, whatever the call's
 * arguments and whatever its ancestors do, until it runs another program. */
uint64_t push_down_process_mask(struct push_down *push_down, const struct process *process);
/* Some rule reads proc.env and the like, in its condition or its output. */
bool push_down_needs_environment(const struct push_down *push_down);
/* What is decided in the kernel and what is not, for people: a line for each
 * call, and why a rule makes it be sent. */
void push_down_explain(const struct push_down *push_down, struct buf *to);
