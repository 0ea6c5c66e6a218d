#include "cmd/sensor/container-name.h"

#include <poll.h>

#include "base/clock.h"

enum { MILLISECOND = 1000000 };

/* The containers that run, and what is known of them so far. */
struct census {
    struct response_target *list;
    bool *told; /* for each of the list: its runtime has answered */
    size_t count, answered;
    struct arena *arena;
};

static void take_metadata(struct response_target *target, struct view json, struct arena *arena)
{
    const struct container_metadata *metadata;

    if (!json.len || container_metadata_read(arena_copy(arena, json), arena, &metadata, NULL) < 0)
        return;
    /* It has its pod's name, which is often that of a container, too. */
    if (metadata->is_pod_sandbox)
        return;
    target->container_name = metadata->name;
    target->image = metadata->image;
    target->pod_namespace = metadata->pod_namespace;
    target->pod_name = metadata->pod_name;
}

/* Fuller answers may follow the first one, which has the name. */
static void take_answers(struct census *census, struct inquiry *inquiry)
{
    struct inquiry_answer answer;

    while (inquiry_take(inquiry, &answer))
        for (size_t i = 0; i < census->count; i++) {
            struct response_target *target = &census->list[i];

            if (!view_eq(target->container_id, answer.id) || census->told[i])
                continue;
            census->told[i] = true;
            target->runtime = answer.json.len ? answer.runtime : target->runtime;
            take_metadata(target, answer.json, census->arena);
            census->answered++;
        }
}

static void ask_all(struct census *census, struct inquiry *inquiry, uint32_t milliseconds)
{
    uint64_t end = clock_now_ns() + (uint64_t)milliseconds * MILLISECOND, now;
    struct pollfd answers = {.fd = inquiry_descriptor(inquiry), .events = POLLIN};

    for (size_t i = 0; i < census->count; i++)
        if (!inquiry_ask(inquiry, census->list[i].runtime, census->list[i].container_id))
            census->answered++;
    while (census->answered < census->count && (now = clock_now_ns()) < end) {
        poll(&answers, 1, (int)((end - now) / MILLISECOND) + 1);
        take_answers(census, inquiry);
    }
}

/* NAME, POD/NAME or NAMESPACE/POD/NAME: replicas have containers of one name. */
static bool has_name(const struct response_target *target, struct view name)
{
    const struct view parts[] = {target->container_name, target->pod_name, target->pod_namespace};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        ptrdiff_t slash = view_rfind(name, '/');

        if (parts[i].len == 0 || !view_eq(view_sub(name, (size_t)(slash + 1), name.len), parts[i]))
            return false;
        if (slash < 0)
            return true;
        name.len = (size_t)slash;
    }
    return false;
}

static int choose(const struct census *census, struct view name, struct response_target *ret,
                  struct error *err)
{
    const struct response_target *fit = NULL;

    for (size_t i = 0; i < census->count; i++) {
        if (!has_name(&census->list[i], name))
            continue;
        if (fit) {
            error_set(err, ERROR_INPUT, "container %.*s: several have this name", VIEW_ARG(name));
            error_hint(err, "give its id, or in Kubernetes NAMESPACE/POD/NAME");
            return ERROR_INPUT;
        }
        fit = &census->list[i];
    }
    if (!fit) {
        error_set(err, ERROR_NOT_FOUND, "no container that runs has the id or the name %.*s",
                  VIEW_ARG(name));
        error_hint(err, "give at least %d digits of an id, or tell where the runtime's socket is",
                   TARGET_ID_DIGITS);
        return ERROR_NOT_FOUND;
    }
    *ret = *fit;
    return 0;
}

int container_named(struct view name, struct inquiry *inquiry, uint32_t wait_milliseconds,
                    struct arena *arena, struct response_target *ret, struct error *err)
{
    struct census census = {.arena = arena};
    int r = response_target_containers(arena, &census.list, &census.count, err);

    if (r < 0)
        return r;
    census.told = arena_array(arena, census.count, sizeof(*census.told));
    if (census.count && !census.told)
        return error_memory(err);
    if (inquiry)
        ask_all(&census, inquiry, wait_milliseconds);
    return choose(&census, name, ret, err);
}
