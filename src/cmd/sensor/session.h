/* What the commands that judge events open from their settings: sinks, the
 * responder, runtimes. */
#pragma once

#include "cmd/sensor/settings.h"
#include "sensor/container/inquiry.h"
#include "sensor/engine/pipeline.h"

enum { SESSION_SINKS = 16 };

struct session {
    struct sandbox *sandbox; /* parses what runtimes answer */
    struct sink *sinks[SESSION_SINKS];
    size_t sink_count;
    struct responder *responder;
    struct inquiry *inquiry;
};

/* Values that no table of options can refuse. */
int session_check(const struct invocation *invocation, struct error *err);
/* The sinks of --sink, or standard output. `patient`: alerts wait for a slow reader of
 * standard output, as they may in a replay; else they are dropped, and counted. */
int session_open_sinks(struct session *session, const struct invocation *invocation, bool patient,
                       struct error *err);
int session_open_responder(struct session *session, const struct invocation *invocation,
                           struct error *err);
/* ERROR_NOT_FOUND: there is no journal yet. For commands that only look into it: opening
 * the responder makes one. */
int session_require_journal(const struct invocation *invocation, struct error *err);
/* Who acts by command, for the journal: "user root (uid 0)". Empty without memory. */
struct view session_who(struct arena *arena);
/* First of all, while there is one thread. */
int session_start_sandbox(struct session *session, struct error *err);
int session_open_inquiry(struct session *session, const struct invocation *invocation,
                         struct error *err);
void session_close(struct session *session);

/* The options of --rules, --enable and the like; the lists live in the arena. */
int session_rules(const struct invocation *invocation, struct loaded_rules_options *ret,
                  struct error *err);
struct pipeline_options session_pipeline(const struct session *session,
                                         const struct invocation *invocation);
/* Tells problems of rule files on standard error, warnings too unless --quiet; `ctx` is
 * the invocation. */
void session_tell_problem(void *ctx, const struct rule_problem *problem);
