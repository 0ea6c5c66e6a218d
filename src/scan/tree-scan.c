#include "scan/tree-scan.h"

#include <fcntl.h>
#include <unistd.h>

#include "scan/tree-feed.h"

enum { FEED_PIPE_SIZE = 1 << 20 };

static struct sandbox_job *start(struct tree_scan *scan, const struct layer_rule *rules,
                                 size_t rule_count, int fd, struct layer_result *result)
{
    struct layer_request request = {
        .form = LAYER_OF_TREE,
        .offset = -1,
        .length = -1,
        .limit = UINT64_MAX, /* only wanted files are fed, each within its limit */
        .sections = LAYER_SECTION_BIT(LAYER_SECTION_FACTS),
        .rules = rules,
        .rule_count = rule_count,
        .skipped = scan->skips.paths,
        .skipped_count = scan->skips.active,
    };

    return layer_worker_start(scan->sandbox, &request, fd, scan->seconds, result);
}

/* Feeds the worker while it reads; it answers once it has read everything. A
 * worker that ends early breaks the pipe, and its own error says why. */
static int read_once(struct tree_scan *scan, const struct layer_rule *rules, size_t rule_count,
                     struct layer_result *result)
{
    struct tree_feed feed = {scan->tree, rules, rule_count, scan->ctx, scan->unreadable};
    struct error feeding = ERROR_INIT;
    struct sandbox_job *job;
    int ends[2], fed = 0;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return result->status = error_errno(&result->error, "cannot start a worker");
    fcntl(ends[1], F_SETPIPE_SZ, FEED_PIPE_SIZE); /* only faster with it */
    job = start(scan, rules, rule_count, ends[0], result);
    close(ends[0]);
    if (job)
        fed = tree_feed_write(&feed, ends[1], &feeding);
    close(ends[1]);
    layer_worker_finish(job, result);
    if (result->status == 0 && fed < 0) {
        result->status = fed;
        result->error = feeding;
    }
    return result->status;
}

static int keep(struct tree_scan *scan, const struct layer_result *result, struct layer_facts *ret,
                struct error *err)
{
    struct view bytes = arena_copy(scan->arena, result->sections[LAYER_SECTION_FACTS]);

    if (bytes.len == 0 && result->status < 0)
        return 0; /* nothing came before the fault */
    return layer_decode(bytes, scan->arena, ret, err);
}

int tree_scan_read(struct tree_scan *scan, const struct layer_rule *rules, size_t rule_count,
                   struct layer_facts *ret, struct error *err)
{
    for (;;) {
        struct layer_result result;
        int r, kept;
        bool again;

        layer_result_init(&result);
        scan->skips.active = scan->skips.count;
        r = read_once(scan, rules, rule_count, &result);
        again = deadly_files_add(&scan->skips, result.status, result.note, LAYER_OP_SKIP_LIMIT,
                                 scan->arena);
        kept = again ? 0 : keep(scan, &result, ret, err);
        layer_result_done(&result);
        if (again)
            continue;
        if (r < 0 && err)
            *err = result.error;
        return r < 0 ? r : kept;
    }
}
