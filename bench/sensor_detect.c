/* What an event that passed the filter costs in user space, in nanoseconds: state,
 * reading of fields and rules together, without output.
 *
 *     bench-sensor-detect [--capture FILE] RULES...
 *
 * Without a capture: made events, as they come from a machine with 200 processes, half
 * of them in containers: opens that passed the filter, connections, programs that
 * start and end, other calls. Prints a line for each kind of event, and one for the
 * mix: events, ns an event, matches an event.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/fd.h"
#include "sensor/abi/record.h"
#include "sensor/capture/capture.h"
#include "sensor/detect/detector.h"

enum {
    FILE_LIMIT = 16 << 20,
    RECORDS_LIMIT = 1 << 30,
    PROCESSES = 200,
    CONTAINERS = 10,
    EVENTS = 20000,
    ROUNDS = 20,
    FIRST_PID = 1000,
};

static uint64_t seed = 88172645463325252U;

static uint32_t pick(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % below;
}

#define PICK(list) (list)[pick(sizeof(list) / sizeof((list)[0]))]

static void die(const char *what, const struct error *err)
{
    fprintf(stderr, "bench-sensor-detect: %s: %s\n", what, err ? err->message : "no memory");
    exit(1);
}

/* ---- made events ---- */

static const char *const programs[] = {
    "nginx", "redis-server", "postgres", "java", "node",    "python3", "bash", "sh",
    "curl",  "sshd",         "systemd",  "cron", "dockerd", "apt-get", "cat",  "make",
};
static const char *const paths[] = {
    "/etc/passwd",        "/etc/ld.so.cache", "/etc/nsswitch.conf",
    "/root/.bashrc",      "/usr/lib/libx.so", "/etc/ssl/openssl.cnf",
    "/home/ann/.profile", "/tmp/out.o",       "/var/log/syslog",
    "/dev/null",          "/etc/hosts",       "/etc/app/config.yaml",
};

struct made {
    struct buf *to;
    uint64_t time;
};

static uint32_t any_pid(void)
{
    return FIRST_PID + pick(PROCESSES);
}

static size_t begin(struct made *made, enum sensor_event_kind kind, uint16_t number, uint32_t pid,
                    int64_t result)
{
    const struct sensor_event header = {
        .kind = kind,
        .number = number,
        .time = ++made->time,
        .pid = pid,
        .tid = pid,
        .result = result,
        .flags = kind == SENSOR_SYSCALL ? SENSOR_RULES : SENSOR_STATE,
    };

    return record_begin(made->to, &header);
}

static void add_text(struct made *made, enum sensor_parameter_kind kind, unsigned index,
                     const char *text)
{
    record_add(made->to, kind, index, 0, view_of(text));
}

/* Half of the processes are in one of the containers. */
static uint64_t cgroup_of(uint32_t pid)
{
    return pid % 2 ? 1 : 2 + pid / 2 % CONTAINERS;
}

static void add_cgroup(struct made *made, uint64_t cgroup)
{
    char path[128];

    snprintf(path, sizeof(path), "/docker/%060llx%04llx", (unsigned long long)cgroup * 7919,
             (unsigned long long)cgroup);
    add_text(made, SENSOR_CGROUP, 0, cgroup == 1 ? "/system.slice/ssh.service" : path);
}

static void add_process(struct made *made, uint32_t pid, uint32_t parent, const char *name)
{
    static const char arguments[] = "prog\0--config\0/etc/app/config.yaml\0-v";
    const struct sensor_credentials credentials = {.loginuid = UINT32_MAX, .effective = 0x1ff};
    struct sensor_process process = {
        .pid = pid,
        .parent = parent,
        .vpid = pid,
        .start = pid,
        .parent_start = parent,
        .cgroup = cgroup_of(pid),
    };
    char exe[64];

    snprintf(process.comm, sizeof(process.comm), "%s", name);
    snprintf(exe, sizeof(exe), "/usr/bin/%s", name);
    record_add(made->to, SENSOR_PROCESS_PARAMETER, 0, 0, view_from(&process, sizeof(process)));
    add_text(made, SENSOR_EXE, 0, exe);
    record_add(made->to, SENSOR_ARGUMENTS, 0, 0, view_from(arguments, sizeof(arguments)));
    record_add(made->to, SENSOR_CREDENTIALS, 0, 0, view_from(&credentials, sizeof(credentials)));
    add_text(made, SENSOR_CWD, 0, "/srv");
    add_cgroup(made, process.cgroup);
}

static void make_processes(struct made *made)
{
    for (uint32_t i = 0; i < PROCESSES; i++) {
        size_t at = begin(made, SENSOR_PROCESS, 0, FIRST_PID + i, 0);

        add_process(made, FIRST_PID + i, i < 2 ? 1 : FIRST_PID + pick(i / 2 + 1), PICK(programs));
        record_end(made->to, at);
    }
}

