#include "sensor/alert/sink.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/fd.h"
#include "sensor/alert/sink-kind.h"

enum { NAME_LIMIT = 2 * SINK_ADDRESS_LIMIT };

struct sink {
    const struct sink_kind *kind;
    void *of;
    struct buf name;
    _Atomic uint64_t sent, lost;
};

static const struct sink_kind *const kinds[] = {
    &sink_stdout,     &sink_file,       &sink_syslog, &sink_syslog_udp,
    &sink_syslog_tcp, &sink_syslog_tls, &sink_https,  &sink_http,
};

static const struct sink_kind *find_kind(struct view scheme)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (view_eq_nocase(scheme, view_of(kinds[i]->scheme)))
            return kinds[i];
    return NULL;
}

static int open_kind(struct sink *sink, struct sink_address *address,
                     const struct sink_options *options, struct error *err)
{
    sink->kind = find_kind(address->scheme);
    if (!sink->kind) {
        error_set(err, ERROR_USAGE, "no kind of sink: %.*s", VIEW_ARG(address->scheme));
        error_hint(err, "choose one of: stdout, file:/PATH, syslog:, syslog+udp://HOST, "
                        "syslog+tcp://HOST, syslog+tls://HOST, https://HOST/PATH, @FILE");
        return ERROR_USAGE;
    }
    return sink->kind->open(address, options, &sink->of, &sink->name, err);
}

/* "@FILE" stands for the file's first line. */
static int read_address(const char *text, struct buf *to, struct error *err)
{
    struct view rest, line;

    if (fd_read_file(text + 1, to, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    rest = buf_view(to);
    line = view_trim(view_line(&rest));
    if (!line.len || line.ptr[0] == '@')
        return error_set(err, ERROR_INPUT, "%s: its first line is no address of a sink", text + 1);
    /* The line becomes a string of its own. */
    memmove(to->ptr, line.ptr, line.len);
    to->len = line.len;
    buf_cstr(to);
    return buf_failed(to, "the address of a sink", err);
}

int sink_open(const char *text, const struct sink_options *options, struct sink **ret,
              struct error *err)
{
    _cleanup_(buf_done) struct buf file = BUF_INIT(SINK_ADDRESS_LIMIT);
    _cleanup_(sink_address_done) struct sink_address address = {0};
    _cleanup_(sink_close_p) struct sink *sink = calloc(1, sizeof(*sink));

    if (!sink)
        return error_memory(err);
    sink->name = BUF_INIT(NAME_LIMIT);
    if (text[0] == '@' && read_address(text, &file, err) < 0)
        return err ? err->kind : ERROR_USAGE;
    if (sink_address_parse(text[0] == '@' ? file.ptr : text, &address, err) < 0 ||
        open_kind(sink, &address, options, err) < 0)
        return err ? err->kind : ERROR_USAGE;
    buf_cstr(&sink->name); /* sink_name() is a string */
    if (buf_failed(&sink->name, "the name of a sink", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    *ret = take_ptr(&sink);
    return 0;
}

void sink_close(struct sink *sink)
{
    if (!sink)
        return;
    if (sink->of)
        sink->kind->close(sink->of);
    buf_done(&sink->name);
    free(sink);
}

int sink_send(struct sink *sink, const struct alert *alert, struct error *err)
{
    int result = sink->kind->send(sink->of, alert, err);

    atomic_fetch_add(result < 0 ? &sink->lost : &sink->sent, 1);
    return result;
}

int sink_reopen(struct sink *sink, struct error *err)
{
    return sink->kind->reopen ? sink->kind->reopen(sink->of, err) : 0;
}

struct sink_counts sink_counts(const struct sink *sink)
{
    struct sink_counts counts = {.sent = atomic_load(&sink->sent),
                                 .lost = atomic_load(&sink->lost)};

    if (sink->kind->counts)
        sink->kind->counts(sink->of, &counts);
    return counts;
}

bool sink_failure(const struct sink *sink, struct error *ret)
{
    return sink->kind->failure && sink->kind->failure(sink->of, ret);
}

const char *sink_name(const struct sink *sink)
{
    return sink->name.ptr;
}

int sink_take_format(struct sink_address *address, const struct sink_options *options, bool json,
                     bool *ret_json, struct error *err)
{
    static const char *const words[] = {"text", "json", NULL};
    int chosen = options->format == SINK_AUTO ? json : options->format == SINK_JSON;

    if (sink_address_take_word(address, VIEW("format"), words, &chosen, err) < 0)
        return ERROR_USAGE;
    *ret_json = chosen == 1;
    return 0;
}
