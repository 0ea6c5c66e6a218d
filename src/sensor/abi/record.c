#include "sensor/abi/record.h"

#include <inttypes.h>
#include <stddef.h>

/* What a parameter's bytes are. Structs have `least` bytes; a text behind them, or
 * a text alone, may fill them up to `most`. */
struct shape {
    const char *name;
    uint32_t least, most;
};

enum {
    SOCKET_PATH_LIMIT = 108 + 1, /* sun_path, and the '@' of abstract names */
    HOST_NAME_LIMIT = 256,
    NAME_LIMIT = 1024,
};

static const struct shape shapes[SENSOR_PARAMETER_COUNT] = {
    [SENSOR_PATH] = {"PATH", 0, SENSOR_PATH_LIMIT},
    [SENSOR_DIRECTORY] = {"DIRECTORY", 0, SENSOR_PATH_LIMIT},
    [SENSOR_FILE] = {"FILE", 0, SENSOR_PATH_LIMIT},
    [SENSOR_DESCRIPTOR] = {"DESCRIPTOR", sizeof(struct sensor_descriptor),
                           sizeof(struct sensor_descriptor)},
    [SENSOR_SOCKET] = {"SOCKET", sizeof(struct sensor_socket),
                       sizeof(struct sensor_socket) + SOCKET_PATH_LIMIT},
    [SENSOR_ADDRESS] = {"ADDRESS", sizeof(struct sensor_socket),
                        sizeof(struct sensor_socket) + SOCKET_PATH_LIMIT},
    [SENSOR_DATA] = {"DATA", 0, SENSOR_DATA_LIMIT},
    [SENSOR_EXE] = {"EXE", 0, SENSOR_PATH_LIMIT},
    [SENSOR_FILENAME] = {"FILENAME", 0, SENSOR_PATH_LIMIT},
    [SENSOR_ARGUMENTS] = {"ARGUMENTS", 0, SENSOR_ARGUMENTS_LIMIT},
    [SENSOR_ENVIRONMENT] = {"ENVIRONMENT", 0, SENSOR_ENVIRONMENT_LIMIT},
    [SENSOR_CWD] = {"CWD", 0, SENSOR_PATH_LIMIT},
    [SENSOR_ROOT] = {"ROOT", 0, SENSOR_PATH_LIMIT},
    [SENSOR_CGROUP] = {"CGROUP", 0, SENSOR_PATH_LIMIT},
    [SENSOR_PROCESS_PARAMETER] = {"PROCESS", sizeof(struct sensor_process),
                                  sizeof(struct sensor_process)},
    [SENSOR_CREDENTIALS] = {"CREDENTIALS", sizeof(struct sensor_credentials),
                            sizeof(struct sensor_credentials)},
    [SENSOR_STDIO] = {"STDIO", 3 * sizeof(struct sensor_descriptor),
                      3 * sizeof(struct sensor_descriptor)},
    [SENSOR_STDIO_SOCKET] = {"STDIO_SOCKET", sizeof(struct sensor_socket),
                             sizeof(struct sensor_socket) + SOCKET_PATH_LIMIT},
    [SENSOR_COMM] = {"COMM", SENSOR_COMM_SIZE, SENSOR_COMM_SIZE},
    [SENSOR_TEXT] = {"TEXT", 0, SENSOR_PATH_LIMIT},
    [SENSOR_HOST_PARAMETER] = {"HOST", sizeof(struct sensor_host),
                               sizeof(struct sensor_host) + HOST_NAME_LIMIT},
    [SENSOR_CONTAINER_PARAMETER] = {"CONTAINER", 0, SENSOR_EVENT_LIMIT},
    [SENSOR_NAME] = {"NAME", 0, NAME_LIMIT},
    [SENSOR_LOST_PARAMETER] = {"LOST", sizeof(struct sensor_lost), sizeof(struct sensor_lost)},
    [SENSOR_FLAGS] = {"FLAGS", sizeof(uint64_t), sizeof(uint64_t)},
    [SENSOR_MODE] = {"MODE", sizeof(uint64_t), sizeof(uint64_t)},
};

