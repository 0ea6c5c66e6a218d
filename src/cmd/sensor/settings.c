#include "cmd/sensor/settings.h"

#include "base/text.h"
#include "rule/ruleset.h"
#include "sensor/collect/probe.h"

#define AT(member) .offset = offsetof(struct settings, member)

static bool priority_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[RULE_PRIORITY_COUNT] = {
        {"emergency", NULL}, {"alert", NULL},  {"critical", NULL}, {"error", NULL},
        {"warning", NULL},   {"notice", NULL}, {"info", NULL},     {"debug", NULL},
    };

    return option_take_word(words, RULE_PRIORITY_COUNT, i, ret);
}

static bool format_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {
        [SENSOR_FORMAT_AUTO] = {"auto", TR_KEY("text on a terminal, JSON lines in a pipe")},
        [SENSOR_FORMAT_TEXT] = {"text", TR_KEY("a line for each alert")},
        [SENSOR_FORMAT_JSON] = {"json", TR_KEY("a JSON object on a line for each alert")},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static const struct option rules[] = {
    {.name = "rules",
     .letter = 'r',
     .type = OPTION_TEXTS,
     .argument = "FILE",
     AT(rule_files),
     .doc = TR_KEY("a rule file, or a folder of them; without it, the rules that are built in")},
    {.name = "builtin",
     AT(builtin),
     .doc = TR_KEY("the rules that are built in as well, before the given ones")},
    {.name = "enable",
     .type = OPTION_TEXTS,
     .argument = "RULES",
     AT(enabled_rules),
     .doc = TR_KEY("switch rules on: names, ids or tags, with * and ?")},
    {.name = "disable",
     .type = OPTION_TEXTS,
     .argument = "RULES",
     AT(disabled_rules),
     .doc = TR_KEY("switch rules off: names, ids or tags, with * and ?; '*': all but those of "
                   "--enable")},
    {.name = "min-priority",
     .type = OPTION_CHOICE,
     .argument = "PRIORITY",
     AT(minimum_priority),
     .initial = "debug",
     .word = priority_word,
     .doc = TR_KEY("rules of a lower priority are off")},
    {.name = "all-matches",
     AT(all_matches),
     .doc = TR_KEY("every rule that matches an event, not only the first one")},
    {.name = "no-watch",
     AT(no_watch),
     .doc = TR_KEY("load rules anew on SIGHUP only, not when their files change")},
};
const struct option_group options_rules = OPTION_GROUP(TR_KEY("Rules"), rules);

static const struct option alerts[] = {
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .argument = "FORMAT",
     AT(format),
     .initial = "auto",
     .variable = "PLIMSOLL_FORMAT",
     .word = format_word,
     .doc = TR_KEY("how alerts are written to standard output")},
    {.name = "sink",
     .type = OPTION_TEXTS,
     .argument = "ADDRESS",
     AT(sinks),
     .doc = TR_KEY(
         "where alerts go, instead of standard output: stdout, file:/PATH, syslog:, "
         "syslog+tls://HOST, https://..., or @FILE that holds one; may be given several times")},
    {.name = "spool",
     .type = OPTION_TEXT,
     .argument = "DIR",
     AT(spool),
     .initial = "/var/lib/plimsoll/spool",
     .variable = "PLIMSOLL_SPOOL",
     .doc = TR_KEY("where alerts are kept while a sink is down")},
    {.name = "spool-limit",
     .type = OPTION_SIZE,
     .argument = "SIZE",
     AT(spool_limit),
     .initial = "64M",
     .doc = TR_KEY("the most that is kept for each sink; then the oldest go")},
    {.name = "no-grouping",
     AT(no_grouping),
     .doc = TR_KEY("every alert by itself, no counts of what is the same")},
    {.name = "group-window",
     .type = OPTION_DURATION,
     .argument = "TIME",
     AT(group_window),
     .initial = "60s",
     .doc = TR_KEY("the first of a group goes out at once, the next as a count after this time")},
    {.name = "alert-rate",
     .type = OPTION_NUMBER,
     .argument = "N",
     AT(alert_rate),
     .initial = "0",
     .max = 1000000,
     .doc = TR_KEY("the most alerts a second, the rest is counted; 0: no limit")},
    {.name = "explain", AT(explain), .doc = TR_KEY("tell with each alert why its rule matched")},
};
const struct option_group options_alerts = OPTION_GROUP(TR_KEY("Alerts"), alerts);

static const struct option runtimes[] = {
    {.name = "docker-socket",
     .type = OPTION_TEXT,
     .argument = "SOCKET",
     AT(docker_socket),
     .doc = TR_KEY("of the Docker engine; without it, where it usually is")},
    {.name = "containerd-socket",
     .type = OPTION_TEXT,
     .argument = "SOCKET",
     AT(containerd_socket),
     .doc = TR_KEY("of containerd")},
    {.name = "cri-socket",
     .type = OPTION_TEXT,
     .argument = "SOCKET",
     AT(cri_socket),
     .doc = TR_KEY("of the runtime that the kubelet uses")},
    {.name = "crio-socket",
     .type = OPTION_TEXT,
     .argument = "SOCKET",
     AT(crio_socket),
     .doc = TR_KEY("of CRI-O")},
    {.name = "podman-socket",
     .type = OPTION_TEXT,
     .argument = "SOCKET",
     AT(podman_socket),
     .doc = TR_KEY("of Podman's service")},
    {.name = "no-runtimes",
     AT(no_runtimes),
     .doc = TR_KEY("ask no runtime: containers have an id and nothing else")},
    {.name = "metadata-wait",
     .type = OPTION_DURATION,
     .argument = "TIME",
     AT(wait),
     .initial = "2s",
     .doc = TR_KEY("how long an event waits for what the runtime says about its container")},
};
const struct option_group options_runtimes = OPTION_GROUP(TR_KEY("Container runtimes"), runtimes);

