/* Rules and records made from a stream of bytes: any bytes give valid ones. */
#pragma once

#include "base/buf.h"

struct choices {
    struct view bytes; /* when it is used up, all choices are the first */
    size_t at;
};

/* A rule file of at most `count` rules for record_source. */
void random_rules(struct choices *choices, size_t count, struct buf *to);
/* A record, as record_parse() reads it. */
void random_record(struct choices *choices, struct buf *to);
