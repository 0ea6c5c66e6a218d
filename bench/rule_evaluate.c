/* What it costs to evaluate an event against rules, in nanoseconds.
 *
 *     bench-rule-evaluate [FILE...]
 *
 * Without files: made rules, 100, 1,000 and 10,000 of them. With files: those
 * rules, as Falco ships them. The events are made, too: their values lie ready
 * in an array, so that what is measured is the evaluation and not the reading
 * of fields. Prints a line for each: rules, ns an event, matches an event,
 * nanoseconds an event without the index, KiB of an evaluation's thread.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rule/program.h"
#include "rule/program/evaluation.h"
#include "rule/source/falco.h"
#include "rule/source/syscall.h"

enum {
    EVENTS = 256, /* few enough to stay in a core's cache, as a sensor's event is when it is read */
    VALUES = 48,  /* fields that events have */
    ROUNDS = 40,
    ROUND_NS = 10000000,
    FILE_LIMIT = 1 << 20,
};

struct event {
    struct rule_values values[VALUES];
};

static uint8_t place_of[SYSCALL_FIELD_COUNT]; /* index into values, from 1 */
static uint64_t seed = 88172645463325252U;

static uint32_t pick(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % below;
}

static struct rule_values extract(const void *event, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    const struct event *e = event;
    uint8_t place = place_of[use->field - syscall_field_table];
    struct rule_values values = {0};

    (void)item, (void)scratch;
    if (place)
        values = e->values[place - 1];
    if (use->has_argument && use->field->flags & RULE_FIELD_LIST) {
        values.present = use->index < values.count;
        values.items += values.present ? use->index : 0;
        values.count = values.present;
    }
    return values;
}

static const char *const event_types[] = {
    "openat",   "openat",    "openat", "openat",   "openat", "openat",   "open",
    "connect",  "connect",   "execve", "dup",      "dup2",   "unlink",   "unlinkat",
    "renameat", "mkdir",     "chmod",  "fchmodat", "sendto", "recvfrom", "accept4",
    "socket",   "symlinkat", "linkat", "setns",    "ptrace", "unshare",  "bpf",
};
static const char *const programs[] = {
    "nginx", "redis-server", "postgres", "java",    "node",    "python3",    "bash",
    "sh",    "curl",         "sshd",     "systemd", "kubelet", "containerd", "containerd-shim",
    "runc",  "dockerd",      "apt-get",  "dpkg",    "cron",    "rsyslogd",   "cat",
    "ls",    "grep",         "sed",      "make",    "gcc",     "cc1",        "ld",
    "git",   "tar",
};
static const char *const folders[] = {
    "/usr/lib/x86_64-linux-gnu",
    "/etc",
    "/var/lib/postgresql/15/main/base",
    "/proc/self",
    "/sys/fs/cgroup/memory",
    "/tmp/compile-1234/obj",
    "/home/user/project/src",
    "/var/log/nginx",
    "/usr/share/zoneinfo",
    "/opt/java/openjdk/lib",
    "/root",
    "/run/containerd/io.containerd",
    "/app/node_modules/express/lib",
    "/dev",
    "/usr/bin",
};
static const char *const files[] = {
    "libc.so.6", "passwd", "index.js",    "main.c",    "access.log", "null",
    "16384",     "status", "config.yaml", "localtime", "modules",    "java.base",
    "stdio.h",   "out.o",  "cert.pem",    "tmpfile",
};

#define PICK(list) (list)[pick(sizeof(list) / sizeof((list)[0]))]

struct maker {
    struct arena *arena;
    struct event *event;
};

static uint8_t find_place(const char *field)
{
    static uint8_t next;

    for (size_t i = 0; i < SYSCALL_FIELD_COUNT; i++) {
        if (strcmp(syscall_field_table[i].name, field))
            continue;
        if (!place_of[i])
            place_of[i] = ++next;
        if (next > VALUES)
            abort();
        return place_of[i] - 1;
    }
    abort();
}

static void set(struct maker *maker, const char *field, struct rule_value value)
{
    struct rule_value *copy = arena_alloc(maker->arena, sizeof(*copy));

    *copy = value;
    maker->event->values[find_place(field)] = (struct rule_values){true, false, copy, 1, false};
}