static const struct option responses[] = {
    {.name = "responses",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(response_policy),
     .doc = TR_KEY("which rules cause which actions, and for whom never")},
    {.name = "dry-run",
     AT(dry_run),
     .doc = TR_KEY("write into the journal what would be done, and do nothing")},
    {.name = "allow-host",
     AT(allow_host),
     .doc = TR_KEY("actions may be done to processes that are in no container")},
    {.name = "keep",
     .type = OPTION_TEXTS,
     .argument = "NETWORK",
     AT(keep),
     .doc = TR_KEY("a network that an isolated container still reaches: 10.0.0.5/32:443")},
    {.name = "action-rate",
     .type = OPTION_NUMBER,
     .argument = "N",
     AT(action_rate),
     .initial = "60",
     .min = 1,
     .max = 100000,
     .doc = TR_KEY("the most actions a minute; the rest is refused")},
};
const struct option_group options_responses = OPTION_GROUP(TR_KEY("Responses"), responses);

static const struct option journal[] = {
    {.name = "journal",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(journal),
     .initial = "/var/lib/plimsoll/journal.jsonl",
     .variable = "PLIMSOLL_JOURNAL",
     .doc = TR_KEY("what was done, why, and how to undo it")},
};
const struct option_group options_journal = OPTION_GROUP(TR_KEY("Journal"), journal);

static bool hooks_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {
        [PROBE_HOOKS_AUTO] = {"auto", TR_KEY("calls where the kernel takes them, else returns")},
        [PROBE_HOOKS_CALLS] = {"calls", TR_KEY("programs on those calls that rules want")},
        [PROBE_HOOKS_RETURNS] = {"returns", TR_KEY("one program on the return of every call")},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static const struct option capturing[] = {
    {.name = "duration",
     .type = OPTION_DURATION,
     .argument = "TIME",
     AT(duration),
     .initial = "0",
     .doc = TR_KEY("end after this time; 0: when a signal says so")},
    {.name = "ring-size",
     .type = OPTION_SIZE,
     .argument = "SIZE",
     AT(ring_size),
     .doc = TR_KEY("memory for events on the way, for each processor; without it 8M for all, but "
                   "512K each at least")},
    {.name = "hooks",
     .type = OPTION_CHOICE,
     .argument = "WHERE",
     AT(hooks),
     .initial = "auto",
     .word = hooks_word,
     .doc = TR_KEY("where system calls are seen")},
    {.name = "no-push-down",
     AT(no_push_down),
     .doc =
         TR_KEY("let the kernel send all events that rules name, not only those that may match")},
};
const struct option_group options_capturing = OPTION_GROUP(TR_KEY("Capturing"), capturing);

static const struct option capture_file[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(output),
     .doc = TR_KEY("the capture file; - for standard output")},
    {.name = "size-limit",
     .type = OPTION_SIZE,
     .argument = "SIZE",
     AT(size_limit),
     .initial = "1G",
     .doc = TR_KEY("the most the file may grow to; then recording ends")},
};
const struct option_group options_capture_file = OPTION_GROUP(TR_KEY("Capture file"), capture_file);

static const struct option metrics[] = {
    {.name = "metrics",
     .type = OPTION_TEXT,
     .argument = "ADDRESS",
     AT(metrics),
     .variable = "PLIMSOLL_METRICS",
     .doc = TR_KEY("serve metrics for Prometheus at this address, such as 127.0.0.1:9765")},
    {.name = "metrics-file",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(metrics_file),
     .doc = TR_KEY("write them into this file every few seconds")},
    {.name = "measure-rules",
     AT(measure),
     .doc = TR_KEY("measure what each rule costs; events cost a little more")},
};
const struct option_group options_metrics = OPTION_GROUP(TR_KEY("Metrics"), metrics);

static const struct option replay[] = {
    {.name = "push-down",
     AT(push_down),
     .doc = TR_KEY("judge only the events that the kernel would have sent")},
    {.name = "statistics",
     AT(statistics),
     .doc = TR_KEY("tell at the end how many events there were, and what they cost")},
};
const struct option_group options_replay = OPTION_GROUP(TR_KEY("Replay"), replay);

static const struct option facts[] = {
    {.name = "json", AT(json), .doc = TR_KEY("write JSON, for programs")},
};
const struct option_group options_facts = OPTION_GROUP(TR_KEY("Output"), facts);

static const struct option target[] = {
    {.name = "container",
     .letter = 'c',
     .type = OPTION_TEXT,
     .argument = "ID",
     AT(container),
     .doc = TR_KEY("the container: its id, the beginning of it, its name, or in Kubernetes "
                   "NAMESPACE/POD/NAME")},
    {.name = "pid",
     .letter = 'p',
     .type = OPTION_NUMBER,
     .argument = "PID",
     AT(pid),
     .min = 1,
     .max = UINT32_MAX,
     .doc = TR_KEY("the process, as the host numbers it")},
    {.name = "reason",
     .type = OPTION_TEXT,
     .argument = "TEXT",
     AT(reason),
     .doc = TR_KEY("why, for the journal")},
    {.name = "dry-run",
     AT(dry_run),
     .doc = TR_KEY("write into the journal what would be done, and do nothing")},
    {.name = "allow-host",
     AT(allow_host),
     .doc = TR_KEY("actions may be done to processes that are in no container")},
    {.name = "keep",
     .type = OPTION_TEXTS,
     .argument = "NETWORK",
     AT(keep),
     .doc = TR_KEY("a network that an isolated container still reaches: 10.0.0.5/32:443")},
};
const struct option_group options_target = OPTION_GROUP(TR_KEY("Target"), target);
