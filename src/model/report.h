/* The result of a scan: everything a reader of it is told, and nothing about
 * how it is shown (report/ does that). All of it lives in one arena. */
#pragma once

#include "model/diagnostic.h"
#include "model/finding.h"
#include "model/os.h"
#include "model/package.h"

struct report_layer {
    struct view digest;     /* of the stored bytes; empty when the source keeps none */
    struct view diff_id;    /* of the uncompressed bytes */
    struct view created_by; /* the history line that made it */
    uint64_t size;          /* stored bytes; 0 unknown */
    bool cached;            /* known from an earlier scan */
};

struct report_artifact {
    struct view kind;   /* "image", "filesystem", "host", "config", "secret" */
    struct view name;   /* as the user gave it */
    struct view source; /* "docker", "registry", "oci", "docker-archive", "directory", ... */
    struct view digest; /* manifest digest where there is one, else the image id */
    struct view image_id;
    struct view platform; /* "linux/amd64" */
    struct os_info os;
    const struct report_layer *layers;
    size_t layer_count;
};

struct report_span {
    struct view name; /* "resolve", "layers", "match", ... */
    uint64_t ns;
};

struct report_database {
    bool present;
    int64_t built_at; /* seconds since 1970 */
    uint64_t advisory_count;
};

/* A finding that a person accepted, and where that is written. */
struct report_suppressed {
    const struct finding *finding;
    struct view origin; /* "inline", "annotation", "file" */
    struct view reason; /* may be empty */
    struct view file;
    uint32_t line;
    int64_t until; /* seconds since 1970; 0: no end */
};

struct report {
    struct report_artifact artifact;
    struct report_database database;
    const struct package *packages;
    size_t package_count;
    const struct finding *findings; /* in the order of finding_compare() */
    size_t finding_count;
    const struct diagnostic *diagnostics;
    size_t diagnostic_count;
    size_t unreadable_layers; /* layers that could not be read: the scan is not whole */
    unsigned looked_for;      /* bit 1 << finding_kind for each; 0: see report_looks_for() */
    size_t by_severity[SEVERITY_COUNT]; /* of the findings shown */
    size_t fixable_count;               /* vulnerabilities with a fix, of the findings shown */
    size_t hidden_count;                /* findings that --severity or --ignore-unfixed left out */
    const struct report_suppressed *suppressed; /* policy/suppression.h; in the order of findings */
    size_t suppressed_count;
    uint64_t files_examined; /* by checks and secret rules; 0 where files are not counted */
    uint64_t checks_run;     /* rules that were evaluated against something */
    bool gate_failed;
    const struct report_span *timing;
    size_t timing_count;
};

/* Whether the scan looked for findings of this kind: what `looked_for` says;
 * else what artifact.kind is about, and every kind that was found. */
bool report_looks_for(const struct report *report, enum finding_kind kind);
/* The findings of one kind. */
size_t report_count(const struct report *report, enum finding_kind kind);
/* Sets by_severity and fixable_count by the findings. */
void report_recount(struct report *report);
