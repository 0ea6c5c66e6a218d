/* Statements for tests, as the database would hand them out, written small. */
#pragma once

#include "base/buf.h"
#include "vulndb/statement.h"

enum { SAMPLE_INDEXES = 4 };

struct statement_sample {
    /* Words: "<1.2" until 1.2, "1.0<1.2" from 1.0 on, "=1.2" up to and with
     * 1.2, "<" all, "1.0<" from 1.0 on. NULL: none. */
    const char *ranges;
    const char *versions; /* words; NULL: none */
    const char *arch, *module, *cvss, *erratum, *severity_source;
    enum advisory_status status;
    enum severity severity;
    bool binary;                      /* names a binary package */
    uint32_t indexes[SAMPLE_INDEXES]; /* of vulnerabilities, ascending; 0 ends them */
};

/* What a sample was packed into. */
struct packed_sample {
    struct buf bytes;
    struct view strings[4];
    struct statement_strings table;
};

/* Packs the sample and reads it back. Both samples must outlive the result. */
struct vulndb_statement statement_of_sample(const struct statement_sample *sample,
                                            struct packed_sample *to);
void packed_sample_done(struct packed_sample *packed);
