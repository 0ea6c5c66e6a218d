/* Every analyser does the same in a worker, where it may not touch a file, as
 * it does here: the SQLite library in particular. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/fd.h"
#include "inventory/analyser.h"
#include "sandbox/sandbox.h"

enum { PAYLOAD_LIMIT = 1 << 20 };

static int run_analyser(size_t place, int fd, struct buf *payload, struct error *err)
{
    _cleanup_(buf_done) struct buf content = BUF_INIT(PAYLOAD_LIMIT);
    int r = fd_read_all(fd, &content, err);

    return r < 0 ? r : analysers[place]->parse(VIEW(""), buf_view(&content), payload, err);
}

static int analyse(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(buf_done) struct buf payload = BUF_INIT(PAYLOAD_LIMIT);
    uint64_t place;
    int r;

    if (!view_to_u64(request, &place) || place >= analyser_count)
        return error_set(err, ERROR_INPUT, "no such analyser");
    r = run_analyser((size_t)place, worker_fd(worker, 0), &payload, err);
    return r < 0 ? r : worker_reply(worker, buf_view(&payload), err);
}

/* Sanitizers reserve terabytes of address space. */
static const struct sandbox_op ops[] = {
    {"analyse", analyse, .memory_limit = UINT64_C(64) << 40, .reply_limit = PAYLOAD_LIMIT,
     .cpu_seconds = 60},
};

static size_t place_of(const char *name)
{
    for (size_t i = 0; i < analyser_count; i++)
        if (strcmp(analysers[i]->name, name) == 0)
            return i;
    fail_msg("no analyser %s", name);
    return 0;
}

static int open_corpus_file(const char *name)
{
    char path[4096];
    int fd;

    snprintf(path, sizeof(path), "%s/tests/corpus/inventory_%s", getenv("PLIMSOLL_SOURCE_ROOT"),
             name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void same_in_a_worker(void **state)
{
    static const struct {
        const char *analyser, *file;
    } cases[] = {
        {"rpm-sqlite", "rpm_sqlite/small"},  {"rpm-ndb", "rpm_ndb/rpm-4.18"},
        {"rpm-bdb", "rpm_bdb/big"},          {"rpm-manifest-2", "rpm_manifest/2"},
        {"dpkg-status", "dpkg_status/two"},  {"dpkg-license", "dpkg_license/dep5"},
        {"dpkg-list", "dpkg_files/list"},    {"apk-installed", "apk_installed/alpine"},
        {"os-release", "os_release/debian"}, {"ubuntu-pro-status", "ubuntu_pro/status"},
    };
    struct sandbox *sandbox = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf here = BUF_INIT(PAYLOAD_LIMIT), there = BUF_INIT(PAYLOAD_LIMIT);
        size_t place = place_of(cases[i].analyser);
        int fd = open_corpus_file(cases[i].file);
        struct error err = ERROR_INIT;
        char request[32];

        assert_int_equal(run_analyser(place, fd, &here, &err), 0);
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        snprintf(request, sizeof(request), "%zu", place);
        if (sandbox_call(sandbox, "analyse", view_of(request), &fd, 1, 60, &there, &err) < 0)
            fail_msg("%s: %s", cases[i].file, err.message);
        assert_true(here.len > 0);
        assert_true(view_eq(buf_view(&here), buf_view(&there)));
        buf_done(&here);
        buf_done(&there);
        close(fd);
    }
}

int main(void)
{
    struct sandbox *sandbox = NULL;
    struct error err = ERROR_INIT;
    int failed;

    signal(SIGPIPE, SIG_IGN);
    if (sandbox_start(ops, COUNT(ops), &sandbox, &err) < 0) {
        print_error("%s\n", err.message);
        return 1;
    }
    {
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(same_in_a_worker, sandbox),
        };

        failed = cmocka_run_group_tests(tests, NULL, NULL);
    }
    sandbox_stop(sandbox);
    return failed;
}
