/* The option that says which cluster files are for. */
#pragma once

#include "cmd/cli/commands.h"
#include "config/kind.h"

/* ERROR_USAGE for what is no version. */
int cluster_option_read(const struct invocation *invocation, struct config_target *ret,
                        struct error *err);
