#include "sensor/detect/event-read.h"

#include "sensor/abi/filter-decide.h"
#include "sensor/abi/record.h"

enum { RESULT_PLACE = 6, PLACES = 7 }; /* arguments, and the result */

/* Parameters of one kind, by the argument that they belong to. */
struct placed {
    unsigned which; /* bits of places that are set */
    const struct sensor_parameter *at[PLACES];
};

struct found {
    struct placed descriptors, sockets, files;
};

static void place(struct placed *placed, const struct sensor_parameter *parameter)
{
    unsigned at = parameter->index == SENSOR_INDEX_RESULT ? RESULT_PLACE
                  : parameter->index < RESULT_PLACE       ? parameter->index
                                                          : 0;

    placed->at[at] = parameter;
    placed->which |= 1U << at;
}

static const struct sensor_parameter *placed_at(const struct placed *placed, unsigned at)
{
    return placed->which >> at & 1 ? placed->at[at] : NULL;
}

void observation_begin(struct observation *observation)
{
    struct observation_cache *cache = observation->cache;

    cache->decoded = false;
    cache->used = 0;
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

static void note(const struct sensor_parameter **list, uint8_t *which,
                 const struct sensor_parameter *parameter)
{
    if (parameter->index >= RESULT_PLACE)
        return;
    list[parameter->index] = parameter;
    *which |= (uint8_t)(1U << parameter->index);
}

static void sort_parameters(const struct sensor_event *event, struct observation_cache *cache,
                            struct found *found)
{
    for (const struct sensor_parameter *p = record_next(event, NULL); p;
         p = record_next(event, p)) {
        switch (p->kind) {
        case SENSOR_PATH:
            note(cache->path, &cache->paths, p);
            break;
        case SENSOR_DIRECTORY:
            note(cache->directory, &cache->directories, p);
            break;
        case SENSOR_DESCRIPTOR:
            place(&found->descriptors, p);
            break;
        case SENSOR_SOCKET:
            place(&found->sockets, p);
            break;
        case SENSOR_FILE:
            place(&found->files, p);
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
        case SENSOR_CREDENTIALS:
            cache->credentials = struct_of(p, sizeof(*cache->credentials));
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
    unsigned given = found->descriptors.which & ((1U << RESULT_PLACE) - 1), at = RESULT_PLACE;
    const struct sensor_parameter *file;

    cache->failed_new = returns && event->result < 0;
    cache->failed_open = cache->failed_new && cache->call->shape == SHAPE_OPEN;
    if (!returns || (event->result < 0 && given & 1))
        at = given ? (unsigned)__builtin_ctz(given) : RESULT_PLACE;
    if (at == RESULT_PLACE && (!returns || event->result < 0))
        return;
    cache->descriptor =
        struct_of(placed_at(&found->descriptors, at), sizeof(struct sensor_descriptor));
    cache->socket = socket_of(placed_at(&found->sockets, at), &cache->socket_path);
    file = placed_at(&found->files, at);
    cache->has_file = file != NULL;
    cache->file = file ? record_bytes(file) : VIEW_EMPTY;
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
    struct found found;

    found.descriptors.which = found.sockets.which = found.files.which = 0;
    memset(cache, 0, offsetof(struct observation_cache, ends));
    cache->decoded = true;
    cache->call = call_of(observation->event);
    sort_parameters(observation->event, cache, &found);
    if (observation->event->kind == SENSOR_SYSCALL) {
        choose_descriptor(observation->event, cache, &found);
        if (cache->call && cache->call->shape == SHAPE_OPEN)
            read_open_flags(observation->event, cache);
    }
}

const struct sensor_credentials *observation_credentials(const struct observation *observation)
{
    if (!observation->cache->decoded)
        observation_decode(observation);
    if (observation->cache->credentials)
        return observation->cache->credentials;
    return observation->process ? &observation->process->credentials : NULL;
}

unsigned observation_open_detail(const struct observation_cache *cache)
{
    return filter_open_detail(cache->open_flags, cache->open_mode);
}

static const struct sensor_parameter *path_parameter(const struct observation_cache *cache,
                                                     unsigned position)
{
    return position < RESULT_PLACE && cache->paths >> position & 1 ? cache->path[position] : NULL;
}

struct view observation_path(const struct reading *r, unsigned position)
{
    struct observation_cache *cache = r->cache;
    const struct sensor_parameter *path = path_parameter(cache, position);
    struct view base = VIEW_EMPTY;

    if (!path || path->flags & SENSOR_PARAMETER_FAULT)
        return VIEW_EMPTY;
    if (cache->joined_paths >> position & 1)
        return cache->joined[position];
    if (cache->directories >> position & 1)
        base = record_bytes(cache->directory[position]);
    else if (r->o->process)
        base = r->o->process->cwd;
    cache->joined[position] = path_join(base, record_bytes(path), r->scratch);
    cache->joined_paths |= (uint8_t)(1U << position);
    return cache->joined[position];
}

bool observation_raw_path(const struct observation_cache *cache, unsigned position,
                          struct view *ret)
{
    const struct sensor_parameter *path = path_parameter(cache, position);

    if (!path || path->flags & SENSOR_PARAMETER_FAULT)
        return false;
    *ret = record_bytes(path);
    return true;
}

bool observation_data(const struct reading *r, struct view *ret)
{
    return record_find(r->o->event, SENSOR_DATA, -1, ret);
}
