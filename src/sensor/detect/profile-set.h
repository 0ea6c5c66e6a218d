/* Sets of profiles: what the kernel's cheap facts may be (abi/filter.h). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sensor/abi/filter.h"

struct profile_set {
    uint64_t words[FILTER_PROFILES / 64];
};

#define PROFILES_NONE ((struct profile_set){{0, 0}})
#define PROFILES_ALL ((struct profile_set){{UINT64_MAX, UINT64_MAX}})

static inline struct profile_set profiles_and(struct profile_set a, struct profile_set b)
{
    return (struct profile_set){{a.words[0] & b.words[0], a.words[1] & b.words[1]}};
}

static inline struct profile_set profiles_or(struct profile_set a, struct profile_set b)
{
    return (struct profile_set){{a.words[0] | b.words[0], a.words[1] | b.words[1]}};
}

static inline struct profile_set profiles_not(struct profile_set a)
{
    return (struct profile_set){{~a.words[0], ~a.words[1]}};
}

static inline bool profiles_empty(struct profile_set a)
{
    return !(a.words[0] | a.words[1]);
}

static inline bool profiles_equal(struct profile_set a, struct profile_set b)
{
    return a.words[0] == b.words[0] && a.words[1] == b.words[1];
}

static inline bool profiles_have(struct profile_set a, unsigned profile)
{
    return a.words[profile / 64] >> (profile % 64) & 1;
}

static inline void profiles_add(struct profile_set *a, unsigned profile)
{
    a->words[profile / 64] |= UINT64_C(1) << (profile % 64);
}
