#include "sensor/detect/names-record.h"

#include <sys/socket.h>

#include "sensor/abi/record.h"

static struct view text_of(const struct sensor_event *event, enum sensor_parameter_kind kind,
                           int index)
{
    struct view text;

    return record_find(event, kind, index, &text) ? text : VIEW_EMPTY;
}

static void read_user(const struct sensor_event *event, struct user_names *users)
{
    const struct user_entry entry = {
        .name = text_of(event, SENSOR_NAME, 0),
        .home = text_of(event, SENSOR_TEXT, 0),
        .shell = text_of(event, SENSOR_TEXT, 1),
    };

    user_names_add(users, text_of(event, SENSOR_NAME, 1), event->arguments[1] != 0,
                   (uint32_t)event->arguments[0], &entry);
}

static void read_address(const struct sensor_event *event, struct address_names *addresses)
{
    const struct sensor_socket *socket;
    struct view bytes;

    if (!record_find(event, SENSOR_ADDRESS, -1, &bytes) || bytes.len < sizeof(*socket))
        return;
    socket = (const struct sensor_socket *)(const void *)bytes.ptr;
    if (socket->family == AF_INET || socket->family == AF_INET6)
        address_names_add(addresses, text_of(event, SENSOR_NAME, -1),
                          socket->family == AF_INET ? 4 : 6, socket->remote);
}

void names_record_read(const struct sensor_event *event, struct user_names *users,
                       struct address_names *addresses)
{
    if (event->kind == SENSOR_USER)
        read_user(event, users);
    else if (event->kind == SENSOR_RESOLVED)
        read_address(event, addresses);
}

void names_record_write_user(struct view container, bool group, uint32_t number,
                             const struct user_entry *entry, struct buf *to)
{
    const struct sensor_event header = {.kind = SENSOR_USER, .arguments = {number, group}};
    size_t begin = record_begin(to, &header);

    record_add(to, SENSOR_NAME, 0, 0, entry->name);
    if (container.len)
        record_add(to, SENSOR_NAME, 1, 0, container);
    if (!group) {
        record_add(to, SENSOR_TEXT, 0, 0, entry->home);
        record_add(to, SENSOR_TEXT, 1, 0, entry->shell);
    }
    record_end(to, begin);
}

void names_record_write_address(struct view name, uint8_t family, const uint8_t *address,
                                struct buf *to)
{
    const struct sensor_event header = {.kind = SENSOR_RESOLVED};
    struct sensor_socket socket = {.family = family == 4 ? AF_INET : AF_INET6};
    size_t begin = record_begin(to, &header);

    memcpy(socket.remote, address, family == 4 ? 4 : sizeof(socket.remote));
    record_add(to, SENSOR_NAME, 0, 0, name);
    record_add(to, SENSOR_ADDRESS, 0, 0, view_from(&socket, sizeof(socket)));
    record_end(to, begin);
}
