#include "report/sarif.h"

#include "base/text.h"
#include "report/json-member.h"
#include "report/sarif-part.h"
#include "report/where.h"

enum { TEXTS_LIMIT = 1 << 30 }; /* bytes of all texts that are made up */

struct view sarif_level(enum severity severity)
{
    static const struct view levels[SEVERITY_COUNT] = {
        [SEVERITY_CRITICAL] = VIEW("error"),  [SEVERITY_HIGH] = VIEW("error"),
        [SEVERITY_MEDIUM] = VIEW("warning"),  [SEVERITY_LOW] = VIEW("note"),
        [SEVERITY_NEGLIGIBLE] = VIEW("note"), [SEVERITY_UNKNOWN] = VIEW("note"),
    };

    return levels[severity < SEVERITY_COUNT ? severity : SEVERITY_UNKNOWN];
}

void sarif_add_message(struct sarif *sarif, struct view key, struct view text)
{
    if (view_find_view(text, VIEW("](")) >= 0) {
        char *escaped = arena_array(sarif->arena, text.len, 2);
        size_t end = 0;

        for (size_t i = 0; escaped && i < text.len; i++) {
            if (text.ptr[i] == '[' || text.ptr[i] == ']' || text.ptr[i] == '\\')
                escaped[end++] = '\\';
            escaped[end++] = text.ptr[i];
        }
        text = view_from(escaped, end);
    }
    json_write_key(sarif->w, key);
    json_write_object(sarif->w);
    json_write_member(sarif->w, VIEW("text"), text);
    json_write_end(sarif->w);
}

/* ---- The tool ---- */

static void add_tool(struct sarif *sarif)
{
    struct json_writer *w = sarif->w;
    const char *version = sarif->options->version;

    json_write_key(w, VIEW("tool"));
    json_write_object(w);
    json_write_key(w, VIEW("driver"));
    json_write_object(w);
    json_write_member(w, VIEW("name"), VIEW("Plimsoll"));
    if (version) {
        json_write_member(w, VIEW("version"), view_of(version));
        json_write_member(w, VIEW("semanticVersion"), view_of(version));
    }
    sarif_add_rules(sarif);
    json_write_end(w);
    json_write_end(w);
}

/* ---- The invocation ---- */

static void add_notification(struct sarif *sarif, const struct diagnostic *d)
{
    struct json_writer *w = sarif->w;
    struct view text = d->message;

    if (d->hint.len)
        text = arena_printf(sarif->arena, "%.*s\n%.*s", VIEW_ARG(text), VIEW_ARG(d->hint));
    json_write_object(w);
    json_write_member(w, VIEW("level"), view_of(diagnostic_level_name(d->level)));
    sarif_add_message(sarif, VIEW("message"), text);
    json_write_key(w, VIEW("descriptor"));
    json_write_object(w);
    json_write_member(w, VIEW("id"), d->code);
    json_write_end(w);
    if (d->path.len) {
        json_write_key(w, VIEW("locations"));
        json_write_array(w);
        json_write_object(w);
        json_write_key(w, VIEW("physicalLocation"));
        json_write_object(w);
        json_write_key(w, VIEW("artifactLocation"));
        json_write_object(w);
        json_write_member(w, VIEW("uri"), where_uri(d->path, sarif->arena));
        json_write_end(w);
        json_write_end(w);
        json_write_end(w);
        json_write_end(w);
    }
    json_write_end(w);
}

static void add_invocation(struct sarif *sarif)
{
    const struct report *report = sarif->report;
    struct json_writer *w = sarif->w;
    bool whole = true;

    for (size_t i = 0; i < report->diagnostic_count; i++)
        whole = whole && report->diagnostics[i].level != DIAGNOSTIC_ERROR;
    json_write_key(w, VIEW("invocations"));
    json_write_array(w);
    json_write_object(w);
    json_member_bool(w, VIEW("executionSuccessful"), whole);
    json_member_time(w, VIEW("endTimeUtc"), sarif->options->now);
    json_write_key(w, VIEW("toolExecutionNotifications"));
    json_write_array(w);
    for (size_t i = 0; i < report->diagnostic_count; i++)
        add_notification(sarif, &report->diagnostics[i]);
    json_write_end(w);
    json_write_end(w);
    json_write_end(w);
}

