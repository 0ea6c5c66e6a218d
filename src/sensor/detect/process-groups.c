#include "sensor/detect/process-groups.h"

#include <stdlib.h>

#include "sensor/detect/observation.h"

struct group {
    uint32_t *roots;
    size_t count;
};

struct process_groups {
    const struct rule_program *program;
    struct rule_evaluation *evaluation;
    struct observation_cache cache;
    struct group groups[PROCESS_GROUPS_LIMIT];
    size_t count;
};

int process_groups_new(const struct rule_program *program, struct process_groups **ret,
                       struct error *err)
{
    _cleanup_(process_groups_free_p) struct process_groups *groups = calloc(1, sizeof(*groups));
    int status;

    if (!groups)
        return error_memory(err);
    groups->program = program;
    status = rule_evaluation_new(program, &groups->evaluation, err);
    if (!status)
        *ret = take_ptr(&groups);
    return status;
}

void process_groups_free(struct process_groups *groups)
{
    if (!groups)
        return;
    for (size_t i = 0; i < groups->count; i++)
        free(groups->groups[i].roots);
    rule_evaluation_free(groups->evaluation);
    free(groups);
}

/* ---- which tests depend on the program only ---- */

static bool is_of_image(const struct rule_condition *condition)
{
    static const char *const fields[] = {
        "proc.exe",
        "proc.exepath",
        "proc.exeline",
        "proc.args",
        "proc.cmdnargs",
        "proc.cmdlenargs",
        "proc.is_exe_upper_layer",
        "proc.is_exe_lower_layer",
        "proc.is_exe_from_memfd",
    };

    if (condition->kind != RULE_CONDITION_TEST || !condition->use ||
        condition->test == RULE_TEST_COMPARE)
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (strcmp(condition->use->field->name, fields[i]) == 0)
            return true;
    return false;
}

/* Whether the condition fails, as far as the program decides it. Without an
 * evaluation that has begun: whether some program could make it fail. */
static bool fails(struct process_groups *groups, uint32_t reference, bool decide)
{
    struct rule_condition condition;
    bool negated = reference & 1;

    if (reference <= RULE_CONDITION_NEVER)
        return reference == RULE_CONDITION_NEVER;
    rule_condition_read(groups->program, reference / 2, &condition);
    if (is_of_image(&condition))
        return !decide || !rule_condition_holds(groups->evaluation, reference);
    if (condition.kind != RULE_CONDITION_AND)
        return false;
    for (size_t i = 0; i < condition.part_count; i++) {
        bool part = fails(groups, condition.parts[i] ^ (uint32_t)negated, decide);

        if (part != negated)
            return part; /* an `and` fails with one part, an `or` with all */
    }
    return negated;
}

/* ---- groups ---- */

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

uint32_t process_group_of(struct process_groups *groups, uint32_t *roots, size_t count)
{
    struct group *group;

    for (size_t i = 0; i < count; i++)
        if (!fails(groups, roots[i], false))
            return PROCESS_NO_GROUP;
    qsort(roots, count, sizeof(*roots), compare_numbers);
    for (size_t i = 0; i < groups->count; i++) {
        group = &groups->groups[i];
        if (group->count == count && memcmp(group->roots, roots, count * sizeof(*roots)) == 0)
            return (uint32_t)i;
    }
    if (!count || groups->count == PROCESS_GROUPS_LIMIT)
        return PROCESS_NO_GROUP;
    group = &groups->groups[groups->count];
    group->roots = calloc(count, sizeof(*roots));
    if (!group->roots)
        return PROCESS_NO_GROUP;
    memcpy(group->roots, roots, count * sizeof(*roots));
    group->count = count;
    return (uint32_t)groups->count++;
}

uint64_t process_groups_mask(struct process_groups *groups, const struct process *process)
{
    static const struct sensor_event event = {.kind = SENSOR_SYSCALL};
    bool asked = false;
    struct observation observation = {
        .event = &event,
        .process = process,
        .container = process->container,
        .asked_metadata = &asked,
        .cache = &groups->cache,
    };
    uint64_t mask = 0;

    if (!process->image || !groups->count)
        return 0;
    observation_begin(&observation);
    rule_condition_begin(groups->evaluation, &observation);
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->groups[i];
        size_t failed = 0;

        while (failed < group->count && fails(groups, group->roots[failed], true))
            failed++;
        mask |= (uint64_t)(failed == group->count) << i;
    }
    return mask;
}
