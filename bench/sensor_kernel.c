/* What the sensor's programs add to system calls, beside an empty program.
 *
 * One pinned thread makes the calls, another takes the events; all variants are
 * measured in turn in each round, and medians printed, "NAME CALL OPENS MISS" a
 * line, in nanoseconds: of one call, of an open and its close, of an open that
 * fails. Then a flood: "flood RATE LOST". What the kernel refuses is left out.
 * With --empty an empty program is attached until standard input ends, for
 * measurements of something else beside it; with --empty-calls one to the end of
 * each call that the files' rules or the state of processes want.
 * usage: bench-sensor-kernel [--rounds N] [--hooks auto|calls|returns] [RULES...] |
 *     --empty | --empty-calls RULES...; as root.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/fd.h"
#include "rule/program.h"
#include "rule/ruleset.h"
#include "sensor/abi/filter-decide.h"
#include "sensor/abi/record.h"
#include "sensor/collect/probe.h"
#include "sensor/detect/observation.h"
#include "sensor/detect/push-down.h"
#include "sensor/syscall/syscall.h"

enum {
    ROUNDS = 9,  /* at most and by default */
    SLICES = 40, /* of a variant in a round: short, so that most are not interrupted */
    SAMPLES = ROUNDS * SLICES,
    CALLS = 2000,
    OPENS = 300,
    VARIANTS = 9,
    PROGRAMS = FILTER_CALLS,
    RULES_LIMIT = 8 << 20, /* bytes of a file */
    FLOOD_MILLISECONDS = 2000,
};

static const char file_opened[] = "/usr/share/zoneinfo/Europe/Berlin";
static const char file_missing[] = "/usr/share/zoneinfo/Europe/Nowhere";

struct reader {
    struct probe *probe;
    atomic_bool stop;
    atomic_ulong count;
};

static void pin(unsigned processor)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof(set), &set);
}

static void count_event(const struct sensor_event *event, void *context)
{
    (void)event;
    ++*(uint64_t *)context;
}

static void *read_all(void *context)
{
    struct reader *reader = context;
    uint64_t count = 0;

    pin(1);

    while (!atomic_load(&reader->stop)) {
        probe_read(reader->probe, 10, count_event, &count, NULL);
        atomic_store(&reader->count, count);
    }
    return NULL;
}

static double time_calls(void)
{
    uint64_t start = clock_now_ns();

    for (int i = 0; i < CALLS; i++)
        syscall(SYS_getppid);
    return (double)(clock_now_ns() - start) / CALLS;
}

static double time_opens(void)
{
    uint64_t start = clock_now_ns();

    for (int i = 0; i < OPENS; i++)
        close(open(file_opened, O_RDONLY));
    return (double)(clock_now_ns() - start) / OPENS;
}

static double time_misses(void)
{
    uint64_t start = clock_now_ns();

    for (int i = 0; i < OPENS; i++)
        (void)!open(file_missing, O_RDONLY);
    return (double)(clock_now_ns() - start) / OPENS;
}

/* A program that does nothing. */
static int attach_nothing(const char *name, enum bpf_attach_type type)
{
    const struct bpf_insn nothing[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
        {.code = BPF_JMP | BPF_EXIT},
    };
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = type);
    int id = libbpf_find_vmlinux_btf_id(name, type), program, link;

    if (id < 0)
        return -1;
    options.attach_btf_id = (uint32_t)id;
    program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "empty", "GPL", nothing, 2, &options);
    link = program < 0 ? -1 : bpf_raw_tracepoint_open(NULL, program);
    if (program >= 0)
        close(program);
    return link;
}

/* Where our program is that sees the end of all calls. */
static int attach_empty(void)
{
    return attach_nothing("sys_exit", BPF_TRACE_RAW_TP);
}

/* Empty programs at the ends of single calls. */
struct empty_calls {
    int links[PROGRAMS];
    size_t count;
};

/* A call without arguments is known to BTF by the second name only. */
static void empty_calls_add(struct empty_calls *calls, const char *name)
{
    static const char *const prefixes[] = {"__x64_sys_", "__do_sys_"};
    char function[64];
    int link = -1;

    for (size_t i = 0; i < 2 && link < 0; i++) {
        snprintf(function, sizeof(function), "%s%s", prefixes[i], name);
        link = attach_nothing(function, BPF_TRACE_FEXIT);
    }
    if (link >= 0 && calls->count < PROGRAMS)
        calls->links[calls->count++] = link;
}

