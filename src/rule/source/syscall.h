/* The fields of system calls, for every source that gives them. */
#pragma once

#include "rule/source.h"

enum { SYSCALL_FIELD_COUNT = 241 };
extern const struct rule_field syscall_field_table[SYSCALL_FIELD_COUNT];
