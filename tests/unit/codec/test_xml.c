#include "test.h"

#include <stdio.h>

#include "codec/xml.h"
#include "samples.h"

/* What a document tells, as one line. */
struct log {
    struct buf text;
    const char *fail_at; /* an element whose start fails */
};

static int on_start(void *ctx, struct view name, const struct xml_attributes *attributes,
                    struct error *err)
{
    struct log *log = ctx;
    struct view id = xml_attribute(attributes, "id"), lang = xml_attribute(attributes, "xml:lang");

    if (log->fail_at && view_eq(name, view_of(log->fail_at)))
        return error_set(err, ERROR_CANCELLED, "the handler says no");
    buf_addf(&log->text, "<%.*s", VIEW_ARG(name));
    if (id.ptr)
        buf_addf(&log->text, " id=%.*s", VIEW_ARG(id));
    if (lang.ptr)
        buf_addf(&log->text, " lang=%.*s", VIEW_ARG(lang));
    buf_add_char(&log->text, '>');
    return 0;
}

static int on_end(void *ctx, struct view name, struct error *err)
{
    struct log *log = ctx;

    (void)err;
    buf_addf(&log->text, "</%.*s>", VIEW_ARG(name));
    return 0;
}

static int on_text(void *ctx, struct view text, struct error *err)
{
    struct log *log = ctx;

    (void)err;
    buf_add(&log->text, text);
    return 0;
}

static const struct xml_handler handler = {on_start, on_end, on_text};

static int read_chunks(struct view document, size_t chunk, struct log *log, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = sample_chunks(document, chunk);

    buf_reset(&log->text);
    return xml_read(stream, &handler, log, NULL, err);
}

static void test_events(void **state)
{
    static const struct {
        struct view document;
        const char *want;
    } cases[] = {
        {VIEW("<a/>"), "<a></a>"},
        {VIEW("<?xml version='1.0'?>\n<a id='1'>x<b xml:lang='de'/>y</a>\n"),
         "<a id=1>x<b lang=de></b>y</a>"},
        {VIEW("<ns:a xmlns:ns='urn:x' ns:id='no' id='yes'/>"), "<a id=yes></a>"},
        {VIEW("<a>&lt;&amp;&#233;<![CDATA[<b>]]><!-- not told --></a>"), "<a><&é<b></a>"},
        {VIEW("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"), "<a>é</a>"},
        {VIEW("\xff\xfe<\0a\0/\0>\0"), "<a></a>"},
    };
    struct log log = {.text = BUF_INIT(SAMPLE_LIMIT)};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t chunk = 1; chunk < 80; chunk++) {
            struct error err = ERROR_INIT;

            if (read_chunks(cases[i].document, chunk, &log, &err) < 0)
                fail_msg("%s", err.message);
            assert_view(buf_view(&log.text), cases[i].want);
        }
    buf_done(&log.text);
}

static void test_faults(void **state)
{
    static const struct {
        struct view document;
        int kind;
        const char *want;
    } cases[] = {
        {VIEW(""), ERROR_INPUT, "XML: no element found at line 1"},
        {VIEW("text"), ERROR_INPUT, "XML: syntax error at line 1"},
        {VIEW("<a>\n<b></a>"), ERROR_INPUT, "XML: mismatched tag at line 2"},
        {VIEW("<a>\n\n"), ERROR_INPUT, "XML: no element found at line 3"},
        {VIEW("<a/><b/>"), ERROR_INPUT, "XML: junk after document element at line 1"},
        {VIEW("<a x='1' x='2'/>"), ERROR_INPUT, "XML: duplicate attribute at line 1"},
        {VIEW("<a>\xff</a>"), ERROR_INPUT, "XML: not well-formed (invalid token) at line 1"},
        {VIEW("<a>&nbsp;</a>"), ERROR_INPUT, "XML: undefined entity at line 1"},
        {VIEW("<!DOCTYPE a>\n<a/>"), ERROR_UNSUPPORTED,
         "XML: document types are refused at line 1"},
        {VIEW("<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><a>&c;</a>"), ERROR_UNSUPPORTED,
         "XML: document types are refused at line 1"},
        {VIEW("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), ERROR_UNSUPPORTED,
         "XML: document types are refused at line 1"},
    };
    struct log log = {.text = BUF_INIT(SAMPLE_LIMIT)};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;

        assert_int_equal(read_chunks(cases[i].document, 1000, &log, &err), cases[i].kind);
        assert_string_equal(err.message, cases[i].want);
        assert_int_equal(read_chunks(cases[i].document, 1, &log, NULL), cases[i].kind);
    }
    buf_done(&log.text);
}

