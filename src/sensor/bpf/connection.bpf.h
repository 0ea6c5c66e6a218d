/* Program: a socket begins to connect, in the call of the process that asked for it. */
#pragma once

#include "sensor/bpf/connection.h"

static __always_inline void note_connection(struct connection *connection, address sock,
                                            uint32_t generation)
{
    connection->sock = sock;
    connection->generation = generation;
    connection->begun = true;
    connection->replaced = false;
    connection->ends = (struct sensor_socket){
        .family = READ(sock, sock, __sk_common.skc_family),
        .type = READ(sock, sock, sk_type),
        .protocol = READ(sock, sock, sk_protocol),
    };
    inet_ends(&connection->ends, sock);
}

/* Where the kernel can't tell the call's registers (before 5.15), nothing is noted. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(connect_begin, struct sock *sock, int before, int after)
{
    const struct filter *filter = current_filter();
    struct task_struct *task;
    struct connection *connection;

    if (after != TCP_SYN_SENT || !filter->calls[CALL_CONNECT].wanted ||
        !bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
        return 0;
    task = bpf_get_current_task_btf();
    if (call_of(task, (struct pt_regs *)bpf_task_pt_regs(task)).number != CALL_CONNECT)
        return 0;
    connection = bpf_task_storage_get(&connections, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (connection)
        note_connection(connection, (address)sock, filter->generation);
    return 0;
}
