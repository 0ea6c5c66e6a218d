/* From a match to an alert: its output in the language of the process, the
 * fields of the output and those that every consumer wants, where it happened,
 * and the cause that groups it with its like. */
#pragma once

#include "sensor/alert/alert.h"
#include "sensor/detect/detector.h"
#include "sensor/respond/action.h"

struct alert_maker;

struct alert_maker_options {
    struct view host; /* name */
    bool explain;     /* say why the rule matched */
};

int alert_maker_new(const struct alert_maker_options *options, struct alert_maker **ret,
                    struct error *err);
void alert_maker_free(struct alert_maker *maker);
DEFINE_CLEANUP(struct alert_maker, alert_maker_free)

/* The alert lives until the next call. NULL without memory. */
struct alert *alert_maker_make(struct alert_maker *maker, const struct match *match);
/* Gives an alert that the sensor makes about itself its id. */
void alert_maker_number(struct alert_maker *maker, struct alert *alert);
/* To be called before a rule program that was matched with is freed. */
void alert_maker_forget(struct alert_maker *maker);
/* Whom an action about the match is to be done to; views live as the match's. */
struct response_target alert_maker_target(const struct match *match);
