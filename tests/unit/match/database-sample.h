/* A small advisory database for tests, built the way real ones are. */
#pragma once

#include "vulndb/builder.h"
#include "vulndb/vulndb.h"

struct database_sample {
    char directory[64], path[96];
    struct vulndb_builder *builder;
    struct vulndb *db;
    struct vulndb_reader *reader;
};

/* Begins one, with these records; more may go to `builder`. */
void database_sample_begin(struct database_sample *sample, const struct advisory *records,
                           size_t count);
/* Writes it, opens it, and makes a reader. */
void database_sample_open(struct database_sample *sample);
void database_sample_done(struct database_sample *sample);
