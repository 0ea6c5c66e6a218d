/* From needs to the filter's rows: what each call's profiles are decided by.
 *
 * Rows and needs that are equal are one; what does not fit is sent.
 */
#pragma once

#include "sensor/detect/literal-need.h"
#include "sensor/detect/process-groups.h"

/* What some rule needs of a call. */
struct call_demand {
    size_t rule;                 /* of the program */
    uint32_t root;               /* its condition for this call */
    struct profile_set profiles; /* for which it can match */
    struct literal_need need;
};

struct call_demands {
    const struct syscall *call;
    struct call_demand *list;
    size_t count;
};

struct filter_build;

/* NULL without memory. The filter must be zeros but for its capture plans. */
struct filter_build *filter_build_new(struct filter *filter, struct literal_sets *sets,
                                      struct process_groups *groups);
void filter_build_free(struct filter_build *build);
DEFINE_CLEANUP(struct filter_build, filter_build_free)

/* Makes the call wanted for rules, and its row. False without memory. */
bool filter_build_call(struct filter_build *build, const struct call_demands *demands);
