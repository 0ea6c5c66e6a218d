/* Which text a test looks at, and which literals it needs of it.
 *
 * The kernel knows three texts of a call (abi/filter-decide.h): its paths, its
 * raw path arguments, and the process's name. Fields show them, whole or in part
 * (fd.directory, fd.filename); which field shows which, depends on the call.
 */
#pragma once

#include "rule/condition.h"
#include "sensor/detect/literal-sets.h"
#include "sensor/syscall/syscall.h"

/* The set of literals of which one is in the text whenever the test holds;
 * LITERAL_NO_SET: none is known. `condition` is a test. */
uint32_t text_of_test(struct literal_sets *sets, const struct rule_program *program,
                      const struct rule_condition *condition, const struct syscall *call);
