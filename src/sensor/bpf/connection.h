/* Where connect() of TCP goes, noted when the kernel begins to connect.
 *
 * The call may wait, and another thread may put something else in the place of its descriptor
 * meanwhile: what stands there when it returns is then not what was connected.
 */
#pragma once

#include "sensor/bpf/call.h"
#include "sensor/bpf/descriptor.h"

struct connection {
    address sock;
    uint32_t generation; /* of the filter: one that nobody asked for the end of is old */
    bool begun;          /* by the call that the thread makes */
    bool replaced;       /* when the last call returned, its descriptor was another */
    struct sensor_socket ends;
};

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct connection);
} connections SEC(".maps");

/* Of MPTCP the kernel connects a socket below the program's. */
static __always_inline bool is_or_leads_to(address sock, address connected)
{
    if (sock == connected)
        return true;
    return READ(sock, sock, sk_protocol) == IPPROTO_MPTCP &&
           bpf_core_field_exists(struct mptcp_sock, first) &&
           FOLLOW(mptcp_sock, sock, first) == connected;
}

static __always_inline bool is_descriptor_of(struct task_struct *task, int32_t number,
                                             address connected)
{
    address file = current_file(task, number), socket = file ? socket_of(file) : 0;
    address sock = socket ? FOLLOW(socket, socket, sk) : 0;

    return sock && is_or_leads_to(sock, connected);
}

/* When connect() returns, once: what it connected is not what its descriptor is now. */
static __noinline bool connection_ends(struct pt_regs *regs, uint32_t flags, uint32_t generation)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct connection *connection = bpf_task_storage_get(&connections, task, NULL, 0);
    uint64_t arguments[6];

    if (!connection)
        return false;
    call_arguments(arguments, regs, flags);
    connection->replaced = connection->begun && connection->generation == generation &&
                           !is_descriptor_of(task, arguments[0], connection->sock);
    connection->begun = false;
    return connection->replaced;
}

/* Between that and the end of its record: NULL, or what was connected instead. */
static __always_inline const struct connection *replaced_connection(struct task_struct *task)
{
    const struct connection *connection = bpf_task_storage_get(&connections, task, NULL, 0);

    return connection && connection->replaced ? connection : NULL;
}