static bool is_kind(unsigned kind)
{
    return (kind >= SENSOR_SYSCALL && kind < SENSOR_KIND_COUNT) ||
           (kind >= SENSOR_HOST && kind <= SENSOR_LOST);
}

static bool are_descriptors(struct view bytes)
{
    while (bytes.len >= sizeof(struct sensor_descriptor)) {
        struct sensor_descriptor descriptor;

        memcpy(&descriptor, bytes.ptr, sizeof(descriptor));
        if (descriptor.type > SENSOR_FD_OTHER || descriptor.layer > SENSOR_LAYER_LOWER)
            return false;
        bytes = view_sub(bytes, sizeof(descriptor), bytes.len);
    }
    return true;
}

static int check_parameter(const struct sensor_parameter *parameter, struct view bytes, size_t at,
                           struct error *err)
{
    const struct shape *shape = &shapes[parameter->kind];
    bool absent = parameter->flags & SENSOR_PARAMETER_FAULT && bytes.len == 0;

    if (!absent && (bytes.len < shape->least || bytes.len > shape->most))
        return error_set(err, ERROR_INPUT, "event: %s at byte %zu has %zu bytes", shape->name, at,
                         bytes.len);
    if ((parameter->kind == SENSOR_DESCRIPTOR || parameter->kind == SENSOR_STDIO) &&
        !are_descriptors(bytes))
        return error_set(err, ERROR_INPUT, "event: %s at byte %zu has no known type", shape->name,
                         at);
    return 0;
}

/* `*at` moves from a parameter to the byte behind it. */
static int check_next(struct view bytes, size_t *at, struct error *err)
{
    struct sensor_parameter parameter;
    size_t begin = *at + sizeof(parameter), end;
    int r;

    if (bytes.len - *at < sizeof(parameter))
        return error_set(err, ERROR_INPUT, "event: parameter at byte %zu lies behind the end", *at);
    memcpy(&parameter, bytes.ptr + *at, sizeof(parameter));
    if (parameter.kind == 0 || parameter.kind >= SENSOR_PARAMETER_COUNT)
        return error_set(err, ERROR_INPUT, "event: unknown parameter %u at byte %zu",
                         parameter.kind, *at);
    if (parameter.length > bytes.len - begin || record_padded(parameter.length) > bytes.len - begin)
        return error_set(err, ERROR_INPUT, "event: %s at byte %zu lies behind the end",
                         shapes[parameter.kind].name, *at);
    r = check_parameter(&parameter, view_sub(bytes, begin, parameter.length), *at, err);
    if (r < 0)
        return r;
    end = begin + record_padded(parameter.length);
    for (size_t i = begin + parameter.length; i < end; i++)
        if (bytes.ptr[i] != 0)
            return error_set(err, ERROR_INPUT, "event: %s at byte %zu is not padded with zeros",
                             shapes[parameter.kind].name, *at);
    *at = end;
    return 0;
}

int record_check(struct view bytes, struct error *err)
{
    struct sensor_event event;
    size_t at = sizeof(event);

    if (bytes.len < sizeof(event) || bytes.len > SENSOR_EVENT_LIMIT)
        return error_set(err, ERROR_INPUT, "event: a record of %zu bytes", bytes.len);
    memcpy(&event, bytes.ptr, sizeof(event));
    if (event.size != bytes.len || event.size % RECORD_ALIGNMENT != 0)
        return error_set(err, ERROR_INPUT, "event: says it has %" PRIu32 " bytes, has %zu",
                         event.size, bytes.len);
    if (!is_kind(event.kind))
        return error_set(err, ERROR_INPUT, "event: unknown kind %u", event.kind);
    for (unsigned i = 0; i < event.parameter_count; i++) {
        int r = check_next(bytes, &at, err);

        if (r < 0)
            return r;
    }
    if (at != bytes.len)
        return error_set(err, ERROR_INPUT, "event: %zu bytes behind the last parameter",
                         bytes.len - at);
    return 0;
}

