#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

#include "sensor/detect/event-read.h"

enum {
    END_TEXT = INET6_ADDRSTRLEN + 8, /* address, colon, port */
    EPHEMERAL = 32768,               /* ports from here on are taken by who connects */
};

static bool is_zero(const uint8_t bytes[16])
{
    static const uint8_t zero[16];

    return memcmp(bytes, zero, sizeof(zero)) == 0;
}

static bool is_mapped(const uint8_t bytes[16])
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    return memcmp(bytes, prefix, sizeof(prefix)) == 0;
}

static void unmap(uint8_t bytes[16])
{
    uint8_t address[4];

    memcpy(address, bytes + (is_mapped(bytes) ? 12 : 0), sizeof(address));
    memset(bytes, 0, 16);
    memcpy(bytes, address, sizeof(address));
}

/* An IPv6 socket that speaks IPv4 is taken for what it speaks. */
static void unmap_ends(struct observation_ends *ends)
{
    bool local = is_mapped(ends->local), remote = is_mapped(ends->remote);

    if (ends->family != 6 || !(local || remote) || !(local || is_zero(ends->local)) ||
        !(remote || is_zero(ends->remote)))
        return;
    ends->family = 4;
    unmap(ends->local);
    unmap(ends->remote);
}

/* Who is the server when the socket itself does not tell: the end whose port is
 * not one that the kernel gives out, or still would; else who is spoken to. */
static bool guess_server(const struct observation_ends *ends, const struct syscall *call)
{
    bool local = ends->local_port ? ends->local_port >= EPHEMERAL : ends->remote_port != 0;
    bool remote = ends->remote_port >= EPHEMERAL;

    if (local != remote)
        return remote;
    return call && call->io == SYSCALL_IO_READ;
}

/* A datagram's own address stands for the peer that the socket may not have, and the address
 * of connect() for the peer that did not take it: then the kernel has taken the port back. */
static void take_address(const struct observation_cache *cache, struct observation_ends *ends)
{
    const struct sensor_socket *address = cache->address;

    if (!address || address->family != cache->socket->family ||
        (ends->remote_port && cache->call && cache->call->io == SYSCALL_IO_NONE))
        return;
    if (cache->call && view_eq(view_of(cache->call->name), VIEW("bind"))) {
        if (ends->local_port)
            return;
        ends->local_port = address->remote_port;
        memcpy(ends->local, address->remote, sizeof(ends->local));
        return;
    }
    ends->remote_port = address->remote_port;
    memcpy(ends->remote, address->remote, sizeof(ends->remote));
    ends->has_remote = true;
}

static void find_ends(const struct observation_cache *cache, struct observation_ends *ends)
{
    const struct sensor_socket *socket = cache->socket;

    *ends = (struct observation_ends){0};
    if (!socket || (socket->family != AF_INET && socket->family != AF_INET6))
        return;
    ends->family = socket->family == AF_INET ? 4 : 6;
    ends->local_port = socket->local_port;
    ends->remote_port = socket->remote_port;
    memcpy(ends->local, socket->local, sizeof(ends->local));
    memcpy(ends->remote, socket->remote, sizeof(ends->remote));
    ends->listens = socket->flags & SENSOR_SOCKET_LISTENS;
    ends->has_remote = !ends->listens && (socket->remote_port || !is_zero(socket->remote));
    take_address(cache, ends);
    ends->has_local = ends->listens || ends->local_port || !is_zero(ends->local);
    ends->server = ends->listens || (socket->flags & SENSOR_SOCKET_SERVER) || !ends->has_remote ||
                   (!(socket->flags & SENSOR_SOCKET_CLIENT) && guess_server(ends, cache->call));
    unmap_ends(ends);
}

const struct observation_ends *observation_ends(const struct reading *r)
{
    if (!r->cache->ends_known) {
        r->cache->ends_known = true;
        find_ends(r->cache, &r->cache->ends);
    }
    return &r->cache->ends;
}

static size_t write_end(char *to, uint8_t family, const uint8_t *address, uint16_t port)
{
    size_t length;

    if (!inet_ntop(family == 4 ? AF_INET : AF_INET6, address, to, INET6_ADDRSTRLEN))
        to[0] = '\0';
    length = strlen(to);
    return length + (size_t)snprintf(to + length, END_TEXT - length, ":%u", port);
}

struct view observation_ends_text(const struct reading *r)
{
    const struct observation_ends *ends = observation_ends(r);
    char text[2 * END_TEXT + 2];
    size_t length;

    if (!ends->family || (!ends->has_remote && !ends->has_local))
        return VIEW_EMPTY;
    if (!ends->has_remote) {
        length = write_end(text, ends->family, ends->local, ends->local_port);
        return arena_copy(r->scratch, view_from(text, length));
    }
    length = ends->server ? write_end(text, ends->family, ends->remote, ends->remote_port)
                          : write_end(text, ends->family, ends->local, ends->local_port);
    text[length++] = '-';
    text[length++] = '>';
    length += ends->server
                  ? write_end(text + length, ends->family, ends->local, ends->local_port)
                  : write_end(text + length, ends->family, ends->remote, ends->remote_port);
    return arena_copy(r->scratch, view_from(text, length));
}
