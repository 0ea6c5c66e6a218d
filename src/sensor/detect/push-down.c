#include "sensor/detect/push-down.h"

#include <stdlib.h>

#include "sensor/detect/filter-record.h"
#include "sensor/detect/push-down-parts.h"

enum { PUSH_DOWN_LIMIT = 256 << 20 }; /* bytes of what rules demand */

/* What is needed only while it is made. */
struct making {
    struct push_down *push_down;
    struct condition_weights *weights;
    struct literal_needs *needs;
    struct filter_build *build;
};

/* The rule's demand, unless it never matches this call. False without memory. */
static bool add_demand(struct making *making, struct call_demands *demands, size_t rule)
{
    struct push_down *push_down = making->push_down;
    uint32_t root = rule_condition_root(push_down->program, rule, view_of(demands->call->name));
    struct profile_set possible = profiles_not(condition_weight(making->weights, root).fails);
    const struct literal_need *need;
    struct call_demand *demand;

    if (profiles_empty(possible))
        return true;
    need = literal_need_of(making->needs, root);
    demand = arena_push(push_down->arena, &demands->list, &demands->count, sizeof(*demand));
    if (!need || !demand)
        return false;
    *demand = (struct call_demand){.rule = rule, .root = root, .profiles = possible};
    demand->need.count = need->count;
    demand->need.list = arena_array(push_down->arena, need->count + 1, sizeof(*need->list));
    if (!demand->need.list)
        return false;
    memcpy(demand->need.list, need->list, need->count * sizeof(*need->list));
    return true;
}

static bool add_call(struct making *making, const struct syscall *call)
{
    struct push_down *push_down = making->push_down;
    struct call_demands demands = {.call = call}, *place;

    condition_weights_call(making->weights, call);
    literal_needs_call(making->needs, call);
    for (size_t i = 0; i < rule_program_rule_count(push_down->program); i++)
        if (!add_demand(making, &demands, i))
            return false;
    if (!demands.count)
        return true;
    place = arena_push(push_down->arena, &push_down->calls, &push_down->call_count, sizeof(*place));
    if (!place)
        return false;
    *place = demands;
    return filter_build_call(making->build, &demands);
}

static bool add_calls(struct push_down *push_down)
{
    const struct rule_program *program = push_down->program;
    _cleanup_(condition_weights_free_p) struct condition_weights *weights =
        condition_weights_new(program);
    _cleanup_(filter_build_free_p) struct filter_build *build =
        filter_build_new(push_down->filter, push_down->sets, push_down->groups);
    _cleanup_(literal_needs_free_p) struct literal_needs *needs = NULL;
    struct making making = {push_down, weights, NULL, build};
    const struct syscall *call;

    needs = weights ? literal_needs_new(program, weights, push_down->sets) : NULL;
    if (!needs || !build)
        return false;
    making.needs = needs;
    /* opens are the most, and come first for what there is not enough of */
    for (int opens = 1; opens >= 0; opens--)
        for (size_t i = 0; (call = syscall_at(i)); i++)
            if (call->number < FILTER_CALLS && (call->shape == SHAPE_OPEN) == opens &&
                !add_call(&making, call))
                return false;
    literal_sets_fill(push_down->sets, push_down->filter);
    return !literal_sets_failed(push_down->sets);
}

/* evt.arg.env is proc.env of a program that begins. */
static void ask_for_environment(void *ctx, const struct rule_use *use)
{
    static const char *const names[] = {"proc.env", "proc.penv", "proc.aenv"};
    bool *asks = ctx;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        *asks |= strcmp(use->field->name, names[i]) == 0;
    *asks |= view_eq(use->argument, VIEW("env")) && (strcmp(use->field->name, "evt.arg") == 0 ||
                                                     strcmp(use->field->name, "evt.rawarg") == 0);
}

/* Outputs, too: of a program that has ended nothing else tells. */
static bool asks_for_environment(const struct rule_program *program)
{
    bool asks = false;

    rule_program_fields(program, ask_for_environment, &asks);
    return asks;
}

int push_down_new(const struct rule_program *program, struct push_down **ret, struct error *err)
{
    _cleanup_(push_down_free_p) struct push_down *push_down = calloc(1, sizeof(*push_down));
    int status;

    if (!push_down)
        return error_memory(err);
    push_down->program = program;
    push_down->arena = arena_new(PUSH_DOWN_LIMIT);
    push_down->sets = literal_sets_new();
    push_down->filter = calloc(1, sizeof(*push_down->filter));
    if (!push_down->arena || !push_down->sets || !push_down->filter)
        return error_memory(err);
    status = process_groups_new(program, &push_down->groups, err);
    if (status)
        return status;
    push_down->needs_environment = asks_for_environment(program);
    syscall_plan(push_down->filter->calls);
    if (!add_calls(push_down))
        return error_memory(err);
    arena_settle(push_down->arena);
    *ret = take_ptr(&push_down);
    return 0;
}

void push_down_free(struct push_down *push_down)
{
    if (!push_down)
        return;
    arena_free(push_down->arena);
    literal_sets_free(push_down->sets);
    process_groups_free(push_down->groups);
    free(push_down->filter);
    free(push_down);
}

const struct filter *push_down_filter(const struct push_down *push_down)
{
    return push_down->filter;
}

bool push_down_drops(const struct push_down *push_down, const struct sensor_event *event,
                     const struct process_table *processes)
{
    const struct process *process = process_table_find(processes, event->pid);

    return filter_record_drops(push_down->filter, event, process,
                               process ? process_groups_mask(push_down->groups, process) : 0);
}

uint64_t push_down_process_mask(struct push_down *push_down, const struct process *process)
{
    return process_groups_mask(push_down->groups, process);
}

bool push_down_needs_environment(const struct push_down *push_down)
{
    return push_down->needs_environment;
}
