/* Reports with one of everything, for the tests of all formats. */
#pragma once

#include "model/report.h"

extern const struct report sample_report;       /* of an image: vulnerabilities */
extern const struct report sample_files_report; /* of files: all other kinds */
extern const struct report sample_clean_report; /* of files: looked for, but nothing found */
/* Nothing found, and nothing known of the target. */
extern const struct report sample_empty_report;

enum { SAMPLE_NOW = 1790000000 }; /* 2026-09-21T14:13:20Z */
