/* Every field of records that are right in form and random in content: kinds, calls,
 * parameters and texts come from the input, as they might from a capture file.
 *
 * Input: kind, call (2 bytes), result (8), arguments (6 x 8), then parameters: kind, index,
 * flags, length, bytes. */
#include <stdlib.h>

#include "rule/program.h"
#include "rule/source/syscall.h"
#include "sensor/abi/record.h"
#include "sensor/detect/observation.h"

enum { SCRATCH = 8 << 20, VALUE_LIMIT = 1 << 20, HEAD = 1 + 2 + 8 + 6 * 8 };

static const char *const arguments[] = {"", "[0]", "[3]", "[name]", "[src]", "[/etc/*]"};

enum { ARGUMENTS = sizeof(arguments) / sizeof(arguments[0]) };

/* All fields with all arguments that they take. Resolving is slow; it is done once. */
static struct rule_use uses[SYSCALL_FIELD_COUNT * ARGUMENTS];
static size_t use_count;

static void resolve_uses(void)
{
    static struct arena *kept;

    kept = arena_new(SCRATCH);
    for (size_t i = 0; kept && i < SYSCALL_FIELD_COUNT * ARGUMENTS; i++) {
        struct view name = arena_printf(kept, "%s%s", syscall_field_table[i / ARGUMENTS].name,
                                        arguments[i % ARGUMENTS]);
        struct error err = ERROR_INIT;

        use_count += rule_use_resolve(&rule_source_sensor, name, kept, &uses[use_count], &err) == 0;
    }
}

static void read_field(struct observation *observation, const struct rule_use *use,
                       struct arena *scratch)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(VALUE_LIMIT);
    struct rule_values values = rule_source_sensor.extract(observation, use, NULL, scratch);

    for (size_t i = 0; i < values.count; i++)
        if (values.items[i].type >= RULE_TYPE_COUNT || values.items[i].type == RULE_ANY)
            abort();
    if (!values.present && values.count)
        abort();
    rule_values_write(&values, &text);
}

static void read_fields(struct observation *observation)
{
    struct arena *scratch = arena_new(SCRATCH);

    if (!use_count)
        resolve_uses();
    observation_begin(observation);
    for (size_t i = 0; scratch && i < use_count; i++)
        read_field(observation, &uses[i], scratch);
    arena_free(scratch);
}

static void observe(const struct sensor_event *event, uint8_t how)
{
    static struct observation_cache cache;
    struct container_metadata metadata = {.name = VIEW("n"), .privileged = true};
    struct container container = {.id = VIEW("0123456789abcdef"),
                                  .short_id = VIEW("0123456789ab"),
                                  .metadata = how & 1 ? &metadata : NULL};
    struct program_image image = {.exe = VIEW("x"),
                                  .arguments = VIEW("a b"),
                                  .argv = VIEW("a\0b"),
                                  .argument_count = 2,
                                  .stdio_known = true};
    struct process parent = {.pid = 1, .comm = "exactly16bytes!!"};
    struct process process = {.pid = event->pid,
                              .parent = how & 2 ? &parent : NULL,
                              .image = how & 4 ? &image : NULL,
                              .cwd = VIEW("/w")};
    bool asked = false;
    struct observation observation = {.event = event,
                                      .process = how & 8 ? &process : NULL,
                                      .container = how & 16 ? &container : NULL,
                                      .boot_time = (int64_t)(event->arguments[0] >> 1),
                                      .asked_metadata = &asked,
                                      .cache = &cache};

    process.credentials.permitted = event->arguments[1];
    for (size_t i = 0; i < 3; i++)
        image.stdio[i].type = (uint8_t)(event->arguments[2] >> (8 * i));
    read_fields(&observation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf record = BUF_INIT(2 * SENSOR_EVENT_LIMIT);
    struct sensor_event event = {.time = 77, .pid = 5, .tid = 5, .other = 9};
    struct error err = ERROR_INIT;
    size_t begin, at = HEAD;

    if (size < HEAD)
        return 0;
    event.kind = data[0] % SENSOR_KIND_COUNT;
    memcpy(&event.number, data + 1, sizeof(event.number));
    memcpy(&event.result, data + 3, sizeof(event.result));
    memcpy(event.arguments, data + 11, sizeof(event.arguments));
    begin = record_begin(&record, &event);
    while (at + 4 <= size) {
        size_t length = data[at + 3] < size - at - 4 ? data[at + 3] : size - at - 4;

        record_add(&record, (enum sensor_parameter_kind)(data[at] % SENSOR_PARAMETER_COUNT),
                   data[at + 1], data[at + 2] & 7, view_from(data + at + 4, length));
        at += 4 + length;
    }
    record_end(&record, begin);
    if (record.failed || record_check(view_from(record.ptr + begin, record.len - begin), &err) < 0)
        return 0;
    observe((const void *)(record.ptr + begin), data[0] / SENSOR_KIND_COUNT);
    return 0;
}