static void empty_calls_done(struct empty_calls *calls)
{
    while (calls->count)
        close(calls->links[--calls->count]);
}

/* Rules by hand, of the kind that Falco's have: some directories that are written to,
 * some that are read, names of keys, two pairs. */
static void hand_made_rules(struct filter *filter)
{
    static const char *const prefixes[] = {
        "/etc/",      "/root/",           "/boot/",
        "/bin/",      "/sbin/",           "/usr/bin/",
        "/usr/sbin/", "/usr/local/sbin/", "/proc/sys/kernel/core_pattern",
        "/dev/mem",   "/var/lib/rpm/",    "/run/secrets/kubernetes.io"};
    static const char *const suffixes[] = {"_history", "/id_rsa", "shadow", ".ssh",
                                           "release_agent"};
    static const uint8_t cuts[FILTER_CUTS] = {5, 6, 9, 10, 16, 24};
    static const uint8_t tails[FILTER_CUTS] = {4, 6, 7, 8, 0, 0};
    struct filter_text *text = &filter->path;

    memcpy(text->prefix_cut, cuts, sizeof(cuts));
    memcpy(text->suffix_cut, tails, sizeof(tails));
    text->prefix_cut_count = 6;
    text->suffix_cut_count = 4;
    text->every = 1;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        for (size_t cut = FILTER_CUTS; cut-- > 0;)
            if (cuts[cut] <= strlen(prefixes[i])) {
                filter_add_prefix(text, prefixes[i], cuts[cut], 1);
                break;
            }
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        for (size_t cut = 4; cut-- > 0;)
            if (tails[cut] <= strlen(suffixes[i])) {
                filter_add_suffix(text, suffixes[i] + strlen(suffixes[i]) - tails[cut], tails[cut],
                                  1);
                break;
            }
    text->pair[0][0] = 'z';
    text->pair[0][1] = 'm';
    filter_add_pair(text, 0, 1);
    text->pair_count = 1;
    filter->needs[0] = (struct filter_need){.any = 1, .count = 1, .group = 0xff, .all = {1}};
}

static void want(struct filter *filter, unsigned number, unsigned row, unsigned verdict)
{
    filter->calls[number].wanted = FILTER_FOR_RULES;
    filter->calls[number].row = (uint8_t)row;
    memset(filter->rows[row].verdict, (int)verdict, FILTER_PROFILES);
}

/* nothing, empty programs, or ours with a filter */
struct variant {
    const char *name;
    enum { BARE, EMPTY, EMPTY_CALLS, OURS, RULES } kind;
    unsigned getppid, opens; /* verdicts + 1; 0: not wanted */
};

static const struct variant variants[VARIANTS] = {
    {"bare", BARE, 0, 0},
    {"empty", EMPTY, 0, 0},
    {"empty-calls", EMPTY_CALLS, 0, 0}, /* on those that are measured */
    {"uncaptured", OURS, 0, 0},
    {"filtered", OURS, FILTER_DROP + 1, FILTER_DROP + 1},
    {"sent", OURS, FILTER_SEND + 1, 0},
    {"judged", OURS, 0, 2},
    {"opens-sent", OURS, 0, FILTER_SEND + 1},
    {"rules", RULES, 0, 0}, /* of files, when they are given */
};

static struct filter rules;

