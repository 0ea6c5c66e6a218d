/* The rule source `kubernetes`; its events are those of event.h. */
#pragma once

#include "config/kind.h"

extern const struct rule_source kubernetes_source;

/* config_kind's locate(). */
bool kubernetes_locate(const void *event, const struct rule_use *use, struct config_place *ret);
