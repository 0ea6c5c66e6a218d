/* What the command line and the environment of plimsoll-sensor can set. */
#pragma once

#include "cmd/line/command.h"

enum sensor_format { SENSOR_FORMAT_AUTO, SENSOR_FORMAT_TEXT, SENSOR_FORMAT_JSON };

struct settings {
    struct general_settings general;

    struct option_texts rule_files, enabled_rules, disabled_rules;
    bool builtin, all_matches, no_watch;
    int minimum_priority;

    int format; /* enum sensor_format */
    struct option_texts sinks;
    const char *spool;
    uint64_t spool_limit;
    bool no_grouping, explain;
    uint64_t group_window, alert_rate;

    const char *metrics, *metrics_file;
    bool measure;

    const char *docker_socket, *containerd_socket, *cri_socket, *crio_socket, *podman_socket;
    bool no_runtimes;
    uint64_t wait; /* seconds for metadata */

    const char *response_policy, *journal;
    bool dry_run, allow_host;
    uint64_t action_rate;
    struct option_texts keep;

    uint64_t ring_size, duration;
    int hooks; /* enum probe_hooks */
    bool no_push_down;

    const char *output; /* the capture */
    uint64_t size_limit;
    bool push_down, statistics;

    bool json;

    const char *container, *reason;
    uint64_t pid;
};

static inline struct settings *settings_of(const struct invocation *invocation)
{
    return invocation->settings;
}

extern const struct option_group options_rules;
extern const struct option_group options_alerts;
extern const struct option_group options_runtimes;
extern const struct option_group options_responses; /* of run: what rules may cause */
extern const struct option_group options_journal;
extern const struct option_group options_capturing; /* how events are captured */
extern const struct option_group options_capture_file;
extern const struct option_group options_metrics;
extern const struct option_group options_replay;
extern const struct option_group options_facts;
extern const struct option_group options_target; /* whom an action is done to */