static void make_filter(const struct variant *variant, struct filter *filter)
{
    if (variant->kind == RULES) {
        *filter = rules;
        return;
    }
    memset(filter, 0, sizeof(*filter));
    syscall_plan(filter->calls);
    hand_made_rules(filter);
    if (variant->getppid)
        want(filter, SYS_getppid, 0, variant->getppid - 1);
    if (variant->opens) {
        want(filter, SYS_openat, 1, variant->opens - 1);
        want(filter, SYS_open, 1, variant->opens - 1);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A lower quantile than the median: what others do on this machine only adds. */
static double quiet(double *samples, size_t count)
{
    qsort(samples, count, sizeof(*samples), compare_doubles);
    return samples[count / 5];
}

struct samples {
    double calls[SAMPLES], opens[SAMPLES], misses[SAMPLES];
    size_t count;
};

static void measure(struct samples *to)
{
    for (int i = 0; i < SLICES; i++) {
        to->calls[to->count] = time_calls();
        to->opens[to->count] = time_opens();
        to->misses[to->count++] = time_misses();
    }
}

static int measure_empty(struct samples *to, struct error *err)
{
    _cleanup_close_ int link = attach_empty();

    if (link < 0)
        return error_errno(err, "attach an empty program");
    measure(to);
    return 0;
}

/* Not where the kernel has no trampolines. */
static void measure_empty_calls(struct samples *to)
{
    _cleanup_(empty_calls_done) struct empty_calls calls = {.count = 0};

    empty_calls_add(&calls, "getppid");
    empty_calls_add(&calls, "openat");
    empty_calls_add(&calls, "close");
    if (calls.count == 3)
        measure(to);
}

/* All variants once, in turn. */
static int measure_round(struct probe *probe, struct samples *to, struct error *err)
{
    static struct filter filter;
    struct reader reader = {.probe = probe};
    pthread_t thread;

    measure(&to[0]);
    if (measure_empty(&to[1], err) < 0)
        return err->kind;
    measure_empty_calls(&to[2]);
    if (probe_attach(probe, err) < 0)
        return err->kind;
    if (pthread_create(&thread, NULL, read_all, &reader))
        return error_set(err, ERROR_IO, "start a thread");
    for (size_t i = 3; i < VARIANTS && variants[i].name; i++) {
        make_filter(&variants[i], &filter);
        if (probe_set_filter(probe, &filter, err) < 0)
            break;
        for (size_t call = 0; call < FILTER_CALLS; call++)
            probe_tidy(probe); /* at most one hook at a time */
        measure(&to[i]);
    }
    atomic_store(&reader.stop, true);
    pthread_join(thread, NULL);
    probe_detach(probe);
    return error_is_set(err) ? err->kind : 0;
}

static void *flood(void *context)
{
    atomic_bool *stop = context;

    while (!atomic_load_explicit(stop, memory_order_relaxed))
        for (int i = 0; i < 100; i++)
            syscall(SYS_getppid);
    return NULL;
}

/* Both processors make calls as fast as they can, all are sent. */
static int measure_flood(struct probe *probe, struct error *err)
{
    static struct filter filter;
    uint64_t start, count = 0, spent, before;
    pthread_t threads[2];
    atomic_bool stop = false;

    make_filter(&variants[5], &filter);
    if (probe_set_filter(probe, &filter, err) < 0 || probe_attach(probe, err) < 0)
        return err->kind;
    before = probe_counts(probe).lost[SENSOR_CLASS_OTHER];
    for (size_t i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, flood, &stop);
    start = clock_now_ns();
    while ((spent = clock_now_ns() - start) < FLOOD_MILLISECONDS * 1000000ULL)
        probe_read(probe, 10, count_event, &count, NULL);
    atomic_store(&stop, true);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    probe_detach(probe);
    printf("flood %.0f %lu\n", (double)count * 1e9 / (double)spent,
           (unsigned long)(probe_counts(probe).lost[SENSOR_CLASS_OTHER] - before));
    return 0;
}

/* The filter that the rules' files make. */
static int filter_of_rules(char *const *paths, size_t count, struct filter *ret, struct error *err)
{
    const struct rule_source *sources[] = {&rule_source_sensor};
    _cleanup_(push_down_free_p) struct push_down *push_down = NULL;
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;

    if (ruleset_new(sources, 1, &set, err) < 0)
        return err->kind;
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(RULES_LIMIT);

        if (fd_read_file(paths[i], &text, err) < 0 ||
            ruleset_add(set, view_of(paths[i]), buf_view(&text), err) < 0)
            return err->kind;
    }
    if (ruleset_finish(set, err) < 0 ||
        rule_program_new(set, &rule_source_sensor, &program, err) < 0 ||
        push_down_new(program, &push_down, err) < 0)
        return err->kind;
    *ret = *push_down_filter(push_down);
    return 0;
}

/* This process is on the host: so says its cgroup. */
static void know_cgroup(const struct sensor_event *event, void *context)
{
    struct view bytes;

    if (event->kind == SENSOR_PROCESS && event->pid == (uint32_t)getpid() &&
        record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes))
        probe_set_cgroup(context, ((const struct sensor_process *)(const void *)bytes.ptr)->cgroup,
                         false);
}

