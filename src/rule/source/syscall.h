/* The fields of system calls, for every source that gives them. */
#pragma once

#include "rule/source.h"

enum { SYSCALL_FIELD_COUNT = 244 };
/* What evt.type can be. */
enum { SYSCALL_EVENT_TYPE_COUNT = 383 };
extern const char *const syscall_event_types[SYSCALL_EVENT_TYPE_COUNT];

extern const struct rule_field syscall_field_table[SYSCALL_FIELD_COUNT];
