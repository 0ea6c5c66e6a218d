/* The life of a worker, from the fork to its exit. */
#pragma once

#include "sandbox/confine.h"
#include "sandbox/sandbox.h"

/* Maps the job's page, confines itself, runs the operation, leaves its error
 * on the page, and exits: 0 for success, 1 for an error. */
_Noreturn void worker_main(const struct sandbox_op *op, const struct confinement *confinement,
                           int page_fd, int reply_fd, const int *fds, size_t fd_count);
