#include "test.h"

#include "events.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct container_table *new_table(void)
{
    struct container_table *table;

    assert_int_equal(container_table_new(&table, NULL), 0);
    return table;
}

static void count_found(struct container *container, void *context)
{
    (void)container;
    ++*(unsigned *)context;
}

static void test_cgroups(void **state)
{
    _cleanup_(container_table_free_p) struct container_table *table = new_table();
    struct container *container;
    unsigned found = 0;
    bool known;

    (void)state;
    container_table_on_found(table, count_found, &found);
    assert_null(container_table_of_cgroup(table, 1, &known));
    assert_false(known);
    container_table_cgroup(table, 1, VIEW("/user.slice"), 5);
    assert_null(container_table_of_cgroup(table, 1, &known));
    assert_true(known);
    container_table_cgroup(table, 2, VIEW("/docker/" ID_A), 6);
    container_table_cgroup(table, 3, VIEW("/docker/" ID_A "/init.scope"), 7);
    container_table_cgroup(table, 2, VIEW("/docker/" ID_A), 8); /* again */
    assert_int_equal(found, 1);
    container = container_table_of_cgroup(table, 3, &known);
    assert_ptr_equal(container, container_table_of_cgroup(table, 2, &known));
    assert_view(container->id, ID_A);
    assert_view(container->short_id, "aaaaaaaaaaaa");
    assert_view(container->cgroup, "/docker/" ID_A);
    assert_int_equal(container->first_seen, 6);
    assert_int_equal(container->runtime, CONTAINER_DOCKER);
    assert_int_equal(container->knowledge, CONTAINER_PENDING);
    /* An id that is used again: its removal was missed. */
    container_table_cgroup(table, 3, VIEW("/docker/" ID_B), 9);
    assert_view(container_table_of_cgroup(table, 3, &known)->id, ID_B);
    assert_int_equal(container_table_count(table), 2);
    container_table_cgroup_removed(table, 3);
    container_table_cgroup_removed(table, 3);
    assert_int_equal(container_table_count(table), 1);
    assert_null(container_table_find(table, VIEW(ID_B)));
    assert_ptr_equal(container_table_at(table, 0), container);
}

/* A container that is stopped and started again is asked for again; an event that
 * waits has kept it. */
static void test_restart(void **state)
{
    _cleanup_(container_table_free_p) struct container_table *table = new_table();
    struct container *container;
    unsigned found = 0;
    bool known;

    (void)state;
    container_table_on_found(table, count_found, &found);
    container_table_cgroup(table, 2, VIEW("/docker/" ID_A), 6);
    container = container_ref(container_table_of_cgroup(table, 2, &known));
    assert_int_equal(
        container_table_settle(table, VIEW(ID_A), CONTAINER_DOCKER, VIEW("{\"name\":\"a\"}"), NULL),
        0);
    container_table_cgroup_removed(table, 2);
    assert_int_equal(container_table_count(table), 1);
    container_table_cgroup(table, 9, VIEW("/docker/" ID_A), 6);
    assert_ptr_equal(container_table_of_cgroup(table, 9, &known), container);
    assert_int_equal(found, 2);
    assert_int_equal(container->knowledge, CONTAINER_PENDING);
    assert_view(container->metadata->name, "a");
    container_unref(container);
    assert_int_equal(container_table_count(table), 1);
    container_table_cgroup_removed(table, 9);
    assert_int_equal(container_table_count(table), 0);
}

/* More containers and cgroups than there is room for: those in use stay. */
static void test_limits(void **state)
{
    _cleanup_(container_table_free_p) struct container_table *table = new_table();
    struct container *used;
    bool known;

    (void)state;
    container_table_cgroup(table, 1, VIEW("/docker/" ID_A), 6);
    used = container_ref(container_table_of_cgroup(table, 1, &known));
    used->process_count = 1;
    for (uint64_t i = 2; i < CGROUP_TABLE_LIMIT + 1000; i++) {
        char path[128];

        snprintf(path, sizeof(path), "/docker/%064llx", (unsigned long long)i);
        container_table_cgroup(table, i, view_of(path), i);
    }
    assert_int_equal(container_table_counts(table).containers, CONTAINER_TABLE_LIMIT);
    assert_int_equal(container_table_counts(table).refused, 0);
    assert_ptr_equal(container_table_of_cgroup(table, 1, &known), used);
    for (uint64_t i = 1; i < CGROUP_TABLE_LIMIT + 1000; i++)
        container_table_cgroup(table, i << 32, VIEW("/user.slice"), i);
    assert_int_equal(container_table_counts(table).cgroups, CGROUP_TABLE_LIMIT);
    assert_ptr_equal(container_table_of_cgroup(table, 1, &known), used);
    used->process_count = 0;
    container_unref(used);
}

