/* How far a spool was emptied: a file of two slots, written in turn, so that a
 * write that is cut leaves the other one. A position that is lost or old costs
 * alerts sent twice, never one that is not sent. */
#pragma once

#include "base/error.h"
#include "base/view.h"

struct spool_position {
    int fd; /* -1: not open */
    uint64_t generation;
    uint64_t next; /* sequence of the first record that was not delivered */
};

#define SPOOL_POSITION_INIT ((struct spool_position){-1, 0, 0})

/* Opens or makes the file in the directory; one that can't be read says 0. */
int spool_position_open(int directory, struct spool_position *ret, struct error *err);
void spool_position_done(struct spool_position *position);
/* As well as it can. */
void spool_position_set(struct spool_position *position, uint64_t next);
