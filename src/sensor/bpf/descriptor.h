/* What a descriptor is at this moment: a file, or a socket with its ends. */
#pragma once

#include "sensor/abi/filter-decide.h"
#include "sensor/bpf/inode.h"
#include "sensor/bpf/path.h"

/* The struct file, or 0. */
static __always_inline address file_of(address task, int32_t number)
{
    address files = FOLLOW(task_struct, task, files), table, array;

    if (!files || number < 0)
        return 0;
    table = FOLLOW(files_struct, files, fdt);
    if ((uint32_t)number >= READ(fdtable, table, max_fds))
        return 0;
    array = FOLLOW(fdtable, table, fd);
    /* A struct that begins with a pointer stands for the element. */
    return FOLLOW(path, array + 8 * (uint64_t)(uint32_t)number, mnt);
}

/* The same of the current task: of what the kernel itself gives the type of, reads are loads
 * everywhere. */
static __always_inline address current_file(struct task_struct *task, int32_t number)
{
    struct fdtable *table = task->files->fdt;

    if (number < 0 || (uint32_t)number >= table->max_fds)
        return 0;
    return FOLLOW(path, (address)table->fd + 8 * (uint64_t)(uint32_t)number, mnt);
}

/* Anonymous inodes are told by the first 8 bytes of their names. */
static __always_inline uint32_t anonymous_type(address dentry)
{
    uint64_t name = 0;

    bpf_probe_read_kernel(&name, sizeof(name), (void *)FOLLOW(dentry, dentry, d_name.name));
    switch (name) {
    case NAME8('[', 'e', 'v', 'e', 'n', 't', 'p', 'o'):
        return SENSOR_FD_EPOLL;
    case NAME8('[', 'e', 'v', 'e', 'n', 't', 'f', 'd'):
        return SENSOR_FD_EVENTFD;
    case NAME8('[', 's', 'i', 'g', 'n', 'a', 'l', 'f'):
        return SENSOR_FD_SIGNALFD;
    case NAME8('[', 't', 'i', 'm', 'e', 'r', 'f', 'd'):
        return SENSOR_FD_TIMERFD;
    case NAME8('[', 'u', 's', 'e', 'r', 'f', 'a', 'u'):
        return SENSOR_FD_USERFAULTFD;
    case NAME8('[', 'p', 'i', 'd', 'f', 'd', ']', 0):
        return SENSOR_FD_PIDFD;
    case NAME8('[', 'i', 'o', '_', 'u', 'r', 'i', 'n'):
        return SENSOR_FD_IO_URING;
    case NAME8('b', 'p', 'f', '-', 'm', 'a', 'p', 0):
    case NAME8('b', 'p', 'f', '-', 'p', 'r', 'o', 'g'):
    case NAME8('b', 'p', 'f', '-', 'l', 'i', 'n', 'k'):
    case NAME8('b', 'p', 'f', '_', 'l', 'i', 'n', 'k'):
    case NAME8('b', 'p', 'f', '_', 'i', 't', 'e', 'r'):
        return SENSOR_FD_BPF;
    case NAME8('i', 'n', 'o', 't', 'i', 'f', 'y', 0):
        return SENSOR_FD_INOTIFY;
    default:
        return SENSOR_FD_OTHER;
    }
}

static __always_inline uint32_t descriptor_type(uint32_t mode, address dentry, address super)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        if (READ(super_block, super, s_magic) == PID_FS_MAGIC)
            return SENSOR_FD_PIDFD;
        return is_memfd(dentry, super) ? SENSOR_FD_MEMFD : SENSOR_FD_FILE;
    case S_IFDIR:
        return SENSOR_FD_DIRECTORY;
    case S_IFCHR:
        return SENSOR_FD_CHARACTER;
    case S_IFBLK:
        return SENSOR_FD_BLOCK;
    case S_IFIFO:
        return SENSOR_FD_PIPE;
    case S_IFSOCK:
        return SENSOR_FD_SOCKET;
    default:
        return anonymous_type(dentry);
    }
}

static __always_inline address socket_of(address file)
{
    address inode = FOLLOW(file, file, f_inode), socket;

    if ((READ(inode, inode, i_mode) & S_IFMT) != S_IFSOCK)
        return 0;
    socket = FOLLOW(file, file, private_data);
    return socket;
}

static __always_inline address unix_peer(address sock)
{
    address peer = FOLLOW(unix_sock, sock, peer), socket, file;

    if (!peer)
        return 0;
    socket = FOLLOW(sock, peer, sk_socket);
    file = socket ? FOLLOW(socket, socket, file) : 0;
    return file ? READ(inode, FOLLOW(file, file, f_inode), i_ino) : 0;
}

