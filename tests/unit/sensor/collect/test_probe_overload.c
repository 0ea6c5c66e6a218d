/* Rings that nobody reads: what is lost, and what is not. As root. */
#include <sys/syscall.h>
#include <unistd.h>

#include "watch.h"

#include "test.h"

enum { RING_SIZE = 64 << 10, FLOOD = 2000 };

static struct watch watch;

static void ask_for(unsigned number, enum sensor_class class)
{
    watch.filter.calls[number].wanted = FILTER_FOR_RULES;
    watch.filter.calls[number].row = 0;
    watch.filter.calls[number].class = class;
}

/* Whatever is in the way, privileged calls find room that others may not have. */
static int flood(void *context)
{
    (void)context;
    for (int i = 0; i < FLOOD; i++)
        syscall(SYS_getppid);
    for (int i = 0; i < FLOOD; i++)
        syscall(SYS_getpgrp);
    for (int i = 0; i < 20; i++)
        syscall(SYS_getuid);
    return 0;
}

static void classes(void **state)
{
    struct probe_counts before = probe_counts(watch.probe), after;
    const struct sensor_event *event;

    (void)state;
    ask_for(SYS_getppid, SENSOR_CLASS_OTHER);
    ask_for(SYS_getpgrp, SENSOR_CLASS_FILE);
    ask_for(SYS_getuid, SENSOR_CLASS_PRIVILEGED);
    watch_set_filter(&watch);
    watch.leave_unread = true;
    watch_run(&watch, flood, NULL);
    watch.leave_unread = false;
    after = probe_counts(watch.probe);
    assert_true(after.lost[SENSOR_CLASS_OTHER] > before.lost[SENSOR_CLASS_OTHER]);
    assert_true(after.lost[SENSOR_CLASS_FILE] > before.lost[SENSOR_CLASS_FILE]);
    assert_int_equal(after.lost[SENSOR_CLASS_PRIVILEGED], before.lost[SENSOR_CLASS_PRIVILEGED]);
    assert_int_equal(after.state_gaps, before.state_gaps);
    assert_non_null(watch_find(&watch, SENSOR_SYSCALL, "getuid", 19));
    event = watch_find(&watch, SENSOR_SYSCALL, "getppid", 100);
    assert_non_null(event);
    assert_null(watch_find(&watch, SENSOR_SYSCALL, "getppid", FLOOD - 1));
}

/* Records that go around a ring's end come out whole, and in order. */
static int many(void *context)
{
    (void)context;
    for (unsigned long i = 0; i < 200; i++)
        syscall(SYS_getppid, i);
    return 0;
}

static void order(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 8; round++) {
        uint64_t last = 0;

        watch_run(&watch, many, NULL);
        for (unsigned i = 0; i < 200; i++) {
            const struct sensor_event *event = watch_find(&watch, SENSOR_SYSCALL, "getppid", i);

            assert_non_null(event);
            assert_int_equal(event->arguments[0], i);
            assert_true(event->time >= last);
            last = event->time;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(classes), cmocka_unit_test(order)};
    int failed;

    if (!watch_open(&watch, RING_SIZE))
        return 77;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    watch_close(&watch);
    return failed;
}
