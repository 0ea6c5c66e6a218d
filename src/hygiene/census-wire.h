/* The bytes that builder and reader of a census agree on. Not for others. */
#pragma once

#define CENSUS_MAGIC "PLSMCEN1"

enum {
    CENSUS_KIND_MASK = 0x0f,
    CENSUS_NEW_OWNER = 0x10,   /* uid and gid follow; else they are those of the entry before */
    CENSUS_INTERESTING = 0x20, /* mode, capabilities and notes follow */
};
