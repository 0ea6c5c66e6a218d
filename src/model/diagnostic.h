/* A problem in the input that did not stop the scan, told in the report. */
#pragma once

#include "base/error.h"
#include "base/view.h"

enum diagnostic_level {
    DIAGNOSTIC_NOTE,    /* worth knowing: what was left out and why */
    DIAGNOSTIC_WARNING, /* the result may be incomplete */
    DIAGNOSTIC_ERROR,   /* a part of the target could not be read */
};

struct diagnostic {
    enum diagnostic_level level;
    struct view code;    /* stable slug: "layer-unreadable", "os-end-of-life", "db-old", ... */
    struct view message; /* one line, in the language of the process */
    struct view hint;    /* what to do; may be empty */
    struct view layer;   /* digest of the layer concerned; may be empty */
    struct view path;    /* file in the target concerned; may be empty */
};

const char *diagnostic_level_name(enum diagnostic_level level); /* "note", "warning", "error" */
