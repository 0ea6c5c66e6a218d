/* How large rings are on machines of many sizes. */
#include "sensor/collect/probe.h"

#include "test.h"

static void shares_memory(void **state)
{
    static const struct {
        uint32_t rings;
        uint64_t want; /* KiB of each */
    } cases[] = {{1, 8192}, {2, 4096}, {4, 2048}, {8, 1024}, {16, 512}, {32, 512}, {64, 512}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(probe_ring_size(cases[i].rings), cases[i].want << 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
