#include "sensor/alert/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { LIMIT = 4 << 20 };

static char directory[64], path[128];

static struct spool *open_spool(const char *name, uint64_t limit)
{
    struct spool *spool = NULL;
    struct error err = ERROR_INIT;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (spool_open(path, limit, &spool, &err) < 0)
        fail_msg("%s", err.message);
    return spool;
}

static void add(struct spool *spool, uint64_t number, size_t size)
{
    static char payload[SPOOL_RECORD_LIMIT];
    int len = snprintf(payload, sizeof(payload), "%llu ", (unsigned long long)number);

    memset(payload + len, 'x', size);
    assert_int_equal(spool_add(spool, view_from(payload, (size_t)len + size), NULL), 0);
}

static uint64_t number_of(struct view payload)
{
    struct view rest = payload;
    uint64_t number = UINT64_MAX;

    assert_true(view_to_u64(view_cut(&rest, ' '), &number));
    for (size_t i = 0; i < rest.len; i++)
        assert_int_equal(rest.ptr[i], 'x');
    return number;
}

/* Takes everything; the numbers must rise. Returns how many there were. */
static uint64_t drain(struct spool *spool, size_t step, uint64_t *ret_first, uint64_t *ret_last)
{
    struct spool_batch batch = SPOOL_BATCH_INIT;
    uint64_t count = 0, last = 0;

    for (;;) {
        spool_peek(spool, step, 1 << 20, &batch);
        if (batch.count == 0)
            break;
        for (size_t i = 0; i < batch.count; i++) {
            uint64_t number = number_of(batch.payloads[i]);

            if (count++ == 0)
                *ret_first = number;
            else
                assert_true(number > last);
            last = number;
        }
        spool_acknowledge(spool, batch.count);
    }
    spool_batch_done(&batch);
    *ret_last = last;
    return count;
}

static size_t count_files(void)
{
    DIR *listed = opendir(path);
    size_t count = 0;

    assert_non_null(listed);
    for (struct dirent *entry; (entry = readdir(listed));)
        count += strstr(entry->d_name, ".spool") != NULL;
    closedir(listed);
    return count;
}

static void order_over_restarts(void **state)
{
    static const size_t steps[] = {1, 7, SPOOL_BATCH};
    uint64_t first, last;

    (void)state;
    for (size_t s = 0; s < COUNT(steps); s++) {
        char name[16];
        struct spool *spool;

        snprintf(name, sizeof(name), "order%zu", s);
        for (int run = 0; run < 3; run++) {
            spool = open_spool(name, LIMIT);
            for (uint64_t i = 0; i < 1000; i++)
                add(spool, (uint64_t)run * 1000 + i, i % 300);
            spool_sync(spool);
            spool_close(spool);
        }
        spool = open_spool(name, LIMIT);
        assert_int_equal(spool_counts(spool).waiting, 3000);
        assert_int_equal(drain(spool, steps[s], &first, &last), 3000);
        assert_int_equal(first, 0);
        assert_int_equal(last, 2999);
        assert_int_equal(spool_counts(spool).waiting, 0);
        assert_int_equal(spool_counts(spool).lost, 0);
        spool_close(spool);
        assert_int_equal(count_files(), 0);
    }
}

static void goes_on_where_it_was(void **state)
{
    struct spool_batch batch = SPOOL_BATCH_INIT;
    struct spool *spool = open_spool("position", LIMIT);
    uint64_t first, last;

    (void)state;
    for (uint64_t i = 0; i < 100; i++)
        add(spool, i, 10);
    spool_peek(spool, 50, 1 << 20, &batch);
    assert_int_equal(batch.count, 50);
    spool_acknowledge(spool, 20);
    spool_acknowledge(spool, 10); /* the ten behind those */
    spool_batch_done(&batch);
    spool_close(spool);
    spool = open_spool("position", LIMIT);
    assert_int_equal(drain(spool, 16, &first, &last), 70);
    assert_int_equal(first, 30);
    spool_close(spool);
}

static void the_limit(void **state)
{
    struct spool *spool = open_spool("limit", SPOOL_LIMIT_LEAST);
    struct spool_counts counts;
    uint64_t first, last, delivered;

    (void)state;
    for (uint64_t i = 0; i < 10000; i++) {
        add(spool, i, 100);
        assert_true(spool_counts(spool).bytes <= SPOOL_LIMIT_LEAST);
    }
    counts = spool_counts(spool);
    assert_int_equal(counts.waiting + counts.lost, 10000);
    assert_true(counts.lost > 0 && counts.waiting > 1000);
    delivered = drain(spool, 100, &first, &last);
    assert_int_equal(delivered, counts.waiting);
    assert_int_equal(last, 9999);
    assert_int_equal(first, counts.lost);
    spool_close(spool);
}