const struct sensor_parameter *record_parameter(const struct sensor_event *event,
                                                enum sensor_parameter_kind kind, int index)
{
    const struct sensor_parameter *parameter = NULL;

    while ((parameter = record_next(event, parameter)))
        if (parameter->kind == kind && (index < 0 || parameter->index == index))
            return parameter;
    return NULL;
}

struct view record_bytes(const struct sensor_parameter *parameter)
{
    return view_from(parameter + 1, parameter->length);
}

bool record_find(const struct sensor_event *event, enum sensor_parameter_kind kind, int index,
                 struct view *ret)
{
    const struct sensor_parameter *parameter = record_parameter(event, kind, index);

    if (!parameter || parameter->length < shapes[kind].least)
        return false;
    *ret = record_bytes(parameter);
    return true;
}

static void add_zeros(struct buf *to, size_t count)
{
    static const char zeros[RECORD_ALIGNMENT];

    buf_add(to, view_from(zeros, count));
}

size_t record_begin(struct buf *to, const struct sensor_event *header)
{
    size_t begin;

    add_zeros(to, record_padded(to->len) - to->len);
    begin = to->len;
    buf_add(to, view_from(header, sizeof(*header)));
    return begin;
}

void record_add(struct buf *to, enum sensor_parameter_kind kind, unsigned index, unsigned flags,
                struct view bytes)
{
    uint32_t most = shapes[kind].most;
    size_t length = bytes.len > most ? most : bytes.len;
    struct sensor_parameter parameter = {
        .kind = (uint8_t)kind,
        .index = (uint8_t)index,
        .flags = (uint16_t)(flags | (length < bytes.len ? SENSOR_PARAMETER_CUT : 0)),
        .length = (uint32_t)length,
    };

    buf_add(to, view_from(&parameter, sizeof(parameter)));
    buf_add(to, view_sub(bytes, 0, length));
    add_zeros(to, record_padded(length) - length);
}

/* Shortens a parameter to what `room` holds with its header; false: not even
 * its least. */
static bool cut_to(struct sensor_parameter *parameter, size_t room)
{
    size_t least = shapes[parameter->kind].least;

    if (room < sizeof(*parameter) + record_padded(least) || least == shapes[parameter->kind].most)
        return false;
    parameter->length = (uint32_t)(room - sizeof(*parameter));
    parameter->flags |= SENSOR_PARAMETER_CUT;
    return true;
}

/* Closes up the parameters behind the header at `record` to what a record holds,
 * and counts them. Returns the record's size. */
static size_t fit(char *record, size_t size, struct sensor_event *event)
{
    size_t from = sizeof(*event), to = sizeof(*event);

    while (from < size) {
        struct sensor_parameter parameter;
        size_t whole;

        memcpy(&parameter, record + from, sizeof(parameter));
        whole = sizeof(parameter) + record_padded(parameter.length);
        if (event->parameter_count == RECORD_PARAMETERS_LIMIT ||
            (to + whole > SENSOR_EVENT_LIMIT && !cut_to(&parameter, SENSOR_EVENT_LIMIT - to))) {
            event->flags |= SENSOR_CUT;
            from += whole;
            continue;
        }
        memmove(record + to, record + from, sizeof(parameter) + record_padded(parameter.length));
        memcpy(record + to, &parameter, sizeof(parameter));
        if (parameter.flags & SENSOR_PARAMETER_CUT)
            event->flags |= SENSOR_CUT;
        to += sizeof(parameter) + record_padded(parameter.length);
        from += whole;
        event->parameter_count++;
    }
    return to;
}

void record_end(struct buf *to, size_t begin)
{
    struct sensor_event event;
    char *record;

    if (to->failed)
        return;
    record = to->ptr + begin;
    memcpy(&event, record, sizeof(event));
    event.parameter_count = 0;
    event.size = (uint32_t)fit(record, to->len - begin, &event);
    memcpy(record, &event, sizeof(event));
    to->len = begin + event.size;
}
