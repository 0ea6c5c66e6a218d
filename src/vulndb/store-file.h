/* The trailer of the database's file; see store.h. */
#pragma once

#include <stdint.h>

#include "base/error.h"

struct store_trailer {
    uint32_t schema;
    uint64_t body_bytes; /* of what stands before the trailer */
};

/* Reads the whole file at `fd` and appends a trailer about it. */
int store_trailer_append(int fd, uint32_t schema, uint64_t *ret_file_bytes, struct error *err);
/* Checks the file at `fd` from end to end. `path` is for messages. */
int store_trailer_check(int fd, const char *path, uint32_t schema, struct store_trailer *ret,
                        struct error *err);

/* Whether two descriptors are of one file. */
bool store_same_file(int a, int b);
