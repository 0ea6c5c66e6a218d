/* Deciding on and doing actions: from rules' `actions`, allow-lists, rates, and
 * the command line. Actions run in a thread of their own, kills first, so that
 * detection never waits for a runtime. */
#pragma once

#include "sensor/alert/alert.h"
#include "sensor/respond/journal.h"

struct responder;

struct responder_options {
    struct response_context context;
    const char *journal_path;
    const char *policy_path; /* docs/formats/response-policy.md: which rules (by name, id, tag,
                                priority) cause which actions, and for whom never; NULL: none */
    uint32_t rate;           /* actions a minute, the rest is journalled as refused; 0: 60 */
};

int responder_new(const struct responder_options *options, struct responder **ret,
                  struct error *err);
void responder_free(struct responder *responder);
DEFINE_CLEANUP(struct responder, responder_free)

/* What the policy says about the alert is queued; writes the names of the
 * actions into `ret_actions` ("kill", "kill (dry run)"). */
void responder_alert(struct responder *responder, const struct alert *alert,
                     const struct response_target *target, struct buf *ret_actions);
/* By command: does it now. */
int responder_act(struct responder *responder, const struct action *action,
                  const struct response_target *target, struct view who, struct view why,
                  struct view *ret_id, struct error *err);
int responder_undo(struct responder *responder, struct view id, struct view who,
                   struct error *err);
