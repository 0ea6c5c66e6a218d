/* Any bytes as a history: of small steps, and of whole records. What the tables say
 * of themselves stays true, chains end, and at the end nothing is left. */
#include "base/cursor.h"
#include "sensor/abi/record.h"
#include "sensor/state/container-table.h"
#include "sensor/state/process-table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEP = 8, HELD = 16, PIDS = 32 };

struct history {
    struct container_table *containers;
    struct process_table *table;
    struct process *held[HELD]; /* by events that wait */
    uint64_t time;
};

static void feed(struct history *h, const struct sensor_event *event)
{
    struct process *process = process_table_apply(h->table, event);
    struct process **hold = &h->held[event->time % HELD];
    unsigned depth = 0;

    if ((event->kind < SENSOR_CGROUP_MAKE || event->kind == SENSOR_PROCESS) && !process)
        abort();
    if (process && event->cpu & 1) {
        process_unref(*hold);
        *hold = process_ref(process);
    }
    for (const struct process *p = process; p; p = p->parent)
        if (++depth > 10000)
            abort();
    process_table_finish(h->table, event);
}

static void add_process(struct buf *record, const uint8_t *step)
{
    static const char *const paths[] = {"/kubepods/besteffort/poduid/crio-1", "/user.slice",
                                        "/lxc/a", "/lxc/b"};
    struct sensor_process process = {
        .pid = step[2] % PIDS,
        .parent = step[3] % PIDS,
        .start = step[4] % 4,
        .parent_start = step[5] % 4,
        .cgroup = step[6] % 8,
    };

    record_add(record, SENSOR_PROCESS_PARAMETER, 0, 0, view_from(&process, sizeof(process)));
    if (step[7] & 1)
        record_add(record, SENSOR_EXE, 0, 0, view_from(step, STEP));
    if (step[7] & 2)
        record_add(record, SENSOR_ARGUMENTS, 0, 0, view_from(step, STEP));
    if (step[7] & 4)
        record_add(record, SENSOR_CWD, 0, 0, view_from(step, 2));
    if (step[7] & 8)
        record_add(record, SENSOR_CGROUP, 0, 0, view_of(paths[step[7] >> 4 & 3]));
}

static void take_step(struct history *h, const uint8_t *step)
{
    _cleanup_(buf_done) struct buf record = BUF_INIT(SENSOR_EVENT_LIMIT);
    struct sensor_event event = {
        .kind = step[0] % (SENSOR_KIND_COUNT + 2),
        .pid = step[1] % PIDS,
        .tid = step[1] % PIDS,
        .other = step[2] % PIDS,
        .arguments = {step[6] % 8},
        .time = h->time += step[0] >> 4,
        .flags = SENSOR_STATE,
        .cpu = step[7] >> 7,
    };
    size_t begin = record_begin(&record, &event);

    if (event.kind == SENSOR_KIND_COUNT) {
        process_table_begin_snapshot(h->table);
        return;
    }
    if (event.kind == SENSOR_KIND_COUNT + 1) {
        process_table_end_snapshot(h->table, h->time);
        return;
    }
    add_process(&record, step);
    record_end(&record, begin);
    feed(h, (const void *)record.ptr);
}

static void take_records(struct history *h, struct view bytes)
{
    struct cursor c = cursor_of(bytes);

    while (cursor_left(&c) > 0) {
        struct cursor peek = c;
        struct view record = cursor_take(&c, cursor_u32(&peek));
        _cleanup_free_ void *aligned = malloc(record.len ? record.len : 1);

        if (record.len == 0 || !aligned)
            return;
        memcpy(aligned, record.ptr, record.len);
        if (record_check(view_from(aligned, record.len), NULL) < 0)
            return;
        feed(h, aligned);
        container_table_settle_record(h->containers, aligned, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct history h = {.time = 1};

    if (size == 0 || container_table_new(&h.containers, NULL) < 0 ||
        process_table_new(h.containers, &h.table, NULL) < 0)
        return 0;
    if (data[0] & 1)
        take_records(&h, view_from(data + 1, size - 1));
    else
        for (size_t at = 1; at + STEP <= size; at += STEP)
            take_step(&h, data + at);
    for (size_t i = 0; i < HELD; i++)
        process_unref(h.held[i]);
    for (size_t i = 0; i < container_table_count(h.containers); i++)
        if (container_table_at(h.containers, i)->process_count >
            process_table_counts(h.table).processes)
            abort();
    process_table_free(h.table);
    for (size_t i = 0; i < container_table_count(h.containers); i++)
        if (container_table_at(h.containers, i)->process_count != 0)
            abort();
    container_table_free(h.containers);
    return 0;
}
