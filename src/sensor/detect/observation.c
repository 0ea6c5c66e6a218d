#include "sensor/detect/event-read.h"

#include "sensor/abi/filter-decide.h"
#include "sensor/abi/record.h"

enum { RESULT_PLACE = 6, PLACES = 7 }; /* arguments, and the result */

/* Parameters about descriptors, by the argument that they belong to. */
struct found {
    const struct sensor_parameter *descriptor[PLACES], *socket[PLACES], *file[PLACES];
};

void observation_begin(struct observation *observation)
{
    struct observation_cache *cache = observation->cache;

    cache->decoded = false;
    cache->used = 0;
}

static unsigned place_of(const struct sensor_parameter *parameter)
{
    return parameter->index == SENSOR_INDEX_RESULT ? RESULT_PLACE
           : parameter->index < RESULT_PLACE       ? parameter->index
                                                   : 0;
}

static const void *struct_of(const struct sensor_parameter *parameter, size_t size)
{
    return parameter && parameter->length >= size ? record_bytes(parameter).ptr : NULL;
}

static uint64_t word_of(const struct sensor_parameter *parameter)
{
    uint64_t word = 0;

    if (parameter->length >= sizeof(word))
        memcpy(&word, record_bytes(parameter).ptr, sizeof(word));
    return word;
}

/* The socket's path is behind its struct. */
static const struct sensor_socket *socket_of(const struct sensor_parameter *parameter,
                                             struct view *ret_path)
{
    const struct sensor_socket *found = struct_of(parameter, sizeof(*found));

    *ret_path =
        found ? view_sub(record_bytes(parameter), sizeof(*found), parameter->length) : VIEW_EMPTY;
    return found;
}

static void sort_parameters(const struct sensor_event *event, struct observation_cache *cache,
                            struct found *found)
{
    for (const struct sensor_parameter *p = record_next(event, NULL); p;
         p = record_next(event, p)) {
        switch (p->kind) {
        case SENSOR_PATH:
            if (p->index < RESULT_PLACE)
                cache->path[p->index] = p;
            break;
        case SENSOR_DIRECTORY:
            if (p->index < RESULT_PLACE)
                cache->directory[p->index] = p;
            break;
        case SENSOR_DESCRIPTOR:
            found->descriptor[place_of(p)] = p;
            break;
        case SENSOR_SOCKET:
            found->socket[place_of(p)] = p;
            break;
        case SENSOR_FILE:
            found->file[place_of(p)] = p;
            break;
        case SENSOR_ADDRESS:
            cache->address = socket_of(p, &cache->address_path);
            break;
        case SENSOR_FLAGS:
            cache->open_flags = word_of(p);
            break;
        case SENSOR_MODE:
            cache->open_mode = word_of(p);
            break;
        default:
            break;
        }
    }
}

/* Which descriptor the event is about: the one that was returned, else the first
 * that was given. A call that should have returned one and failed is about none. */
static void choose_descriptor(const struct sensor_event *event, struct observation_cache *cache,
                              const struct found *found)
{
    bool returns = cache->call && cache->call->result == CAPTURE_RESULT_DESCRIPTOR;
    unsigned place = RESULT_PLACE;

    cache->failed_new = returns && event->result < 0;
    cache->failed_open = cache->failed_new && cache->call->shape == SHAPE_OPEN;
    if (!returns || (event->result < 0 && found->descriptor[0]))
        for (place = 0; place < RESULT_PLACE && !found->descriptor[place]; place++)
            ;
    if (place == RESULT_PLACE && event->result < 0)
        return;
    cache->descriptor = struct_of(found->descriptor[place], sizeof(struct sensor_descriptor));
    cache->socket = socket_of(found->socket[place], &cache->socket_path);
    cache->has_file = found->file[place] != NULL;
    cache->file = cache->has_file ? record_bytes(found->file[place]) : VIEW_EMPTY;
}

static bool is_named(const struct syscall *call, const char *first, const char *second)
{
    return call && (strcmp(call->name, first) == 0 || strcmp(call->name, second) == 0);
}

static const struct syscall *call_of(const struct sensor_event *event)
{
    const struct syscall *call = syscall_by_number(event->number);

    switch (event->kind) {
    case SENSOR_SYSCALL:
        return call;
    case SENSOR_EXEC:
        return is_named(call, "execve", "execveat") ? call : syscall_by_name(VIEW("execve"));
    case SENSOR_FORK:
        return is_named(call, "clone3", "vfork") || is_named(call, "fork", "clone")
                   ? call
                   : syscall_by_name(VIEW("clone"));
    case SENSOR_EXIT:
        return &syscall_process_exit;
    default:
        return NULL;
    }
}

/* Flags and mode of calls that open; of openat2 they are parameters. */
static void read_open_flags(const struct sensor_event *event, struct observation_cache *cache)
{
    const uint64_t *arguments = event->arguments;

    switch (event->number) {
    case FILTER_OPEN:
        cache->open_flags = arguments[1];
        cache->open_mode = arguments[2];
        break;
    case FILTER_CREAT:
        cache->open_flags = FILTER_O_CREAT | FILTER_O_WRONLY | FILTER_O_TRUNC;
        cache->open_mode = arguments[1];
        break;
    case FILTER_OPENAT2:
        break;
    default: /* openat, and open_by_handle_at, which makes no file */
        cache->open_flags = arguments[2];
        cache->open_mode = event->number == FILTER_OPENAT ? arguments[3] : 0;
        break;
    }
}

void observation_decode(const struct observation *observation)
{
    struct observation_cache *cache = observation->cache;
    struct found found = {0};

    /* All but what outlives the event. */
    memset(cache, 0, offsetof(struct observation_cache, used));
    cache->decoded = true;
    cache->call = call_of(observation->event);
    sort_parameters(observation->event, cache, &found);
    if (observation->event->kind == SENSOR_SYSCALL) {
        choose_descriptor(observation->event, cache, &found);
        if (cache->call && cache->call->shape == SHAPE_OPEN)
            read_open_flags(observation->event, cache);
    }
}

unsigned observation_open_detail(const struct observation_cache *cache)
{
    return filter_open_detail(cache->open_flags, cache->open_mode);
}

struct view observation_path(const struct reading *r, unsigned position)
{
    struct observation_cache *cache = r->cache;
    const struct sensor_parameter *path, *directory;
    struct view base = VIEW_EMPTY;

    if (position >= RESULT_PLACE)
        return VIEW_EMPTY;
    path = cache->path[position];
    directory = cache->directory[position];
    if (cache->joined[position].ptr || !path || path->flags & SENSOR_PARAMETER_FAULT)
        return cache->joined[position];
    if (directory)
        base = record_bytes(directory);
    else if (r->o->process)
        base = r->o->process->cwd;
    cache->joined[position] = path_join(base, record_bytes(path), r->scratch);
    return cache->joined[position];
}

struct view observation_raw_path(const struct observation_cache *cache, unsigned position)
{
    const struct sensor_parameter *path = position < RESULT_PLACE ? cache->path[position] : NULL;

    return path && !(path->flags & SENSOR_PARAMETER_FAULT) ? record_bytes(path) : VIEW_EMPTY;
}

bool observation_data(const struct reading *r, struct view *ret)
{
    return record_find(r->o->event, SENSOR_DATA, -1, ret);
}