/* ---- The run ---- */

static void add_bases(struct sarif *sarif)
{
    json_write_key(sarif->w, VIEW("originalUriBaseIds"));
    json_write_object(sarif->w);
    json_write_key(sarif->w, VIEW("%SRCROOT%"));
    json_write_object(sarif->w);
    sarif_add_message(sarif, VIEW("description"),
                      view_of(tr("the directory that the scan was started in")));
    json_write_end(sarif->w);
    json_write_end(sarif->w);
}

static void add_results(struct sarif *sarif)
{
    const struct report *report = sarif->report;

    json_write_key(sarif->w, VIEW("results"));
    json_write_array(sarif->w);
    for (size_t i = 0; i < report->finding_count; i++)
        sarif_add_result(sarif, &report->findings[i], NULL);
    for (size_t i = 0; sarif->options->suppressed && i < report->suppressed_count; i++)
        sarif_add_result(sarif, report->suppressed[i].finding, &report->suppressed[i]);
    json_write_end(sarif->w);
}

/* What SARIF has no place for. */
static void add_properties(struct sarif *sarif)
{
    const struct report_artifact *a = &sarif->report->artifact;
    const struct {
        struct view key, value;
    } texts[] = {
        {VIEW("artifactKind"), a->kind},  {VIEW("artifactName"), a->name},
        {VIEW("imageDigest"), a->digest}, {VIEW("imageID"), a->image_id},
        {VIEW("platform"), a->platform},  {VIEW("operatingSystem"), a->os.pretty_name},
    };

    json_write_key(sarif->w, VIEW("properties"));
    json_write_object(sarif->w);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].value.len)
            json_write_member(sarif->w, texts[i].key, texts[i].value);
    json_member_uint(sarif->w, VIEW("filesExamined"), sarif->report->files_examined);
    json_member_uint(sarif->w, VIEW("checksRun"), sarif->report->checks_run);
    json_write_end(sarif->w);
}

static void add_run(struct sarif *sarif)
{
    struct json_writer *w = sarif->w;
    bool chinese = text_language() == TEXT_CHINESE;

    json_write_object(w);
    add_tool(sarif);
    json_write_member(w, VIEW("language"), chinese ? VIEW("zh-CN") : VIEW("en-US"));
    json_write_member(w, VIEW("columnKind"), VIEW("unicodeCodePoints"));
    if (where_is_on_disk(sarif->report))
        add_bases(sarif);
    add_invocation(sarif);
    add_results(sarif);
    add_properties(sarif);
    json_write_end(w);
}

static int collect_rules(struct sarif *sarif, struct error *err)
{
    const struct report *report = sarif->report;
    ptrdiff_t r = 0;

    for (size_t i = 0; r >= 0 && i < report->finding_count; i++)
        r = rule_list_add(&sarif->rules, &report->findings[i], sarif->arena, err);
    for (size_t i = 0; r >= 0 && sarif->options->suppressed && i < report->suppressed_count; i++)
        r = rule_list_add(&sarif->rules, report->suppressed[i].finding, sarif->arena, err);
    return r < 0 ? (int)r : 0;
}

static int write_log(struct sarif *sarif, struct error *err)
{
    struct json_writer *w = sarif->w;
    int result = collect_rules(sarif, err);

    if (result < 0)
        return result;
    json_write_object(w);
    json_write_member(w, VIEW("$schema"), VIEW("https://json.schemastore.org/sarif-2.1.0.json"));
    json_write_member(w, VIEW("version"), VIEW("2.1.0"));
    json_write_key(w, VIEW("runs"));
    json_write_array(w);
    add_run(sarif);
    json_write_end(w);
    json_write_end(w);
    buf_add_char(w->to, '\n');
    result = arena_failed(sarif->arena, "the report", err);
    return result < 0 ? result : json_write_done(w, "the report", err);
}

int report_write_sarif(const struct report *report, const struct report_options *options,
                       struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(TEXTS_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(to, true);
    struct sarif sarif = {report, options, arena, &w, {0}};
    int result;

    if (!arena)
        return error_memory(err);
    result = write_log(&sarif, err);
    rule_list_done(&sarif.rules);
    return result;
}
