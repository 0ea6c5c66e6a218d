/* Repairs, from text to text. */
#include "scan/harden.h"

#include "config/harden/fix.h"
#include "test.h"

struct example {
    const char *name;
    bool dockerfile;
    const char *input;
    const char *answers[4]; /* "QUESTION:ANSWER" */
    enum plan_level level;
    unsigned minor;   /* of the cluster's version */
    const char *want; /* the text */
    const char *left; /* ids of what is left, with blanks between; NULL: not looked at */
    const char *open; /* questions that changes leave open; NULL: none */
};

#define POD_HEAD "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"
#define POD_SAFE                                                                                   \
    "  automountServiceAccountToken: false\n  securityContext:\n    runAsNonRoot: true\n"          \
    "    seccompProfile: {type: RuntimeDefault}\n"
#define CONTAINER_SAFE                                                                             \
    "    securityContext:\n      allowPrivilegeEscalation: false\n"                                \
    "      capabilities: {drop: [ALL]}\n"
#define IMAGE "  containers:\n  - name: app\n    image: registry.example/app:1.0\n"
#define MEMORY "    resources: {limits: {memory: 64Mi}}\n"

static const struct example examples[] = {
    {.name = "what is safe stays",
     .input = POD_HEAD POD_SAFE IMAGE CONTAINER_SAFE MEMORY,
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD POD_SAFE IMAGE CONTAINER_SAFE MEMORY,
     .left = ""},
    {.name = "privileged, with its comment",
     .input = POD_HEAD POD_SAFE IMAGE MEMORY CONTAINER_SAFE "      privileged: true # for now\n",
     .level = PLAN_BASELINE,
     .want = POD_HEAD POD_SAFE IMAGE MEMORY CONTAINER_SAFE "      privileged: false # for now\n"},
    {.name = "a capability that restricted allows is kept",
     .input = POD_HEAD POD_SAFE IMAGE MEMORY
     "    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n"
     "        drop: [ALL]\n        add: [SYS_ADMIN, NET_BIND_SERVICE, CHOWN]\n",
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD POD_SAFE IMAGE MEMORY
     "    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n"
     "        drop: [ALL]\n        add: [NET_BIND_SERVICE]\n"},
    {.name = "a capability that baseline allows is kept at its level",
     .input = POD_HEAD POD_SAFE IMAGE MEMORY
     "    securityContext:\n      capabilities:\n        add: [SYS_ADMIN, CHOWN]\n",
     .level = PLAN_BASELINE,
     .want = POD_HEAD POD_SAFE IMAGE MEMORY
     "    securityContext:\n      capabilities:\n        add: [CHOWN]\n"},
    {.name = "a user that nobody names stays open",
     .input = POD_HEAD "  automountServiceAccountToken: false\n  securityContext:\n"
                       "    seccompProfile: {type: RuntimeDefault}\n" IMAGE CONTAINER_SAFE MEMORY,
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD
     "  automountServiceAccountToken: false\n  securityContext:\n"
     "    seccompProfile: {type: RuntimeDefault}\n    runAsNonRoot: true\n" IMAGE CONTAINER_SAFE
         MEMORY,
     .left = "",
     .open = "run-as-user"},
    {.name = "a user that is named does not",
     .input =
         POD_HEAD "  automountServiceAccountToken: false\n  securityContext:\n    runAsUser: 7\n"
                  "    seccompProfile: {type: RuntimeDefault}\n" IMAGE CONTAINER_SAFE MEMORY,
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD
     "  automountServiceAccountToken: false\n  securityContext:\n    runAsUser: 7\n"
     "    seccompProfile: {type: RuntimeDefault}\n    runAsNonRoot: true\n" IMAGE CONTAINER_SAFE
         MEMORY,
     .left = ""},
    {.name = "a version that knows no seccomp",
     .input = POD_HEAD "  automountServiceAccountToken: false\n  securityContext:\n"
                       "    runAsNonRoot: true\n" IMAGE CONTAINER_SAFE MEMORY,
     .level = PLAN_RESTRICTED,
     .minor = 18,
     .want = POD_HEAD "  automountServiceAccountToken: false\n  securityContext:\n"
                      "    runAsNonRoot: true\n" IMAGE CONTAINER_SAFE MEMORY,
     .left = ""},
    {.name = "a field that the version lacks",
     .input = POD_HEAD IMAGE MEMORY,
     .level = PLAN_RESTRICTED,
     .minor = 5,
     .want = POD_HEAD IMAGE MEMORY "  securityContext:\n    runAsNonRoot: true\n",
     .left = "k8s-automount-default-token",
     .open = "run-as-user"},
    {.name = "root waits for an answer",
     .input = POD_HEAD
     "  automountServiceAccountToken: false\n  securityContext:\n"
     "    runAsUser: 0\n    seccompProfile: {type: RuntimeDefault}\n" IMAGE CONTAINER_SAFE MEMORY,
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD
     "  automountServiceAccountToken: false\n  securityContext:\n"
     "    runAsUser: 0\n    seccompProfile: {type: RuntimeDefault}\n" IMAGE CONTAINER_SAFE MEMORY,
     .left = "k8s-pod-run-as-root k8s-run-as-non-root"},
    {.name = "root, answered",
     .input = POD_HEAD
     "  automountServiceAccountToken: false\n  securityContext:\n"
     "    runAsUser: 0\n    seccompProfile: {type: RuntimeDefault}\n" IMAGE CONTAINER_SAFE MEMORY,
     .answers = {"run-as-user:10001"},
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD "  automountServiceAccountToken: false\n  securityContext:\n"
                      "    runAsUser: 10001\n    seccompProfile: {type: RuntimeDefault}\n"
                      "    runAsNonRoot: true\n" IMAGE CONTAINER_SAFE MEMORY,
     .left = ""},
    {.name = "one container's answer",
     .input = POD_HEAD POD_SAFE IMAGE CONTAINER_SAFE,
     .answers = {"memory-limit:1Gi", "memory-limit:app=64Mi"},
     .level = PLAN_RESTRICTED,
     .want = POD_HEAD POD_SAFE IMAGE CONTAINER_SAFE
     "    resources:\n      limits:\n        memory: 64Mi\n",
     .left = ""},
    {.name = "accepted by an annotation",
     .input =
         "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n"
         "    plimsoll.io/ignore: k8s-privileged, k8s-allow-privilege-escalation\nspec:\n" POD_SAFE
             IMAGE MEMORY
         "    securityContext:\n      privileged: true\n      capabilities: {drop: [ALL]}\n",
     .level = PLAN_RESTRICTED,
     .want =
         "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n"
         "    plimsoll.io/ignore: k8s-privileged, k8s-allow-privilege-escalation\nspec:\n" POD_SAFE
             IMAGE MEMORY
         "    securityContext:\n      privileged: true\n      capabilities: {drop: [ALL]}\n"},
    {.name = "a template is refused",
     .input = POD_HEAD "  containers:\n  - name: app\n    image: {{ .Values.image }}\n",
     .level = PLAN_ALL,
     .want = POD_HEAD "  containers:\n  - name: app\n    image: {{ .Values.image }}\n"},
    {.name = "a compose file",
     .input = "services:\n  web:\n    image: nginx:1.25\n    privileged: true\n"
              "    security_opt: [\"no-new-privileges:true\"]\n",
     .level = PLAN_BASELINE,
     .want = "services:\n  web:\n    image: nginx:1.25\n"
             "    security_opt: [\"no-new-privileges:true\"]\n"},
    {.name = "a Dockerfile",
     .dockerfile = true,
     .input = "FROM debian:12.5\nRUN sudo make\nCMD [\"/app\"]\n",
     .answers = {"run-as-user:10001"},
     .level = PLAN_RESTRICTED,
     .want = "FROM debian:12.5\nRUN make\nUSER 10001:10001\nCMD [\"/app\"]\n"},
};

