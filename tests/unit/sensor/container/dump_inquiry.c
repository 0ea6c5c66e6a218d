/* Asks the runtimes of this machine about containers, and prints what they say.
 * Run by tests/e2e/test_sensor_containers.py.
 *
 *     dump_inquiry [--docker SOCKET] [--containerd SOCKET] [--cri SOCKET] [--crio SOCKET]
 *                  [--podman SOCKET] [--root FOLDER] [--answers N] CGROUP...
 *
 * Each CGROUP is a path as the kernel tells it. A line for each answer: milliseconds,
 * runtime, id and JSON, separated by tabs; ends after N answers (one for each
 * cgroup), or ten seconds.
 */
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "sensor/container/inquiry.h"
#include "sensor/state/cgroup-path.h"

enum { PATIENCE_SECONDS = 10 };

struct arguments {
    struct inquiry_options options;
    char **cgroups;
    int cgroup_count;
    int answers;
};

static bool parse(int argc, char **argv, struct arguments *ret)
{
    const struct {
        const char *name;
        const char **to;
    } names[] = {
        {"--docker", &ret->options.docker_socket},
        {"--containerd", &ret->options.containerd_socket},
        {"--cri", &ret->options.cri_socket},
        {"--crio", &ret->options.crio_socket},
        {"--podman", &ret->options.podman_socket},
        {"--root", &ret->options.root},
    };
    int i = 1;

    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "--answers") == 0)
            ret->answers = (int)strtol(argv[i + 1], NULL, 10);
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
            if (strcmp(argv[i], names[n].name) == 0)
                *names[n].to = argv[i + 1];
    }
    ret->cgroups = argv + i;
    ret->cgroup_count = argc - i;
    if (ret->answers == 0)
        ret->answers = ret->cgroup_count;
    return ret->cgroup_count > 0;
}

static void print_answers(struct inquiry *inquiry, int wanted, uint64_t begin)
{
    struct pollfd poll_for = {.fd = inquiry_descriptor(inquiry), .events = POLLIN};
    struct inquiry_answer answer;

    while (wanted > 0 && poll(&poll_for, 1, PATIENCE_SECONDS * 1000) > 0)
        while (inquiry_take(inquiry, &answer)) {
            printf("%.1f\t%s\t%.*s\t%.*s\n", (double)(clock_now_ns() - begin) / 1e6,
                   container_runtime_name(answer.runtime), VIEW_ARG(answer.id),
                   VIEW_ARG(answer.json));
            fflush(stdout);
            wanted--;
        }
}

static int run(struct arguments *arguments, struct error *err)
{
    _cleanup_(sandbox_stop_p) struct sandbox *sandbox = NULL;
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_counts counts;
    struct error last;
    int r = sandbox_start(inquiry_ops, inquiry_op_count, &sandbox, err);
    uint64_t begin;

    arguments->options.sandbox = sandbox;
    if (r == 0)
        r = inquiry_new(&arguments->options, &inquiry, err);
    begin = clock_now_ns();
    for (int i = 0; r == 0 && i < arguments->cgroup_count; i++) {
        struct cgroup_owner owner;

        if (cgroup_path_owner(view_of(arguments->cgroups[i]), &owner))
            inquiry_ask(inquiry, owner.runtime, owner.id);
        else
            r = error_set(err, ERROR_INPUT, "%s is no container's", arguments->cgroups[i]);
    }
    if (r < 0)
        return r;
    print_answers(inquiry, arguments->answers, begin);
    counts = inquiry_counts(inquiry);
    inquiry_last_error(inquiry, &last);
    fprintf(stderr, "asked %llu, answered %llu, unknown %llu, failed %llu, late %llu: %s\n",
            (unsigned long long)counts.asked, (unsigned long long)counts.answered,
            (unsigned long long)counts.unknown, (unsigned long long)counts.failed,
            (unsigned long long)counts.late, last.message);
    return 0;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct error err = ERROR_INIT;

    if (!parse(argc, argv, &arguments)) {
        fprintf(stderr, "usage: dump_inquiry [--docker SOCKET] ... CGROUP...\n");
        return 2;
    }
    if (run(&arguments, &err) == 0)
        return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
