#include "sensor/container/gathering.h"

#include <fcntl.h>
#include <time.h>

#include "base/path.h"

enum { PROC_TEXT_LIMIT = 64 << 10, STAT_FIELDS_BEFORE_START = 19 };

static const uint64_t NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000;

void gathering_done(struct gathering *g)
{
    for (size_t i = 0; i < ANSWER_DOCUMENTS_LIMIT; i++)
        buf_done(&g->bodies[i]);
    buf_done(&g->reply);
}

struct buf *gathering_body(struct gathering *g)
{
    struct buf *body;

    if (g->count == ANSWER_DOCUMENTS_LIMIT)
        return NULL;
    body = &g->bodies[g->count];
    buf_done(body);
    *body = BUF_INIT(ANSWER_DOCUMENT_LIMIT);
    return body;
}

void gathering_keep(struct gathering *g, enum answer_document kind, bool first)
{
    struct answer_part part = {kind, buf_view(&g->bodies[g->count])};
    size_t at = first ? 0 : g->count;

    memmove(&g->parts[at + 1], &g->parts[at], (g->count - at) * sizeof(g->parts[0]));
    g->parts[at] = part;
    g->count++;
}

unsigned gathering_milliseconds(const struct gathering *g)
{
    uint64_t now = clock_now_ns();
    unsigned left = now + NS_PER_MS < g->deadline ? (unsigned)((g->deadline - now) / NS_PER_MS) : 1;

    return g->count && left > GATHERING_EXTRA ? GATHERING_EXTRA : left;
}

int gathering_read(struct gathering *g, struct error *err)
{
    const struct answer_question question = {
        .runtime = g->runtime,
        .id = g->id,
        .parts = g->parts,
        .count = g->count,
    };

    if (g->reply.max == 0)
        g->reply = BUF_INIT(ANSWER_OP_REPLY_LIMIT + 1);
    if (answer_ask(g->sandbox, &question, &g->reply, &g->answer, err) == 0)
        return 0;
    g->blameless = true;
    if (err)
        err->kind = ERROR_INPUT;
    return ERROR_INPUT;
}

int gathering_keep_file(struct gathering *g, enum answer_document kind, const char *path,
                        struct error *err)
{
    struct buf *body = gathering_body(g);
    _cleanup_close_ int fd = -1;
    int r;

    if (!body)
        return error_set(err, ERROR_LIMIT, "more than %d documents about a container",
                         ANSWER_DOCUMENTS_LIMIT);
    r = path_open_in(g->root, path, O_RDONLY | O_CLOEXEC, &fd, err);
    if (r == 0)
        r = fd_read_all(fd, body, err);
    if (r == 0)
        gathering_keep(g, kind, false);
    return r;
}

/* ---- The first process ---- */

static bool read_proc(uint32_t pid, const char *file, struct buf *to)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%u/%s", pid, file);
    return fd_read_file(path, to, NULL) == 0;
}

/* The pid came from outside and may be another process's by now. */
static bool is_in_container(uint32_t pid, struct view id)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(PROC_TEXT_LIMIT);

    return pid && read_proc(pid, "cgroup", &text) && view_find_view(buf_view(&text), id) >= 0;
}

static uint64_t now_of(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

/* Field 22 of stat(5), in ticks since boot; the name before it may hold anything. */
static bool read_start(uint32_t pid, uint64_t *ret)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(PROC_TEXT_LIMIT);
    long ticks_per_second = sysconf(_SC_CLK_TCK);
    struct view rest;
    uint64_t ticks, tick, boot;
    ptrdiff_t name_end;

    if (!read_proc(pid, "stat", &text) || ticks_per_second <= 0)
        return false;
    name_end = view_rfind(buf_view(&text), ')');
    rest = view_sub(buf_view(&text), (size_t)(name_end + 1), text.len);
    for (int i = 0; i < STAT_FIELDS_BEFORE_START; i++)
        view_word(&rest);
    if (name_end < 0 || !view_to_u64(view_word(&rest), &ticks))
        return false;
    tick = NS_PER_SECOND / (uint64_t)ticks_per_second;
    boot = now_of(CLOCK_REALTIME) - now_of(CLOCK_BOOTTIME);
    /* Two looks at the same process must tell the same. */
    *ret = (boot / tick + ticks) * tick;
    return true;
}

void gathering_keep_process(struct gathering *g, uint32_t pid)
{
    struct buf *body;
    uint64_t start;

    if (!is_in_container(pid, g->id) || !read_start(pid, &start))
        return;
    body = gathering_body(g);
    if (body) {
        buf_addf(body, "%u %llu", pid, (unsigned long long)start);
        gathering_keep(g, ANSWER_PROCESS, false);
    }
    body = gathering_body(g);
    if (body && read_proc(pid, "mountinfo", body))
        gathering_keep(g, ANSWER_MOUNTS, false);
}

bool gathering_id_is_plain(struct view id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (i > 0 && memchr("._-", c, 3))))
            return false;
    }
    return id.len > 0 && id.len <= ANSWER_ID_LIMIT;
}
