#include "base/thread-pool.h"

#include <stdatomic.h>

#include "test.h"

static atomic_int ran;

static void count(void *task)
{
    atomic_fetch_add(&ran, *(int *)task);
}

static void every_task_runs_once(void **state)
{
    static int one = 1;
    struct pool *pool;

    (void)state;
    for (size_t threads = 1; threads <= 4; threads++) {
        atomic_store(&ran, 0);
        assert_int_equal(pool_new(threads, &pool, NULL), 0);
        pool_wait(pool);
        for (int i = 0; i < 1000; i++)
            assert_int_equal(pool_add(pool, count, &one, NULL), 0);
        pool_wait(pool);
        assert_int_equal(atomic_load(&ran), 1000);
        pool_add(pool, count, &one, NULL);
        pool_free(pool);
        assert_int_equal(atomic_load(&ran), 1001);
    }
    assert_true(pool_processors() >= 1);
}

RUN_TESTS(cmocka_unit_test(every_task_runs_once))