static void print_samples(const char *name, struct samples *samples)
{
    if (samples->count)
        printf("%-12s %8.1f %8.1f %8.1f\n", name, quiet(samples->calls, samples->count),
               quiet(samples->opens, samples->count), quiet(samples->misses, samples->count));
}

static int run(int rounds, enum probe_hooks hooks, char *const *paths, size_t count,
               struct error *err)
{
    static struct samples samples[VARIANTS];
    _cleanup_(probe_close_p) struct probe *probe = NULL;
    struct probe_options options = {.hooks = hooks};
    cpu_set_t all;

    sched_getaffinity(0, sizeof(all), &all);
    if (count && filter_of_rules(paths, count, &rules, err) < 0)
        return err->kind;
    if (probe_open(&options, &probe, err) < 0 || probe_snapshot(probe, know_cgroup, probe, err) < 0)
        return err->kind;
    pin(0);
    for (int round = 0; round < rounds; round++)
        if (measure_round(probe, samples, err) < 0)
            return err->kind;
    for (size_t i = 0; i < VARIANTS && variants[i].name; i++)
        print_samples(variants[i].name, &samples[i]);
    sched_setaffinity(0, sizeof(all), &all);
    return measure_flood(probe, err);
}

/* Until standard input ends. */
static void hold(size_t programs)
{
    printf("attached %zu\n", programs);
    fflush(stdout);
    while (getchar() != EOF)
        ;
}

static int hold_empty(struct error *err)
{
    _cleanup_close_ int link = attach_empty();

    if (link < 0)
        return error_errno(err, "attach an empty program");
    hold(1);
    return 0;
}

static int hold_empty_calls(char *const *paths, size_t count, struct error *err)
{
    _cleanup_(empty_calls_done) struct empty_calls calls = {.count = 0};

    if (filter_of_rules(paths, count, &rules, err) < 0)
        return err->kind;
    for (size_t i = 0; i < FILTER_CALLS; i++) {
        const struct syscall *call = syscall_by_number((unsigned)i);

        if (call && rules.calls[i].wanted)
            empty_calls_add(&calls, call->kernel_name ? call->kernel_name : call->name);
    }
    if (calls.count == 0) {
        error_set(err, ERROR_UNSUPPORTED, "attach empty programs to single calls");
        error_hint(err, "this kernel has no BPF trampolines");
        return err->kind;
    }
    hold(calls.count);
    return 0;
}

static bool read_hooks(const char *word, enum probe_hooks *ret)
{
    static const char *const words[] = {
        [PROBE_HOOKS_AUTO] = "auto",
        [PROBE_HOOKS_CALLS] = "calls",
        [PROBE_HOOKS_RETURNS] = "returns",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(word, words[i]) == 0) {
            *ret = (enum probe_hooks)i;
            return true;
        }
    return false;
}

enum { OPTION_ROUNDS = 1, OPTION_EMPTY, OPTION_EMPTY_CALLS, OPTION_HOOKS };

static const struct option long_options[] = {{"rounds", required_argument, NULL, OPTION_ROUNDS},
                                             {"empty", no_argument, NULL, OPTION_EMPTY},
                                             {"empty-calls", no_argument, NULL, OPTION_EMPTY_CALLS},
                                             {"hooks", required_argument, NULL, OPTION_HOOKS},
                                             {NULL, 0, NULL, 0}};

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    int rounds = ROUNDS, what = 0, option, status;
    enum probe_hooks hooks = PROBE_HOOKS_AUTO;
    size_t count;

    libbpf_set_print(NULL);
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == '?' || (option == OPTION_HOOKS && !read_hooks(optarg, &hooks)))
            return 2;
        if (option == OPTION_ROUNDS)
            rounds = (int)strtol(optarg, NULL, 10);
        else if (option != OPTION_HOOKS)
            what = option;
    }
    rounds = rounds < 1 || rounds > ROUNDS ? ROUNDS : rounds;
    argv += optind;
    count = (size_t)(argc - optind);
    if (what == OPTION_EMPTY)
        status = hold_empty(&err);
    else if (what == OPTION_EMPTY_CALLS)
        status = hold_empty_calls(argv, count, &err);
    else
        status = run(rounds, hooks, argv, count, &err);
    if (status < 0) {
        fprintf(stderr, "%s\n%s\n", err.message, err.hint);
        return 1;
    }
    return 0;
}
