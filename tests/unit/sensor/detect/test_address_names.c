#include "test.h"

#include <sched.h>
#include <stdio.h>

#include "base/clock.h"
#include "rule/program.h"
#include "sensor/detect/address-names.h"
#include "sensor/detect/observation.h"

static const uint8_t local4[4] = {127, 0, 0, 1}, far4[4] = {192, 0, 2, 1};
static const uint8_t local6[16] = {[15] = 1};

static size_t count_told;

static void told(struct view name, uint8_t family, const uint8_t *address, void *context)
{
    (void)address, (void)context;
    assert_view(name, "localhost");
    assert_true(family == 4 || family == 6);
    count_told++;
}

/* What a capture tells. */
static void test_add(void **state)
{
    _cleanup_(address_names_free_p) struct address_names *names = NULL;
    struct view found[ADDRESS_NAMES_OF_ONE];

    (void)state;
    assert_int_equal(address_names_new(false, &names, NULL), 0);
    assert_int_equal(address_names_of(names, 4, far4, found), 0);
    address_names_add(names, VIEW("a.example"), 4, far4);
    address_names_add(names, VIEW("A.example"), 4, far4);
    address_names_add(names, VIEW("b.example"), 4, far4);
    address_names_add(names, VIEW("b.example"), 6, local6);
    address_names_add(names, VIEW("b.example"), 9, far4);
    assert_int_equal(address_names_of(names, 4, far4, found), 2);
    assert_view(found[0], "a.example");
    assert_view(found[1], "b.example");
    assert_int_equal(address_names_of(names, 6, local6, found), 1);
    assert_int_equal(address_names_of(names, 4, local4, found), 0);
}

/* More names and addresses than there is room for. */
static void test_limits(void **state)
{
    _cleanup_(address_names_free_p) struct address_names *names = NULL;
    struct view found[ADDRESS_NAMES_OF_ONE];
    char name[300];

    (void)state;
    assert_int_equal(address_names_new(false, &names, NULL), 0);
    for (unsigned i = 0; i < 2 * ADDRESS_NAMES_LIMIT; i++) {
        snprintf(name, sizeof(name), "n%u.example", i);
        address_names_add(names, view_of(name), 4, far4);
    }
    for (uint8_t i = 0; i < 2 * ADDRESS_NAMES_ADDRESSES; i++)
        address_names_add(names, VIEW("n0.example"), 4, (const uint8_t[4]){10, 0, 0, i});
    assert_int_equal(address_names_of(names, 4, far4, found), ADDRESS_NAMES_OF_ONE);
    memset(name, 'x', sizeof(name));
    address_names_watch(names, view_from(name, sizeof(name)));
    address_names_watch(names, VIEW_EMPTY);
}

/* The thread looks a name up that needs no name server. */
static void test_look_up(void **state)
{
    _cleanup_(address_names_free_p) struct address_names *names = NULL;
    struct view found[ADDRESS_NAMES_OF_ONE];
    uint64_t deadline = clock_now_ns() + UINT64_C(20000000000);
    size_t count = 0;

    (void)state;
    assert_int_equal(address_names_new(true, &names, NULL), 0);
    address_names_watch(names, VIEW("localhost"));
    address_names_watch(names, VIEW("localhost"));
    while (!count && clock_now_ns() < deadline) {
        sched_yield();
        count =
            address_names_of(names, 4, local4, found) + address_names_of(names, 6, local6, found);
    }
    assert_true(count > 0);
    address_names_take(names, told, NULL);
    assert_true(count_told > 0);
    count_told = 0;
    address_names_take(names, told, NULL);
    assert_int_equal(count_told, 0);
}

/* Ending while a name is looked up. */
static void test_end(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        _cleanup_(address_names_free_p) struct address_names *names = NULL;

        assert_int_equal(address_names_new(true, &names, NULL), 0);
        if (i % 5)
            address_names_watch(names, VIEW("localhost"));
    }
}

static void test_program(void **state)
{
    static const char rules[] = "- list: good\n  items: [a.example, \"b.example\"]\n"
                                "- rule: r\n  desc: d\n  priority: INFO\n  output: o\n"
                                "  condition: evt.type = connect and not fd.sip.name in (good) and"
                                " fd.cip.name != c.example and proc.name = x.example\n";
    const struct rule_source *sources[] = {&rule_source_sensor};
    _cleanup_(address_names_free_p) struct address_names *names = NULL;
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
    struct error err = ERROR_INIT;
    struct view found[ADDRESS_NAMES_OF_ONE];

    (void)state;
    assert_int_equal(ruleset_new(sources, 1, &set, &err), 0);
    assert_int_equal(ruleset_add(set, VIEW("r.yaml"), view_of(rules), &err), 0);
    assert_int_equal(ruleset_finish(set, &err), 0);
    assert_int_equal(rule_program_new(set, &rule_source_sensor, &program, &err), 0);
    assert_int_equal(address_names_new(false, &names, NULL), 0);
    address_names_watch_program(names, program);
    assert_true(address_names_is_watched(names, VIEW("a.example")));
    assert_true(address_names_is_watched(names, VIEW("b.example")));
    assert_true(address_names_is_watched(names, VIEW("c.example")));
    assert_false(address_names_is_watched(names, VIEW("x.example")));
    assert_int_equal(address_names_of(names, 4, far4, found), 0);
}

RUN_TESTS(cmocka_unit_test(test_add), cmocka_unit_test(test_limits), cmocka_unit_test(test_look_up),
          cmocka_unit_test(test_end), cmocka_unit_test(test_program))