static void make_open(struct made *made)
{
    const struct sensor_descriptor file = {.number = 5, .type = SENSOR_FD_FILE, .mode = 0100644};
    bool fails = pick(10) == 0;
    size_t at = begin(made, SENSOR_SYSCALL, 257, any_pid(), fails ? -2 : 5);
    struct sensor_event *event = (struct sensor_event *)(void *)(made->to->ptr + at);
    const char *path = PICK(paths);

    event->arguments[2] = pick(3) ? 0 : O_WRONLY | O_CREAT | O_TRUNC;
    add_text(made, SENSOR_PATH, 1, path);
    if (!fails) {
        record_add(made->to, SENSOR_DESCRIPTOR, SENSOR_INDEX_RESULT, 0,
                   view_from(&file, sizeof(file)));
        add_text(made, SENSOR_FILE, SENSOR_INDEX_RESULT, path);
    }
    record_end(made->to, at);
}

static void make_connection(struct made *made)
{
    static const uint16_t calls[] = {42, 42, 288, 44, 45}; /* connect, accept4, sendto, recvfrom */
    const struct sensor_descriptor descriptor = {.number = 7, .type = SENSOR_FD_SOCKET};
    uint16_t number = PICK(calls);
    unsigned index = number == 288 ? SENSOR_INDEX_RESULT : 0;
    struct sensor_socket socket = {
        .family = AF_INET,
        .type = SOCK_STREAM,
        .protocol = IPPROTO_TCP,
        .local_port = (uint16_t)(32768 + pick(1000)),
        .remote_port = pick(2) ? 443 : 5432,
        .local = {10, 1, 2, 3},
        .remote = {(uint8_t)(pick(2) ? 10 : 93), 2, 3, (uint8_t)pick(250)},
        .flags = SENSOR_SOCKET_CONNECTED | SENSOR_SOCKET_CLIENT,
    };
    size_t at = begin(made, SENSOR_SYSCALL, number, any_pid(), number == 288 ? 7 : 0);

    record_add(made->to, SENSOR_DESCRIPTOR, index, 0, view_from(&descriptor, sizeof(descriptor)));
    record_add(made->to, SENSOR_SOCKET, index, 0, view_from(&socket, sizeof(socket)));
    record_end(made->to, at);
}

static void make_exec(struct made *made)
{
    uint32_t pid = any_pid();
    size_t at = begin(made, SENSOR_EXEC, 59, pid, 0);
    const char *name = PICK(programs);

    add_process(made, pid, FIRST_PID, name);
    add_text(made, SENSOR_FILENAME, 0, name);
    record_end(made->to, at);
}

static void make_brief_process(struct made *made)
{
    uint32_t parent = any_pid(), pid = FIRST_PID + PROCESSES + pick(PROCESSES);
    size_t at = begin(made, SENSOR_FORK, 56, parent, pid);

    ((struct sensor_event *)(void *)(made->to->ptr + at))->other = pid;
    add_process(made, pid, parent, PICK(programs));
    record_end(made->to, at);
    at = begin(made, SENSOR_EXIT, 0, pid, 0);
    record_end(made->to, at);
}

static void make_path_call(struct made *made)
{
    static const uint16_t calls[] = {87, 83, 90, 82}; /* unlink, mkdir, chmod, rename */
    uint16_t number = PICK(calls);
    size_t at = begin(made, SENSOR_SYSCALL, number, any_pid(), 0);

    add_text(made, SENSOR_PATH, 0, PICK(paths));
    if (number == 82)
        add_text(made, SENSOR_PATH, 1, PICK(paths));
    record_end(made->to, at);
}

static void make_plain_call(struct made *made)
{
    static const uint16_t calls[] = {105, 272, 101, 41}; /* setuid, unshare, ptrace, socket */
    size_t at = begin(made, SENSOR_SYSCALL, PICK(calls), any_pid(), 0);

    record_end(made->to, at);
}

static const struct {
    const char *name;
    void (*make)(struct made *made);
    uint32_t share; /* of 100 */
} kinds[] = {
    {"opens", make_open, 60},
    {"connections", make_connection, 15},
    {"exec", make_exec, 8},
    {"fork and exit", make_brief_process, 7},
    {"unlink, ...", make_path_call, 7},
    {"setuid, ...", make_plain_call, 3},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), MIX = KINDS };

static void make_events(struct made *made, size_t kind)
{
    for (int i = 0; i < EVENTS; i++) {
        size_t of = kind;
        uint32_t at = pick(100);

        if (kind == MIX)
            for (of = 0; at >= kinds[of].share; of++)
                at -= kinds[of].share;
        kinds[of].make(made);
    }
}

/* ---- a capture's ---- */

