#include "test.h"

#include "base/buf.h"
#include "sensor/respond/kept-network.h"
#include "sensor/respond/policy.h"

static const char policy_text[] = "version: 1\n"
                                  "actions:\n"
                                  "  - rules: [Reverse shell, 'Netcat*', PLM-7]\n"
                                  "    do: [pause, kill]\n"
                                  "  - tags: [T1059]\n"
                                  "    priority: error\n"
                                  "    do: [isolate]\n"
                                  "  - priority: Critical\n"
                                  "    images: ['registry.example/*']\n"
                                  "    namespaces: [shop]\n"
                                  "    do: [stop, kill-tree, kill]\n"
                                  "never:\n"
                                  "  containers: [db*, deadbeef*]\n"
                                  "  images: ['*/postgres:*']\n"
                                  "  namespaces: [kube-system]\n"
                                  "  processes: [pause]\n";

static struct policy *parse(const char *text)
{
    struct policy *policy = NULL;
    struct error err = ERROR_INIT;

    if (policy_parse(view_of(text), "policy.yaml", &policy, &err) < 0)
        fail_msg("%s", err.message);
    return policy;
}

static void test_actions(void **state)
{
    static const struct {
        const char *name, *rule, *id, *tag, *image, *space, *container;
        enum rule_priority priority;
        uint32_t pid;
        const char *want;
    } cases[] = {
        {"by name", "Reverse shell", "", "", "", "", "c", RULE_NOTICE, 7, "kill pause"},
        {"by glob", "Netcat Remote", "", "", "", "", "c", RULE_NOTICE, 7, "kill pause"},
        {"by id", "Other", "PLM-7", "", "", "", "c", RULE_NOTICE, 7, "kill pause"},
        {"another name", "Reverse shells", "", "", "", "", "c", RULE_NOTICE, 7, ""},
        {"by tag", "X", "", "T1059", "", "", "c", RULE_CRITICAL, 7, "isolate"},
        {"by tag, priority just so", "X", "", "T1059", "", "", "c", RULE_ERROR, 7, "isolate"},
        {"by tag, not grave", "X", "", "T1059", "", "", "c", RULE_WARNING, 7, ""},
        {"by priority and place", "X", "", "", "registry.example/a", "shop", "c", RULE_ALERT, 7,
         "kill kill-tree stop"},
        {"another place", "X", "", "", "registry.example/a", "till", "c", RULE_ALERT, 7, ""},
        {"place not known", "X", "", "", "", "", "c", RULE_ALERT, 7, ""},
        {"several entries", "Reverse shell", "", "T1059", "registry.example/a", "shop", "c",
         RULE_ALERT, 7, "kill kill-tree pause stop isolate"},
        {"the host has no container", "Reverse shell", "", "", "", "", "", RULE_NOTICE, 7, "kill"},
        {"no process", "Reverse shell", "", "", "", "", "c", RULE_NOTICE, 0, "pause"},
    };
    struct policy *policy = parse(policy_text);

    (void)state;
    assert_false(policy_is_dry_run(policy));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view tag = view_of(cases[i].tag);
        struct alert alert = {.rule = view_of(cases[i].rule),
                              .rule_id = view_of(cases[i].id),
                              .priority = cases[i].priority,
                              .tags = &tag,
                              .tag_count = tag.len ? 1 : 0};
        struct response_target target = {.pid = cases[i].pid,
                                         .container_id = view_of(cases[i].container),
                                         .image = view_of(cases[i].image),
                                         .pod_namespace = view_of(cases[i].space)};
        const struct action *actions[POLICY_ACTIONS_LIMIT];
        size_t count = policy_actions(policy, &alert, &target, actions);
        char got[256] = "";

        for (size_t k = 0; k < count; k++) {
            strcat(got, k ? " " : "");
            strcat(got, actions[k]->name);
        }
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", cases[i].name, got, cases[i].want);
    }
    policy_free(policy);
}

