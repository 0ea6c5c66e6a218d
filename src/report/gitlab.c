#include "report/gitlab.h"

#include "report/headline.h"
#include "report/json-member.h"
#include "report/where.h"

enum { TEXTS_LIMIT = 1 << 30 };

static struct view severity_of(enum severity severity)
{
    static const struct view names[SEVERITY_COUNT] = {
        [SEVERITY_CRITICAL] = VIEW("blocker"), [SEVERITY_HIGH] = VIEW("critical"),
        [SEVERITY_MEDIUM] = VIEW("major"),     [SEVERITY_LOW] = VIEW("minor"),
        [SEVERITY_NEGLIGIBLE] = VIEW("info"),  [SEVERITY_UNKNOWN] = VIEW("info"),
    };

    return names[severity < SEVERITY_COUNT ? severity : SEVERITY_UNKNOWN];
}

static void add_finding(struct json_writer *w, const struct report *report,
                        const struct report_options *options, const struct finding *f,
                        struct arena *arena)
{
    json_write_object(w);
    json_write_member(w, VIEW("description"), headline_make(f, arena));
    json_write_member(w, VIEW("check_name"), f->id);
    json_write_member(w, VIEW("fingerprint"), f->fingerprint);
    json_write_member(w, VIEW("severity"), severity_of(f->severity));
    json_write_key(w, VIEW("location"));
    json_write_object(w);
    json_write_member(w, VIEW("path"), where_path(report, options, f->location.path, arena));
    json_write_key(w, VIEW("lines"));
    json_write_object(w);
    json_member_uint(w, VIEW("begin"), f->location.line ? f->location.line : 1);
    json_write_end(w);
    json_write_end(w);
    json_write_end(w);
}

int report_write_gitlab(const struct report *report, const struct report_options *options,
                        struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(TEXTS_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(to, true);
    int result;

    if (!arena)
        return error_memory(err);
    json_write_array(&w);
    for (size_t i = 0; i < report->finding_count; i++)
        add_finding(&w, report, options, &report->findings[i], arena);
    json_write_end(&w);
    buf_add_char(to, '\n');
    result = arena_failed(arena, "the report", err);
    return result < 0 ? result : json_write_done(&w, "the report", err);
}
