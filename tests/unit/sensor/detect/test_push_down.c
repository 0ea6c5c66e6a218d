#include "sensor/detect/push-down.h"

#include <errno.h>
#include <fcntl.h>

#include "sensor/abi/filter-decide.h"
#include "sensor/detect/observation.h"

#include "test.h"

struct scene {
    struct ruleset *set;
    struct rule_program *program;
    struct push_down *push_down;
};

/* One rule for each condition. */
static void begin_with_output(struct scene *scene, const char *const *conditions, size_t count,
                              const char *output)
{
    const struct rule_source *sources[] = {&rule_source_sensor};
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

    *scene = (struct scene){0};
    for (size_t i = 0; i < count; i++)
        buf_addf(&text,
                 "- rule: rule %zu\n  desc: d\n  output: \"%s\"\n  priority: INFO\n"
                 "  condition: '%s'\n",
                 i, output, conditions[i]);
    assert_int_equal(ruleset_new(sources, 1, &scene->set, NULL), 0);
    assert_int_equal(ruleset_add(scene->set, VIEW("rules.yaml"), buf_view(&text), NULL), 0);
    assert_int_equal(ruleset_finish(scene->set, NULL), 0);
    assert_int_equal(rule_program_new(scene->set, &rule_source_sensor, &scene->program, NULL), 0);
    assert_int_equal(rule_program_rule_count(scene->program), count);
    assert_int_equal(push_down_new(scene->program, &scene->push_down, NULL), 0);
}

static void begin(struct scene *scene, const char *const *conditions, size_t count)
{
    begin_with_output(scene, conditions, count, "o");
}

static void end(struct scene *scene)
{
    push_down_free(scene->push_down);
    rule_program_free(scene->program);
    ruleset_free(scene->set);
}

/* A call as the kernel side sees it: an absolute path, a name. */
struct seen {
    const char *call;
    int64_t result;
    bool container;
    uint32_t detail;
    const char *path, *raw, *name;
};

static bool passes(const struct scene *scene, const struct seen *seen)
{
    const struct filter *filter = push_down_filter(scene->push_down);
    const struct syscall *call = syscall_by_name(view_of(seen->call));
    const struct filter_call *plan = &filter->calls[call->number];
    const struct filter_facts facts = {call->number, seen->result, seen->container, seen->detail};
    struct view path = view_of(seen->path), raw = view_of(seen->raw ? seen->raw : seen->path);
    uint64_t name[2] = {0};

    if (!(plan->wanted & FILTER_FOR_RULES))
        return false;
    memcpy(name, seen->name ? seen->name : "cat", strlen(seen->name ? seen->name : "cat"));
    return filter_passes(filter, plan, &facts,
                         filter_classify_bytes(&filter->path, path.ptr, (uint32_t)path.len),
                         filter_classify_bytes(&filter->raw, raw.ptr, (uint32_t)raw.len),
                         filter_name_bits(filter, name[0], name[1])) != FILTER_DROP;
}

enum {
    READS = OPEN_READS,
    WRITES = OPEN_WRITES,
    CREATES = OPEN_WRITES | OPEN_CREATES | OPEN_TRUNCATES,
    TCP = FILTER_FD_TCP4,
    LOCAL_TCP = FILTER_FD_TCP4 + FILTER_FD_LOOPBACK,
    UDP = FILTER_FD_UDP4,
    UNIX = FILTER_FD_UNIX,
    PIPE = FILTER_FD_PIPE,
};

