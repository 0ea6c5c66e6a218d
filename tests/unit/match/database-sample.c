#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include "database-sample.h"

static void check(int r, const struct error *err)
{
    if (r < 0)
        fail_msg("%s", err->message);
}

void database_sample_begin(struct database_sample *sample, const struct advisory *records,
                           size_t count)
{
    struct error err = ERROR_INIT;

    *sample = (struct database_sample){.directory = "/tmp/plimsoll-match-XXXXXX"};
    assert_non_null(mkdtemp(sample->directory));
    snprintf(sample->path, sizeof(sample->path), "%s/advisories.db", sample->directory);
    check(vulndb_builder_new(&sample->builder, &err), &err);
    for (size_t i = 0; i < count; i++)
        check(vulndb_builder_add(sample->builder, &records[i], &err), &err);
}

void database_sample_open(struct database_sample *sample)
{
    struct error err = ERROR_INIT;

    check(vulndb_builder_write(sample->builder, sample->path, 1700000000, NULL, &err), &err);
    check(vulndb_open(sample->path, &sample->db, &err), &err);
    check(vulndb_reader_new(sample->db, &sample->reader, &err), &err);
}

void database_sample_done(struct database_sample *sample)
{
    vulndb_reader_free(sample->reader);
    vulndb_close(sample->db);
    vulndb_builder_free(sample->builder);
    unlink(sample->path);
    rmdir(sample->directory);
}
