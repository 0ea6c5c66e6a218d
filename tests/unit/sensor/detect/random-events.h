/* Events and rules made from a stream of bytes: any bytes give valid ones.
 *
 * Events are records as the kernel side makes them, with paths, names and
 * addresses that are made of the literals of the rules they are for, so that
 * many come near to matching and some do.
 */
#pragma once

#include "base/buf.h"
#include "rule/program.h"
#include "sensor/abi/filter.h"
#include "sensor/detect/observation.h"

struct choices {
    struct view bytes; /* when it is used up, all choices are the first */
    size_t at;
};

uint32_t choose(struct choices *choices, uint32_t below);

/* Texts to make events of. */
struct event_words {
    struct arena *arena;
    struct view *paths, *texts;
    size_t path_count, text_count;
};

/* From the literals of a program's conditions; false without memory. */
bool event_words_of(struct event_words *words, const struct rule_program *program,
                    struct arena *arena);

/* What an event needs around it. */
struct random_event {
    struct buf record;
    struct container container;
    struct program_image image, parent_image;
    struct process process, parent, grandparent;
    const struct sensor_event *event;
};

/* An event of a call that the filter wants, and its process. Texts are the arena's. */
void random_event(struct choices *choices, const struct event_words *words,
                  const struct filter *filter, struct arena *arena, struct random_event *ret);

/* A rule file with at most `count` rules over the fields that are pushed down. */
void random_conditions(struct choices *choices, size_t count, struct buf *to);
