/* A rule as bytes, and back: one table of its fields says both. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "secret/rule.h"

void secret_rule_encode(const struct secret_rule *rule, struct buf *to);
/* Texts point into the cursor's bytes. */
int secret_rule_decode(struct cursor *from, struct arena *arena, struct secret_rule *ret,
                       struct error *err);
