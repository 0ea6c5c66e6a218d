/* Which packages of a kernel's source hold kernel code.
 *
 * A kernel's source builds headers, documentation and tools too, and there are
 * packages that only depend on the newest kernel. A flaw of the kernel is none
 * of theirs, and a container never runs its own kernel, so findings on them
 * are noise. They are left out, and counted in a diagnostic. What is not known
 * to be without code is taken to hold some.
 */
#pragma once

#include "model/package.h"

/* A source package that kernels are built from: "linux", "linux-hwe-6.5",
 * "kernel-rt". Signed ones under their own source's name (source-name.h). */
bool kernel_is_source(struct view source);

/* The package is built from a kernel's source and holds no kernel code.
 * `source`: as source_of() has it. */
bool kernel_code_is_absent(const struct package *package, struct view source);
