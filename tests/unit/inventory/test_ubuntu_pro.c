#include "parse.h"

#include "inventory/ubuntu-pro.h"

static void enabled(void **state)
{
    static const struct {
        const struct analyser *analyser;
        const char *path, *text;
        bool want;
    } cases[] = {
        {&analyser_ubuntu_pro_source, "x.list", "deb https://esm.ubuntu.com/apps/ubuntu j main\n",
         true},
        {&analyser_ubuntu_pro_source, "x.list",
         "deb [arch=amd64] https://esm.ubuntu.com/infra/ubuntu j main", true},
        {&analyser_ubuntu_pro_source, "x.list",
         "# Written by ubuntu-advantage-tools\n# deb https://esm.ubuntu.com/apps/ubuntu j main\n",
         false},
        {&analyser_ubuntu_pro_source, "x.list", "deb-src https://esm.ubuntu.com/a j main\n", false},
        {&analyser_ubuntu_pro_source, "x.list", "deb https://example.com/ubuntu j main\n", false},
        {&analyser_ubuntu_pro_source, "x.list", "", false},
        {&analyser_ubuntu_pro_source, "x.sources",
         "# comment\nTypes: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\nSuites: noble\n", true},
        {&analyser_ubuntu_pro_source, "x.sources",
         "Types: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\nEnabled: no\n", false},
        {&analyser_ubuntu_pro_source, "x.sources",
         "URIs: https://esm.ubuntu.com/\nEnabled: No\n\nURIs: https://esm.ubuntu.com/\n", true},
        {&analyser_ubuntu_pro_source, "x.sources", "# URIs: https://esm.ubuntu.com/\n", false},
        {&analyser_ubuntu_pro_status, "",
         "{\"attached\": true, \"services\": [{\"name\": \"livepatch\", \"status\": \"enabled\"},"
         "{\"name\": \"esm-infra\", \"status\": \"enabled\"}]}",
         true},
        {&analyser_ubuntu_pro_status, "",
         "{\"attached\": false, \"services\": [{\"name\": \"esm-infra\", "
         "\"status\": \"enabled\"}]}",
         false},
        {&analyser_ubuntu_pro_status, "",
         "{\"attached\": true, \"services\": [{\"name\": \"esm-infra\", "
         "\"status\": \"disabled\"}]}",
         false},
        {&analyser_ubuntu_pro_status, "", "{\"attached\": true}", false},
        {&analyser_ubuntu_pro_status, "", "[]", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view payload =
            parse(cases[i].analyser, cases[i].path, view_of(cases[i].text), NULL, NULL);

        assert_int_equal(payload.len, 1);
        assert_int_equal(payload.ptr[0], cases[i].want);
    }
}

static void bad_status(void **state)
{
    struct error err = ERROR_INIT;
    int r;

    (void)state;
    parse(&analyser_ubuntu_pro_status, "", VIEW("{\"attached\": tr"), &r, &err);
    assert_true(r < 0);
    assert_string_not_equal(err.message, "");
}

RUN_TESTS(cmocka_unit_test(enabled), cmocka_unit_test(bad_status))
