#include "sensor/abi/record.h"
#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"

struct rule_values field_fd_number(const struct reading *r)
{
    int64_t number;

    return observation_number(r, &number) ? field_number(r, number) : FIELD_MISSING;
}

struct rule_values field_fd_type(const struct reading *r)
{
    return field_string(r, observation_type(r));
}

struct rule_values field_fd_letter(const struct reading *r)
{
    static const char letters[] = "46PXbdefilmnoprstu";
    char letter = observation_letter(r);
    const char *at = letter ? strchr(letters, letter) : NULL;

    return at ? field_text(r, view_from(at, 1)) : FIELD_MISSING;
}

struct rule_values field_fd_name(const struct reading *r)
{
    return observation_name(r);
}

/* Only of calls that open: others have no path of their own. */
struct rule_values field_fd_raw_name(const struct reading *r)
{
    struct view raw;
    int place = -1;

    if (r->cache->call && r->cache->call->shape == SHAPE_OPEN)
        place = observation_path_place(r->cache, 0);
    return place >= 0 && observation_raw_path(r->cache, (unsigned)place, &raw)
               ? field_filled(r, raw)
               : FIELD_MISSING;
}

struct rule_values field_fd_name_changed(const struct reading *r)
{
    const struct sensor_socket *socket = r->cache->socket;

    return field_bool(r, socket && (socket->flags & SENSOR_SOCKET_NEW_PEER));
}

/* ---- parts of a file's name ---- */

/* Each reading of fd.name, cut. */
static struct rule_values part_of_name(const struct reading *r, struct view part(struct view))
{
    struct rule_values name = observation_name(r);
    char letter = observation_letter(r);
    struct rule_value *values;
    size_t count = 0;

    if ((letter != 'f' && letter != 'd') || !name.count)
        return FIELD_MISSING;
    values = field_values(r, name.count);
    if (!values)
        return FIELD_MISSING;
    for (size_t i = 0; i < name.count; i++) {
        struct view text = part(name.items[i].text);

        if (count && view_eq(values[0].text, text))
            continue;
        values[count++] = (struct rule_value){.type = r->use->field->type, .text = text};
    }
    return field_readings(values, count);
}

struct rule_values field_fd_folder(const struct reading *r)
{
    return part_of_name(r, path_folder);
}

struct rule_values field_fd_leaf(const struct reading *r)
{
    return part_of_name(r, path_leaf);
}

/* ---- what it is called elsewhere ---- */

struct rule_values field_fd_uid(const struct reading *r)
{
    int64_t number;

    if (!observation_number(r, &number))
        return FIELD_MISSING;
    return field_filled(r, arena_printf(r->scratch, "%u%lld", r->o->event->tid, (long long)number));
}

struct rule_values field_fd_in_container(const struct reading *r)
{
    struct rule_values name = observation_name(r);
    struct view id = r->o->container ? r->o->container->short_id : VIEW_EMPTY;
    struct view text;

    if (r->how == IN_CONTAINER_FOLDER)
        name = field_fd_folder(r);
    if (!name.count)
        return FIELD_MISSING;
    text = name.items[0].text;
    return field_filled(r, arena_printf(r->scratch, "%.*s:%.*s", VIEW_ARG(id), VIEW_ARG(text)));
}

/* ---- where it lies ---- */

struct rule_values field_fd_device(const struct reading *r)
{
    enum { MINOR_BITS = 20 };
    const struct sensor_descriptor *descriptor = r->cache->descriptor;

    if (!descriptor)
        return FIELD_MISSING;
    return field_number(r, r->how == DEVICE_WHOLE ? descriptor->device
                           : r->how == DEVICE_MAJOR
                               ? descriptor->device >> MINOR_BITS
                               : descriptor->device & ((1U << MINOR_BITS) - 1));
}

struct rule_values field_fd_inode(const struct reading *r)
{
    const struct sensor_descriptor *descriptor = r->cache->descriptor;

    return descriptor ? field_number(r, (int64_t)descriptor->inode) : FIELD_MISSING;
}

/* `how`: enum sensor_layer. */
struct rule_values field_fd_layer(const struct reading *r)
{
    const struct sensor_descriptor *descriptor = r->cache->descriptor;

    return field_bool(r, descriptor && descriptor->layer == r->how);
}

/* Of the descriptors that are known: the first three of the process, and the event's. */
struct rule_values field_fd_types(const struct reading *r)
{
    const char *own = observation_type(r), *name;
    struct rule_value *values;
    size_t count = 0;
    int64_t number = -1;

    observation_number(r, &number);
    if (r->use->has_argument && own && number >= 0 && (uint64_t)number == r->use->index)
        return field_string(r, own);
    values = field_values(r, 4);
    if (!values)
        return FIELD_MISSING;
    for (unsigned i = 0; r->o->process && i < 3; i++) {
        name = observation_stdio_type(r, i);
        if (name && (!r->use->has_argument || r->use->index == i))
            values[count++] = (struct rule_value){.type = RULE_TEXT, .text = view_of(name)};
    }
    if (own && !r->use->has_argument && number > 2)
        values[count++] = (struct rule_value){.type = RULE_TEXT, .text = view_of(own)};
    return count ? field_list(values, count) : FIELD_MISSING;
}
