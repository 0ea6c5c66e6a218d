#include "sensor/alert/alert.h"

#include <time.h>

#include "base/cleanup.h"
#include "codec/json.h"
#include "codec/utf8.h"
#include "test.h"

static const struct view tags[] = {VIEW("container"), VIEW("T1611")};
static const struct alert_field fields[] = {
    {VIEW("evt.time"), VIEW("1787334403123456789"), ALERT_FIELD_NUMBER},
    {VIEW("proc.cmdline"), VIEW("sh -c \"id\""), ALERT_FIELD_TEXT},
    {VIEW("proc.is_exe_upper_layer"), VIEW("true"), ALERT_FIELD_BOOL},
    {VIEW("k8s.pod.name"), VIEW(""), ALERT_FIELD_MISSING},
    {VIEW("evt.rawres"), VIEW("-2"), ALERT_FIELD_NUMBER},
    {VIEW("odd"), VIEW("1e5x"), ALERT_FIELD_NUMBER},
};

static struct alert example(void)
{
    return (struct alert){
        .id = 7,
        .run = VIEW("00112233aabbccdd"),
        .time = 1787334403123456789,
        .rule = VIEW("Terminal shell in container"),
        .rule_id = VIEW("terminal-shell"),
        .priority = RULE_NOTICE,
        .source = VIEW("syscall"),
        .output = VIEW("A shell was spawned (user=root)"),
        .host = VIEW("node-1"),
        .tags = tags,
        .tag_count = COUNT(tags),
        .fields = fields,
        .field_count = COUNT(fields),
        .container_id = VIEW("0123456789ab"),
        .container_name = VIEW("web"),
        .image = VIEW("nginx:1"),
        .count = 1,
        .first_time = 1787334403123456789,
        .last_time = 1787334403123456789,
        .pid = 4711,
        .process_start = 99,
        .actions = VIEW("kill, pause (dry run)"),
    };
}

static void json_shape(void **state)
{
    static const char want[] =
        "{\"time\":\"2026-08-21T17:46:43.123456789Z\",\"rule\":\"Terminal shell in container\","
        "\"priority\":\"Notice\",\"source\":\"syscall\",\"hostname\":\"node-1\","
        "\"tags\":[\"container\",\"T1611\"],"
        "\"output\":\"17:46:43.123456789: Notice A shell was spawned (user=root)\","
        "\"output_fields\":{\"evt.time\":1787334403123456789,\"proc.cmdline\":\"sh -c \\\"id\\\"\","
        "\"proc.is_exe_upper_layer\":true,\"k8s.pod.name\":null,\"evt.rawres\":-2,"
        "\"odd\":\"1e5x\"},"
        "\"id\":\"00112233aabbccdd-7\",\"rule_id\":\"terminal-shell\",\"count\":1,"
        "\"first_time\":\"2026-08-21T17:46:43.123456789Z\","
        "\"last_time\":\"2026-08-21T17:46:43.123456789Z\",\"summary\":false,"
        "\"container\":{\"id\":\"0123456789ab\",\"name\":\"web\",\"image\":\"nginx:1\"},"
        "\"process\":{\"pid\":4711,\"start\":99},\"actions\":[\"kill\",\"pause (dry run)\"]}";
    _cleanup_(buf_done) struct buf line = BUF_INIT(ALERT_LINE_LIMIT);
    struct alert alert = example();

    (void)state;
    alert_write_json(&alert, &line);
    assert_view(buf_view(&line), want);
}

