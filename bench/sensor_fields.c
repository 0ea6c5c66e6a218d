/* What it costs to judge an event of the kernel, fields included, in nanoseconds.
 *
 *     bench-sensor-fields FILE...
 *
 * FILEs are rules of the source syscall, as Falco ships them. The records are made here,
 * of calls that the filter lets pass; the process has five ancestors. Prints a line
 * for each kind of event: its name, ns an event, rules that match; then the mean.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/fd.h"
#include "rule/program.h"
#include "sensor/abi/record.h"
#include "sensor/detect/observation.h"
#include "sensor/state/user-names.h"

enum { ANCESTORS = 6, ROUNDS = 30, ROUND_NS = 10000000, FILE_LIMIT = 1 << 20, FILES = 8 };

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- processes ---- */

static struct process processes[ANCESTORS];
static struct program_image images[ANCESTORS];

static void make_processes(void)
{
    static const char *const names[ANCESTORS] = {"systemd", "sshd", "bash", "make", "sh", "cc1"};

    for (uint32_t i = 0; i < ANCESTORS; i++) {
        struct process *p = &processes[i];

        images[i] = (struct program_image){.references = 1,
                                           .exe = view_of(names[i]),
                                           .exepath = VIEW("/usr/bin/program"),
                                           .arguments = VIEW("-O2 -g -Isrc -c file.c"),
                                           .argv = VIEW("-O2\0-g\0-Isrc\0-c\0file.c"),
                                           .argument_count = 5};
        *p = (struct process){.references = 1,
                              .pid = i + 1,
                              .vpid = i + 1,
                              .start = i + 1,
                              .image = &images[i],
                              .parent = i ? &processes[i - 1] : NULL,
                              .cwd = VIEW("/home/ann/project")};
        strncpy(p->comm, names[i], sizeof(p->comm) - 1);
        p->credentials = (struct sensor_credentials){.euid = 0, .loginuid = 1000};
    }
}

/* ---- events ---- */

static size_t begin(struct buf *to, const char *call, int64_t result, uint64_t a, uint64_t b,
                    uint64_t c)
{
    const struct syscall *found = syscall_by_name(view_of(call));
    struct sensor_event event = {.kind = SENSOR_SYSCALL,
                                 .number = found->number,
                                 .time = 1000000000,
                                 .pid = ANCESTORS,
                                 .tid = ANCESTORS,
                                 .result = result,
                                 .arguments = {a, b, c}};

    return record_begin(to, &event);
}

static void add_descriptor(struct buf *to, unsigned index, int number, uint8_t type)
{
    struct sensor_descriptor descriptor = {.number = number, .type = type};

    record_add(to, SENSOR_DESCRIPTOR, index, 0, view_from(&descriptor, sizeof(descriptor)));
}

static size_t make_open(struct buf *to, const char *path, uint64_t flags)
{
    size_t at = begin(to, "openat", 3, (uint64_t)AT_FDCWD, 0, flags);

    record_add(to, SENSOR_PATH, 1, 0, view_of(path));
    add_descriptor(to, SENSOR_INDEX_RESULT, 3, SENSOR_FD_FILE);
    record_add(to, SENSOR_FILE, SENSOR_INDEX_RESULT, 0, view_of(path));
    return at;
}

static size_t make_read(struct buf *to)
{
    return make_open(to, "/etc/ld.so.cache", O_RDONLY | O_CLOEXEC);
}

static size_t make_write(struct buf *to)
{
    return make_open(to, "/root/.config/tool/state.json", O_WRONLY | O_CREAT | O_TRUNC);
}

static size_t make_shadow(struct buf *to)
{
    return make_open(to, "/etc/shadow", O_RDONLY);
}

