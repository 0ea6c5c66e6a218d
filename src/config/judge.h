/* Asks the rules of a kind about its events, and says where and what is wrong.
 *
 * One judge for one run in one thread; it keeps an evaluation per kind.
 */
#pragma once

#include "config/checks.h"

enum {
    JUDGE_MESSAGE_LIMIT = 4096, /* bytes of an output */
};

/* A rule that matched an event. Views live until the next call. */
struct verdict_of_check {
    size_t kind; /* index into config_kinds */
    size_t rule; /* index in the kind's program */
    const struct config_event *event;
    struct config_place place;
    struct view message; /* the output, in the language of the process */
};

struct judge;

int judge_new(const struct checks *checks, struct judge **ret, struct error *err);
void judge_free(struct judge *judge);
DEFINE_CLEANUP(struct judge, judge_free)

/* Calls `found` for each wanted rule that matches. */
int judge_event(struct judge *judge, size_t kind, const struct config_event *event,
                int (*found)(void *ctx, const struct verdict_of_check *verdict, struct error *err),
                void *ctx, struct error *err);
