/* Groups of rules that a process may be ruled out of until it runs another program.
 *
 * Some tests depend on nothing but the program image: its path, argv, where its
 * file lies. When they make all conditions of a group fail, no event of the process
 * that is judged by this group alone can match, and the kernel may drop it. (Names,
 * users and ancestors may change at any time, so they are no such tests.)
 */
#pragma once

#include "base/cleanup.h"
#include "rule/condition.h"
#include "sensor/state/process.h"

enum { PROCESS_GROUPS_LIMIT = 64, PROCESS_NO_GROUP = 0xff };

struct process_groups;

int process_groups_new(const struct rule_program *program, struct process_groups **ret,
                       struct error *err);
void process_groups_free(struct process_groups *groups);
DEFINE_CLEANUP(struct process_groups, process_groups_free)

/* The group of these conditions (which are sorted), made when there is none;
 * PROCESS_NO_GROUP: some condition can't be ruled out by a program, or there are too
 * many groups. */
uint32_t process_group_of(struct process_groups *groups, uint32_t *roots, size_t count);
/* Bits of the groups of which nothing can match the process. */
uint64_t process_groups_mask(struct process_groups *groups, const struct process *process);
