#include <netinet/in.h>
#include <sys/socket.h>

#include "sensor/detect/address-names.h"
#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"

/* One end of the connection. */
struct end {
    const uint8_t *address;
    uint16_t port;
};

static bool find_end(const struct observation_ends *ends, int which, struct end *ret)
{
    bool local = which == END_LOCAL || (which == END_SERVER && ends->server) ||
                 (which == END_CLIENT && !ends->server);

    if (!ends->family || !(local ? ends->has_local : ends->has_remote))
        return false;
    ret->address = local ? ends->local : ends->remote;
    ret->port = local ? ends->local_port : ends->remote_port;
    return true;
}

/* The ends that a field means: one, or client and server. */
static size_t find_ends_of(const struct reading *r, struct end ends[2])
{
    const struct observation_ends *all = observation_ends(r);
    size_t count = 0;

    if (r->how != END_EITHER)
        return find_end(all, r->how, &ends[0]);
    count += find_end(all, END_CLIENT, &ends[count]);
    count += find_end(all, END_SERVER, &ends[count]);
    return count;
}

/* Values of the ends as one field gives them. */
static struct rule_values values_of(const struct reading *r, struct rule_value *values,
                                    size_t count)
{
    struct rule_values result = field_list(values, count);

    result.list = r->how == END_EITHER;
    return count ? result : FIELD_MISSING;
}

/* Addresses, and networks, which are compared by them. */
struct rule_values field_fd_address(const struct reading *r)
{
    struct end ends[2];
    size_t count = find_ends_of(r, ends);
    struct rule_value *values = count ? field_values(r, count) : NULL;
    uint8_t length = observation_ends(r)->family == 4 ? 4 : 16;

    for (size_t i = 0; values && i < count; i++) {
        values[i] = (struct rule_value){.type = r->use->field->type};
        values[i].address.length = length;
        values[i].address.prefix = (uint8_t)(length * 8);
        memcpy(values[i].address.bytes, ends[i].address, length);
    }
    return values_of(r, values, values ? count : 0);
}

struct rule_values field_fd_port(const struct reading *r)
{
    struct end ends[2];
    size_t count = find_ends_of(r, ends);
    struct rule_value *values = count ? field_values(r, count) : NULL;

    for (size_t i = 0; values && i < count; i++)
        values[i] = (struct rule_value){.type = RULE_NUMBER, .number = ends[i].port};
    return values_of(r, values, values ? count : 0);
}

/* ---- names of ports ---- */

static const struct {
    uint16_t port;
    const char *name;
} services[] = {
    {20, "ftp-data"},
    {21, "ftp"},
    {22, "ssh"},
    {23, "telnet"},
    {25, "smtp"},
    {53, "domain"},
    {67, "bootps"},
    {68, "bootpc"},
    {69, "tftp"},
    {80, "http"},
    {88, "kerberos"},
    {110, "pop3"},
    {111, "sunrpc"},
    {123, "ntp"},
    {135, "epmap"},
    {139, "netbios-ssn"},
    {143, "imap2"},
    {161, "snmp"},
    {162, "snmp-trap"},
    {179, "bgp"},
    {194, "irc"},
    {389, "ldap"},
    {443, "https"},
    {445, "microsoft-ds"},
    {465, "submissions"},
    {514, "syslog"},
    {587, "submission"},
    {636, "ldaps"},
    {853, "domain-s"},
    {873, "rsync"},
    {993, "imaps"},
    {995, "pop3s"},
    {1080, "socks"},
    {1433, "ms-sql-s"},
    {2049, "nfs"},
    {2375, "docker"},
    {2376, "docker-s"},
    {2379, "etcd-client"},
    {2380, "etcd-server"},
    {3306, "mysql"},
    {3389, "ms-wbt-server"},
    {5432, "postgresql"},
    {5672, "amqp"},
    {6379, "redis"},
    {6443, "sun-sr-https"},
    {6667, "ircd"},
    {8080, "http-alt"},
    {9418, "git"},
    {10250, "kubelet"},
    {11211, "memcached"},
    {27017, "mongodb"},
};

static struct view service_name(uint16_t port, struct arena *scratch)
{
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
        if (services[i].port == port)
            return view_of(services[i].name);
    return arena_printf(scratch, "%u", port);
}

struct rule_values field_fd_service(const struct reading *r)
{
    struct end ends[2];
    size_t count = find_ends_of(r, ends);
    struct rule_value *values = count ? field_values(r, count) : NULL;

    for (size_t i = 0; values && i < count; i++)
        values[i] =
            (struct rule_value){.type = RULE_TEXT, .text = service_name(ends[i].port, r->scratch)};
    return values_of(r, values, values ? count : 0);
}

/* ---- the socket ---- */

struct rule_values field_fd_l4proto(const struct reading *r)
{
    const struct sensor_socket *socket = r->cache->socket;

    if (!observation_ends(r)->family)
        return FIELD_MISSING;
    if (socket->type == SOCK_RAW)
        return field_text(r, VIEW("raw"));
    switch (socket->protocol) {
    case IPPROTO_TCP:
        return field_text(r, VIEW("tcp"));
    case IPPROTO_UDP:
        return field_text(r, VIEW("udp"));
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
        return field_text(r, VIEW("icmp"));
    default:
        return FIELD_MISSING;
    }
}

struct rule_values field_fd_sock_family(const struct reading *r)
{
    if (observation_ends(r)->family)
        return field_text(r, VIEW("ip"));
    return r->cache->socket && r->cache->socket->family == AF_UNIX ? field_text(r, VIEW("unix"))
                                                                   : FIELD_MISSING;
}

struct rule_values field_fd_is_server(const struct reading *r)
{
    const struct sensor_socket *socket = r->cache->socket;

    return field_bool(r, observation_ends(r)->family
                             ? observation_ends(r)->server
                             : socket != NULL && (socket->flags & SENSOR_SOCKET_SERVER));
}

struct rule_values field_fd_connected(const struct reading *r)
{
    const struct sensor_socket *socket = r->cache->socket;

    return field_bool(r, socket && (socket->flags & SENSOR_SOCKET_CONNECTED));
}

/* The names that rules ask for and that are this address's. */
struct rule_values field_fd_domain(const struct reading *r)
{
    struct view names[ADDRESS_NAMES_OF_ONE];
    struct rule_value *values;
    struct end end;
    size_t count;

    if (!r->o->addresses || !find_end(observation_ends(r), r->how, &end))
        return FIELD_MISSING;
    count = address_names_of(r->o->addresses, observation_ends(r)->family, end.address, names);
    values = count ? field_values(r, count) : NULL;
    for (size_t i = 0; values && i < count; i++)
        values[i] = (struct rule_value){.type = RULE_TEXT, .text = names[i]};
    return field_readings(values, values ? count : 0);
}
