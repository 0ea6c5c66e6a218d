/* Tells systemd how the service is (the protocol of sd_notify(3)). */
#pragma once

#include "cmd/line/environment.h"

/* "READY=1", "STOPPING=1", ...; does nothing when nobody listens. */
void notify_manager(const struct environment *env, const char *state);
