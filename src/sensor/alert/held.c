#include "sensor/alert/held.h"

#include <stdlib.h>

enum { EXAMPLE_LIMIT = 1024 }; /* bytes */

/* Examples are a help: without memory there are fewer. */
static void add_example(struct held *held, struct view output)
{
    struct view head = alert_cut(output, EXAMPLE_LIMIT);
    char *copy;

    if (held->example_count == GROUP_EXAMPLES || head.len == 0)
        return;
    for (size_t i = 0; i < held->example_count; i++)
        if (view_eq(held->examples[i], head))
            return;
    copy = malloc(head.len);
    if (!copy)
        return;
    memcpy(copy, head.ptr, head.len);
    held->examples[held->example_count++] = view_from(copy, head.len);
    held->bytes += head.len;
}

static void add_times(struct held *held, uint64_t count, int64_t first, int64_t last)
{
    if (held->count == 0 || first < held->first_time)
        held->first_time = first;
    if (held->count == 0 || last > held->last_time)
        held->last_time = last;
    held->count += count;
}

static bool keep_first(struct held *held, const struct alert *alert)
{
    size_t size;

    if (held->first)
        return true;
    held->first = alert_copy(alert, GROUP_VALUE_LIMIT, &size);
    if (!held->first)
        return false;
    held->bytes += size;
    return true;
}

bool held_add(struct held *held, const struct alert *alert)
{
    if (!keep_first(held, alert))
        return false;
    add_times(held, alert->count ? alert->count : 1, alert->time, alert->time);
    add_example(held, alert->output);
    return true;
}

bool held_merge(struct held *held, struct held *from)
{
    if (!keep_first(held, from->first))
        return false;
    if (from->first->priority < held->first->priority)
        held->first->priority = from->first->priority;
    add_times(held, from->count, from->first_time, from->last_time);
    for (size_t i = 0; i < from->example_count; i++)
        add_example(held, from->examples[i]);
    held_clear(from);
    return true;
}

struct alert held_summary(const struct held *held)
{
    struct alert alert = *held->first;

    alert.time = alert.last_time = held->last_time;
    alert.first_time = held->first_time;
    alert.count = held->count;
    alert.summary = true;
    alert.examples = held->examples;
    alert.example_count = held->example_count;
    return alert;
}

void held_clear(struct held *held)
{
    free(held->first);
    for (size_t i = 0; i < held->example_count; i++)
        free((char *)held->examples[i].ptr);
    *held = (struct held){0};
}
