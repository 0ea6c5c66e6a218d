#include "sensor/engine/replay.h"

#include "sensor/abi/record.h"

enum { PROGRESS_EVENTS = 1 << 16 };

static void take_lost(struct pipeline *pipeline, const struct sensor_event *event,
                      struct replay_counts *counts)
{
    struct view bytes;
    struct sensor_lost lost;

    if (!record_find(event, SENSOR_LOST_PARAMETER, -1, &bytes) || bytes.len != sizeof(lost))
        return;
    memcpy(&lost, bytes.ptr, sizeof(lost));
    for (int i = 0; i < SENSOR_CLASS_COUNT; i++)
        counts->lost.count[i] += lost.count[i];
    pipeline_lost(pipeline, &lost, event->time);
}

static void take(struct pipeline *pipeline, const struct replay_options *options,
                 const struct sensor_event *event, struct replay_counts *counts)
{
    switch (event->kind) {
    case SENSOR_HOST:
        return;
    case SENSOR_CONTAINER:
        pipeline_container_record(pipeline, event);
        return;
    case SENSOR_LOST:
        take_lost(pipeline, event, counts);
        return;
    default:
        break;
    }
    counts->events += event->kind < SENSOR_HOST;
    if (options->push_down && push_down_drops(loaded_rules_push_down(options->rules), event,
                                              pipeline_processes(pipeline))) {
        counts->filtered++;
        return;
    }
    pipeline_event(pipeline, event);
    pipeline_tick(pipeline, event->time);
}

int replay_run(struct pipeline *pipeline, struct capture_reader *reader,
               const struct replay_options *options, struct replay_counts *ret, struct error *err)
{
    const struct sensor_event *event;
    struct view name;
    const struct sensor_host *host = capture_host(reader, &name);
    struct replay_counts counts = {0};
    int r;

    pipeline_set_host(pipeline, host, name);
    while ((r = capture_read(reader, &event, err)) > 0) {
        take(pipeline, options, event, &counts);
        if (options->progress && counts.events % PROGRESS_EVENTS == 0)
            options->progress(options->ctx, counts.events);
    }
    pipeline_finish(pipeline);
    counts.cut = capture_was_cut(reader);
    *ret = counts;
    return r;
}
