/* Fields of events made by hand, against what Falco's documentation says of them. */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rule/source/syscall.h"
#include "sensor/detect/address-names.h"
#include "sensor/detect/scene-events.h"
#include "sensor/state/user-names.h"

/* In a container that the runtime has told of. */
static const struct {
    const char *field, *want;
} contained[] = {
    {"container.id", "0123456789ab"},
    {"container.full_id", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
    {"container.name", "shop"},
    {"container.image", "docker.io/library/shop:1"},
    {"container.image.id", "1122"},
    {"container.image.repository", "docker.io/library/shop"},
    {"container.image.tag", "1"},
    {"container.image.digest", "sha256:aa"},
    {"container.type", "docker"},
    {"container.privileged", "true"},
    {"container.mounts", "(/var/run/docker.sock:/docker.sock:rw:true:rprivate,"
                         "/srv/data:/data:ro:false:slave)"},
    {"proc.is_exe_mounted", "false"},
    {"proc.is_container_healthcheck", "false"},
    {"proc.is_container_liveness_probe", "false"},
    {"proc.is_container_readiness_probe", "false"},
    {"proc.container_depth", "-"},
    {"container.mount[1]", "/srv/data:/data:ro:false:slave"},
    {"container.mount[/srv/*]", "/srv/data:/data:ro:false:slave"},
    {"container.mount.source[/data]", "/srv/data"},
    {"container.mount.dest[/var/run/docker.sock]", "/docker.sock"},
    {"container.mount.dest[/etc]", "N/A"},
    {"container.mount.dest[0]", "/docker.sock"},
    {"container.mount.mode[1]", "ro"},
    {"container.mount.rdwr[1]", "false"},
    {"container.mount.propagation[1]", "slave"},
    {"container.label[app]", "shop"},
    {"container.label[no]", "-"},
    {"container.labels", "(app:shop,io.kubernetes.pod.namespace:web)"},
    {"container.ip", "172.17.0.2"},
    {"container.cni.json", "-"},
    {"container.healthcheck", "curl localhost"},
    {"container.liveness_probe", "-"},
    {"container.readiness_probe", "-"},
    {"container.is_pod_sandbox", "false"},
    {"container.host_pid", "false"},
    {"container.host_network", "true"},
    {"container.host_ipc", "false"},
    {"container.start_ts", "1700000280000000000"},
    {"container.duration", "120000000005"},
    {"container.info", "shop (id=0123456789ab)"},
    {"thread.cgroup[memory]", "/docker/0123"},
    {"fd.containername", "0123456789ab:/var/log/syslog"},
    {"k8s.ns.name", "web"},
    {"k8s.pod.name", "shop-1"},
    {"k8s.pod.id", "fedcba987654"},
    {"k8s.pod.full_sandbox_id", "fedcba9876543210"},
    {"k8s.pod.sandbox_id", "fedcba987654"},
    {"k8s.pod.uid", "-"},
    {"k8s.pod.label[app]", "shop"},
    {"k8s.pod.labels", "(app:shop)"},
    {"k8s.pod.ip", "-"},
    {"k8s.pod.cni.json", "-"},
};

/* ---- the tests ---- */

static struct user_names *known_users(void)
{
    struct user_names *users = NULL;
    struct user_entry root = {VIEW("root"), VIEW("/root"), VIEW("/bin/sh")};
    struct user_entry www = {.name = VIEW("www-data")}, sudo = {.name = VIEW("sudo")};

    assert_int_equal(user_names_new(false, &users, NULL), 0);
    user_names_add(users, VIEW_EMPTY, false, 0, &root);
    user_names_add(users, VIEW_EMPTY, false, 33, &www);
    user_names_add(users, VIEW_EMPTY, true, 27, &sudo);
    return users;
}

static struct address_names *known_addresses(void)
{
    static const uint8_t address[4] = {93, 184, 216, 34};
    struct address_names *names = NULL;

    assert_int_equal(address_names_new(false, &names, NULL), 0);
    address_names_add(names, VIEW("example.org"), 4, address);
    return names;
}

static const struct field_case *const tables[] = {event_field_cases, descriptor_field_cases,
                                                  process_field_cases};

/* How many cases of the table do not hold. */
static size_t run_cases(const struct field_case *c, struct user_names *users,
                        struct address_names *addresses)
{
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);
    size_t wrong = 0;

    for (; c->event; c++) {
        const char *got;

        scene_init(scene);
        scene->observation.users = users;
        scene->observation.addresses = addresses;
        c->event(scene);
        scene_end(scene);
        got = scene_field(scene, c->field, &text);
        if (strcmp(got, c->want) != 0) {
            print_error("%s of %s: got \"%s\", want \"%s\"\n", c->field,
                        scene->observation.call ? scene->observation.call->name : "an event", got,
                        c->want);
            wrong++;
        }
        scene_done(scene);
    }
    buf_done(&text);
    free(scene);
    return wrong;
}