/* What was under way when it had to go arrived all the same: it is not lost. */
static void given_up_while_under_way(void **state)
{
    struct spool_batch batch = SPOOL_BATCH_INIT;
    struct spool *spool = open_spool("way", SPOOL_LIMIT_LEAST);
    struct spool_counts counts;

    (void)state;
    for (uint64_t i = 0; i < 10; i++)
        add(spool, i, 100);
    spool_peek(spool, 10, 1 << 20, &batch);
    for (uint64_t i = 10; i < 5000; i++)
        add(spool, i, 100);
    spool_acknowledge(spool, 10);
    counts = spool_counts(spool);
    assert_int_equal(counts.lost + counts.waiting + 10, 5000);
    spool_batch_done(&batch);
    spool_close(spool);
}

static void damage(void **state)
{
    struct spool *spool = open_spool("damage", LIMIT);
    char file[256], zeros[64] = {0};
    uint64_t first, last;
    int fd;

    (void)state;
    for (uint64_t i = 0; i < 100; i++)
        add(spool, i, 100);
    spool_close(spool);
    snprintf(file, sizeof(file), "%s/%016llx.spool", path, 0ull);
    fd = open(file, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, zeros, sizeof(zeros), 920), sizeof(zeros));
    assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - 5), 0); /* cut within the last */
    close(fd);
    spool = open_spool("damage", LIMIT);
    add(spool, 1000, 100);
    assert_int_equal(drain(spool, 10, &first, &last), 99 - 1 + 1);
    assert_int_equal(last, 1000);
    assert_int_equal(spool_counts(spool).lost, 1);
    spool_close(spool);
}

/* What can't be read is no reason to throw alerts away. */
static void unreadable_segment(void **state)
{
    struct spool *spool = open_spool("unreadable", LIMIT);
    struct error err = ERROR_INIT;
    char file[256];

    (void)state;
    add(spool, 0, 100);
    spool_close(spool);
    snprintf(file, sizeof(file), "%s/%016llx.spool", path, 100ull);
    assert_int_equal(close(open(file, O_WRONLY | O_CREAT, 0600)), 0);
    assert_int_equal(truncate(file, 65 << 20), 0); /* longer than any of ours */
    assert_int_equal(spool_open(path, LIMIT, &spool, &err), ERROR_LIMIT);
    assert_non_null(strstr(err.message, "0000000000000064.spool"));
    assert_int_equal(access(file, F_OK), 0);
}

static void vanished_segments(void **state)
{
    struct spool *spool = open_spool("vanished", LIMIT);
    char command[256];
    uint64_t first, last;

    (void)state;
    for (uint64_t i = 0; i < 100; i++)
        add(spool, i, 100);
    snprintf(command, sizeof(command), "rm %s/*.spool", path);
    assert_int_equal(system(command), 0);
    assert_int_equal(drain(spool, 10, &first, &last), 0);
    assert_int_equal(spool_counts(spool).lost, 100);
    assert_int_equal(spool_counts(spool).waiting, 0);
    add(spool, 100, 1);
    spool_close(spool);
}

/* Like a full disk: writes are cut, then fail. */
static void set_file_limit(rlim_t bytes)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void full_disk(void **state)
{
    struct spool *spool = open_spool("full", LIMIT);
    struct spool_counts counts;
    uint64_t first, last;

    (void)state;
    add(spool, 0, 100);
    set_file_limit(10);
    for (uint64_t i = 1; i < 1000; i++)
        add(spool, i, 100);
    counts = spool_counts(spool);
    set_file_limit(RLIM_INFINITY);
    assert_int_equal(counts.waiting, 1000);
    assert_int_equal(counts.in_memory, 999);
    assert_int_equal(drain(spool, 100, &first, &last), 1000);
    assert_int_equal(spool_counts(spool).lost, 0);
    assert_int_equal(spool_counts(spool).in_memory, 0);
    spool_close(spool);
}

static void full_disk_and_memory(void **state)
{
    struct spool *spool = open_spool("fuller", LIMIT);
    struct spool_counts counts;
    uint64_t first, last;

    (void)state;
    set_file_limit(10);
    for (uint64_t i = 0; i < 20; i++)
        add(spool, i, 1000000);
    counts = spool_counts(spool);
    set_file_limit(RLIM_INFINITY);
    assert_int_equal(counts.waiting, 4);
    assert_int_equal(counts.lost, 16);
    assert_int_equal(drain(spool, 1, &first, &last), 4);
    assert_int_equal(last, 19);
    assert_int_equal(spool_counts(spool).lost, 16);
    assert_int_equal(spool_counts(spool).waiting, 0);
    spool_close(spool);
}

