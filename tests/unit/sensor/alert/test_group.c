#include "sensor/alert/group.h"

#include <stdio.h>

#include "test.h"

static const int64_t SECOND = 1000000000;

/* What was told. */
struct told {
    uint64_t alerts, sum, summaries;
    struct alert last; /* views that may be gone */
    uint64_t counts[64];
    size_t examples[64];
    char rule[64];
    int64_t ids_seen[64];
};

static void note(const struct alert *alert, void *context)
{
    struct told *told = context;

    if (told->alerts < COUNT(told->counts)) {
        told->counts[told->alerts] = alert->count;
        told->examples[told->alerts] = alert->example_count;
        told->ids_seen[told->alerts] = (int64_t)alert->id;
    }
    told->alerts++;
    told->sum += alert->count;
    told->summaries += alert->summary;
    told->last = *alert;
    snprintf(told->rule, sizeof(told->rule), "%.*s", VIEW_ARG(alert->rule));
    assert_true(alert->first_time <= alert->last_time);
    assert_true(alert->example_count <= GROUP_EXAMPLES);
}

static struct alert_groups *groups_of(struct group_options options, struct told *told)
{
    struct alert_groups *groups = NULL;
    struct error err = ERROR_INIT;

    assert_int_equal(alert_groups_new(&options, note, told, &groups, &err), 0);
    return groups;
}

static struct alert alert_at(int64_t time, const char *rule, const char *cause)
{
    static uint64_t id;

    return (struct alert){.id = ++id,
                          .time = time,
                          .rule = view_of(rule),
                          .rule_id = view_of(rule),
                          .output = view_of("an output"),
                          .cause = view_of(cause),
                          .priority = RULE_WARNING};
}

static void add(struct alert_groups *groups, int64_t time, const char *rule, const char *cause)
{
    struct alert alert = alert_at(time, rule, cause);

    alert_groups_add(groups, &alert);
}

static void flood_of_three(void **state)
{
    enum { MILLION = 1000000 };
    static const char *const causes[] = {"sh /etc", "cat /proc", "curl 10.0.0.1"};
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){0}, &told);

    (void)state;
    for (int i = 0; i < MILLION; i++)
        add(groups, SECOND + i, "rule", causes[i % 3]);
    assert_int_equal(told.alerts, 3);
    assert_int_equal(alert_groups_suppressed(groups), MILLION - 3);
    alert_groups_flush(groups);
    assert_int_equal(told.alerts, 6);
    assert_int_equal(told.sum, MILLION);
    assert_int_equal(told.counts[3], 333332);
    assert_int_equal(told.counts[5], 333333);
    assert_int_equal(told.examples[3], 1);
    alert_groups_free(groups);
}

static void groups_are_told_apart(void **state)
{
    static const struct {
        const char *rule, *container, *cause;
    } cases[] = {
        {"a", "1", "x"}, {"b", "1", "x"}, {"a", "2", "x"},
        {"a", "1", "y"}, {"a", "", "1x"}, {"a1", "", "x"},
    };
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){0}, &told);

    (void)state;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            struct alert alert = alert_at(SECOND, cases[i].rule, cases[i].cause);

            alert.container_id = view_of(cases[i].container);
            alert_groups_add(groups, &alert);
        }
    assert_int_equal(told.alerts, COUNT(cases));
    alert_groups_flush(groups);
    assert_int_equal(told.sum, 2 * COUNT(cases));
    alert_groups_free(groups);
}

