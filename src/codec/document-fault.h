/* What libyaml found wrong, in our words, with what to do about it. */
#pragma once

#include "codec/document.h"

/* The hint for what looks like a template of Helm or Jinja. */
void document_fault_hint_template(struct error *fault);
/* `problem` is libyaml's; `text` is the broken document's, up to the end of the
 * line with the fault, which is at `at`. */
void document_fault_describe(const char *problem, const char *context, struct view text, size_t at,
                             struct error *ret);