static struct view set_text(struct maker *maker, const char *field, struct view text)
{
    set(maker, field, (struct rule_value){.type = RULE_TEXT, .text = text});
    return text;
}

static void set_number(struct maker *maker, const char *field, int64_t number)
{
    set(maker, field, (struct rule_value){.type = RULE_NUMBER, .number = number});
}

static void set_bool(struct maker *maker, const char *field, bool boolean)
{
    set(maker, field, (struct rule_value){.type = RULE_BOOL, .boolean = boolean});
}

static void set_process(struct maker *maker)
{
    struct view name = view_of(PICK(programs)), parent = view_of(PICK(programs));
    struct view grand = view_of(PICK(programs));
    struct arena *arena = maker->arena;
    struct rule_value *line = arena_array(arena, 4, sizeof(*line));

    set_text(maker, "proc.name", name);
    set_text(maker, "proc.pname", parent);
    set_text(maker, "proc.exe", name);
    set_text(maker, "proc.exepath", arena_printf(arena, "/usr/bin/%.*s", VIEW_ARG(name)));
    set_text(maker, "proc.pexepath", arena_printf(arena, "/usr/bin/%.*s", VIEW_ARG(parent)));
    set_text(maker, "proc.cmdline",
             arena_printf(arena, "%.*s --config %s/%s -v %u", VIEW_ARG(name), PICK(folders),
                          PICK(files), pick(5)));
    set_text(maker, "proc.args",
             arena_printf(arena, "--config %s/%s -v %u", PICK(folders), PICK(files), pick(5)));
    set_text(maker, "proc.pcmdline", arena_printf(arena, "%.*s -D", VIEW_ARG(parent)));
    set_text(maker, "proc.sname", VIEW("systemd"));
    set_text(maker, "proc.cwd", view_of(PICK(folders)));
    set_number(maker, "proc.vpid", 1 + pick(30000));
    set_number(maker, "proc.tty", pick(10) ? 0 : 34816);
    set_bool(maker, "proc.is_exe_upper_layer", false);
    set_bool(maker, "proc.is_exe_from_memfd", false);
    for (size_t i = 0; i < 4; i++)
        line[i] = (struct rule_value){.type = RULE_TEXT,
                                      .text = i == 0   ? name
                                              : i == 1 ? parent
                                              : i == 2 ? grand
                                                       : VIEW("systemd")};
    maker->event->values[find_place("proc.aname")] = (struct rule_values){true, true, line, 4, false};
    set_text(maker, "user.name", pick(3) ? VIEW("root") : VIEW("www-data"));
    set_number(maker, "user.uid", pick(3) ? 0 : 33);
    set_number(maker, "user.loginuid", -1);
    set_text(maker, "container.id", pick(2) ? VIEW("host") : VIEW("3ad7b26ded6d"));
    set_text(maker, "container.image.repository", VIEW("docker.io/library/nginx"));
    set_bool(maker, "container.privileged", false);
}

static void set_file(struct maker *maker, bool writing)
{
    struct view folder = view_of(PICK(folders)), file = view_of(PICK(files));

    set_text(maker, "fd.name",
             arena_printf(maker->arena, "%.*s/%.*s", VIEW_ARG(folder), VIEW_ARG(file)));
    set_text(maker, "fd.directory", folder);
    set_text(maker, "fd.filename", file);
    set_text(maker, "fd.typechar", VIEW("f"));
    set_text(maker, "fd.type", VIEW("file"));
    set_bool(maker, "evt.is_open_write", writing);
    set_bool(maker, "evt.is_open_read", !writing);
    set_bool(maker, "evt.is_open_exec", false);
    set_text(maker, "evt.arg", VIEW("O_RDONLY|O_CLOEXEC"));
}

static struct rule_value address(uint32_t last)
{
    return (struct rule_value){.type = RULE_ADDRESS,
                               .address = {4, 32, {10, 1, (uint8_t)pick(4), (uint8_t)last}}};
}

