/* Deciding on and doing actions: from rules' `actions`, allow-lists, rates, and
 * the command line. Actions run in a thread of their own, kills first, so that
 * detection never waits for a runtime. The thread begins with the first action, so it
 * has no privilege that was given up before.
 *
 * What a policy asks for is done even when the journal can't be written (a full disk
 * must not disarm the sensor): its lines wait in memory, and are written as soon as they
 * can be. What a person asks for is not.
 * The same action on the same process, or container, is done once in
 * RESPONDER_REPEAT.
 */
#pragma once

#include "sensor/alert/alert.h"
#include "sensor/respond/journal.h"

struct responder;

enum {
    RESPONDER_RATE = 60,          /* actions a minute */
    RESPONDER_REPEAT = 60,        /* seconds */
    RESPONDER_QUEUE_LIMIT = 1024, /* actions that wait */
};

struct responder_options {
    struct response_context context;
    const char *journal_path;
    const char *policy_path; /* docs/formats/response-policy.md: which rules (by name, id, tag,
                                priority) cause which actions, and for whom never; NULL: none */
    uint32_t rate;           /* actions a minute, the rest is counted in the journal as
                                refused; 0: RESPONDER_RATE */
};

/* What `options` points to must outlive it. */
int responder_new(const struct responder_options *options, struct responder **ret,
                  struct error *err);
/* Does what waits, and writes how many were refused; from then on all are. By the thread
 * that alerts. */
void responder_finish(struct responder *responder);
void responder_free(struct responder *responder); /* finishes first */
DEFINE_CLEANUP(struct responder, responder_free)

/* policy_pattern_at() of its policy; NULL without one. */
const char *responder_pattern_at(const struct responder *responder, size_t number);

/* What the policy says about the alert is queued; writes the names of the
 * actions into `ret_actions` ("kill", "kill (dry run)", "kill (refused)"). One thread. */
void responder_alert(struct responder *responder, const struct alert *alert,
                     const struct response_target *target, struct buf *ret_actions);
/* Each second or so: what was refused in a minute is told when it has passed. */
void responder_tick(struct responder *responder);
/* By command: does it now. The id lives until the next call. */
int responder_act(struct responder *responder, const struct action *action,
                  const struct response_target *target, struct view who, struct view why,
                  struct view *ret_id, struct error *err);
int responder_undo(struct responder *responder, struct view id, struct view who, struct error *err);
/* Whether responder_undo() would try to take the action back. */
bool responder_can_undo(const struct journal_entry *entry);

/* What became of an action, as the journal has it; metrics have the same names. What the
 * policy's `never` or a guard rail forbids has failed, in a dry run, too. */
enum response_outcome {
    RESPONSE_DONE,
    RESPONSE_FAILED,
    RESPONSE_REFUSED, /* by the rate, or since too many waited */
    RESPONSE_DRY_RUN, /* would have been done */
    RESPONSE_OUTCOME_COUNT,
};

const char *response_outcome_name(enum response_outcome outcome); /* "dry-run" */

struct responder_counts {
    uint64_t outcomes[ACTION_COUNT][RESPONSE_OUTCOME_COUNT]; /* by action_index() */
    uint64_t repeated;
    uint64_t unwritten; /* lines of the journal that had to wait */
    bool journal_fails; /* they wait now */
    uint64_t waiting;
};
/* Any thread. What is under way is in none of the outcomes yet. */
struct responder_counts responder_counts(struct responder *responder);
