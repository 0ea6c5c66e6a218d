/* An alert of any texts: its JSON can be read and has nothing that drives a terminal, its text is
 * one line, and a copy is the same. */
#include <stdlib.h>

#include "base/cursor.h"
#include "codec/json.h"
#include "sensor/alert/alert.h"
#include "sensor/alert/syslog-message.h"

enum { MANY = 8 };

struct texts {
    struct view list[MANY];
    struct alert_field fields[MANY];
};

static struct alert read_alert(struct cursor *c, struct texts *texts)
{
    struct alert alert = {.priority = (enum rule_priority)(cursor_u8(c) % RULE_PRIORITY_COUNT),
                          .time = (int64_t)cursor_u64(c) / 1000,
                          .count = cursor_u8(c),
                          .summary = cursor_u8(c) & 1,
                          .pid = cursor_u8(c)};
    struct view *const all[] = {
        &alert.run,          &alert.rule,           &alert.rule_id, &alert.source,
        &alert.output,       &alert.host,           &alert.cause,   &alert.explanation,
        &alert.container_id, &alert.container_name, &alert.image,   &alert.pod_namespace,
        &alert.pod_name,     &alert.actions};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        *all[i] = cursor_bytes(c);
    alert.tag_count = cursor_u8(c) % MANY;
    alert.example_count = cursor_u8(c) % MANY;
    alert.field_count = cursor_u8(c) % MANY;
    for (size_t i = 0; i < MANY; i++) {
        texts->list[i] = cursor_bytes(c);
        texts->fields[i] = (struct alert_field){cursor_bytes(c), cursor_bytes(c),
                                                (enum alert_field_kind)(cursor_u8(c) % 4)};
    }
    alert.tags = alert.examples = texts->list;
    alert.fields = texts->fields;
    return alert;
}

/* No control characters, C1 among them. */
static void check_line(struct view line, bool may_break)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char byte = (unsigned char)line.ptr[i];

        if ((byte < 0x20 && !(may_break && byte == '\n')) || byte == 0x7f)
            abort();
        if (byte == 0xc2 && i + 1 < line.len && (unsigned char)line.ptr[i + 1] < 0xa0)
            abort();
    }
}

static void check_json(const struct alert *alert, size_t limit, struct json_parser *parser)
{
    _cleanup_(buf_done) struct buf json = BUF_INIT(ALERT_LINE_LIMIT);
    struct json_value root;

    alert_write_json_within(alert, limit, &json);
    if (json.failed || json.len > limit || json_parse(parser, buf_view(&json), &root, NULL) < 0)
        abort();
    check_line(buf_view(&json), false);
}

static void check_copy(const struct alert *alert)
{
    _cleanup_(buf_done) struct buf json = BUF_INIT(ALERT_LINE_LIMIT);
    _cleanup_(buf_done) struct buf again = BUF_INIT(ALERT_LINE_LIMIT);
    size_t bytes;
    _cleanup_free_ struct alert *copy = alert_copy(alert, ALERT_VALUE_LIMIT, &bytes);

    alert_write_json(alert, &json);
    alert_write_json(copy, &again);
    if (!view_eq(buf_view(&json), buf_view(&again)))
        abort();
}

static void check_syslog(const struct alert *alert, bool json, bool local)
{
    _cleanup_(buf_done) struct buf message = BUF_INIT(ALERT_LINE_LIMIT);
    struct syslog_format format = {3, json, local, SYSLOG_MESSAGE_LEAST, 1};

    syslog_message_write(&format, alert, &message);
    if (message.failed || message.len > SYSLOG_MESSAGE_LEAST)
        abort();
    check_line(buf_view(&message), false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(ALERT_LINE_LIMIT);
    struct cursor c = cursor_of(view_from(data, size));
    struct texts texts;
    struct alert alert = read_alert(&c, &texts);

    if (json_parser_new(&parser, NULL) < 0)
        return 0;
    check_json(&alert, ALERT_LINE_LIMIT, parser);
    check_json(&alert, ALERT_LIMIT_LEAST, parser);
    check_copy(&alert);
    alert_write_text(&alert, false, &text);
    if (text.failed)
        abort();
    check_line(buf_view(&text), true);
    for (int way = 0; way < 4; way++)
        check_syslog(&alert, way & 1, way & 2);
    return 0;
}
