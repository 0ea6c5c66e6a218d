/* The answers that options give to what repairs ask. */
#pragma once

#include "cmd/cli/commands.h"
#include "config/harden/plan.h"

/* ERROR_USAGE for what is no answer. Everything lies in the run's arena. */
int harden_answers_read(const struct invocation *invocation, struct plan_options *ret,
                        struct error *err);