static const struct {
    const char *condition;
    struct seen seen;
    bool want;
} cases[] = {
    /* calls */
    {"evt.type = openat", {"openat"}, true},
    {"evt.type = openat", {"open"}, false},
    {"not evt.type = openat", {"openat"}, false},
    {"not evt.type = openat", {"unlink"}, true},
    {"fd.name = /a", {"openat", .path = "/a"}, true}, /* any type */
    {"fd.name = /a", {"openat", .path = "/b"}, false},
    /* the result */
    {"evt.type = openat and fd.num >= 0", {"openat", 3}, true},
    {"evt.type = openat and fd.num >= 0", {"openat", -ENOENT}, false},
    {"evt.type = openat and fd.num = -1", {"openat", 3}, false},
    {"evt.type = openat and fd.num = -1", {"openat", -ENOENT}, true},
    {"evt.type = connect and evt.rawres in (0, 1)", {"connect", 0, .detail = TCP}, true},
    {"evt.type = connect and evt.rawres in (0, 1)", {"connect", -ENOENT, .detail = TCP}, false},
    {"evt.type = connect and evt.res = SUCCESS", {"connect", -ENOENT}, false},
    {"evt.type = connect and evt.res != SUCCESS", {"connect", 0}, false},
    {"evt.type = connect and evt.res = EINPROGRESS", {"connect", -EINPROGRESS}, true},
    {"evt.type = connect and evt.res = EINPROGRESS", {"connect", 0}, false},
    {"evt.type = openat and evt.res startswith E", {"openat", 0}, false},
    {"evt.type = openat and not evt.failed = true", {"openat", -ENOENT}, false},
    /* the container */
    {"evt.type = openat and container.id != host", {"openat", 3}, false},
    {"evt.type = openat and container.id != host", {"openat", 3, true}, true},
    {"evt.type = openat and container.id = host", {"openat", 3, true}, true},
    {"evt.type = openat and container.id = abc", {"openat", 3}, false},
    /* the access */
    {"evt.type = openat and evt.is_open_write = true", {"openat", 3, .detail = READS}, false},
    {"evt.type = openat and evt.is_open_write = true", {"openat", 3, .detail = CREATES}, true},
    {"evt.type = openat and evt.is_open_write = false", {"openat", 3, .detail = CREATES}, false},
    {"evt.type = openat and evt.arg.flags contains O_TRUNC",
     {"openat", 3, .detail = WRITES},
     false},
    {"evt.type = openat and evt.arg.flags contains O_TRUNC",
     {"openat", 3, .detail = CREATES},
     true},
    {"evt.type = openat and evt.arg.flags contains O_CLOEXEC", {"openat", 3}, true},
    {"evt.type = openat and evt.is_open_exec = true", {"openat", 3, .detail = CREATES}, false},
    /* what the descriptor is */
    {"evt.type = connect and fd.typechar = 4", {"connect", .detail = UNIX}, false},
    {"evt.type = connect and fd.typechar = 4", {"connect", .detail = TCP}, true},
    {"evt.type = connect and fd.typechar = 4", {"connect", .detail = FILTER_FD_UNKNOWN}, true},
    {"evt.type = connect and fd.type in (ipv4, ipv6)", {"connect", .detail = PIPE}, false},
    {"evt.type = connect and fd.type in (ipv4, ipv6)", {"connect", .detail = FILTER_FD_TCP6}, true},
    {"evt.type = sendto and fd.l4proto != tcp", {"sendto", .detail = TCP}, false},
    {"evt.type = sendto and fd.l4proto != tcp", {"sendto", .detail = UDP}, true},
    {"evt.type = sendto and fd.sockfamily = ip", {"sendto", .detail = UNIX}, false},
    {"evt.type = connect and fd.sport = 80", {"connect", .detail = UNIX}, false},
    {"evt.type = connect and fd.net != \"127.0.0.0/8\"", {"connect", .detail = LOCAL_TCP}, false},
    {"evt.type = connect and fd.net != \"127.0.0.0/8\"", {"connect", .detail = TCP}, true},
    {"evt.type = connect and fd.net = \"127.0.0.0/8\"", {"connect", .detail = TCP}, true},
    /* paths */
    {"evt.type = openat and fd.name startswith /etc/", {"openat", .path = "/etc/passwd"}, true},
    {"evt.type = openat and fd.name startswith /etc/", {"openat", .path = "/usr/etc/"}, false},
    {"evt.type = openat and fd.name = /etc/shadow", {"openat", .path = "/etc/shadow"}, true},
    /* its source is a text of its own */
    {"evt.type = mount and fs.path.source startswith /dev/sd", {"mount", .path = "/mnt"}, true},
    {"evt.type = mount and fs.path.sourceraw = /dev/sda1", {"mount", .path = "/mnt"}, true},
    {"evt.type = mount and fs.path.target = /data", {"mount", .path = "/mnt"}, false},
    {"evt.type = openat and fd.name = /etc/shadow", {"openat", .path = "/etc/group"}, false},
    {"evt.type = openat and fd.name != /etc/shadow", {"openat", .path = "/a"}, true},
    {"evt.type = openat and fd.name endswith .key", {"openat", .path = "/a/b.key"}, true},
    {"evt.type = openat and fd.name endswith .key", {"openat", .path = "/a/b.kez"}, false},
    {"evt.type = openat and fd.name contains id_rsa", {"openat", .path = "/x/id_rsa.pub"}, true},
    {"evt.type = openat and fd.name contains id_rsa", {"openat", .path = "/x/file"}, false},
    {"evt.type = openat and fd.name glob /a/*/z", {"openat", .path = "/a/b/z"}, true},
    {"evt.type = openat and fd.name glob /a/*/z", {"openat", .path = "/b/b/y"}, false},
    {"evt.type = openat and fd.name regex /a.*", {"openat", .path = "/b"}, true},
    {"evt.type = openat and fd.name pmatch (/usr/lib)", {"openat", .path = "/usr/lib/a"}, true},
    {"evt.type = openat and fd.name pmatch (/usr/lib)", {"openat", .path = "/usr/bin/a"}, false},
    {"evt.type = openat and fd.name pmatch (/home/*/x)", {"openat", .path = "/home/ann/x"}, true},
    {"evt.type = openat and fd.name pmatch (/home/*/x)", {"openat", .path = "/root/x"}, false},
    {"evt.type = openat and fd.directory = /etc", {"openat", .path = "/etc/passwd"}, true},
    {"evt.type = openat and fd.directory = /etc", {"openat", .path = "/etcetera"}, false},
    {"evt.type = openat and fd.directory = /", {"openat", .path = "/vmlinuz"}, true},
    {"evt.type = openat and fd.directory = /", {"openat", .path = "/boot/vmlinuz"}, false},
    {"evt.type = openat and fd.filename = passwd", {"openat", .path = "/etc/passwd"}, true},
    {"evt.type = openat and fd.filename = passwd", {"openat", .path = "/etc/mypasswd"}, false},
    {"evt.type = openat and basename(fd.name) = a", {"openat", .path = "/b/a"}, true},
    {"evt.type = openat and basename(fd.name) = a", {"openat", .path = "/b/c"}, false},
    {"evt.type = openat and tolower(fd.name) = /a", {"openat", .path = "/A"}, true},
    {"evt.type = openat and fd.nameraw contains ../",
     {"openat", .path = "/a", .raw = "../a"},
     true},
    {"evt.type = openat and fd.nameraw contains ../", {"openat", .path = "/a", .raw = "/a"}, false},
    {"evt.type = unlink and evt.arg.path endswith x", {"unlink", .path = "/x"}, true},
    {"evt.type = unlink and evt.arg.path endswith x", {"unlink", .path = "/y"}, false},
    {"evt.type = unlink and evt.arg.nothing endswith x", {"unlink", .path = "/x"}, false},
    /* both, and either */
    {"evt.type = openat and fd.name startswith /home/ and fd.name contains /.ssh/",
     {"openat", .path = "/home/ann/.ssh/id"},
     true},
    {"evt.type = openat and fd.name startswith /home/ and fd.name contains /.ssh/",
     {"openat", .path = "/home/ann/code/a.c"},
     false},
    {"evt.type = openat and (fd.name startswith /a or fd.name endswith z)",
     {"openat", .path = "/b/z"},
     true},
    {"evt.type = openat and not (fd.name startswith /a or fd.num < 0)",
     {"openat", -ENOENT, .path = "/b"},
     false},
    {"evt.type = openat and (evt.failed = true or fd.name = /a)",
     {"openat", 3, .path = "/b"},
     false},
    {"evt.type = openat and (evt.failed = true or fd.name = /a)",
     {"openat", -1, .path = "/b"},
     true},
    /* names */
    {"evt.type = connect and proc.name in (nc, ncat)", {"connect", .name = "nc"}, true},
    {"evt.type = connect and proc.name in (nc, ncat)", {"connect", .name = "curl"}, false},
    {"evt.type = connect and not proc.name in (nc)", {"connect", .name = "nc"}, true},
    {"evt.type = openat and proc.name = tar and fd.name startswith /etc",
     {"openat", .path = "/etc/a", .name = "cat"},
     false},
};

