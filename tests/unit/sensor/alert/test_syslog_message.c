#include "sensor/alert/syslog-message.h"

#include <time.h>

#include "base/cleanup.h"
#include "codec/json.h"
#include "test.h"

static void messages(void **state)
{
    static const struct {
        const char *name;
        struct syslog_format format;
        enum rule_priority priority;
        const char *host, *rule_id, *want;
    } cases[] = {
        {"RFC 5424",
         {3, false, false, 8192, 42},
         RULE_WARNING,
         "node-1",
         "a-rule",
         "<28>1 2026-08-21T17:46:43.123456Z node-1 plimsoll-sensor 42 a-rule - "
         "17:46:43.123456789: Warning out"},
        {"facility and severity",
         {23, false, false, 8192, 42},
         RULE_EMERGENCY,
         "n",
         "r",
         "<184>1 2026-08-21T17:46:43.123456Z n plimsoll-sensor 42 r - "
         "17:46:43.123456789: Emergency out"},
        {"the least",
         {0, false, false, 8192, 1},
         RULE_DEBUG,
         "",
         "",
         "<7>1 2026-08-21T17:46:43.123456Z - plimsoll-sensor 1 - - 17:46:43.123456789: Debug out"},
        {"tokens are printable",
         {1, false, false, 8192, 1},
         RULE_ALERT,
         "a host\n",
         "an id that is longer than 32 bytes is cut",
         "<9>1 2026-08-21T17:46:43.123456Z a?host? plimsoll-sensor 1 "
         "an?id?that?is?longer?than?32?byt - 17:46:43.123456789: Alert out"},
        {"as syslog(3)",
         {3, false, true, 8192, 42},
         RULE_CRITICAL,
         "node-1",
         "a-rule",
         "<26>Aug 21 17:46:43 plimsoll-sensor[42]: 17:46:43.123456789: Critical out"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf message = BUF_INIT(SYSLOG_MESSAGE_LIMIT);
        struct alert alert = {.time = 1787334403123456789,
                              .priority = cases[i].priority,
                              .host = view_of(cases[i].host),
                              .rule_id = view_of(cases[i].rule_id),
                              .output = VIEW("out"),
                              .explanation = VIEW("not in a line\nof syslog")};

        print_message("%s\n", cases[i].name);
        syslog_message_write(&cases[i].format, &alert, &message);
        assert_view(buf_view(&message), cases[i].want);
    }
}

static void long_ones_are_cut(void **state)
{
    static char large[100000];
    struct alert alert = {.priority = RULE_ERROR};

    (void)state;
    memset(large, 'x', sizeof(large));
    alert.output = alert.host = alert.rule_id = alert.cause = view_from(large, sizeof(large));
    for (int json = 0; json < 2; json++)
        for (size_t limit = SYSLOG_MESSAGE_LEAST; limit < sizeof(large); limit *= 3) {
            _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
            _cleanup_(buf_done) struct buf message = BUF_INIT(SYSLOG_MESSAGE_LIMIT);
            struct syslog_format format = {3, json, false, limit, 1};
            struct json_value root;
            ptrdiff_t start;

            syslog_message_write(&format, &alert, &message);
            assert_false(message.failed);
            assert_true(message.len <= limit && message.len > 1000);
            if (!json)
                continue;
            start = view_find(buf_view(&message), '{');
            assert_true(start > 0);
            assert_int_equal(json_parser_new(&parser, NULL), 0);
            assert_int_equal(json_parse(parser,
                                        view_sub(buf_view(&message), (size_t)start, message.len),
                                        &root, NULL),
                             0);
            assert_true(json_bool(json_get(root, VIEW("cut"))));
        }
}

static int use_utc(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(messages),
                                       cmocka_unit_test(long_ones_are_cut)};

    return cmocka_run_group_tests(tests, use_utc, NULL);
}
