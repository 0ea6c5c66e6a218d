#include "sensor/detect/filter-record.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "sensor/abi/filter-decide.h"
#include "sensor/abi/record.h"

/* ---- texts ---- */

/* A path being put together, absolute and clean. */
struct clean_path {
    char bytes[FILTER_TEXT];
    uint32_t length;
    bool too_long;
};

static void add_component(struct clean_path *path, struct view component)
{
    if (!component.len || view_eq(component, VIEW(".")))
        return;
    if (view_eq(component, VIEW(".."))) {
        while (path->length && path->bytes[--path->length] != '/')
            ;
        return;
    }
    if (path->length + 1 + component.len > sizeof(path->bytes)) {
        path->too_long = true;
        return;
    }
    path->bytes[path->length++] = '/';
    memcpy(path->bytes + path->length, component.ptr, component.len);
    path->length += (uint32_t)component.len;
}

static void add_path(struct clean_path *path, struct view text)
{
    while (text.ptr)
        add_component(path, view_cut(&text, '/'));
}

static uint64_t classify(const struct filter_text *text, const struct clean_path *path)
{
    if (path->too_long)
        return FILTER_EVERY;
    return path->length ? filter_classify_bytes(text, path->bytes, path->length)
                        : filter_classify_bytes(text, "/", 1);
}

static bool is_whole(const struct sensor_parameter *parameter)
{
    return parameter && !(parameter->flags & (SENSOR_PARAMETER_CUT | SENSOR_PARAMETER_FAULT));
}

/* Bits of a path argument as it is given. */
static uint64_t given_bits(const struct filter *filter, const struct sensor_event *event,
                           const struct sensor_parameter *parameter)
{
    const struct sensor_parameter *directory =
        record_parameter(event, SENSOR_DIRECTORY, parameter->index);
    struct view text = record_bytes(parameter);
    struct clean_path path = {.length = 0};

    if (!is_whole(parameter))
        return FILTER_EVERY;
    if (!text.len || text.ptr[0] != '/') {
        if (!is_whole(directory))
            return FILTER_EVERY;
        add_path(&path, record_bytes(directory));
    }
    add_path(&path, text);
    return classify(&filter->path, &path);
}

static uint64_t file_bits(const struct filter *filter, const struct sensor_event *event)
{
    const struct sensor_parameter *file = record_parameter(event, SENSOR_FILE, -1);
    struct clean_path path = {.length = 0};

    if (!is_whole(file))
        return event->result >= 0 ? FILTER_EVERY : 0;
    add_path(&path, record_bytes(file));
    return classify(&filter->path, &path);
}

static bool is_path(uint8_t capture)
{
    return capture == CAPTURE_PATH || capture == CAPTURE_PATH_CWD;
}

static uint64_t path_bits(const struct filter *filter, const struct filter_call *call,
                          const struct sensor_event *event)
{
    uint64_t bits = call->shape == SHAPE_OPEN ? file_bits(filter, event) : 0;

    for (int i = 0; i < 6; i++) {
        const struct sensor_parameter *path = record_parameter(event, SENSOR_PATH, i);

        if (is_path(call->arguments[i]))
            bits |= path ? given_bits(filter, event, path) : FILTER_EVERY;
    }
    return bits;
}

static uint64_t raw_bits(const struct filter *filter, const struct filter_call *call,
                         const struct sensor_event *event)
{
    uint64_t bits = 0;

    for (int i = 0; i < 6; i++) {
        const struct sensor_parameter *path = record_parameter(event, SENSOR_PATH, i);
        struct view text;

        if (!is_path(call->arguments[i]) && call->arguments[i] != CAPTURE_PATH_RAW)
            continue;
        if (!is_whole(path))
            return FILTER_EVERY;
        text = record_bytes(path);
        bits |= filter_classify_bytes(
            &filter->raw, text.ptr, text.len > FILTER_TEXT ? FILTER_TEXT + 1 : (uint32_t)text.len);
    }
    return bits;
}

static uint64_t name_bits(const struct filter *filter, const struct process *process)
{
    uint64_t words[2] = {0};

    if (!process)
        return FILTER_EVERY;
    memcpy(words, process->comm, strnlen(process->comm, sizeof(words)));
    return filter_name_bits(filter, words[0], words[1]);
}

/* ---- facts ---- */

