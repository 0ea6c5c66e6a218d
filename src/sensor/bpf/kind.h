/* What a call's descriptor is, as far as the filter asks: enum filter_descriptor. */
#pragma once

#include "sensor/abi/filter-decide.h"
#include "sensor/bpf/descriptor.h"

/* Its own address: what the peer's is may be told by an argument, too. */
static __always_inline bool is_loopback(address sock, uint32_t family)
{
    uint64_t words[2] = {};

    if (family == AF_INET)
        return (READ(sock, sock, __sk_common.skc_rcv_saddr) & 0xff) == 127;
    if (family != AF_INET6)
        return false;
    bpf_probe_read_kernel(words, sizeof(words),
                          (void *)FIELD(sock, sock, __sk_common.skc_v6_rcv_saddr));
    return words[0] == 0 && words[1] == 1ULL << 56;
}

static __always_inline uint32_t socket_kind(address file)
{
    address socket = FOLLOW(file, file, private_data), sock = FOLLOW(socket, socket, sk);
    uint32_t family, protocol;

    if (!sock)
        return FILTER_FD_UNKNOWN;
    family = READ(sock, sock, __sk_common.skc_family);
    protocol = READ(sock, sock, sk_protocol);
    return filter_socket_kind(family, READ(socket, socket, type), protocol,
                              filter_forget(is_loopback(sock, family), protocol));
}

static __always_inline uint32_t file_kind(address file)
{
    address inode, dentry;

    if (!file)
        return FILTER_FD_UNKNOWN;
    inode = FOLLOW(file, file, f_inode);
    dentry = FOLLOW(file, file, f_path.dentry);
    switch (READ(inode, inode, i_mode) & S_IFMT) {
    case S_IFSOCK:
        return socket_kind(file);
    case S_IFDIR:
        return FILTER_FD_DIRECTORY;
    case S_IFIFO:
        return FILTER_FD_PIPE;
    case S_IFREG:
        /* Files without a directory are of other types: memfd, pidfd. */
        return FOLLOW(dentry, dentry, d_parent) == dentry ? FILTER_FD_UNKNOWN : FILTER_FD_FILE;
    default:
        return FILTER_FD_UNKNOWN;
    }
}

static __always_inline uint32_t descriptor_kind(address task, const struct filter_call *plan,
                                                const uint64_t arguments[6], long result)
{
    uint32_t place = plan->descriptor;
    int64_t number = result;

    if (place != FILTER_PLACE_RESULT) {
        if (place >= 6)
            return FILTER_FD_UNKNOWN;
        number = arguments[index_to(place, 5)];
    }
    return file_kind(file_of(task, filter_forget(number, arguments[0])));
}