static void windows_double(void **state)
{
    static const int64_t want[] = {60, 120, 240, 300, 300}; /* seconds between summaries */
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){.window_limit = 300}, &told);
    int64_t now = SECOND, next = 0;

    (void)state;
    add(groups, now, "r", "c");
    for (size_t i = 0; i < COUNT(want); i++) {
        add(groups, now, "r", "c");
        next = alert_groups_tick(groups, now);
        assert_int_equal(next, now + want[i] * SECOND);
        assert_int_equal(alert_groups_tick(groups, next - 1), next);
        assert_int_equal(told.alerts, 1 + i);
        now = next;
        alert_groups_tick(groups, now);
        assert_int_equal(told.alerts, 2 + i);
        assert_true(told.last.summary);
        assert_int_equal(told.last.time, told.last.last_time);
    }
    /* Idle for a window: forgotten, and the next one goes out at once. */
    next = alert_groups_tick(groups, now);
    assert_int_equal(alert_groups_tick(groups, next), INT64_MAX);
    add(groups, next, "r", "c");
    assert_false(told.last.summary);
    assert_int_equal(alert_groups_tick(groups, next), next + 60 * SECOND);
    alert_groups_free(groups);
}

static void late_ticks(void **state)
{
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){0}, &told);

    (void)state;
    add(groups, 0, "r", "c");
    add(groups, 1, "r", "c");
    add(groups, 100 * SECOND, "r", "c"); /* nobody called tick */
    assert_int_equal(told.alerts, 2);
    assert_int_equal(told.last.count, 1);
    add(groups, 1000 * SECOND, "r", "c");
    assert_int_equal(told.alerts, 3);
    add(groups, 5, "r", "c"); /* the clock went back */
    alert_groups_flush(groups);
    assert_int_equal(told.sum, 5);
    alert_groups_free(groups);
}

static void examples_differ(void **state)
{
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){0}, &told);

    (void)state;
    for (int i = 0; i < 40; i++) {
        struct alert alert = alert_at(SECOND, "r", "c");
        char output[32];

        snprintf(output, sizeof(output), "output %d", i / 10);
        alert.output = view_of(output);
        alert_groups_add(groups, &alert);
    }
    alert_groups_flush(groups);
    assert_int_equal(told.alerts, 2);
    assert_int_equal(told.examples[1], 4);
    assert_int_equal(told.counts[1], 39);
    assert_int_equal(told.ids_seen[1], told.ids_seen[0] + 1);
    alert_groups_free(groups);
}

static void many_causes(void **state)
{
    enum { CAUSES = 100000 };
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){0}, &told);

    (void)state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < CAUSES; i++) {
            char cause[32];

            snprintf(cause, sizeof(cause), "%d", i);
            add(groups, SECOND, "r", cause);
            add(groups, SECOND, "r", cause);
        }
    alert_groups_flush(groups);
    assert_int_equal(told.sum, 4 * CAUSES);
    assert_int_equal(told.alerts, 4 * CAUSES); /* each forgotten before it came again */
    alert_groups_free(groups);
}

static void rate(void **state)
{
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){.rate = 10}, &told);
    int64_t next;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        char cause[32];

        snprintf(cause, sizeof(cause), "%d", i);
        add(groups, SECOND, "r", cause);
    }
    assert_int_equal(told.alerts, 10);
    next = alert_groups_tick(groups, SECOND);
    assert_int_equal(next, 61 * SECOND);
    assert_int_equal(told.alerts, 10);
    alert_groups_tick(groups, next);
    assert_int_equal(told.sum, 1000);
    assert_int_equal(told.last.count, 990);
    assert_string_equal(told.rule, "Alerts held back");
    assert_int_equal(told.last.priority, RULE_WARNING);
    /* The group's summaries wait for the rate, and lose nothing. */
    for (int i = 0; i < 100; i++)
        for (int twice = 0; twice < 2; twice++) {
            char cause[32];

            snprintf(cause, sizeof(cause), "again %d", i);
            add(groups, next + i * SECOND, "r", cause);
        }
    told.alerts = 0;
    next = alert_groups_tick(groups, next + 200 * SECOND);
    assert_int_equal(told.alerts, 10);
    while (next != INT64_MAX)
        next = alert_groups_tick(groups, next);
    assert_int_equal(told.sum, 1200);
    alert_groups_free(groups);
}

