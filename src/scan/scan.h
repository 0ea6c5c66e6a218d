/* A scan from end to end: the one place that wires artifacts, inventory,
 * advisory database, matching and policy together.
 *
 * A scan fills a `struct report`, all of which lives in the caller's arena.
 * Problems of the input become diagnostics in the report; a scan fails only
 * when the target can't be scanned at all, or the database is unusable.
 *
 * The program must ignore SIGPIPE.
 */
#pragma once

#include "artifact/image.h"
#include "base/arena.h"
#include "base/error.h"
#include "model/report.h"
#include "sandbox/sandbox.h"

enum {
    SCAN_ARENA_LIMIT = 1 << 30,
    SCAN_DEFAULT_LAYER_GIB = 32, /* decompressed bytes of one layer */
};

/* What the scan is doing, for a progress line. */
enum scan_phase {
    SCAN_RESOLVING, /* asking engines and registries, reading the manifest */
    SCAN_LAYERS,    /* done, total: stored bytes of layers */
    SCAN_MATCHING,
    SCAN_FILES, /* done: bytes of files */
};

/* What a scan looks for. */
enum scan_scanner {
    SCAN_PACKAGES = 1 << 0, /* packages, and their vulnerabilities */
    SCAN_CONFIG = 1 << 1,   /* how the image is made: its config, its files */
    SCAN_SECRETS = 1 << 2,
    SCAN_MALWARE = 1 << 3,
};

struct checks;
struct secret_rules;
struct malware_rules;

/* Rules that workers inherit: compiled before there are workers, so that each
 * has them for nothing. NULL: none of that kind. They outlive the sandbox. */
struct scan_rules {
    const struct checks *checks;         /* config/checks.h */
    const struct secret_rules *secrets;  /* secret/secret.h */
    const struct malware_rules *malware; /* malware/malware.h */
};

struct scan_options {
    unsigned scanners;              /* of enum scan_scanner; 0: SCAN_PACKAGES */
    struct image_options image;     /* jobs, platform, offline, credentials, ... */
    const char *db_path;            /* the advisory database; must exist */
    const char *cache_dir;          /* NULL: no layer cache */
    uint64_t cache_limit;           /* bytes; 0: the default of layer-cache.h */
    uint64_t layer_limit;           /* decompressed bytes of one layer; 0: SCAN_DEFAULT_LAYER_GIB */
    unsigned layer_seconds;         /* wall time of one layer; 0: no limit */
    unsigned db_max_age_days;       /* older ones are told; 0: never */
    bool want_files;                /* fill in package.files */
    const struct scan_rules *rules; /* those that the sandbox was started with; NULL: none */
    void (*progress)(void *ctx, enum scan_phase phase, uint64_t done, uint64_t total);
    void *progress_ctx;
};

/* A sandbox whose workers know every operation that scans and database updates
 * need. As sandbox_start(): while the process has one thread. `rules` NULL: none. */
int scan_sandbox_start(const struct scan_rules *rules, struct sandbox **ret, struct error *err);

int scan_image(const char *reference, const struct scan_options *options, struct sandbox *sandbox,
               struct arena *arena, struct report *ret, struct error *err);
/* A directory as the root of a system. */
int scan_tree(const char *directory, const struct scan_options *options, struct sandbox *sandbox,
              struct arena *arena, struct report *ret, struct error *err);
int scan_host(const struct scan_options *options, struct sandbox *sandbox, struct arena *arena,
              struct report *ret, struct error *err);