static void place_in_text(void **state)
{
    static const struct {
        const char *name, *output, *container, *image, *pod, *want;
    } cases[] = {
        {"named by the output", "x in web", "web", "nginx:1", "", "x in web"},
        {"named by its id", "x 0123456789ab", "web", "nginx:1", "", "x 0123456789ab"},
        {"not named", "x", "web", "nginx:1", "", "x (container=web image=nginx:1)"},
        {"a pod", "x", "web", "nginx:1", "web-0",
         "x (container=web image=nginx:1 pod=web-0 namespace=shop)"},
        {"without a name", "x in <NA>", "", "", "", "x in <NA> (container=0123456789ab)"},
        {"hostile", "x", "a\nb", "", "", "x (container=a?b)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf line = BUF_INIT(ALERT_LINE_LIMIT);
        _cleanup_(buf_done) struct buf want = BUF_INIT(ALERT_LINE_LIMIT);
        struct alert alert = example();

        print_message("%s\n", cases[i].name);
        alert.output = view_of(cases[i].output);
        alert.actions = VIEW_EMPTY;
        alert.container_name = view_of(cases[i].container);
        alert.image = view_of(cases[i].image);
        alert.pod_name = view_of(cases[i].pod);
        alert.pod_namespace = alert.pod_name.len ? VIEW("shop") : VIEW_EMPTY;
        alert_write_text(&alert, false, &line);
        buf_addf(&want, "17:46:43.123456789: Notice %s", cases[i].want);
        assert_view(buf_view(&line), buf_cstr(&want));
    }
}

static void text_lines(void **state)
{
    struct alert alert = example();
    static const struct {
        const char *name, *output, *explanation, *actions, *want;
        bool colour, summary;
    } cases[] = {
        {"Falco's line", "all well", "", "", "17:46:43.123456789: Notice all well", false, false},
        {"colour", "x", "", "", "17:46:43.123456789: \x1b[36mNotice\x1b[0m x", true, false},
        {"no bytes reach the terminal",
         "a\x1b[2Jb\nc\x01\xff\xc2\x9b"
         "d\xe2\x80\xae",
         "", "",
         "17:46:43.123456789: Notice a?[2Jb?c????"
         "d???",
         false, false},
        {"UTF-8 stays", "\xe8\xbd\xbd", "", "", "17:46:43.123456789: Notice \xe8\xbd\xbd", false,
         false},
        {"a summary", "x", "", "", "17:46:43.123456789: Notice x (37 more, 17:46:43 to 17:47:43)",
         false, true},
        {"actions", "x", "", "kill", "17:46:43.123456789: Notice x -> kill", false, false},
        {"an explanation", "x", "a = b\n\x1b[m", "",
         "17:46:43.123456789: Notice x\n    a = b\n    ?[m", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf line = BUF_INIT(ALERT_LINE_LIMIT);

        print_message("%s\n", cases[i].name);
        alert.container_id = VIEW_EMPTY;
        alert.output = view_of(cases[i].output);
        alert.explanation = view_of(cases[i].explanation);
        alert.actions = view_of(cases[i].actions);
        alert.summary = cases[i].summary;
        alert.count = 37;
        alert.last_time = alert.first_time + 60000000000;
        alert_write_text(&alert, cases[i].colour, &line);
        assert_view(buf_view(&line), cases[i].want);
    }
}

static void nul_in_text(void **state)
{
    _cleanup_(buf_done) struct buf line = BUF_INIT(ALERT_LINE_LIMIT);
    struct alert alert = example();

    (void)state;
    alert.output = view_from("a\0b\0", 4);
    alert.container_id = VIEW_EMPTY;
    alert.actions = VIEW_EMPTY;
    alert_write_text(&alert, false, &line);
    assert_view(buf_view(&line), "17:46:43.123456789: Notice a?b?");
}

/* Every text of the alert is `text`. */
static struct alert all_texts(struct view text, struct view *many, size_t count,
                              struct alert_field *some)
{
    struct alert alert = example();

    for (size_t i = 0; i < count; i++) {
        many[i] = text;
        some[i] = (struct alert_field){text, text, (enum alert_field_kind)(i % 3)};
    }
    alert.rule = alert.rule_id = alert.source = alert.output = alert.host = alert.run = text;
    alert.container_id = alert.container_name = alert.image = alert.cause = text;
    alert.pod_namespace = alert.pod_name = alert.explanation = alert.actions = text;
    alert.tags = alert.examples = many;
    alert.tag_count = alert.example_count = count;
    alert.fields = some;
    alert.field_count = count;
    return alert;
}

static void assert_harmless_json(struct view line)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct error err = ERROR_INIT;
    struct json_value root;

    assert_int_equal(json_parser_new(&parser, &err), 0);
    if (json_parse(parser, line, &root, &err) < 0)
        fail_msg("%s in %.*s", err.message, VIEW_ARG(line));
    for (size_t at = 0; at < line.len;) {
        size_t len = utf8_length(view_sub(line, at, line.len));

        assert_true(len > 0);
        assert_true((unsigned char)line.ptr[at] >= 0x20 && line.ptr[at] != 0x7f);
        assert_false(len == 2 && line.ptr[at] == '\xc2' && (unsigned char)line.ptr[at + 1] < 0xa0);
        at += len;
    }
}

static void any_bytes_are_json(void **state)
{
    static const char *const nasty[] = {
        "",     "\x01\x02\x1b[31m", "\xff\xfe\x80",     "\xc2\x9b[2J",          "\xe2\x80\xae",
        "\"\\", "\xed\xa0\x80",     "\xf4\x90\x80\x80", "\xe8\xbd\xbd\xe8\xbd", "\x7f\r\n\t",
    };
    enum { MANY = 40, LONG = 5000 };
    static struct view many[MANY];
    static struct alert_field some[MANY];

    (void)state;
    for (size_t i = 0; i < COUNT(nasty); i++)
        for (size_t repeat = 1; repeat <= LONG; repeat *= LONG) {
            _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
            _cleanup_(buf_done) struct buf line = BUF_INIT(ALERT_LINE_LIMIT);
            struct alert alert;

            for (size_t k = 0; k < repeat; k++)
                buf_add_str(&text, nasty[i]);
            alert = all_texts(buf_view(&text), many, MANY, some);
            alert_write_json(&alert, &line);
            assert_false(line.failed);
            assert_harmless_json(buf_view(&line));
            buf_reset(&line);
            alert_write_json_within(&alert, ALERT_LIMIT_LEAST, &line);
            assert_false(line.failed);
            assert_true(line.len <= ALERT_LIMIT_LEAST);
            assert_harmless_json(buf_view(&line));
        }
}

static void steering_is_kept(void **state)
{
    _cleanup_(buf_done) struct buf line = BUF_INIT(ALERT_LINE_LIMIT);
    struct alert alert = example();

    (void)state;
    alert.cause = VIEW("a\xe2\x80\xae"
                       "b\xc2\x9b\xe8\xbd\xbd");
    alert_write_json(&alert, &line);
    assert_true(
        view_find_view(buf_view(&line), VIEW("\"cause\":\"a\\u202eb\\u009b\xe8\xbd\xbd\"")) > 0);
}

static void cuts(void **state)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *want;
    } cases[] = {
        {"abc", 3, "abc"},
        {"abc", 2, "ab"},
        {"", 0, ""},
        {"a\xc3\xa9", 2, "a"},
        {"a\xc3\xa9z", 3, "a\xc3\xa9"},
        {"\xe8\xbd\xbd", 2, ""},
        {"\xf0\x9f\x9a\xa2z", 3, ""},
        {"\xf0\x9f\x9a\xa2z", 4, "\xf0\x9f\x9a\xa2"},
        {"\x80\x80\x80\x80", 2, "\x80\x80"},
        {"ab\xff\x80", 3, "ab\xff"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_view(alert_cut(view_of(cases[i].text), cases[i].limit), cases[i].want);
}

static void copies(void **state)
{
    _cleanup_(buf_done) struct buf want = BUF_INIT(ALERT_LINE_LIMIT);
    _cleanup_(buf_done) struct buf got = BUF_INIT(ALERT_LINE_LIMIT);
    struct alert alert = example();
    _cleanup_free_ struct alert *copy = NULL, *first = NULL;
    size_t size;

    (void)state;
    alert.examples = tags;
    alert.example_count = 1;
    alert.cause = VIEW("why");
    alert.pod_name = alert.pod_namespace = VIEW("pod");
    alert.explanation = VIEW("evt.type = execve");
    first = alert_copy(&alert, 1024, &size);
    assert_non_null(first);
    assert_true(size > sizeof(alert));
    copy = alert_copy(first, 1024, &size);
    memset(first, 'x', size); /* nothing of the copy is in what it was copied from */
    alert_write_json(&alert, &want);
    alert_write_json(copy, &got);
    assert_string_equal(buf_cstr(&got), buf_cstr(&want));
    free(copy);
    copy = alert_copy(&alert, 3, &size);
    assert_view(copy->rule, "Ter");
    assert_view(copy->fields[1].value, "sh ");
}

/* No text of a copy is where it was copied from. */
static void copies_own_their_texts(void **state)
{
    _cleanup_(buf_done) struct buf want = BUF_INIT(ALERT_LINE_LIMIT);
    _cleanup_(buf_done) struct buf got = BUF_INIT(ALERT_LINE_LIMIT);
    struct view many[2];
    struct alert_field some[2];
    char text[] = "a text";
    struct alert alert = all_texts(view_of(text), many, COUNT(many), some);
    _cleanup_free_ struct alert *copy = NULL;
    size_t size;

    (void)state;
    alert_write_json(&alert, &want);
    copy = alert_copy(&alert, 1024, &size);
    memset(text, 'x', strlen(text));
    memset(many, 0, sizeof(many));
    memset(some, 0, sizeof(some));
    alert_write_json(copy, &got);
    assert_string_equal(buf_cstr(&got), buf_cstr(&want));
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_shape),       cmocka_unit_test(text_lines),
        cmocka_unit_test(place_in_text),
        cmocka_unit_test(nul_in_text),      cmocka_unit_test(any_bytes_are_json),
        cmocka_unit_test(steering_is_kept), cmocka_unit_test(cuts),
        cmocka_unit_test(copies),           cmocka_unit_test(copies_own_their_texts),
    };

    return cmocka_run_group_tests(tests, use_utc, NULL);
}