static __always_inline void describe(struct sensor_descriptor *to, int32_t number, address file)
{
    address inode = FOLLOW(file, file, f_inode), dentry = FOLLOW(file, file, f_path.dentry);
    address super = FOLLOW(inode, inode, i_sb);

    __builtin_memset(to, 0, sizeof(*to));
    to->number = number;
    to->mode = READ(inode, inode, i_mode);
    to->type = descriptor_type(to->mode, dentry, super);
    to->layer = overlay_layer(inode, super);
    to->open_flags = READ(file, file, f_flags);
    to->device = READ(super_block, super, s_dev);
    to->inode = READ(inode, inode, i_ino);
    to->uid = READ(inode, inode, i_uid.val);
    if (to->type == SENSOR_FD_CHARACTER || to->type == SENSOR_FD_BLOCK)
        to->device = READ(inode, inode, i_rdev);
    if (to->type == SENSOR_FD_SOCKET) {
        address sock = FOLLOW(socket, FOLLOW(file, file, private_data), sk);

        if (sock && READ(sock, sock, __sk_common.skc_family) == AF_UNIX)
            to->peer = unix_peer(sock);
    }
}

struct peer {
    uint8_t address[16];
    uint32_t port;
    uint32_t reserved;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, uint64_t); /* address of the struct sock of a datagram socket */
    __type(value, struct peer);
} last_peers SEC(".maps");

/* Of a unix socket's name in a field of `size` bytes, 108 at most: without a NUL, from `from` on. */
static __always_inline uint32_t text_length_of(const char *path, uint32_t from, uint32_t size)
{
    uint32_t i = from;
    uint64_t noise = *(const uint64_t *)path;

    while (i < 108 && i < size && path[i])
        i++;
    return filter_forget(i, noise);
}

/* Name of a unix socket into the bytes behind `socket`; returns its length. */
static __always_inline uint32_t unix_name(struct sensor_socket *socket, address sock)
{
    address name = FOLLOW(unix_sock, sock, addr);
    int32_t whole = name ? READ(unix_address, name, len) - 2 : 0;
    uint32_t length = whole;

    if (whole <= 0)
        return 0;
    BOUND(length, 108);
    bpf_probe_read_kernel(socket->path, length, (void *)(FIELD(unix_address, name, name) + 2));
    if (!socket->path[0]) {
        socket->path[0] = '@';
        return length;
    }
    return text_length_of(socket->path, 1, length);
}

static __always_inline void inet_ends(struct sensor_socket *to, address sock)
{
    to->local_port = READ(sock, sock, __sk_common.skc_num);
    to->remote_port = __builtin_bswap16(READ(sock, sock, __sk_common.skc_dport));
    if (to->family == AF_INET) {
        *(uint32_t *)to->local = READ(sock, sock, __sk_common.skc_rcv_saddr);
        *(uint32_t *)to->remote = READ(sock, sock, __sk_common.skc_daddr);
        return;
    }
    bpf_probe_read_kernel(to->local, 16, (void *)FIELD(sock, sock, __sk_common.skc_v6_rcv_saddr));
    bpf_probe_read_kernel(to->remote, 16, (void *)FIELD(sock, sock, __sk_common.skc_v6_daddr));
}

/* Sockets that accept() returned are copies of the one that listens: of TCP they have
 * its backlog, of AF_UNIX its name. */
static __always_inline bool was_accepted(address sock, uint32_t family)
{
    if (family == AF_UNIX)
        return FOLLOW(unix_sock, sock, addr) != 0;
    return READ(sock, sock, sk_max_ack_backlog) != 0;
}

/* Fills `to`, with room for a unix name behind it; returns all bytes. */
static __always_inline uint32_t describe_socket(struct sensor_socket *to, address socket)
{
    address sock = FOLLOW(socket, socket, sk);
    uint32_t state;

    __builtin_memset(to, 0, sizeof(*to));
    if (!sock)
        return sizeof(*to);
    to->family = READ(sock, sock, __sk_common.skc_family);
    to->type = READ(socket, socket, type);
    to->protocol = READ(sock, sock, sk_protocol);
    state = READ(sock, sock, __sk_common.skc_state);
    if (state == TCP_LISTEN)
        to->flags = SENSOR_SOCKET_LISTENS | SENSOR_SOCKET_SERVER;
    else if (state == TCP_ESTABLISHED)
        to->flags = SENSOR_SOCKET_CONNECTED;
    if (to->flags == SENSOR_SOCKET_CONNECTED && to->type == SOCK_STREAM)
        to->flags |= was_accepted(sock, to->family) ? SENSOR_SOCKET_SERVER : SENSOR_SOCKET_CLIENT;
    if (to->family == AF_UNIX)
        return sizeof(*to) + unix_name(to, sock);
    if (to->family == AF_INET || to->family == AF_INET6)
        inet_ends(to, sock);
    return sizeof(*to);
}

static __always_inline void record_add_socket(struct work *work, uint32_t kind, uint32_t index,
                                              address socket)
{
    struct sensor_parameter *parameter = record_room(work);
    uint32_t length;

    if (!parameter)
        return;
    length = describe_socket((struct sensor_socket *)(parameter + 1), socket);
    record_pad(parameter, length);
    record_close(work, parameter, kind, index, 0, length);
}
