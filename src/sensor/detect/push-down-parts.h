/* What a push-down is made of: shared by what makes and what explains it. */
#pragma once

#include "sensor/detect/filter-build.h"
#include "sensor/detect/push-down.h"

struct push_down {
    const struct rule_program *program;
    struct arena *arena;
    struct literal_sets *sets;
    struct process_groups *groups;
    struct filter *filter;
    struct call_demands *calls; /* that rules ask for */
    size_t call_count;
    bool needs_environment;
};