static void set_connection(struct maker *maker)
{
    struct rule_value *both = arena_array(maker->arena, 2, sizeof(*both));

    both[0] = address(pick(250));
    both[1] = address(pick(250));
    maker->event->values[find_place("fd.ip")] = (struct rule_values){true, false, both, 2, false};
    set(maker, "fd.sip", both[1]);
    set(maker, "fd.rip", both[1]);
    set(maker, "fd.snet", both[1]);
    set_number(maker, "fd.sport", pick(2) ? 443 : 5432);
    set_text(maker, "fd.name", VIEW("10.1.2.3:44312->10.1.0.7:5432"));
    set_text(maker, "fd.type", VIEW("ipv4"));
    set_text(maker, "fd.typechar", VIEW("4"));
    set_text(maker, "fd.l4proto", VIEW("tcp"));
    set_text(maker, "fd.sockfamily", VIEW("ip"));
}

static struct event *make_events(struct arena *arena)
{
    struct event *events = arena_array(arena, EVENTS, sizeof(*events));

    for (size_t i = 0; i < EVENTS; i++) {
        struct maker maker = {arena, &events[i]};
        struct view type = set_text(&maker, "evt.type", view_of(PICK(event_types)));

        set_number(&maker, "evt.num", (int64_t)i + 1);
        set_number(&maker, "evt.rawres", pick(20) ? 3 : -2);
        set_text(&maker, "evt.res", pick(20) ? VIEW("SUCCESS") : VIEW("ENOENT"));
        set_number(&maker, "fd.num", 3 + pick(100));
        set_process(&maker);
        if (view_eq(type, VIEW("connect")) || view_eq(type, VIEW("sendto")) ||
            view_eq(type, VIEW("recvfrom")) || view_eq(type, VIEW("accept4")))
            set_connection(&maker);
        else
            set_file(&maker, pick(4) == 0);
    }
    return events;
}

/* One test of a made rule: names that few events have. */
static void add_test(struct buf *to, uint32_t kind, uint32_t number)
{
    switch (kind) {
    case 0:
    case 1:
    case 2:
        buf_addf(to, "proc.name in (tool%u, tool%ub, %s)", number, number,
                 pick(8) ? "miner" : PICK(programs));
        break;
    case 3:
        buf_addf(to, "proc.name = tool%u", number);
        break;
    case 4:
    case 5:
        buf_addf(to, "fd.name startswith /srv/data%u/", number);
        break;
    case 6:
        buf_addf(to, "fd.name endswith .ext%u", number);
        break;
    case 7:
        buf_addf(to, "proc.cmdline contains \"--option%u \"", number);
        break;
    case 8:
        buf_addf(to, "fd.name glob /home/*/.cache%u/*", number);
        break;
    case 9:
        buf_addf(to, "fd.name pmatch (/var/lib/app%u)", number);
        break;
    case 10:
        buf_addf(to, "fd.sip in (192.168.%u.%u, 172.16.%u.0/24)", number % 256, number / 256,
                 number % 256);
        break;
    case 11:
        buf_addf(to, "fd.sport = %u", 1024 + number);
        break;
    case 12:
        buf_addf(to, "(proc.pname = parent%u or fd.directory = /data/%u)", number, number);
        break;
    default:
        buf_addf(to, "proc.cmdline icontains \"Key%u\"", number);
        break;
    }
}

static void make_rules(uint32_t count, struct buf *to)
{
    static const char *const extras[] = {
        "and evt.is_open_write = true",
        "and container.id != host",
        "and not proc.pname in (shells)",
        "and user.uid >= 1000",
        "and not user_known",
        "and proc.vpid > 1",
    };

    buf_add_str(to, "- list: shells\n  items: [bash, sh, zsh, dash]\n"
                    "- macro: never_true\n  condition: (evt.num=0)\n"
                    "- macro: user_known\n  condition: (never_true)\n");
    for (uint32_t i = 0; i < count; i++) {
        buf_addf(to,
                 "- rule: rule %u\n  desc: d\n  priority: INFO\n"
                 "  output: by %%proc.name of %%fd.name\n  condition: evt.type in (%s, %s) and ",
                 i, PICK(event_types), PICK(event_types));
        add_test(to, pick(14), i);
        buf_addf(to, " %s %s\n", PICK(extras), PICK(extras));
    }
}

/* Rules that are shipped switched off are measured, too. */
static void enable_all(char *text, size_t len)
{
    static const char off[] = "enabled: false", on[] = "enabled: true ";
    char *at;

    while ((at = memmem(text, len, off, sizeof(off) - 1)))
        memcpy(at, on, sizeof(on) - 1);
}

