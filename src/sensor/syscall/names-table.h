/* What the tables of names (names-*.c) are written with. */
#pragma once

#include "sensor/syscall/names.h"

/* A constant under its own name. */
#define NAME(constant)                                                                             \
    {                                                                                              \
        constant, #constant, 0                                                                     \
    }
#define END                                                                                        \
    {                                                                                              \
        0, NULL, 0                                                                                 \
    }
