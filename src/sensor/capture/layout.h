/* What stands where in a capture file. Integers are little-endian. */
#pragma once

#include <stdint.h>

#define CAPTURE_MAGIC "\x89PLIMS\r\n" /* not text, and broken by who converts line ends */

enum { CAPTURE_MAGIC_SIZE = sizeof(CAPTURE_MAGIC) - 1, CAPTURE_CHECKSUM_SIZE = sizeof(uint64_t) };

/* Then the SENSOR_HOST record, and XXH3 of all bytes before the checksum. */
struct capture_header {
    char magic[CAPTURE_MAGIC_SIZE];
    uint32_t version;
    uint32_t length; /* of the record */
};

/* Then the compressed bytes, and XXH3 of this and of them. */
struct capture_block {
    char magic[4];
    uint32_t stored; /* compressed bytes */
    uint32_t size;   /* of the records */
    uint32_t count;
    uint64_t first_time, last_time; /* of the first and the last record */
};

#define CAPTURE_BLOCK_MAGIC "PLBK"

_Static_assert(sizeof(struct capture_header) == 16, "layout of capture files");
_Static_assert(sizeof(struct capture_block) == 32, "layout of capture blocks");
