/* Rules over a capture file, at full speed. */
#pragma once

#include "sensor/engine/pipeline.h"

struct replay_options {
    const struct loaded_rules *rules;
    bool push_down; /* only the events that the kernel's filter would have let pass */
    void (*progress)(void *ctx, uint64_t events);
    void *ctx;
};

struct replay_counts {
    uint64_t events, filtered;
    bool cut;                /* the file ends within a block */
    struct sensor_lost lost; /* told by the file */
};

/* Reads all of the file. What was matched went out through the pipeline. */
int replay_run(struct pipeline *pipeline, struct capture_reader *reader,
               const struct replay_options *options, struct replay_counts *ret, struct error *err);
