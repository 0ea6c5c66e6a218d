#include "report/xml-text.h"

#include "base/cleanup.h"

#include "test.h"

static void writes_what_xml_can_hold(void **state)
{
    static const struct {
        const char *text, *content, *attribute;
    } cases[] = {
        {"", "", " a=\"\""},
        {"plain 网", "plain 网", " a=\"plain 网\""},
        {"<a href='x'>&\"", "&lt;a href='x'&gt;&amp;&quot;",
         " a=\"&lt;a href='x'&gt;&amp;&quot;\""},
        {"]]>", "]]&gt;", " a=\"]]&gt;\""},
        {"one\n two\t\r\n", "one\n two \n", " a=\"one two\""},
        {"\x01\x1b[2J\x7f", "\xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd",
         " a=\"\xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd\""},
        {"\xff\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
         " a=\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd", " a=\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf0\x9f\x9a\xa2", "\xf0\x9f\x9a\xa2", " a=\"\xf0\x9f\x9a\xa2\""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf content = BUF_INIT(1000), attribute = BUF_INIT(1000);

        xml_add_text(&content, view_of(cases[i].text));
        assert_view(buf_view(&content), cases[i].content);
        xml_add_attribute(&attribute, "a", view_of(cases[i].text));
        assert_view(buf_view(&attribute), cases[i].attribute);
    }
}

RUN_TESTS(cmocka_unit_test(writes_what_xml_can_hold))