static void test_cases(void **state)
{
    struct user_names *users = known_users();
    struct address_names *addresses = known_addresses();
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(tables); i++)
        wrong += run_cases(tables[i], users, addresses);
    assert_int_equal(wrong, 0);
    user_names_free(users);
    address_names_free(addresses);
}

static void test_contained(void **state)
{
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    scene_init(scene);
    scene_contain(scene, true);
    file_write(scene);
    scene_end(scene);
    for (size_t i = 0; i < COUNT(contained); i++) {
        const char *got = scene_field(scene, contained[i].field, &text);

        if (strcmp(got, contained[i].want) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", contained[i].field, got, contained[i].want);
    }
    assert_false(scene->asked);
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

/* Mounts are at /docker.sock and /data. */
static void test_mounted(void **state)
{
    static const struct {
        const char *exepath, *want;
    } cases[] = {
        {"/data/tool", "true"},      {"/data/a/tool", "true"},
        {"/database/tool", "false"}, {"/data", "true"},
        {"/dat", "false"},           {"/usr/data/tool", "false"},
        {"/docker.sock", "true"},    {"", "false"},
    };
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    scene_init(scene);
    scene_contain(scene, true);
    file_write(scene);
    scene_end(scene);
    for (size_t i = 0; i < COUNT(cases); i++) {
        scene->cat.image->exepath = view_of(cases[i].exepath);
        assert_string_equal(scene_field(scene, "proc.is_exe_mounted", &text), cases[i].want);
    }
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

/* The health check is "curl localhost"; there are no other probes. */
static void test_probes(void **state)
{
    static const struct {
        const char *exe, *arguments;
        bool below, command; /* it is the parent that has them; it is the container's command */
        const char *want;
    } cases[] = {
        {"curl", "localhost", false, false, "true"},
        {"curl", "localhost", true, false, "true"},
        {"curl", "localhost", false, true, "false"},
        {"curl", "localhost", true, true, "false"},
        {"curl", "localhost x", false, false, "false"},
        {"curl", "", false, false, "false"},
        {"cur", "l localhost", false, false, "false"},
        {"curl localhost", "", false, false, "true"},
        {"", "", false, false, "false"},
    };
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct process *process;

        scene_init(scene);
        scene_contain(scene, true);
        file_write(scene);
        scene_end(scene);
        scene->bash.container = scene->cat.container;
        process = cases[i].below ? &scene->bash : &scene->cat;
        process->image->exe = view_of(cases[i].exe);
        process->image->arguments = view_of(cases[i].arguments);
        process->is_command = cases[i].command;
        assert_string_equal(scene_field(scene, "proc.is_container_healthcheck", &text),
                            cases[i].want);
        assert_string_equal(scene_field(scene, "proc.is_container_liveness_probe", &text), "false");
        assert_string_equal(scene_field(scene, "proc.is_container_readiness_probe", &text),
                            "false");
        scene_done(scene);
    }
    buf_done(&text);
    free(scene);
}

/* Fields that the runtime must answer for say so; others do not. */
static void test_pending(void **state)
{
    static const struct {
        const char *field;
        bool asks;
    } asking[] = {
        {"container.id", false},        {"container.full_id", false},
        {"container.type", false},      {"proc.name", false},
        {"container.name", true},       {"container.image.repository", true},
        {"container.privileged", true}, {"container.mounts", true},
        {"proc.is_exe_mounted", true},  {"container.mount.dest[/]", true},
        {"container.start_ts", true},   {"k8s.ns.name", true},
        {"k8s.pod.label[app]", true},   {"proc.is_container_healthcheck", true},
    };
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    scene_init(scene);
    scene_contain(scene, false);
    file_write(scene);
    scene_end(scene);
    for (size_t i = 0; i < COUNT(asking); i++) {
        scene->asked = false;
        scene_field(scene, asking[i].field, &text);
        if (scene->asked != asking[i].asks)
            fail_msg("%s asks %d", asking[i].field, scene->asked);
    }
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

/* The first descriptors of a shell that talks to the network. */
static void test_stdio_sockets(void **state)
{
    struct sensor_socket socket = {.family = AF_INET,
                                   .type = SOCK_STREAM,
                                   .flags = SENSOR_SOCKET_CLIENT,
                                   .local_port = 40000,
                                   .remote_port = 4444,
                                   .local = {10, 0, 0, 1},
                                   .remote = {192, 0, 2, 7}};
    static const struct {
        const char *field, *want;
    } wanted[] = {
        {"proc.stdin.type", "ipv4"},
        {"proc.stdin.name", "10.0.0.1:40000->192.0.2.7:4444"},
        {"proc.fd.name[0]", "10.0.0.1:40000->192.0.2.7:4444"},
        {"proc.stdout.type", "file"},
        {"fd.types[0]", "(ipv4)"},
    };
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    scene_init(scene);
    scene->images[3].stdio[0].type = SENSOR_FD_SOCKET;
    scene->images[3].stdio_socket[0] = view_from(&socket, sizeof(socket));
    set_uid(scene);
    scene_end(scene);
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_string_equal(scene_field(scene, wanted[i].field, &text), wanted[i].want);
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

/* The case is about the field: its name, perhaps with an argument. */
static bool is_about(const char *text, const struct rule_field *field)
{
    size_t length = strlen(field->name);

    return strncmp(text, field->name, length) == 0 &&
           (!text[length] || text[length] == '[' ||
            (text[length] == '.' && (field->flags & RULE_FIELD_KEY)));
}

static bool is_tested(const struct rule_field *field)
{
    for (size_t i = 0; i < COUNT(tables); i++)
        for (const struct field_case *c = tables[i]; c->event; c++)
            if (is_about(c->field, field))
                return true;
    for (size_t i = 0; i < COUNT(contained); i++)
        if (is_about(contained[i].field, field))
            return true;
    return false;
}

/* No field is without a case. */
static void test_all_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < SYSCALL_FIELD_COUNT; i++)
        if (!is_tested(&syscall_field_table[i]))
            fail_msg("no case for %s", syscall_field_table[i].name);
}

static bool is_event_type(struct view name)
{
    bool found = false;

    for (size_t i = 0; i < SYSCALL_EVENT_TYPE_COUNT; i++)
        found |= view_eq(name, view_of(syscall_event_types[i]));
    return found;
}

/* Rules are warned of types that are in no event: the list is sorted, and all are in it. */
static void test_event_types(void **state)
{
    const struct syscall *call;

    (void)state;
    for (size_t i = 1; i < SYSCALL_EVENT_TYPE_COUNT; i++)
        assert_true(strcmp(syscall_event_types[i - 1], syscall_event_types[i]) < 0);
    for (size_t i = 0; (call = syscall_at(i)); i++)
        if (!is_event_type(view_of(call->name)))
            fail_msg("%s is not in the list of event types", call->name);
    assert_true(is_event_type(view_of(syscall_process_exit.name)));
}

/* All fields of an event without parameters, of no process: nothing is there, and
 * nothing breaks. */
static void test_bare(void **state)
{
    static const char *const calls[] = {"openat", "connect", "execve", "read", "rename", "mount"};
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    for (size_t c = 0; c < COUNT(calls); c++) {
        scene_init(scene);
        scene_call(scene, calls[c], 0, 0, 0, 0, 0);
        scene_end(scene);
        scene->observation.process = NULL;
        for (size_t i = 0; i < SYSCALL_FIELD_COUNT; i++)
            scene_field(scene, syscall_field_table[i].name, &text);
        assert_string_equal(scene_field(scene, "proc.name", &text), "<NA>");
        assert_string_equal(scene_field(scene, "user.name", &text), "<NA>");
        assert_string_equal(scene_field(scene, "proc.aname", &text), "-");
        scene_done(scene);
    }
    buf_done(&text);
    free(scene);
}

/* This very process, now: /proc is asked. */
static void test_live(void **state)
{
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);
    char want[32];

    (void)state;
    setenv("SCENE", "is set", 1);
    scene_init(scene);
    scene->cat.pid = (uint32_t)getpid();
    scene->cat.start = 0;
    set_uid(scene);
    scene_end(scene);
    assert_string_equal(scene_field(scene, "proc.fdopencount", &text), "-");
    scene->observation.live = true;
    assert_true(atoi(scene_field(scene, "proc.fdopencount", &text)) >= 3);
    assert_true(atoi(scene_field(scene, "proc.fdlimit", &text)) > 0);
    assert_true(atoi(scene_field(scene, "proc.vmrss", &text)) > 100);
    assert_string_not_equal(scene_field(scene, "thread.cgroups", &text), "-");
    assert_string_not_equal(scene_field(scene, "proc.env", &text), "-");
    snprintf(want, sizeof(want), "%d", open("/dev/null", O_RDONLY));
    snprintf(want, sizeof(want), "proc.fd.name[%d]", atoi(want));
    assert_string_equal(scene_field(scene, want, &text), "/dev/null");
    /* Another process has the number now. */
    scene->cat.start = 5;
    assert_string_equal(scene_field(scene, "proc.fdopencount", &text), "-");
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

RUN_TESTS(cmocka_unit_test(test_cases), cmocka_unit_test(test_contained),
          cmocka_unit_test(test_mounted), cmocka_unit_test(test_probes),
          cmocka_unit_test(test_pending), cmocka_unit_test(test_stdio_sockets),
          cmocka_unit_test(test_all_fields), cmocka_unit_test(test_event_types),
          cmocka_unit_test(test_bare), cmocka_unit_test(test_live))
