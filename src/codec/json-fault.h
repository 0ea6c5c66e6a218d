/* Where a text stops being JSON (RFC 8259), for the error that says so.
 *
 * simdjson refuses a document without saying where; this reads the refused
 * text again, slowly, up to the fault. It keeps to the same rules: strict
 * syntax, UTF-8, no lone surrogates, JSON_DEPTH_LIMIT. Numbers that are well
 * formed but too large are no fault here.
 */
#pragma once

#include "base/view.h"

struct json_fault {
    size_t offset;
    const char *what; /* a key of tr() */
};

/* False when there is none. */
bool json_fault_find(struct view text, struct json_fault *ret);