static void test_never(void **state)
{
    static const struct {
        const char *name, *id, *container, *image, *space, *process;
        bool want;
    } cases[] = {
        {"nobody's", "abc", "web", "nginx:1", "shop", "sh", false},
        {"by name", "abc", "db-1", "nginx:1", "shop", "sh", true},
        {"by id", "deadbeef01", "web", "nginx:1", "shop", "sh", true},
        {"by image", "abc", "web", "docker.io/postgres:16", "shop", "sh", true},
        {"by namespace", "abc", "web", "nginx:1", "kube-system", "sh", true},
        {"by process", "abc", "web", "nginx:1", "shop", "pause", true},
        {"not known yet", "abc", "", "", "", "sh", true},
        {"the host", "", "", "", "", "sh", false},
        {"the host's process", "", "", "", "", "pause", true},
    };
    struct policy *policy = parse(policy_text), *empty = parse("actions: []\n");

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct response_target target = {.container_id = view_of(cases[i].id),
                                         .container_name = view_of(cases[i].container),
                                         .image = view_of(cases[i].image),
                                         .pod_namespace = view_of(cases[i].space)};

        if ((policy_never(policy, &target, view_of(cases[i].process)) != NULL) != cases[i].want)
            fail_msg("%s", cases[i].name);
        assert_null(policy_never(empty, &target, view_of(cases[i].process)));
    }
    policy_free(policy);
    policy_free(empty);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "one document"},
        {"--- {}\n--- {}\n", "one document"},
        {"[]", "policy.yaml:1: this must be keys"},
        {"version: 2", "policy.yaml:1: this program reads version 1"},
        {"version: 1\nacions: []\n", "policy.yaml:2: unknown key \"acions\""},
        {"dry_run: perhaps", "true or false"},
        {"dry_run: true\ndry_run: false", "twice"},
        {"actions: {}", "must be a list"},
        {"actions:\n- do: [kill]\n", "policy.yaml:2: \"rules\", \"tags\" or \"priority\""},
        {"actions:\n- rules: [a]\n", "\"do\" is missing"},
        {"actions:\n- rules: [a]\n  do: [explode]\n", "policy.yaml:3: there is no such action"},
        {"actions:\n- rules: [a]\n  do: kill\n", "list of actions"},
        {"actions:\n- rules: a\n  do: [kill]\n", "list of names"},
        {"actions:\n- rules: []\n  do: [kill]\n", "list of names"},
        {"actions:\n- rules: [[a]]\n  do: [kill]\n", "must be a name"},
        {"actions:\n- priority: grave\n  do: [kill]\n", "no such priority"},
        {"never: [a]", "keys with their values"},
        {"never: {pods: [a]}", "unknown key \"pods\""},
        {"{", "policy.yaml: "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct policy *policy = NULL;
        struct error err = ERROR_INIT;

        if (policy_parse(view_of(cases[i].text), "policy.yaml", &policy, &err) != ERROR_INPUT ||
            !strstr(err.message, cases[i].want))
            fail_msg("%s: \"%s\"", cases[i].text, err.message);
        assert_null(policy);
    }
}

static void test_kept_network(void **state)
{
    static const struct {
        const char *text, *want; /* rules of packets that go; NULL: refused */
    } cases[] = {
        {"10.0.0.5", "ip daddr 10.0.0.5/32 accept;\n"},
        {"10.0.0.0/8", "ip daddr 10.0.0.0/8 accept;\n"},
        {"0.0.0.0/0", "ip daddr 0.0.0.0/0 accept;\n"},
        {"10.0.0.5/32:443", "ip daddr 10.0.0.5/32 tcp dport 443 accept;\n"
                            "ip daddr 10.0.0.5/32 udp dport 443 accept;\n"},
        {"10.0.0.5:53", "ip daddr 10.0.0.5/32 tcp dport 53 accept;\n"
                        "ip daddr 10.0.0.5/32 udp dport 53 accept;\n"},
        {"fd00::/8", "ip6 daddr fd00::/8 accept;\n"},
        {"fd00::1", "ip6 daddr fd00::1/128 accept;\n"},
        {"[fd00::1]:443", "ip6 daddr fd00::1/128 tcp dport 443 accept;\n"
                          "ip6 daddr fd00::1/128 udp dport 443 accept;\n"},
        {"[fd00::]/8:443", "ip6 daddr fd00::/8 tcp dport 443 accept;\n"
                           "ip6 daddr fd00::/8 udp dport 443 accept;\n"},
        {"[fd00::1]", "ip6 daddr fd00::1/128 accept;\n"},
        {"", NULL},
        {"example.com", NULL},
        {"10.0.0", NULL},
        {"10.0.0.5/33", NULL},
        {"10.0.0.5/", NULL},
        {"10.0.0.5:", NULL},
        {"10.0.0.5:0", NULL},
        {"10.0.0.5:65536", NULL},
        {"10.0.0.5:443 accept", NULL},
        {"10.0.0.5; flush ruleset", NULL},
        {"[10.0.0.5]", NULL},
        {"[fd00::1", NULL},
        {"[fd00::1]443", NULL},
        {"fd00::/129", NULL},
        {"/8", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf rules = BUF_INIT(4096);
        struct kept_network network;
        int r = kept_network_parse(view_of(cases[i].text), &network, NULL);

        if ((r == 0) != (cases[i].want != NULL))
            fail_msg("%s: %d", cases[i].text, r);
        if (r < 0)
            continue;
        kept_network_rules(&network, false, &rules);
        assert_view(buf_view(&rules), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(test_actions), cmocka_unit_test(test_never),
          cmocka_unit_test(test_refused), cmocka_unit_test(test_kept_network))
