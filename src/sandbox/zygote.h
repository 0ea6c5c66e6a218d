/* The process that workers are forked from, and what it is told.
 *
 * The program sends one `struct zygote_order` per message on a SEQPACKET
 * socket, with descriptors for a start. The zygote holds a table of running
 * workers, kills the overdue, reaps the dead and writes each one's wait status
 * (an int) to the status pipe that came with its start. It reads nothing that
 * a worker writes. When the socket closes, it kills all workers and ends.
 */
#pragma once

#include <stdint.h>

#include "sandbox/sandbox.h"

enum {
    ZYGOTE_WORKERS_LIMIT = 256,
    /* Descriptors of a start: page, reply pipe, status pipe, then the job's. */
    ZYGOTE_FDS_LIMIT = 3 + SANDBOX_FDS_LIMIT,
};

enum zygote_verb { ZYGOTE_START, ZYGOTE_KILL };

struct zygote_order {
    uint32_t verb;
    uint32_t job;
    uint32_t op; /* index into the table of operations */
    uint32_t deadline_seconds;
};

/* What the zygote says once it is confined, before the first order. */
struct zygote_hello {
    int32_t landlock_abi;
    int32_t changed_user;
    struct error error; /* set: it could not be confined and has ended */
};

/* Never returns. */
_Noreturn void zygote_main(int socket, const struct sandbox_op *ops, size_t op_count);
