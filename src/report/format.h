/* The formats that a report can be written in, as a table: a format is one
 * function and one line here.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "model/report.h"

enum {
    REPORT_OUTPUT_LIMIT = 1 << 30, /* bytes of one written report */
};

struct report_options {
    bool color;
    size_t width;          /* columns of the terminal; 0: for a file or pipe, nothing is cut */
    int64_t now;           /* seconds since 1970, for the age of the database */
    bool packages;         /* all packages too */
    bool timing;           /* where the time went */
    bool suppressed;       /* what a person accepted too */
    const char *version;   /* of the program; NULL: not told */
    const char *directory; /* the working directory; NULL: paths are told as they are */
};

struct report_format {
    const char *name; /* "table", as on the command line */
    const char *doc;  /* a key of tr() */
    /* Appends the report to `to`. */
    int (*write)(const struct report *report, const struct report_options *options, struct buf *to,
                 struct error *err);
};

extern const struct report_format report_formats[];
extern const size_t report_format_count;

/* NULL when there is none of that name. */
const struct report_format *report_format_find(struct view name);
