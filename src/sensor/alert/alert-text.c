#include "base/cleanup.h"
#include "base/text.h"
#include "report/style.h"
#include "sensor/alert/alert-time.h"
#include "sensor/alert/alert.h"
#include "sensor/alert/printable.h"

enum { SHORT_ID = 12 }; /* digits of a container's id that people know it by */

static void add_times(const struct alert *alert, struct buf *to)
{
    _cleanup_(buf_done) struct buf first = BUF_INIT(64), last = BUF_INIT(64);

    alert_time_second(alert->first_time, &first);
    alert_time_second(alert->last_time, &last);
    buf_add_char(to, ' ');
    buf_addf(to, tr("(%llu more, %s to %s)"), (unsigned long long)alert->count, buf_cstr(&first),
             buf_cstr(&last));
}

static bool has(struct view text, struct view part)
{
    return part.len && memmem(text.ptr, text.len, part.ptr, part.len);
}

static void add_part(const char *name, struct view text, struct buf *to)
{
    if (!text.len)
        return;
    buf_addf(to, " %s=", name);
    printable_add(to, alert_cut(text, ALERT_VALUE_LIMIT));
}

/* Rules that are about any process, as most of Falco's, don't say where it is. */
static void add_place(const struct alert *alert, struct view output, struct buf *to)
{
    struct view id = view_sub(alert->container_id, 0, SHORT_ID);
    _cleanup_(buf_done) struct buf place = BUF_INIT(4 * ALERT_VALUE_LIMIT);

    if (!id.len || has(output, id) || has(output, alert->container_name))
        return;
    add_part("container", alert->container_name.len ? alert->container_name : id, &place);
    add_part("image", alert->image, &place);
    add_part("pod", alert->pod_name, &place);
    add_part("namespace", alert->pod_namespace, &place);
    buf_addf(to, " (%.*s)", VIEW_ARG(view_sub(buf_view(&place), 1, place.len)));
}

/* Why it matched, a line each, below the alert. */
static void add_explanation(struct view explanation, struct buf *to)
{
    explanation = alert_cut(explanation, ALERT_VALUE_LIMIT);
    while (explanation.ptr) {
        struct view line = view_line(&explanation);

        if (line.len == 0)
            continue;
        buf_add(to, VIEW("\n    "));
        printable_add(to, line);
    }
}

void alert_write_text(const struct alert *alert, bool colour, struct buf *to)
{
    enum style style = style_of_severity(rule_priority_severity(alert->priority));

    alert_time_local(alert->time, to);
    buf_add(to, VIEW(": "));
    style_add(to, colour, style, view_of(rule_priority_name(alert->priority)));
    buf_add_char(to, ' ');
    printable_add(to, alert_cut(alert->output, ALERT_VALUE_LIMIT));
    add_place(alert, alert->output, to);
    if (alert->summary)
        add_times(alert, to);
    if (alert->actions.len) {
        buf_add(to, VIEW(" -> "));
        printable_add(to, alert_cut(alert->actions, ALERT_VALUE_LIMIT));
    }
    if (!alert->summary) /* the first of the group was explained */
        add_explanation(alert->explanation, to);
}
