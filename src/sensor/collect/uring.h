/* Whether, and how, this kernel tells of the requests of io_uring.
 *
 * Its tracepoints have changed their names and arguments; what they are is looked up in the
 * kernel's types. Kernels from 6.1 on tell enough; of others, and of those without io_uring, the
 * programs are not loaded.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sensor/bpf/shared.h"

struct btf;

struct uring_hooks {
    const char *submit; /* tracepoint of a request that is submitted */
    bool tells_cqe;     /* io_uring_complete gives a struct io_uring_cqe, not its fields */
    uint32_t has_creds; /* masks of io_kiocb.flags */
    uint32_t has_data;
    uint32_t is_multishot;
    uint32_t needs_cleanup;
};

/* False: this kernel does not tell. */
bool uring_find_hooks(const struct btf *btf, struct uring_hooks *ret);
/* The same of the running kernel. */
bool uring_is_told(void);
/* Numbers of the calls that operations stand for; FILTER_CALLS: of none. */
void uring_fill_calls(uint16_t calls[SHARED_URING_OPERATIONS]);