static void read_capture(const char *path, struct buf *to)
{
    struct capture_reader *reader = NULL;
    const struct sensor_event *event;
    struct error err = ERROR_INIT;
    int fd = open(path, O_RDONLY | O_CLOEXEC), more;

    if (fd < 0 || capture_reader_new(fd, &reader, &err))
        die(path, &err);
    while ((more = capture_read(reader, &event, &err)) > 0)
        buf_add(to, view_from(event, (event->size + 7U) / 8 * 8));
    if (more < 0)
        die(path, &err);
    capture_reader_free(reader);
}

/* ---- measuring ---- */

struct machine {
    struct container_table *containers;
    struct process_table *processes;
    struct detector *detector;
    uint64_t matches;
};

static void count_match(const struct match *match, void *context)
{
    (void)match;
    ((struct machine *)context)->matches++;
}

static void container_is_known(struct container *container, void *context)
{
    struct machine *machine = context;

    container_table_settle(machine->containers, container->id, container->runtime,
                           VIEW("{\"name\":\"shop\",\"image\":\"nginx:1\","
                                "\"image_repository\":\"nginx\",\"pod_namespace\":\"shop\"}"),
                           NULL);
}

static void start(struct machine *machine, const struct rule_program *program)
{
    const struct detector_options options = {.matched = count_match, .context = machine};
    struct error err = ERROR_INIT;

    if (container_table_new(&machine->containers, &err) ||
        process_table_new(machine->containers, &machine->processes, &err) ||
        detector_new(&options, machine->processes, machine->containers, &machine->detector, &err) ||
        detector_set_program(machine->detector, program, &err))
        die("start", &err);
    container_table_on_found(machine->containers, container_is_known, machine);
}

static void stop(struct machine *machine)
{
    detector_free(machine->detector);
    process_table_free(machine->processes);
    container_table_free(machine->containers);
}

/* Feeds all records once; time goes on from the round before. */
static size_t feed(struct machine *machine, struct view records, uint64_t later)
{
    size_t count = 0, size;

    for (size_t at = 0; at < records.len; at += size, count++) {
        struct sensor_event *event =
            (struct sensor_event *)(uintptr_t)(const void *)(records.ptr + at);

        size = (event->size + 7U) / 8 * 8;
        event->time += later;
        detector_event(machine->detector, event);
    }
    return count;
}

/* Processor time: others may be at work on this machine. */
static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static void measure(const struct rule_program *program, const char *name, struct view before,
                    struct view records, uint64_t span)
{
    struct machine machine = {0};
    double rounds[ROUNDS];
    size_t count = 0;
    uint64_t matches;

    start(&machine, program);
    feed(&machine, before, 0);
    count = feed(&machine, records, 0);
    machine.matches = 0;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t begun = now_ns();

        feed(&machine, records, span);
        rounds[i] = (double)(now_ns() - begun) / (double)count;
    }
    matches = machine.matches;
    qsort(rounds, ROUNDS, sizeof(rounds[0]), compare_doubles);
    printf("%-14s %8zu %8.0f ns %8.4f matches\n", name, count, rounds[ROUNDS / 2],
           (double)matches / (double)count / ROUNDS);
    stop(&machine);
}

static void load(char **paths_of_rules, int count, struct ruleset **ret_set,
                 struct rule_program **ret)
{
    const struct rule_source *sources[] = {&rule_source_sensor};
    struct error err = ERROR_INIT;

    if (ruleset_new(sources, 1, ret_set, &err))
        die("rules", &err);
    for (int i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(FILE_LIMIT);

        if (fd_read_file(paths_of_rules[i], &text, &err) ||
            ruleset_add(*ret_set, view_of(paths_of_rules[i]), buf_view(&text), &err))
            die(paths_of_rules[i], &err);
    }
    if (ruleset_finish(*ret_set, &err) ||
        rule_program_new(*ret_set, &rule_source_sensor, ret, &err))
        die("rules", &err);
}

int main(int argc, char **argv)
{
    const char *capture = argc > 2 && strcmp(argv[1], "--capture") == 0 ? argv[2] : NULL;
    int first = capture ? 3 : 1;
    struct buf before = BUF_INIT(RECORDS_LIMIT), records = BUF_INIT(RECORDS_LIMIT);
    struct made made = {&before, UINT64_C(1) << 40};
    struct rule_program *program;
    struct ruleset *set;

    load(argv + first, argc - first, &set, &program);
    printf("%zu rules\n", rule_program_rule_count(program));
    if (capture) {
        read_capture(capture, &records);
        measure(program, "capture", VIEW_EMPTY, buf_view(&records), 0);
    } else {
        make_processes(&made);
        made.to = &records;
        for (size_t kind = 0; kind <= MIX; kind++) {
            uint64_t begun = made.time;

            buf_reset(&records);
            make_events(&made, kind);
            measure(program, kind == MIX ? "mix" : kinds[kind].name, buf_view(&before),
                    buf_view(&records), made.time - begun);
        }
    }
    buf_done(&before);
    buf_done(&records);
    rule_program_free(program);
    ruleset_free(set);
    return 0;
}
