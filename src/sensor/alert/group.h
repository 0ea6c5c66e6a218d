/* Grouping: a flood of the same is one alert and a count.
 *
 * Alerts with the same rule, container and cause are a group. The cause is
 * what is the same about them: the program and its parent's program, and what it is
 * about (the file's directory, the peer's address and port, the called system
 * call), so that a loop is one group and another program's act is not. The first
 * of a group goes out at once; the next ones are counted and told as one
 * summary, with the count, the first and the last time and up to
 * GROUP_EXAMPLES different outputs, when the window ends; the window doubles while
 * the group stays busy, from GROUP_WINDOW to GROUP_WINDOW_LIMIT. Nothing is
 * dropped without being counted; memory is bounded, the group idle for longest is
 * told and forgotten first. One thread.
 *
 * Always: the sum of `count` of all alerts told is the number of alerts added. A
 * summary has the id of the first alert that it stands for, which was not told
 * by itself, so ids stay unique.
 *
 * With a rate, a first alert, or a group that has to be forgotten, that finds it
 * used up is counted in one summary of all such ("Alerts held back"); a summary that
 * is due waits. Time is that of the alerts and of alert_groups_tick(), whichever
 * is later, so a replay groups as the recorded time went.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/alert/alert.h"

enum {
    GROUP_WINDOW = 60, /* seconds */
    GROUP_WINDOW_LIMIT = 3600,
    GROUP_EXAMPLES = 5,
    GROUP_LIMIT = 8192,
    GROUP_MEMORY_LIMIT = 12 << 20, /* bytes of what groups keep */
    GROUP_VALUE_LIMIT = 2048,      /* bytes of one text that a group keeps */
};

struct alert_groups;

struct group_options {
    uint32_t window, window_limit; /* seconds; 0: the defaults */
    bool off;                      /* every alert goes out */
    uint32_t rate;                 /* alerts a second for all, and at once after a quiet
                                      second; the rest is counted in a summary of its own;
                                      0: no limit */
};

typedef void alert_out(const struct alert *alert, void *context);

int alert_groups_new(const struct group_options *options, alert_out *out, void *context,
                     struct alert_groups **ret, struct error *err);
void alert_groups_free(struct alert_groups *groups);
DEFINE_CLEANUP(struct alert_groups, alert_groups_free)

void alert_groups_add(struct alert_groups *groups, const struct alert *alert);
/* Tells what is due at `now` (nanoseconds since 1970); returns when it wants to be
 * called again. */
int64_t alert_groups_tick(struct alert_groups *groups, int64_t now);
/* Tells everything that is counted and not told. */
void alert_groups_flush(struct alert_groups *groups);
uint64_t alert_groups_suppressed(const struct alert_groups *groups); /* counted, not sent singly */
