#include "sensor/detect/detector.h"

#include <fcntl.h>
#include <stdio.h>

#include "../state/events.h"

#include "test.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

enum { OPENAT = 257, CLONE = 56, SECOND = 1000000000, LOG_LIMIT = 1 << 20 };

static const char rules[] =
    "- rule: shadow\n"
    "  desc: d\n"
    "  condition: evt.type = openat and fd.name = /etc/shadow\n"
    "  output: shadow by %proc.name of %proc.pname\n"
    "  priority: INFO\n"
    "- rule: in container\n"
    "  desc: d\n"
    "  condition: evt.type = openat and container.id != host and fd.name = /etc/passwd\n"
    "  output: passwd by %proc.name of %proc.pname in %container.name\n"
    "  priority: INFO\n"
    "- rule: image\n"
    "  desc: d\n"
    "  condition: evt.type = openat and fd.name = /x and container.image.repository = web\n"
    "  output: x by %proc.name in %container.name\n"
    "  priority: INFO\n"
    "- rule: ends\n"
    "  desc: d\n"
    "  condition: evt.type = procexit and proc.name = brief\n"
    "  output: end of %proc.name\n"
    "  priority: INFO\n"
    "- rule: clones\n"
    "  desc: d\n"
    "  condition: evt.type = clone\n"
    "  output: clone by %proc.name = %evt.rawres\n"
    "  priority: INFO\n";

static const char other_rules[] = "- rule: other\n"
                                  "  desc: d\n"
                                  "  condition: evt.type = openat and fd.name = /etc/passwd\n"
                                  "  output: other sees %container.name\n"
                                  "  priority: INFO\n";

struct scene {
    struct container_table *containers;
    struct process_table *processes;
    struct detector *detector;
    struct ruleset *set;
    struct rule_program *program;
    struct maker maker;
    struct buf record, log;
    size_t matches;
};

static void note(const struct match *match, void *context)
{
    struct scene *scene = context;

    scene->matches++;
    if (scene->log.len > LOG_LIMIT / 2)
        return;
    rule_evaluation_output(match->evaluation, match->rule, TEXT_ENGLISH, &scene->log);
    buf_add_char(&scene->log, '\n');
}

static void load(const char *text, struct ruleset **ret_set, struct rule_program **ret)
{
    const struct rule_source *sources[] = {&rule_source_sensor};

    assert_int_equal(ruleset_new(sources, 1, ret_set, NULL), 0);
    assert_int_equal(ruleset_add(*ret_set, VIEW("rules.yaml"), view_of(text), NULL), 0);
    assert_int_equal(ruleset_finish(*ret_set, NULL), 0);
    assert_int_equal(rule_program_new(*ret_set, &rule_source_sensor, ret, NULL), 0);
}

static void begin(struct scene *scene)
{
    const struct detector_options options = {.matched = note, .context = scene, .measure = true};

    *scene = (struct scene){.maker = MAKER_INIT,
                            .record = BUF_INIT(SENSOR_EVENT_LIMIT * 2),
                            .log = BUF_INIT(LOG_LIMIT)};
    load(rules, &scene->set, &scene->program);
    assert_int_equal(container_table_new(&scene->containers, NULL), 0);
    assert_int_equal(process_table_new(scene->containers, &scene->processes, NULL), 0);
    assert_int_equal(
        detector_new(&options, scene->processes, scene->containers, &scene->detector, NULL), 0);
    assert_int_equal(detector_set_program(scene->detector, scene->program, NULL), 0);
}

static void end(struct scene *scene)
{
    detector_free(scene->detector);
    process_table_free(scene->processes);
    container_table_free(scene->containers);
    rule_program_free(scene->program);
    ruleset_free(scene->set);
    buf_done(&scene->maker.buf);
    buf_done(&scene->record);
    buf_done(&scene->log);
}