static size_t make_connect(struct buf *to)
{
    size_t at = begin(to, "connect", 0, 5, 0, 16);
    struct sensor_socket socket = {.family = AF_INET,
                                   .type = SOCK_STREAM,
                                   .protocol = IPPROTO_TCP,
                                   .flags = SENSOR_SOCKET_CLIENT | SENSOR_SOCKET_CONNECTED,
                                   .local_port = 41000,
                                   .remote_port = 443};

    inet_pton(AF_INET, "10.0.0.5", socket.local);
    inet_pton(AF_INET, "93.184.216.34", socket.remote);
    add_descriptor(to, 0, 5, SENSOR_FD_SOCKET);
    record_add(to, SENSOR_SOCKET, 0, 0, view_from(&socket, sizeof(socket)));
    return at;
}

static size_t make_unlink(struct buf *to)
{
    size_t at = begin(to, "unlinkat", 0, (uint64_t)AT_FDCWD, 0, 0);

    record_add(to, SENSOR_PATH, 1, 0, VIEW("build/file.o"));
    record_add(to, SENSOR_DIRECTORY, 1, 0, VIEW("/home/ann/project"));
    return at;
}

static size_t make_exec(struct buf *to)
{
    size_t at = begin(to, "execve", 0, 0, 0, 0);

    ((struct sensor_event *)(void *)(to->ptr + at))->kind = SENSOR_EXEC;
    record_add(to, SENSOR_FILENAME, 0, 0, VIEW("/usr/bin/cc1"));
    return at;
}

static const struct kind {
    const char *name;
    size_t (*make)(struct buf *to);
} kinds[] = {
    {"open-read", make_read},  {"open-write", make_write}, {"open-shadow", make_shadow},
    {"connect", make_connect}, {"unlinkat", make_unlink},  {"execve", make_exec},
};

/* ---- measuring ---- */

static double measure(struct rule_evaluation *evaluation, struct observation *observation,
                      size_t *ret_matches)
{
    double best = 1e18;

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t start = now_ns(), done = 0, spent = 0;

        while (spent < ROUND_NS / 10) {
            for (int i = 0; i < 256; i++) {
                observation_begin(observation);
                rule_evaluate(evaluation, observation, 0, false, ret_matches);
            }
            done += 256;
            spent = now_ns() - start;
        }
        if ((double)spent / (double)done < best)
            best = (double)spent / (double)done;
    }
    return best;
}

static void bench(const struct rule_program *program)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_(user_names_free_p) struct user_names *users = NULL;
    _cleanup_free_ struct observation_cache *cache = calloc(1, sizeof(*cache));
    struct error err = ERROR_INIT;
    double sum = 0;
    bool asked;

    if (!cache || rule_evaluation_new(program, &evaluation, &err) ||
        user_names_new(true, &users, &err))
        exit(1);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        _cleanup_(buf_done) struct buf record = BUF_INIT(1 << 16);
        size_t at = kinds[i].make(&record), matches = 0;
        struct observation observation = {.process = &processes[ANCESTORS - 1],
                                          .number = 1,
                                          .users = users,
                                          .cache = cache,
                                          .asked_metadata = &asked};
        double cost;

        record_end(&record, at);
        observation.event = (const void *)(record.ptr + at);
        observation.call = syscall_by_number(observation.event->number);
        cost = measure(evaluation, &observation, &matches);
        sum += cost;
        printf("%s\t%.0f\t%zu\n", kinds[i].name, cost, matches);
    }
    printf("mean\t%.0f\n", sum / (double)(sizeof(kinds) / sizeof(kinds[0])));
}

int main(int argc, char **argv)
{
    const struct rule_source *sources[] = {&rule_source_sensor};
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(ruleset_free_p) struct ruleset *rules = NULL;
    struct buf texts[FILES];
    struct error err = ERROR_INIT;
    int status = ruleset_new(sources, 1, &rules, &err);

    for (int i = 1; !status && i < argc && i <= FILES; i++) {
        texts[i - 1] = BUF_INIT(FILE_LIMIT);
        status = fd_read_file(argv[i], &texts[i - 1], &err);
        if (!status)
            status = ruleset_add(rules, view_of(argv[i]), buf_view(&texts[i - 1]), &err);
    }
    if (!status)
        status = ruleset_finish(rules, &err);
    if (!status)
        status = rule_program_new(rules, &rule_source_sensor, &program, &err);
    if (status) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    make_processes();
    bench(program);
    return 0;
}
