/* What the command line and the environment can set, and the options that set
 * it, in groups that commands share.
 */
#pragma once

#include "cmd/line/command.h"

struct settings {
    struct general_settings general;

    const char *cache_dir, *db;
    uint64_t jobs;

    unsigned scanners; /* of enum scan_scanner */
    struct option_texts yara, hashes, secret_rules;

    int format; /* index into report_formats */
    const char *output;
    bool packages, timing;

    unsigned severities;
    bool ignore_unfixed, fail_on_kev;
    int fail_on;
    uint64_t exit_code;
    const char *ignore_file;
    bool show_suppressed;

    bool offline, no_cache;
    uint64_t layer_limit, timeout, db_max_age;

    const char *platform, *ca_cert;
    bool insecure, plain_http;

    struct option_texts rule_files, checks, skipped_checks;
    bool no_builtin;

    struct option_texts skipped_paths, helm_values;
    bool no_render;

    struct option_texts disabled_rules;
    const char *baseline, *write_baseline, *git_since, *git_branch;
    bool git, no_decode, no_archives;
    uint64_t file_limit;

    const char *rule_source;

    int harden_level, harden_format;
    bool in_place, diff, interactive, dry_run;
    struct option_texts run_as_user, run_as_group, fs_group, cpu_limit, memory_limit, cpu_request,
        memory_request, writable, image_tags, image_digests, answers;
    const char *apparmor_profile, *selinux_level, *selinux_type, *kubernetes_version;

    const char *sources, *mirror;
    bool partial;
    bool json;
};

static inline struct settings *settings_of(const struct invocation *invocation)
{
    return invocation->settings;
}

extern const struct option_group options_database; /* which file */
extern const struct option_group options_cache;    /* which folder */
extern const struct option_group options_output;
extern const struct option_group options_gate;
extern const struct option_group options_packages;   /* of scans that find vulnerabilities */
extern const struct option_group options_checks;     /* which rules take part */
extern const struct option_group options_files;      /* which files are looked at */
extern const struct option_group options_rule_files; /* rule files, and no choice among rules */
extern const struct option_group options_rule_choice;
extern const struct option_group options_secrets;        /* rules and limits of secrets */
extern const struct option_group options_cluster;        /* which one files are for */
extern const struct option_group options_harden;         /* what is done with the result */
extern const struct option_group options_harden_answers; /* what nobody can know */
extern const struct option_group options_limits;         /* --timeout, of scans without layers */
extern const struct option_group options_scanners;       /* what is looked for in an image */
extern const struct option_group options_scan;
extern const struct option_group options_registry;
extern const struct option_group options_update;
extern const struct option_group options_import; /* how inputs are read */
extern const struct option_group options_facts;  /* --json of commands that print facts */