static struct answers make_answers(const struct example *example, struct fix_answer list[4])
{
    size_t count = 0;

    while (count < 4 && example->answers[count]) {
        struct view rest = view_of(example->answers[count]), name = view_cut(&rest, ':');

        assert_int_equal(answer_parse(question_find(name), rest, &list[count++], NULL), 0);
    }
    return (struct answers){list, count};
}

static void check_left(const struct example *example, const struct harden_result *result)
{
    char ids[1024] = "";

    for (size_t i = 0; i < result->left_count; i++)
        snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%.*s", i ? " " : "",
                 VIEW_ARG(result->left[i].id));
    if (example->left)
        assert_string_equal(ids, example->left);
}

static void check_open(const struct example *example, const struct harden_result *result)
{
    char asked[256] = "";

    for (size_t i = 0; i < result->change_count; i++)
        snprintf(asked + strlen(asked), sizeof(asked) - strlen(asked), "%.*s",
                 VIEW_ARG(result->changes[i].asks));
    assert_string_equal(asked, example->open ? example->open : "");
}

static void run_example(const struct example *example, const struct checks *checks)
{
    _cleanup_arena_ struct arena *arena = arena_new(64 << 20);
    struct fix_answer list[4];
    struct harden_options options = {.plan = {.level = example->level,
                                              .answers = make_answers(example, list),
                                              .target = {.kubernetes_minor = example->minor}}};
    struct harden_file file = {.path = example->dockerfile ? VIEW("Dockerfile") : VIEW("input"),
                               .dockerfile = example->dockerfile,
                               .text = view_of(example->input)};
    struct harden_result result;
    struct error err = ERROR_INIT;
    char *got;

    print_message("  %s\n", example->name);
    if (harden_run(&file, 1, checks, &options, arena, &result, &err) < 0)
        fail_msg("%s", err.message);
    got = arena_cstr(arena, file.hardened);
    assert_string_equal(got, example->want);
    check_left(example, &result);
    check_open(example, &result);
    file.text = file.hardened;
    assert_int_equal(harden_run(&file, 1, checks, &options, arena, &result, &err), 0);
    assert_string_equal(arena_cstr(arena, file.hardened), example->want);
    assert_int_equal(result.change_count, 0);
}

static void test_examples(void **state)
{
    const struct checks_options options = {.kinds = CONFIG_KUBERNETES | CONFIG_DOCKERFILE |
                                                    CONFIG_COMPOSE};
    _cleanup_(checks_free_p) struct checks *checks = NULL;
    struct error err = ERROR_INIT;

    (void)state;
    if (checks_new(&options, &checks, &err) < 0)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
        run_example(&examples[i], checks);
}

/* Every fix of our own rules can be read. */
static void test_content(void **state)
{
    const struct checks_options options = {.kinds = CONFIG_KUBERNETES | CONFIG_COMPOSE};
    _cleanup_(checks_free_p) struct checks *checks = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(64 << 20);
    const struct rule *rules;
    size_t count, fixes = 0;

    (void)state;
    assert_int_equal(checks_new(&options, &checks, NULL), 0);
    rules = ruleset_rules(checks_ruleset(checks), &count);
    for (size_t i = 0; i < count; i++) {
        const struct document_node *at;
        struct error err = ERROR_INIT;
        struct fix fix;

        if (fix_parse(&rules[i], arena, &fix, &at, &err) < 0)
            fail_msg("%.*s: %s", VIEW_ARG(rules[i].id), err.message);
        fixes += fix.count > 0;
    }
    assert_true(fixes > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
