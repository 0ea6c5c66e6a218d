/* Which packages of a kernel's source hold kernel code.
 *
 * A kernel's source builds headers, documentation and tools too. A flaw of the
 * kernel is none of theirs, and a container never runs its own kernel, so
 * findings on them are noise. They are left out, and counted in a diagnostic.
 */
#pragma once

#include "model/package.h"

/* The package is built from a kernel's source and holds no kernel code. */
bool kernel_code_is_absent(const struct package *package);