/* The end of the stream within the document, at every byte. */
static void test_truncated(void **state)
{
    static const struct view document =
        VIEW("<?xml version='1.0'?><a id='1'>x<b/><!-- c --><![CDATA[d]]>&amp;</a>");
    struct log log = {.text = BUF_INIT(SAMPLE_LIMIT)};

    (void)state;
    for (size_t len = 0; len < document.len; len++)
        assert_int_equal(read_chunks(view_sub(document, 0, len), 7, &log, NULL), ERROR_INPUT);
    buf_done(&log.text);
}

/* What the handler says ends the reading, and nothing more is told. */
static void test_handler_fails(void **state)
{
    struct log log = {.text = BUF_INIT(SAMPLE_LIMIT), .fail_at = "b"};
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(read_chunks(VIEW("<a><b>x</b><c/></a>"), 1000, &log, &err), ERROR_CANCELLED);
    assert_string_equal(err.message, "the handler says no");
    assert_view(buf_view(&log.text), "<a>");
    buf_done(&log.text);
}

static void test_limits(void **state)
{
    static const struct {
        const char *before, *part, *behind;
        size_t fine, too_much;
        const char *want;
    } cases[] = {
        {"", "<a>", "", 0, XML_DEPTH_LIMIT + 1, "XML: elements are nested too deeply at line 1"},
        {"<a", " a%u=''", "/>", XML_ATTRIBUTES_LIMIT, XML_ATTRIBUTES_LIMIT + 1,
         "XML: an element has too many attributes at line 1"},
        {"<a b='", "0123456789", "'/>", 100000, 300000,
         "XML: a tag or comment is too long at line 1"},
        {"<!--", "0123456789", "--><a/>", 100000, 300000,
         "XML: a tag or comment is too long at line 1"},
        {"<a>", "0123456789", "</a>", 1000000, 0, NULL},
        {"<a>", "<b></b>", "</a>", 1000000, 0, NULL},
    };
    struct log log = {.text = BUF_INIT(SAMPLE_LIMIT)};

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        size_t count = i % 2 ? cases[i / 2].too_much : cases[i / 2].fine;
        _cleanup_(buf_done) struct buf document = BUF_INIT(SAMPLE_LIMIT);
        struct error err = ERROR_INIT;
        int r;

        if (count == 0)
            continue;
        buf_add_str(&document, cases[i / 2].before);
        for (size_t k = 0; k < count; k++) {
            if (strchr(cases[i / 2].part, '%'))
                buf_addf(&document, " a%zu=''", k);
            else
                buf_add_str(&document, cases[i / 2].part);
        }
        buf_add_str(&document, cases[i / 2].behind);
        r = read_chunks(buf_view(&document), STREAM_BLOCK, &log, &err);
        assert_int_equal(r, i % 2 ? ERROR_LIMIT : 0);
        if (i % 2)
            assert_string_equal(err.message, cases[i / 2].want);
    }
    buf_done(&log.text);
}

static void test_source_fails(void **state)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct log log = {.text = BUF_INIT(SAMPLE_LIMIT)};
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(
        stream_open_decoded(sample_chunks(VIEW("\x1f\x8b\x08\0"), 4), 100, NULL, &stream, NULL), 0);
    assert_int_equal(xml_read(stream, &handler, &log, NULL, &err), ERROR_INPUT);
    assert_string_equal(err.message, "gzip: truncated at byte 4");
}

RUN_TESTS(cmocka_unit_test(test_events), cmocka_unit_test(test_faults),
          cmocka_unit_test(test_truncated), cmocka_unit_test(test_handler_fails),
          cmocka_unit_test(test_limits), cmocka_unit_test(test_source_fails))