/* The process that adds is killed: what it was told is there is there. */
static void kill_9(void **state)
{
    uint64_t first = 0, last = 0, told = 0, want = 0;

    (void)state;
    for (int round = 0; round < 20; round++) {
        struct spool *spool;
        int ends[2], status;
        uint64_t line;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0) {
            spool = open_spool("kill", 64 << 20);
            for (uint64_t i = want;; i++) {
                add(spool, i, i % 2000);
                if (write(ends[1], &i, sizeof(i)) != sizeof(i))
                    _exit(1);
            }
        }
        close(ends[1]);
        for (int i = 0; i < 100 + 37 * round; i++)
            assert_int_equal(read(ends[0], &line, sizeof(line)), sizeof(line));
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        while (read(ends[0], &line, sizeof(line)) == sizeof(line))
            told = line;
        close(ends[0]);
        if (told < want)
            told = want + 99 + 37 * (uint64_t)round;
        spool = open_spool("kill", 64 << 20);
        assert_true(drain(spool, 64, &first, &last) >= told - want + 1);
        assert_int_equal(first, want);
        assert_true(last >= told);
        assert_int_equal(spool_counts(spool).lost, 0);
        want = last + 1;
        spool_close(spool);
    }
}

static void one_process_only(void **state)
{
    struct spool *spool = open_spool("locked", LIMIT), *other = NULL;
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(spool_open(path, LIMIT, &other, &err), ERROR_USAGE);
    assert_non_null(strstr(err.message, "is in use"));
    spool_close(spool);
    assert_true(spool_open("/proc/no", LIMIT, &other, &err) < 0);
    assert_int_equal(spool_open("/dev/null/x", LIMIT, &other, &err), ERROR_NOT_FOUND);
}

/* Adds, takes, restarts and a disk that comes and goes: each record is delivered, waits or is
 * lost, and what is delivered is in order. */
static void random_runs(void **state)
{
    (void)state;
    for (uint32_t run = 0; run < 12; run++) {
        struct spool_batch batch = SPOOL_BATCH_INIT;
        uint32_t seed = run;
        uint64_t added = 0, delivered = 0, lost = 0, last = 0;
        struct spool_counts counts;
        struct spool *spool;
        char name[16];

        snprintf(name, sizeof(name), "random%u", run);
        spool = open_spool(name, SPOOL_LIMIT_LEAST);
        for (int step = 0; step < 4000; step++) {
            uint32_t dice = (seed = seed * 1664525u + 1013904223u) >> 8;

            switch (dice % 16) {
            case 0:
                spool_peek(spool, 1 + dice / 16 % 64, 1 << (dice / 64 % 20), &batch);
                for (size_t i = 0; i < batch.count; i++) {
                    uint64_t number = number_of(batch.payloads[i]);

                    assert_true((delivered == 0 && i == 0) || number > last);
                    last = number;
                }
                spool_acknowledge(spool, batch.count);
                delivered += batch.count;
                break;
            case 1:
                if (dice / 16 % 8 == 0) {
                    set_file_limit(RLIM_INFINITY);
                    counts = spool_counts(spool);
                    lost += counts.lost + counts.in_memory;
                    spool_close(spool);
                    spool = open_spool(name, SPOOL_LIMIT_LEAST);
                }
                break;
            case 2:
                set_file_limit(dice / 16 % 4 ? RLIM_INFINITY : 64 + dice / 64 % 20000);
                break;
            default:
                add(spool, added++, dice % 900);
            }
        }
        set_file_limit(RLIM_INFINITY);
        for (;;) {
            spool_peek(spool, 100, 1 << 20, &batch);
            if (!batch.count)
                break;
            spool_acknowledge(spool, batch.count);
            delivered += batch.count;
        }
        lost += spool_counts(spool).lost;
        assert_int_equal(spool_counts(spool).waiting, 0);
        assert_int_equal(delivered + lost, added);
        spool_batch_done(&batch);
        spool_close(spool);
    }
}

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/plimsoll-spool-XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_over_restarts),
        cmocka_unit_test(goes_on_where_it_was),
        cmocka_unit_test(the_limit),
        cmocka_unit_test(given_up_while_under_way),
        cmocka_unit_test(damage),
        cmocka_unit_test(unreadable_segment),
        cmocka_unit_test(vanished_segments),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(full_disk_and_memory),
        cmocka_unit_test(kill_9),
        cmocka_unit_test(one_process_only),
        cmocka_unit_test(random_runs),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