static void decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene;

        begin(&scene, &cases[i].condition, 1);
        if (passes(&scene, &cases[i].seen) != cases[i].want)
            fail_msg("%s: case %zu: want %s", cases[i].condition, i,
                     cases[i].want ? "sent" : "dropped");
        end(&scene);
    }
}

/* Calls that keep state are sent always, whatever rules ask. */
static void keeps_state(void **state)
{
    const char *condition = "evt.type = openat";
    struct scene scene;
    const struct filter *filter;

    (void)state;
    begin(&scene, &condition, 1);
    filter = push_down_filter(scene.push_down);
    assert_true(filter->calls[syscall_by_name(VIEW("setuid"))->number].wanted & FILTER_FOR_STATE);
    assert_false(filter->calls[syscall_by_name(VIEW("setuid"))->number].wanted & FILTER_FOR_RULES);
    assert_int_equal(filter->calls[syscall_by_name(VIEW("close"))->number].wanted, FILTER_IGNORE);
    assert_false(push_down_needs_environment(scene.push_down));
    end(&scene);
}

/* The environment of programs is captured when a condition or an output reads it. */
static void captures_the_environment(void **state)
{
    static const struct {
        const char *condition, *output;
        bool want;
    } rows[] = {
        {"evt.type = execve and proc.name = sh", "%proc.name", false},
        {"evt.type = execve and evt.arg.args contains x", "%evt.arg.args", false},
        {"evt.type = execve and proc.env contains LD_PRELOAD", "o", true},
        {"evt.type = execve and evt.arg.env contains LD_PRELOAD", "o", true},
        {"evt.type = execve", "%proc.env[HOME]", true},
        {"evt.type = execve", "%toupper(proc.penv)", true},
        {"evt.type = execve", "%proc.aenv[2]", true},
        {"evt.type = execve", "%evt.arg.env", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;

        begin_with_output(&scene, &rows[i].condition, 1, rows[i].output);
        assert_int_equal(push_down_needs_environment(scene.push_down), rows[i].want);
        end(&scene);
    }
}

static void rules_out_programs(void **state)
{
    static const char *const conditions[] = {
        "evt.type = recvfrom and fd.l4proto = tcp and proc.exe endswith java",
        "evt.type = recvfrom and fd.l4proto = udp",
    };
    struct program_image java = {.references = 1, .exe = VIEW("/usr/bin/java")};
    struct program_image nginx = {.references = 1, .exe = VIEW("nginx")};
    struct process process = {.references = 1, .pid = 1, .image = &java};
    const struct filter *filter;
    const struct filter_call *call;
    const struct filter_need *need;
    struct filter_facts facts = {.detail = TCP};
    struct scene scene;
    uint32_t verdict;

    (void)state;
    begin(&scene, conditions, COUNT(conditions));
    filter = push_down_filter(scene.push_down);
    call = &filter->calls[syscall_by_name(VIEW("recvfrom"))->number];
    verdict = filter_verdict(filter, call, &facts);
    assert_true(verdict != FILTER_DROP && verdict != FILTER_SEND);
    need = &filter->needs[verdict - 1];
    assert_true(need->group < 64);
    assert_int_equal(push_down_process_mask(scene.push_down, &process) >> need->group & 1, 0);
    process.image = &nginx;
    assert_int_equal(push_down_process_mask(scene.push_down, &process) >> need->group & 1, 1);
    process.image = NULL; /* not known */
    assert_int_equal(push_down_process_mask(scene.push_down, &process), 0);
    facts.detail = UDP; /* of any program */
    assert_int_equal(filter_verdict(filter, call, &facts), FILTER_SEND);
    end(&scene);
}

/* Of TCP only some program's calls are wanted, of AF_UNIX none. */
static void drops_kinds(void **state)
{
    static const char *const conditions[] = {
        "evt.type = recvfrom and fd.l4proto = tcp and proc.exe endswith java",
        "evt.type = recvfrom and fd.l4proto = udp and container.id != host and evt.failed = true",
    };
    const struct filter *filter;
    const struct filter_call *call;
    struct scene scene;

    (void)state;
    begin(&scene, conditions, COUNT(conditions));
    filter = push_down_filter(scene.push_down);
    call = &filter->calls[syscall_by_name(VIEW("recvfrom"))->number];
    assert_false(filter_drops_detail(call, TCP));
    assert_false(filter_drops_detail(call, UDP));
    assert_false(filter_drops_detail(call, FILTER_FD_UNKNOWN));
    assert_true(filter_drops_detail(call, FILTER_FD_UNIX));
    assert_true(filter_drops_detail(call, FILTER_FD_DIRECTORY));
    call = &filter->calls[syscall_by_name(VIEW("openat"))->number];
    assert_int_equal(call->dropped, 0);
    end(&scene);
}

/* More sets, calls and names than there is room for: more is sent, nothing is lost. */
static void runs_out_of_room(void **state)
{
    enum { RULES = 400 };
    static char texts[RULES][256];
    const char *conditions[RULES];
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < RULES; i++) {
        snprintf(texts[i], sizeof(texts[i]),
                 "evt.type in (openat, unlink, mkdir) and %s and proc.name in (a%zu, b%zu) and "
                 "(fd.name contains q%zuz or evt.arg.path startswith /p%zu/)",
                 i % 2 ? "evt.rawres >= 0" : "container.id != host", i, i, i, i);
        conditions[i] = texts[i];
    }
    begin(&scene, conditions, RULES);
    for (size_t i = 0; i < RULES; i++) {
        char name[SENSOR_COMM_SIZE], path[64];
        struct seen seen = {"openat", 3, true, READS, path, NULL, name};

        snprintf(name, sizeof(name), "b%zu", i);
        snprintf(path, sizeof(path), "/x/q%zuz", i);
        assert_true(passes(&scene, &seen));
        seen.call = "unlink";
        snprintf(path, sizeof(path), "/p%zu/x", i);
        assert_true(passes(&scene, &seen));
    }
    end(&scene);
}

static void explains(void **state)
{
    static const char *const conditions[] = {
        "evt.type = openat and container.id != host and evt.is_open_write = true and "
        "fd.name startswith /etc/ and proc.name = tar",
        "evt.type = setns",
    };
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
    struct scene scene;

    (void)state;
    begin(&scene, conditions, COUNT(conditions));
    push_down_explain(scene.push_down, &text);
    assert_view(buf_view(&text),
                "openat\n"
                "  rule 0\n"
                "    always, in a container, to write; path: /etc/*; process: tar\n"
                "setns\n"
                "  rule 1\n"
                "    always\n");
    end(&scene);
}

RUN_TESTS(cmocka_unit_test(decides), cmocka_unit_test(keeps_state),
          cmocka_unit_test(captures_the_environment), cmocka_unit_test(rules_out_programs),
          cmocka_unit_test(drops_kinds), cmocka_unit_test(runs_out_of_room),
          cmocka_unit_test(explains))
