#include "sensor/alert/syslog-message.h"

#include <time.h>

#include "base/cleanup.h"
#include "sensor/alert/alert-time.h"
#include "sensor/alert/printable.h"

/* RFC 5424, section 6 */
enum { HOST_LIMIT = 255, ID_LIMIT = 32, TIME_LENGTH = 26 };

#define APPLICATION "plimsoll-sensor"

const char *const syslog_facilities[SYSLOG_FACILITIES + 1] = {
    "kern",   "user",     "mail",   "daemon", "auth",   "syslog", "lpr",   "news",   "uucp",
    "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock", "local0", "local1",
    "local2", "local3",   "local4", "local5", "local6", "local7", NULL};

/* PRINTUSASCII, or "-" */
static void add_token(struct buf *to, struct view text, size_t limit)
{
    text = view_sub(text, 0, limit);
    if (text.len == 0)
        buf_add_char(to, '-');
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(to, text.ptr[i] > 0x20 && text.ptr[i] < 0x7f ? text.ptr[i] : '?');
}

static void add_header(const struct syslog_format *format, const struct alert *alert,
                       struct buf *to)
{
    _cleanup_(buf_done) struct buf time = BUF_INIT(64);

    /* TIME-SECFRAC has six digits at most. */
    alert_time_utc(alert->time, &time);
    buf_addf(to, "1 %.*sZ ", TIME_LENGTH, buf_cstr(&time));
    add_token(to, alert->host, HOST_LIMIT);
    buf_addf(to, " " APPLICATION " %u ", format->pid);
    add_token(to, alert->rule_id, ID_LIMIT);
    buf_add(to, VIEW(" - "));
}

static void add_local_header(const struct syslog_format *format, const struct alert *alert,
                             struct buf *to)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = alert->time / 1000000000;
    struct tm tm = {0};

    localtime_r(&seconds, &tm);
    buf_addf(to, "%s %2d %02d:%02d:%02d " APPLICATION "[%u]: ", months[tm.tm_mon], tm.tm_mday,
             tm.tm_hour, tm.tm_min, tm.tm_sec, format->pid);
}

static void add_text(const struct alert *alert, size_t limit, struct buf *to)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(ALERT_LINE_LIMIT);
    struct alert line = *alert;

    line.explanation = VIEW_EMPTY;
    alert_write_text(&line, false, &text);
    buf_add(to, alert_cut(buf_view(&text), limit));
}

void syslog_message_write(const struct syslog_format *format, const struct alert *alert,
                          struct buf *to)
{
    size_t start = to->len, room;

    buf_addf(to, "<%d>", format->facility * 8 + (int)alert->priority);
    if (format->local)
        add_local_header(format, alert, to);
    else
        add_header(format, alert, to);
    room = format->limit - (to->len - start);
    if (format->json)
        alert_write_json_within(alert, room, to);
    else
        add_text(alert, room, to);
}