/* ---- What the runtime says ---- */

static const struct container_label labels[] = {
    {VIEW_EMPTY, VIEW("no key")}, {{"app", 3}, {"web", 3}}, {{"k\"\n", 3}, {"\\", 1}}};
static const struct container_mount mounts[] = {
    {{"/etc", 4}, {"/host/etc", 9}, {"ro", 2}, {"rprivate", 8}, false},
    {{"/var/run/docker.sock", 20}, {"/s", 2}, VIEW_EMPTY, VIEW_EMPTY, true}};

static const struct container_metadata everything = {
    .name = VIEW("web"),
    .image = VIEW("nginx:1"),
    .image_id = VIEW("sha256:1"),
    .image_repository = VIEW("nginx"),
    .image_tag = VIEW("1"),
    .image_digest = VIEW("sha256:2"),
    .ip = VIEW("10.0.0.1"),
    .cni_json = VIEW("{\"a\":1}"),
    .healthcheck = VIEW("curl"),
    .liveness_probe = VIEW("true"),
    .readiness_probe = VIEW("false"),
    .pod_name = VIEW("web-1"),
    .pod_namespace = VIEW("shop"),
    .pod_uid = VIEW("uid"),
    .pod_sandbox_id = VIEW("box"),
    .pod_ip = VIEW("10.0.0.2"),
    .labels = labels,
    .label_count = COUNT(labels),
    .pod_labels = labels + 1,
    .pod_label_count = 1,
    .mounts = mounts,
    .mount_count = COUNT(mounts),
    .privileged = true,
    .host_pid = true,
    .created = INT64_MIN,
    .started = 1700000000123456789,
    .init_pid = UINT32_MAX,
    .upper_directory = VIEW("/var/lib/docker/overlay2/x/diff"),
};

/* Written, settled through a record, and written again. */
static void round_trip(const struct container_metadata *metadata, struct buf *first,
                       struct buf *second, struct container_table *table)
{
    _cleanup_(buf_done) struct buf record = BUF_INIT(SENSOR_EVENT_LIMIT);
    struct container told = {.id = VIEW(ID_A),
                             .runtime = CONTAINER_PODMAN,
                             .knowledge = CONTAINER_KNOWN,
                             .metadata = metadata};
    struct container *container;

    container_metadata_write(&told, first);
    assert_int_equal(first->failed, 0);
    assert_in_range(first->len, 2, CONTAINER_JSON_LIMIT);
    container_record_write(&told, 77, &record);
    assert_int_equal(record_check(buf_view(&record), NULL), 0);
    container_table_cgroup(table, 1, VIEW("/docker/" ID_A), 6);
    assert_int_equal(container_table_settle_record(table, (const void *)record.ptr, NULL), 0);
    container = container_table_find(table, VIEW(ID_A));
    assert_int_equal(container->knowledge, CONTAINER_KNOWN);
    assert_int_equal(container->runtime, CONTAINER_PODMAN);
    container_metadata_write(container, second);
    assert_int_equal(first->len, second->len);
    assert_memory_equal(first->ptr, second->ptr, first->len);
}

static void test_metadata(void **state)
{
    _cleanup_(container_table_free_p) struct container_table *table = new_table();
    _cleanup_(buf_done) struct buf first = BUF_INIT(1 << 20), second = BUF_INIT(1 << 20);
    const struct container_metadata *got;

    (void)state;
    round_trip(&everything, &first, &second, table);
    got = container_table_find(table, VIEW(ID_A))->metadata;
    assert_view(got->name, "web");
    assert_view(got->upper_directory, "/var/lib/docker/overlay2/x/diff");
    assert_int_equal(got->label_count, COUNT(labels));
    assert_view(got->labels[2].key, "k\"\n");
    assert_view(got->labels[2].value, "\\");
    assert_view(got->pod_labels[0].value, "web");
    assert_int_equal(got->mount_count, 2);
    assert_view(got->mounts[1].source, "/var/run/docker.sock");
    assert_true(got->mounts[1].writable);
    assert_true(got->privileged && got->host_pid && !got->host_ipc && !got->partial);
    assert_true(got->created == INT64_MIN && got->started == 1700000000123456789);
    assert_int_equal(got->init_pid, UINT32_MAX);
}