static void read_file(const char *path, struct buf *to)
{
    FILE *file = fopen(path, "r");
    char *room = buf_reserve(to, FILE_LIMIT);

    if (!file || !room) {
        fprintf(stderr, "can't read %s\n", path);
        exit(1);
    }
    to->len += fread(room, 1, FILE_LIMIT, file);
    fclose(file);
    enable_all(room, to->len);
}

static struct rule_source source;

static struct ruleset *load(struct view *texts, size_t count)
{
    const struct rule_source *sources[] = {&source, &rule_source_k8s_audit};
    struct ruleset *rules = NULL;
    struct error err = ERROR_INIT;

    if (ruleset_new(sources, 2, &rules, &err))
        exit(1);
    for (size_t i = 0; i < count; i++)
        if (ruleset_add(rules, VIEW("bench.yaml"), texts[i], &err))
            exit(1);
    if (ruleset_finish(rules, &err))
        exit(1);
    return rules;
}

typedef const uint32_t *evaluate(struct rule_evaluation *e, const struct event *event,
                                 size_t *ret_count);

static const uint32_t *with_index(struct rule_evaluation *e, const struct event *event,
                                  size_t *ret_count)
{
    return rule_evaluate(e, event, 0, false, ret_count);
}

static const uint32_t *without_index(struct rule_evaluation *e, const struct event *event,
                                     size_t *ret_count)
{
    return rule_evaluate_all(e, event, 0, ret_count);
}

/* Time of this thread, for the machine has other work. */
static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Nanoseconds an event: the best of many short rounds, for caches and clocks have other guests. */
static double measure(struct rule_evaluation *e, const struct event *events, evaluate *run,
                      double *ret_matches)
{
    double best = 1e18;

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t start = now_ns(), spent = 0, done = 0, matches = 0;

        while (spent < ROUND_NS) {
            for (size_t i = 0; i < EVENTS; i++) {
                size_t count;

                run(e, &events[i], &count);
                matches += count;
            }
            done += EVENTS;
            spent = now_ns() - start;
        }
        if ((double)spent / (double)done < best)
            best = (double)spent / (double)done;
        *ret_matches = (double)matches / (double)done;
    }
    return best;
}

static void bench(struct view *texts, size_t count, const struct event *events)
{
    _cleanup_(ruleset_free_p) struct ruleset *rules = load(texts, count);
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *e = NULL;
    struct error err = ERROR_INIT;
    uint64_t start = now_ns();
    double compile, indexed, plain, matches;
    size_t before;

    if (rule_program_new(rules, &source, &program, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    compile = (double)(now_ns() - start) / 1e6;
    before = mallinfo2().uordblks;
    if (rule_evaluation_new(program, &e, &err))
        exit(1);
    indexed = measure(e, events, with_index, &matches);
    plain = measure(e, events, without_index, &matches);
    printf("%6zu rules %8.1f ns/event %6.3f matches/event %9.1f ns without the index %6zu KiB "
           "a thread %7.1f MiB a program %7.1f ms to compile\n",
           rule_program_rule_count(program), indexed, matches, plain,
           (mallinfo2().uordblks - before) / 1024, (double)arena_used(program->arena) / (1 << 20),
           compile);
}

int main(int argc, char **argv)
{
    static const uint32_t counts[] = {100, 1000, 10000};
    _cleanup_arena_ struct arena *arena = arena_new(256 << 20);
    struct event *events = make_events(arena);

    source = rule_source_syscall;
    source.extract = extract;
    for (size_t i = 0; argc == 1 && i < sizeof(counts) / sizeof(counts[0]); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(64 << 20);
        struct view view;

        make_rules(counts[i], &text);
        view = buf_view(&text);
        bench(&view, 1, events);
    }
    if (argc > 1) {
        struct buf *texts = calloc((size_t)argc, sizeof(*texts));
        struct view *views = calloc((size_t)argc, sizeof(*views));

        for (int i = 1; i < argc; i++) {
            texts[i] = BUF_INIT(4 << 20);
            read_file(argv[i], &texts[i]);
            views[i - 1] = buf_view(&texts[i]);
        }
        bench(views, (size_t)argc - 1, events);
        for (int i = 1; i < argc; i++)
            buf_done(&texts[i]);
        free(texts);
        free(views);
    }
    return 0;
}