static void feed(struct scene *scene, const struct sensor_event *event)
{
    detector_event(scene->detector, event);
}

/* A process on the host, or in the container with that id. */
static void process(struct scene *scene, uint32_t pid, const char *name, bool contained)
{
    const struct told told = {.pid = pid,
                              .parent = 1,
                              .comm = name,
                              .exe = "/bin/prog",
                              .cwd = "/srv",
                              .cgroup = contained ? 7 : 1,
                              .cgroup_path = contained ? "/docker/" ID : "/system.slice"};

    feed(scene, make_snapshot(&scene->maker, &told));
}

static const struct sensor_event *call(struct scene *scene, uint16_t number, uint32_t pid,
                                       int64_t result, const char *path)
{
    const struct sensor_event header = {.kind = SENSOR_SYSCALL,
                                        .number = number,
                                        .time = ++scene->maker.time,
                                        .pid = pid,
                                        .tid = pid,
                                        .result = result,
                                        .flags = SENSOR_RULES};
    size_t at;

    buf_reset(&scene->record);
    at = record_begin(&scene->record, &header);
    if (path)
        record_add(&scene->record, SENSOR_PATH, 1, 0, view_of(path));
    record_end(&scene->record, at);
    return (const void *)(scene->record.ptr + at);
}

static void opens(struct scene *scene, uint32_t pid, const char *path)
{
    feed(scene, call(scene, OPENAT, pid, 3, path));
}

static void known(struct scene *scene)
{
    struct container *container = container_table_find(scene->containers, VIEW(ID));

    assert_non_null(container);
    assert_int_equal(container_table_settle(scene->containers, VIEW(ID), CONTAINER_DOCKER,
                                            VIEW("{\"name\":\"shop\",\"image\":\"web:1\","
                                                 "\"image_repository\":\"web\"}"),
                                            NULL),
                     0);
    detector_container_known(scene->detector, container);
}

/* What was noted since the last time. */
static void assert_log(struct scene *scene, const char *want)
{
    assert_view(buf_view(&scene->log), want);
    buf_reset(&scene->log);
}

static void judges_at_once(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    process(&scene, 1, "init", false);
    process(&scene, 10, "cat", false);
    opens(&scene, 10, "/etc/passwd");
    opens(&scene, 10, "/etc/shadow");
    assert_log(&scene, "shadow by cat of init\n");
    assert_int_equal(detector_counts(scene.detector).matched, 1);
    assert_int_equal(detector_counts(scene.detector).waited, 0);
    assert_int_equal(detector_rule_cost(scene.detector, 0).hits, 1);
    assert_true(detector_rule_cost(scene.detector, 0).evaluations >= 1);
    assert_true(detector_rule_cost(scene.detector, 0).nanoseconds > 0);
    end(&scene);
}

static void judges_ends_and_clones(void **state)
{
    const struct told child = {.pid = 11, .parent = 10, .comm = "brief", .exe = "/bin/brief"};
    struct scene scene;

    (void)state;
    begin(&scene);
    process(&scene, 1, "init", false);
    process(&scene, 10, "sh", false);
    feed(&scene, make_fork(&scene.maker, 10, &child)); /* a process: told by its own event */
    assert_log(&scene, "clone by sh = 11\n");
    feed(&scene, call(&scene, CLONE, 10, 12, NULL)); /* a thread: by the call */
    assert_log(&scene, "clone by sh = 12\n");
    feed(&scene, make_exec(&scene.maker, &child));
    feed(&scene, make_exit(&scene.maker, 11));
    assert_log(&scene, "end of brief\n");
    assert_null(process_table_find(scene.processes, 11));
    end(&scene);
}

