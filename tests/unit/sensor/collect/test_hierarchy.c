/* The walk over cgroups, in folders that stand for them. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "sensor/abi/record.h"
#include "sensor/collect/hierarchy.h"

#include "test.h"

enum { SIBLINGS = 16, LONG_DEPTH = 20, LONG_NAME = 250, DEEP = 100 };

static char folder[] = "/tmp/plimsoll-hierarchy-XXXXXX";

struct told {
    unsigned siblings, in_long, in_deep, whole, others;
};

static void count(const struct sensor_event *event, void *context)
{
    struct told *told = context;
    struct view path;

    assert_int_equal(event->kind, SENSOR_CGROUP_MAKE);
    assert_int_equal(record_check(view_from(event, event->size), NULL), 0);
    assert_true(record_find(event, SENSOR_CGROUP, -1, &path));
    told->siblings += view_starts(path, VIEW("/sibling-"));
    told->in_long += view_starts(path, VIEW("/long"));
    told->in_deep += view_starts(path, VIEW("/deep"));
    told->whole += view_ends(path, VIEW("/d")) && path.len == 5 + 2 * DEEP;
    told->others += view_eq(path, VIEW("/"));
}

/* A chain of folders below the one that is open; back up again when it is removed. */
static void chain(int top, const char *name, int depth, bool make)
{
    _cleanup_close_ int fd = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (depth == 0)
        return;
    assert_true(!make || mkdirat(fd, name, 0755) == 0);
    {
        _cleanup_close_ int below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        assert_true(below >= 0);
        chain(below, name, depth - 1, make);
    }
    assert_true(make || unlinkat(fd, name, AT_REMOVEDIR) == 0);
}

static void make_all(int top, bool make)
{
    static const char *const tops[] = {"long", "deep"};
    char name[LONG_NAME + 1] = {0};

    memset(name, 'n', LONG_NAME);
    for (unsigned i = 0; i < COUNT(tops); i++) {
        _cleanup_close_ int fd = -1;

        assert_true(!make || mkdirat(top, tops[i], 0755) == 0);
        fd = openat(top, tops[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        chain(fd, i ? "d" : name, i ? DEEP : LONG_DEPTH, make);
        assert_true(make || unlinkat(top, tops[i], AT_REMOVEDIR) == 0);
    }
    for (unsigned i = 0; i < SIBLINGS; i++) {
        snprintf(name, sizeof(name), "sibling-%u", i);
        assert_int_equal(make ? mkdirat(top, name, 0755) : unlinkat(top, name, AT_REMOVEDIR), 0);
    }
}

/* One whose path is longer than any record takes hides nobody else's. */
static void long_paths(void **state)
{
    _cleanup_close_ int top = -1;
    struct cgroup_hierarchy hierarchy = {0};
    struct error err = ERROR_INIT;
    struct told told = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(hierarchy.mount, sizeof(hierarchy.mount), "%s", folder);
    top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    make_all(top, true);
    assert_int_equal(cgroup_hierarchy_walk(&hierarchy, count, &told, &err), 0);
    assert_int_equal(told.siblings, SIBLINGS);
    assert_int_equal(told.in_long, 1 + LONG_DEPTH);
    assert_int_equal(told.in_deep, 1 + DEEP);
    assert_int_equal(told.whole, 1);
    assert_int_equal(told.others, 1);
    make_all(top, false);
    assert_int_equal(rmdir(folder), 0);
}

RUN_TESTS(cmocka_unit_test(long_paths))