static void grouping_off(void **state)
{
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){.off = true}, &told);

    (void)state;
    for (int i = 0; i < 100; i++)
        add(groups, i, "r", "c");
    assert_int_equal(told.alerts, 100);
    assert_int_equal(told.summaries, 0);
    alert_groups_free(groups);
}

/* Large texts: what is kept stays bounded, and nothing is lost. */
static void memory(void **state)
{
    enum { GROUPS = 20000 };
    static char large[64 << 10];
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){0}, &told);

    (void)state;
    memset(large, 'x', sizeof(large));
    for (int i = 0; i < GROUPS; i++)
        for (int k = 0; k < 3; k++) {
            struct alert alert = alert_at(SECOND, "r", "");

            large[0] = (char)('a' + k);
            alert.container_id = view_from(&i, sizeof(i));
            alert.output = alert.image = alert.explanation = view_from(large, sizeof(large));
            alert_groups_add(groups, &alert);
        }
    alert_groups_flush(groups);
    assert_int_equal(told.sum, 3 * GROUPS);
    alert_groups_free(groups);
}

/* Groups that must go while the rate is used up are counted among what it held back. */
static void memory_and_rate(void **state)
{
    enum { GROUPS = 3000 };
    static char large[64 << 10];
    struct told told = {0};
    struct alert_groups *groups = groups_of((struct group_options){.rate = GROUPS}, &told);

    (void)state;
    memset(large, 'x', sizeof(large));
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < GROUPS; i++) {
            struct alert alert = alert_at(SECOND + i, "r", "");

            alert.container_id = view_from(&i, sizeof(i));
            alert.output = alert.image = alert.explanation = alert.host = alert.source =
                view_from(large, sizeof(large));
            alert.priority = i == 0 ? RULE_EMERGENCY : RULE_DEBUG;
            alert_groups_add(groups, &alert);
        }
    assert_int_equal(told.alerts, GROUPS);
    assert_int_equal(alert_groups_suppressed(groups), GROUPS);
    alert_groups_flush(groups);
    assert_int_equal(told.sum, 2 * GROUPS);
    assert_string_equal(told.rule, "Alerts held back");
    assert_true(told.last.count > 100);
    assert_int_equal(told.last.priority, RULE_EMERGENCY);
    assert_int_equal(told.last.first_time, SECOND);
    alert_groups_free(groups);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Always: what was told is what was added. */
static void random_runs(void **state)
{
    (void)state;
    for (uint32_t run = 0; run < 60; run++) {
        uint32_t seed = run;
        struct told told = {0};
        struct group_options options = {.window = run % 5,
                                        .window_limit = run % 7 * 2,
                                        .rate = run % 3 * 5,
                                        .off = run % 11 == 10};
        struct alert_groups *groups = groups_of(options, &told);
        int64_t now = 0;

        for (int i = 0; i < 20000; i++) {
            char cause[32];

            now += next_random(&seed) % (SECOND / 2);
            if (next_random(&seed) % 16 == 0)
                alert_groups_tick(groups, now);
            snprintf(cause, sizeof(cause), "%u", next_random(&seed) % (1u << (run % 15)));
            add(groups, now - next_random(&seed) % 1000, "r", cause);
        }
        alert_groups_flush(groups);
        assert_int_equal(told.sum, 20000);
        alert_groups_free(groups);
    }
}

RUN_TESTS(cmocka_unit_test(flood_of_three), cmocka_unit_test(groups_are_told_apart),
          cmocka_unit_test(windows_double), cmocka_unit_test(late_ticks),
          cmocka_unit_test(examples_differ), cmocka_unit_test(many_causes), cmocka_unit_test(rate),
          cmocka_unit_test(grouping_off), cmocka_unit_test(memory),
          cmocka_unit_test(memory_and_rate), cmocka_unit_test(random_runs))