/* What happens while it waits does not change what an event sees. */
static void waits_for_the_container(void **state)
{
    struct scene scene;
    const struct told next = {.pid = 20, .parent = 1, .comm = "later", .exe = "/bin/later"};
    const struct told parent = {.pid = 1, .comm = "reborn", .exe = "/bin/reborn"};

    (void)state;
    begin(&scene);
    process(&scene, 1, "init", false);
    process(&scene, 20, "cat", true);
    opens(&scene, 20, "/etc/passwd");
    opens(&scene, 20, "/x");
    feed(&scene, make_rename(&scene.maker, 20, "dog"));
    opens(&scene, 20, "/etc/shadow"); /* asks for nothing, but keeps its place */
    opens(&scene, 20, "/usr/lib/a");  /* neither */
    feed(&scene, make_exec(&scene.maker, &next));
    feed(&scene, make_exec(&scene.maker, &parent));
    feed(&scene, make_exit(&scene.maker, 20));
    assert_log(&scene, "");
    assert_int_equal(detector_counts(scene.detector).waited, 3);
    assert_true(detector_counts(scene.detector).waiting_bytes > 0);
    known(&scene);
    assert_log(&scene, "passwd by cat of init in shop\nx by cat in shop\nshadow by dog of init\n");
    assert_int_equal(detector_counts(scene.detector).waiting_bytes, 0);
    process(&scene, 21, "cow", true);
    opens(&scene, 21, "/etc/passwd");
    assert_log(&scene, "passwd by cow of reborn in shop\n");
    assert_int_equal(detector_counts(scene.detector).waited_in_vain, 0);
    end(&scene);
}

static void waits_in_vain(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    process(&scene, 20, "cat", true);
    opens(&scene, 20, "/etc/passwd");
    opens(&scene, 20, "/x");
    detector_tick(scene.detector, scene.maker.time + SECOND);
    assert_log(&scene, "");
    detector_tick(scene.detector, scene.maker.time + 2 * (uint64_t)SECOND);
    assert_log(&scene, "passwd by cat of <NA> in <NA>\n");
    assert_int_equal(detector_counts(scene.detector).waited_in_vain, 2);
    opens(&scene, 20, "/etc/passwd");
    detector_finish(scene.detector);
    assert_log(&scene, "passwd by cat of <NA> in <NA>\n");
    end(&scene);
}

static void is_judged_by_the_rules_of_then(void **state)
{
    struct rule_program *program = NULL;
    struct ruleset *set = NULL;
    struct scene scene;

    (void)state;
    begin(&scene);
    load(other_rules, &set, &program);
    process(&scene, 20, "cat", true);
    opens(&scene, 20, "/etc/passwd");
    assert_int_equal(detector_set_program(scene.detector, program, NULL), 0);
    known(&scene);
    assert_log(&scene, "other sees shop\n");
    end(&scene);
    rule_program_free(program);
    ruleset_free(set);
}

/* A container of which nothing is ever told, and which is busy. */
static void keeps_within_its_memory(void **state)
{
    enum { EVENTS = 100000 };
    struct scene scene;

    (void)state;
    begin(&scene);
    process(&scene, 20, "cat", true);
    for (int i = 0; i < EVENTS; i++) {
        if (i % 3 == 0)
            feed(&scene, make_rename(&scene.maker, 20, i % 2 ? "dog" : "cat"));
        opens(&scene, 20, "/etc/passwd");
        assert_true(detector_counts(scene.detector).waiting_bytes <= DETECTOR_WAITING_LIMIT);
    }
    assert_true(detector_counts(scene.detector).given_up > 0);
    detector_finish(scene.detector);
    assert_int_equal(scene.matches, EVENTS);
    assert_int_equal(detector_counts(scene.detector).waiting_bytes, 0);
    end(&scene);
}

RUN_TESTS(cmocka_unit_test(judges_at_once), cmocka_unit_test(judges_ends_and_clones),
          cmocka_unit_test(waits_for_the_container), cmocka_unit_test(waits_in_vain),
          cmocka_unit_test(is_judged_by_the_rules_of_then),
          cmocka_unit_test(keeps_within_its_memory))
