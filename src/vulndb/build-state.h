/* A build under way: what build.c finds out and build-file.c writes down. */
#pragma once

#include "vulndb/build.h"
#include "vulndb/claims.h"
#include "vulndb/merge.h"
#include "vulndb/store.h"
#include "vulndb/subjects.h"

enum { BUILD_VALUE_LIMIT = 1 << 30 }; /* bytes of one value in the file */
#define BUILD_NO_INDEX UINT32_MAX

/* A record that is about a vulnerability. */
struct mention {
    uint32_t index; /* of the vulnerability */
    uint32_t record;
    bool summary;
};

/* An id and a vulnerability that it stands for. */
struct id_row {
    uint32_t name, index;
};

struct build {
    struct records *records;
    struct enrich *enrich;
    struct vulndb_info *info;
    struct vulndb_build_stats *stats;
    struct error *err;

    struct merge *merge;
    struct subjects *subjects;
    struct claims claims;
    struct intern *strings;  /* what statements refer to by number */
    struct intern *families; /* names of ecosystems seen */
    uint32_t *index;         /* of a group; BUILD_NO_INDEX: no package has it */
    uint32_t *groups;        /* of an index */
    size_t count;            /* vulnerabilities */
    struct mention *mentions;
    size_t mention_count, mention_room;
    struct id_row *ids;
    size_t id_count, id_room;
    struct arena *arena; /* for one record */
    struct buf value;
    struct store_writer *writer;
};

/* The i-th record; arrays live until the next call. */
int build_read_record(struct build *build, size_t i, struct advisory *ret);

/* Writes all tables of a build whose vulnerabilities have their indexes. */
int build_write_file(struct build *build, const char *path);