/* What does not fit into an event is left out, and that is said. */
static void test_metadata_too_large(void **state)
{
    static char text[CONTAINER_JSON_LIMIT];
    static struct container_label many[2000];
    static struct container_mount much[2000];
    const struct {
        const char *name;
        struct container_metadata metadata;
    } cases[] = {
        {"a long text", {.name = view_from(text, sizeof(text))}},
        {"many labels", {.labels = many, .label_count = COUNT(many)}},
        {"many mounts",
         {.mounts = much, .mount_count = COUNT(much), .labels = many, .label_count = 1}},
        {"control characters everywhere",
         {.name = view_from(text, sizeof(text)),
          .image = view_from(text, sizeof(text)),
          .ip = view_from(text, sizeof(text)),
          .cni_json = view_from(text, sizeof(text)),
          .upper_directory = view_from(text, sizeof(text))}},
    };

    (void)state;
    memset(text, 1, sizeof(text));
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct container_label){view_from(text, 8), VIEW("some value of a label")};
    for (size_t i = 0; i < COUNT(much); i++)
        much[i] = (struct container_mount){.source = VIEW("/somewhere"), .writable = true};
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(container_table_free_p) struct container_table *table = new_table();
        _cleanup_(buf_done) struct buf first = BUF_INIT(1 << 20), second = BUF_INIT(1 << 20);

        round_trip(&cases[i].metadata, &first, &second, table);
        if (!container_table_find(table, VIEW(ID_A))->metadata->partial)
            fail_msg("%s: not partial", cases[i].name);
    }
}

static void test_settle(void **state)
{
    static const struct {
        const char *name, *json;
        int want;
    } cases[] = {
        {"nobody knows it", "", 0},
        {"nothing is told", "{}", 0},
        {"nulls", "{\"name\":null,\"labels\":null,\"mounts\":null}", 0},
        {"unknown members", "{\"later\":[{}],\"name\":\"x\"}", 0},
        {"no JSON", "{", ERROR_INPUT},
        {"no object", "[]", ERROR_INPUT},
        {"a number as text", "{\"name\":1}", ERROR_INPUT},
        {"a text as boolean", "{\"privileged\":\"true\"}", ERROR_INPUT},
        {"a negative pid", "{\"init_pid\":-1}", ERROR_INPUT},
        {"a pid too large", "{\"init_pid\":4294967296}", ERROR_INPUT},
        {"a fraction", "{\"started\":1.5}", ERROR_INPUT},
        {"labels as list", "{\"labels\":[]}", ERROR_INPUT},
        {"a label that is no text", "{\"labels\":{\"a\":{}}}", ERROR_INPUT},
        {"a mount that is none", "{\"mounts\":[1]}", ERROR_INPUT},
        {"a mount with a wrong member", "{\"mounts\":[{\"source\":false}]}", ERROR_INPUT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(container_table_free_p) struct container_table *table = new_table();
        struct error err = ERROR_INIT;
        int r;

        container_table_cgroup(table, 1, VIEW("/docker/" ID_A), 6);
        r = container_table_settle(table, VIEW(ID_A), CONTAINER_DOCKER, view_of(cases[i].json),
                                   &err);
        if (r != cases[i].want)
            fail_msg("%s: %d %s", cases[i].name, r, err.message);
        assert_int_equal(container_table_find(table, VIEW(ID_A))->knowledge,
                         r < 0              ? CONTAINER_PENDING
                         : cases[i].json[0] ? CONTAINER_KNOWN
                                            : CONTAINER_UNKNOWN);
        assert_int_equal(
            container_table_settle(table, VIEW(ID_B), CONTAINER_DOCKER, VIEW("{}"), NULL),
            ERROR_NOT_FOUND);
    }
}

RUN_TESTS(cmocka_unit_test(test_cgroups), cmocka_unit_test(test_restart),
          cmocka_unit_test(test_limits), cmocka_unit_test(test_metadata),
          cmocka_unit_test(test_metadata_too_large), cmocka_unit_test(test_settle))
