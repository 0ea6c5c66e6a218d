/* Vulnerabilities put together as a person reads them: one group a source package,
 * worst first, and in it one row a vulnerability, however many binary packages
 * of that source are installed.
 */
#pragma once

#include "base/arena.h"
#include "model/report.h"

struct group_row {
    const struct finding *finding; /* the first of those it stands for */
    struct view *binaries;         /* of all of them, in the order of the report */
    size_t binary_count;
};

struct group {
    struct view source;     /* name of the source package */
    struct group_row *rows; /* worst first, then by id */
    size_t row_count;
    struct view *binaries; /* of all rows; none when the only one is called like the source */
    size_t binary_count;
    size_t fixable; /* rows with a fix */
};

struct groups {
    struct group *list; /* worst first, then by name */
    size_t count;
    size_t row_count;
    size_t by_severity[SEVERITY_COUNT]; /* of rows */
    size_t fixable;
};

/* The groups live in `arena` and point into the report. */
int groups_make(const struct report *report, struct arena *arena, struct groups *ret,
                struct error *err);
