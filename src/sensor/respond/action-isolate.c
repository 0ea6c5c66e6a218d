/* A table of nftables in the container's network namespace that drops everything
 * but loopback and what is kept. A thread of its own enters the namespace. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <nftables/libnftables.h>
#include <pthread.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sensor/respond/actions.h"
#include "sensor/respond/guard-rails.h"
#include "sensor/respond/kept-network.h"
#include "sensor/respond/target.h"

#define TABLE "inet plimsoll_isolation"

enum { RULES_LIMIT = 1 << 20, ARENA_LIMIT = 64 << 20 };

/* ---- In the namespace ---- */

struct change {
    int namespace;
    const char *commands;
    int result;
    struct error err;
};

static int run_commands(const char *commands, struct error *err)
{
    struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
    int r = 0;

    if (!nft)
        return error_memory(err);
    nft_ctx_buffer_output(nft);
    nft_ctx_buffer_error(nft);
    if (nft_run_cmd_from_buffer(nft, commands) != 0) {
        struct view why = view_of(nft_ctx_get_error_buffer(nft));

        r = error_set(err, ERROR_UNSUPPORTED, "nftables: %.*s", VIEW_ARG(view_line(&why)));
    }
    nft_ctx_free(nft);
    return r;
}

static void *enter_and_run(void *context)
{
    struct change *change = context;

    if (setns(change->namespace, CLONE_NEWNET) < 0)
        change->result = error_errno(&change->err, "network namespace");
    else
        change->result = run_commands(change->commands, &change->err);
    return NULL;
}

/* A thread has a network namespace of its own, which ends with it. */
static int run_inside(int namespace, const char *commands, struct error *err)
{
    struct change change = {.namespace = namespace, .commands = commands};
    pthread_t thread;

    errno = pthread_create(&thread, NULL, enter_and_run, &change);
    if (errno)
        return error_errno(err, "a thread for the network namespace");
    pthread_join(thread, NULL);
    if (change.result < 0 && err)
        *err = change.err;
    return change.result;
}

/* ---- Which namespace ---- */

static bool stat_namespace(uint32_t pid, struct stat *ret)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/net", pid);
    return stat(path, ret) == 0;
}

/* A process that still lives afterwards had its pid all the time: the namespace is its. */
static int open_namespace(const struct living_process *process, int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = -1, lives = -1;
    char path[64];
    int r;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/net", process->pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "network of process %" PRIu32, process->pid);
    r = living_process_open(process->pid, process->start, &lives, err);
    if (r == 0)
        *ret_fd = take_fd(&fd);
    return r;
}

/* Not the host's: a container may share it. */
static int check_namespace(int fd, const struct response_target *target, struct stat *ret,
                           struct error *err)
{
    struct stat host;

    if (fstat(fd, ret) < 0)
        return error_errno(err, "network namespace");
    for (uint32_t pid = 1; pid; pid = pid == 1 ? (uint32_t)getpid() : 0)
        if (stat_namespace(pid, &host) && host.st_ino == ret->st_ino) {
            error_set(err, ERROR_DENIED,
                      "container %.*s uses the host's network, which is never cut",
                      VIEW_ARG(target->container_id));
            error_hint(err, "pause or stop it instead");
            return ERROR_DENIED;
        }
    return 0;
}

/* ---- The rules ---- */

/* Docker's resolver inside a container asks for it outside: a way out that looks like
 * loopback. Neighbours of IPv6 are found by packets of its own. */
static void add_chain(const char *name, const char *hook, bool incoming,
                      const struct kept_network *kept, size_t count, struct buf *to)
{
    buf_addf(to, "chain %s { type filter hook %s priority -400; policy drop;\n", name, hook);
    buf_add_str(to, "ip daddr 127.0.0.11 drop; ip saddr 127.0.0.11 drop;\n");
    buf_addf(to, "%s \"lo\" accept;\n", incoming ? "iif" : "oif");
    for (size_t i = 0; i < count; i++) {
        kept_network_rules(&kept[i], incoming, to);
        if (kept[i].is_v6)
            buf_add_str(to, "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept;\n");
    }
    buf_add_str(to, "}\n");
}

static int write_rules(const struct response_context *context, struct buf *to, struct error *err)
{
    _cleanup_free_ struct kept_network *kept = calloc(context->keep_count + 1, sizeof(*kept));

    if (!kept)
        return error_memory(err);
    for (size_t i = 0; i < context->keep_count; i++) {
        int r = kept_network_parse(context->keep[i], &kept[i], err);

        if (r < 0)
            return r;
    }
    buf_add_str(to, "add table " TABLE "; delete table " TABLE ";\ntable " TABLE " {\n");
    add_chain("in", "input", true, kept, context->keep_count, to);
    add_chain("out", "output", false, kept, context->keep_count, to);
    buf_add_str(to, "chain through { type filter hook forward priority -400; policy drop; }\n}\n");
    return buf_failed(to, "the rules of an isolation", err);
}

int action_isolate(const struct response_context *context, const struct response_target *target,
                   struct buf *undo, struct error *err)
{
    _cleanup_(buf_done) struct buf rules = BUF_INIT(RULES_LIMIT);
    _cleanup_close_ int fd = -1;
    struct living_process first;
    struct stat namespace;
    int r = response_target_first(target, &first, err);

    if (r == 0)
        r = write_rules(context, &rules, err);
    if (r == 0)
        r = open_namespace(&first, &fd, err);
    if (r == 0)
        r = check_namespace(fd, target, &namespace, err);
    if (r < 0 || context->dry_run)
        return r;
    r = run_inside(fd, buf_cstr(&rules), err);
    if (r == 0)
        buf_addf(undo, "%ju", (uintmax_t) namespace.st_ino);
    return r;
}

/* Some process that is in the namespace. ERROR_NOT_FOUND: it is gone, with its rules. */
static int find_inside(uint64_t namespace, struct living_process *ret, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct living_process *list;
    struct stat of;
    size_t count;
    int r = arena ? living_process_list(arena, &list, &count, err) : error_memory(err);

    for (size_t i = 0; r == 0 && i < count; i++)
        if (stat_namespace(list[i].pid, &of) && of.st_ino == namespace) {
            *ret = list[i];
            return 0;
        }
    return r < 0 ? r : ERROR_NOT_FOUND;
}

int action_isolate_undo(const struct response_context *context,
                        const struct response_target *target, struct view undo, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct living_process process;
    uint64_t namespace = 0;
    struct stat of;
    int r;

    if (undo.len && !view_to_u64(undo, &namespace))
        return error_set(err, ERROR_INPUT, "the journal does not name the network namespace");
    r = undo.len ? find_inside(namespace, &process, err)
                 : response_target_first(target, &process, err);
    if (r == ERROR_NOT_FOUND)
        return 0;
    if (r < 0 || context->dry_run)
        return r;
    r = open_namespace(&process, &fd, err);
    if (r == 0)
        r = check_namespace(fd, target, &of, err);
    if (r < 0)
        return r;
    if (undo.len && of.st_ino != namespace)
        return error_set(err, ERROR_NOT_FOUND, "the network namespace is being left: try again");
    return run_inside(fd, "add table " TABLE "; delete table " TABLE ";", err);
}