static uint32_t opener_detail(const struct sensor_event *event)
{
    const enum sensor_parameter_kind kinds[2] = {SENSOR_FLAGS, SENSOR_MODE};
    uint64_t how[2] = {0};

    for (int i = 0; i < 2; i++) {
        struct view bytes;

        if (record_find(event, kinds[i], -1, &bytes) && bytes.len >= sizeof(how[i]))
            memcpy(&how[i], bytes.ptr, sizeof(how[i]));
    }
    return filter_opener_detail(event->number, event->arguments, how);
}

static bool is_loopback(const uint8_t *address, uint16_t family)
{
    static const uint8_t loopback6[16] = {[15] = 1};

    return family == AF_INET ? address[0] == 127
                             : memcmp(address, loopback6, sizeof(loopback6)) == 0;
}

static uint32_t socket_detail(const struct sensor_socket *socket)
{
    return filter_socket_kind(socket->family, socket->type, socket->protocol,
                              is_loopback(socket->local, socket->family));
}

enum filter_descriptor filter_record_kind(const struct sensor_descriptor *descriptor,
                                          const struct sensor_socket *socket)
{
    static const uint8_t kinds[] = {
        [SENSOR_FD_NONE] = FILTER_FD_UNKNOWN,        [SENSOR_FD_FILE] = FILTER_FD_FILE,
        [SENSOR_FD_DIRECTORY] = FILTER_FD_DIRECTORY, [SENSOR_FD_PIPE] = FILTER_FD_PIPE,
        [SENSOR_FD_OTHER] = FILTER_FD_OTHER,
    };

    if (!descriptor)
        return FILTER_FD_UNKNOWN;
    if (descriptor->type == SENSOR_FD_SOCKET)
        return socket ? socket_detail(socket) : FILTER_FD_UNKNOWN;
    return descriptor->type < sizeof(kinds) ? kinds[descriptor->type] : FILTER_FD_OTHER;
}

static uint32_t descriptor_detail(const struct filter_call *call, const struct sensor_event *event)
{
    bool returns = call->result == CAPTURE_RESULT_DESCRIPTOR;
    struct view bytes, socket = VIEW_EMPTY;
    int index = SENSOR_INDEX_RESULT;

    if (returns && event->result < 0)
        return FILTER_FD_UNKNOWN;
    if (!returns)
        for (index = 0; index < 6 && !record_parameter(event, SENSOR_DESCRIPTOR, index); index++)
            ;
    if (!record_find(event, SENSOR_DESCRIPTOR, index, &bytes))
        return FILTER_FD_UNKNOWN;
    record_find(event, SENSOR_SOCKET, index, &socket);
    return filter_record_kind((const struct sensor_descriptor *)(const void *)bytes.ptr,
                              (const struct sensor_socket *)(const void *)socket.ptr);
}

static uint32_t detail(const struct filter_call *call, const struct sensor_event *event)
{
    switch (call->shape) {
    case SHAPE_OPEN:
        return opener_detail(event);
    case SHAPE_DESCRIPTOR:
        return descriptor_detail(call, event);
    default:
        return 0;
    }
}

static bool is_masked(const struct filter_need *need, uint64_t mask)
{
    return need->group < 64 && mask >> need->group & 1;
}

bool filter_record_drops(const struct filter *filter, const struct sensor_event *event,
                         const struct process *process, uint64_t mask)
{
    const struct filter_call *call;
    struct filter_facts facts;
    uint32_t verdict;

    if (event->kind != SENSOR_SYSCALL || event->number >= FILTER_CALLS)
        return false;
    call = &filter->calls[event->number];
    if (!(call->wanted & FILTER_FOR_RULES))
        return !(call->wanted & FILTER_FOR_STATE);
    if (call->wanted & FILTER_FOR_STATE || filter->off)
        return false;
    facts = (struct filter_facts){
        .number = event->number,
        .result = event->result,
        .container = !process || process->container,
        .detail = detail(call, event),
    };
    verdict = filter_verdict(filter, call, &facts);
    if (filter_drops_detail(call, facts.detail))
        return true;
    if (verdict && verdict <= FILTER_NEEDS && is_masked(&filter->needs[verdict - 1], mask))
        return true;
    return filter_passes(filter, call, &facts, path_bits(filter, call, event),
                         raw_bits(filter, call, event), name_bits(filter, process)) == FILTER_DROP;
}
