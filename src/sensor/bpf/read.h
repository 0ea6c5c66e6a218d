/* Reading kernel memory.
 *
 * Objects are named by their address. From 6.2 on bpf_rdonly_cast() makes a
 * typed pointer of any address, and reads through it are plain loads that a
 * fault turns into zero; before, each read is a call of a helper.
 */
#pragma once

#include "sensor/bpf/kernel.h"

typedef uint64_t address;

extern void *bpf_rdonly_cast(const void *object, uint32_t type) __ksym __weak;

/* Set before loading: the kernel has bpf_rdonly_cast(). */
const volatile bool direct_reads = false;

#define CAST(type, at)                                                                             \
    ((struct type *)bpf_rdonly_cast((const void *)(at), bpf_core_type_id_kernel(struct type)))

#define READ(type, at, field)                                                                      \
    ({                                                                                             \
        address at_ = (at);                                                                        \
        __typeof__(((struct type *)0)->field) value_;                                              \
        if (direct_reads)                                                                          \
            value_ = CAST(type, at_)->field;                                                       \
        else                                                                                       \
            bpf_core_read(&value_, sizeof(value_), &((struct type *)at_)->field);                  \
        value_;                                                                                    \
    })

/* The same of a pointer. */
#define FOLLOW(type, at, field) ((address)READ(type, at, field))

/* The address of a field. */
#define FIELD(type, at, field) ((at) + bpf_core_field_offset(struct type, field))
