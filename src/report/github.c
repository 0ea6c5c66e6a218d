#include "report/github.h"

#include "base/text.h"
#include "report/headline.h"
#include "report/style.h"
#include "report/where.h"

enum { TEXTS_LIMIT = 1 << 30 };

static const char *command_of(enum severity severity)
{
    static const char *const commands[SEVERITY_COUNT] = {
        [SEVERITY_CRITICAL] = "error",    [SEVERITY_HIGH] = "error",
        [SEVERITY_MEDIUM] = "warning",    [SEVERITY_LOW] = "notice",
        [SEVERITY_NEGLIGIBLE] = "notice", [SEVERITY_UNKNOWN] = "notice",
    };

    return commands[severity < SEVERITY_COUNT ? severity : SEVERITY_UNKNOWN];
}

/* What would end a value is percent-encoded: in a property ":" and "," too. */
static void add_escaped(struct buf *to, struct view clean, bool property)
{
    for (size_t i = 0; i < clean.len; i++) {
        unsigned char c = (unsigned char)clean.ptr[i];

        if (c == '%' || (property && (c == ':' || c == ',')))
            buf_addf(to, "%%%02X", c);
        else
            buf_add_char(to, clean.ptr[i]);
    }
}

static void add_number(struct buf *to, const char *name, uint32_t value)
{
    if (value)
        buf_addf(to, ",%s=%u", name, value);
}

/* The place comes first, so that what follows begins with a comma. */
static void add_place(struct buf *to, const struct finding *f, struct view path)
{
    const struct finding_location *l = &f->location;

    buf_add_str(to, "file=");
    add_escaped(to, path, true);
    add_number(to, "line", l->line);
    add_number(to, "endLine", l->end_line);
    /* Columns are taken only within one line. */
    if (l->line && (l->end_line == 0 || l->end_line == l->line)) {
        add_number(to, "col", l->column);
        add_number(to, "endColumn", l->end_column);
    }
    buf_add_char(to, ',');
}

static void add_finding(const struct report *report, const struct report_options *options,
                        const struct finding *f, struct arena *arena, struct buf *to)
{
    struct view path = where_path(report, options, f->location.path, arena);
    struct view remedy = style_clean(headline_remedy(f, arena), arena);

    buf_addf(to, "::%s ", command_of(f->severity));
    if (where_is_on_disk(report) && path.len)
        add_place(to, f, style_clean(path, arena));
    buf_add_str(to, "title=");
    add_escaped(to, style_clean(f->id, arena), true);
    buf_add_str(to, "::");
    add_escaped(to, style_clean(headline_make(f, arena), arena), false);
    if (remedy.len) {
        buf_add_str(to, "%0A");
        add_escaped(to, remedy, false);
    }
    buf_add_char(to, '\n');
}

static void add_diagnostic(const struct diagnostic *d, struct arena *arena, struct buf *to)
{
    static const char *const commands[] = {
        [DIAGNOSTIC_NOTE] = "notice",
        [DIAGNOSTIC_WARNING] = "warning",
        [DIAGNOSTIC_ERROR] = "error",
    };

    buf_addf(to, "::%s title=", commands[d->level]);
    add_escaped(to, style_clean(d->code, arena), true);
    buf_add_str(to, "::");
    add_escaped(to, style_clean(d->message, arena), false);
    buf_add_char(to, '\n');
}

int report_write_github(const struct report *report, const struct report_options *options,
                        struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(TEXTS_LIMIT);
    int result;

    if (!arena)
        return error_memory(err);
    for (size_t i = 0; i < report->finding_count; i++)
        add_finding(report, options, &report->findings[i], arena, to);
    for (size_t i = 0; i < report->diagnostic_count; i++)
        add_diagnostic(&report->diagnostics[i], arena, to);
    buf_addf(to, tr("Findings: %zu\n"), report->finding_count);
    result = arena_failed(arena, "the report", err);
    return result < 0 ? result : buf_failed(to, "the report", err);
}
