/* Requests of io_uring: what they ask for, as the arguments of the call that does the same.
 *
 * A request is a struct io_kiocb, whose beginning is a struct of its operation. When it is
 * submitted the kernel has copied paths, and from 6.10 on addresses, into its own memory, where
 * no thread changes them.
 */
#pragma once

#include "sensor/bpf/descriptor.h"

/* enum io_uring_op; a binary interface, numbers that a kernel does not know do not come. */
enum uring_operation {
    URING_SENDMSG = 9,
    URING_ACCEPT = 13,
    URING_CONNECT = 16,
    URING_OPENAT = 18,
    URING_STATX = 21,
    URING_SEND = 26,
    URING_OPENAT2 = 28,
    URING_SHUTDOWN = 34,
    URING_RENAMEAT = 35,
    URING_UNLINKAT = 36,
    URING_MKDIRAT = 37,
    URING_SYMLINKAT = 38,
    URING_LINKAT = 39,
    URING_SOCKET = 45,
    URING_SEND_ZC = 47,
    URING_SENDMSG_ZC = 48,
    URING_FIXED_FD_INSTALL = 54,
    URING_FTRUNCATE = 55,
    URING_BIND = 56,
    URING_LISTEN = 57,
};

enum {
    URING_OPERATIONS = SHARED_URING_OPERATIONS,
    URING_FIXED_FILE = 1 << 0,    /* IOSQE_FIXED_FILE: the descriptor is a slot of the ring's */
    URING_SKIPS_SUCCESS = 1 << 6, /* IOSQE_CQE_SKIP_SUCCESS: only failures are told */
    URING_ANY_SLOT = 0xffffffff,  /* IORING_FILE_INDEX_ALLOC: the result is the slot */
    URING_MORE = 1 << 1,          /* IORING_CQE_F_MORE: the request goes on */
    URING_FILE_BITS = 7,          /* flags in a file_ptr */
    O_LARGEFILE = 0100000,        /* the kernel adds it */
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct open_how {
    uint64_t flags, mode;
};

struct filename {
    const char *name;
    const char *uptr; /* what the program gave */
};

struct io_open {
    int dfd;
    uint32_t file_slot; /* 0: a descriptor is made; else its slot plus one */
    struct filename *filename;
    struct open_how how;
};

struct io_statx {
    int dfd;
    unsigned int mask, flags;
    struct filename *filename;
};

struct io_rename { /* link, too */
    int old_dfd, new_dfd;
    struct filename *oldpath, *newpath;
    int flags;
};

struct io_link {
    int old_dfd, new_dfd;
    struct filename *oldpath, *newpath;
    int flags;
};

struct io_unlink {
    int dfd, flags;
    struct filename *filename;
};

struct io_mkdir {
    int dfd;
    uint16_t mode;
    struct filename *filename;
};

struct sockaddr;

struct io_connect {
    struct sockaddr *addr;
    int addr_len;
};

struct io_accept {
    struct sockaddr *addr;
    int *addr_len;
    int flags;
    uint32_t file_slot;
};

struct io_socket {
    int domain, type, protocol;
    uint32_t file_slot;
};

struct io_sr_msg {
    void *buf; /* or the struct msghdr */
    unsigned int len, msg_flags;
    uint16_t addr_len; /* until 6.12 */
    void *addr;
};

struct io_bind {
    int addr_len;
};

struct io_listen {
    int backlog;
};

struct io_ftrunc {
    int64_t len;
};

struct io_shutdown {
    int how;
};

struct msghdr {
    void *msg_name;
    int msg_namelen;
};

struct __kernel_sockaddr_storage {
    uint16_t ss_family;
};

struct io_async_msghdr { /* async_data of what moves messages */
    struct msghdr msg;
    struct __kernel_sockaddr_storage addr;
};

struct io_cqe {
    uint64_t user_data;
    int32_t res;
    uint32_t flags;
    int fd; /* flags, before it is done */
};

struct io_uring_cqe {
    uint64_t user_data;
    int32_t res;
    uint32_t flags;
};

struct io_fixed_file { /* until 6.12 */
    unsigned long file_ptr;
};

struct io_rsrc_node { /* from 6.13 on */
    unsigned long file_ptr;
};

struct io_rsrc_data {
    unsigned int nr;
    struct io_rsrc_node **nodes;
};

struct io_file_table {
    struct io_fixed_file *files; /* until 6.12 */
    struct io_rsrc_data data;
};

struct io_ring_ctx {
    unsigned int compat : 1;
    struct io_file_table file_table;
    unsigned int nr_user_files; /* until 6.12 */
};

struct io_uring_task { /* from 6.13 on */
    struct task_struct *task;
};

struct io_kiocb {
    struct file *file;
    uint8_t opcode;
    unsigned int flags;
    struct io_cqe cqe;
    struct io_ring_ctx *ctx;
    struct io_uring_task *tctx;
    struct task_struct *task; /* until 6.12 */
    void *async_data;
    const struct cred *creds;
};

#pragma clang attribute pop

/* Set before loading. */
const volatile uint16_t uring_calls[URING_OPERATIONS] = {}; /* FILTER_CALLS: not told */
const volatile uint32_t uring_has_creds = 0;                /* bits of io_kiocb.flags, which */
const volatile uint32_t uring_has_data = 0;                 /* every version numbers anew */
const volatile uint32_t uring_is_multishot = 0;
const volatile uint32_t uring_is_open = 0;   /* of an open: it is still to be done */
const volatile bool uring_tells_cqe = false; /* io_uring_complete's third argument */

/* What a request asks for. */
struct uring_ask {
    uint64_t arguments[6]; /* as the call has them */
    address texts[6];      /* paths, in the kernel's memory */
    uint64_t how[2];       /* open_how: flags, mode */
    address name;          /* address of a socket; 0: none, or in a message */
    uint32_t name_length;
    bool name_in_kernel;
};

static __always_inline void ask_path(struct uring_ask *ask, uint32_t index, address filename)
{
    if (!filename)
        return;
    ask->arguments[index] = FOLLOW(filename, filename, uptr);
    ask->texts[index] = FOLLOW(filename, filename, name);
}

static __always_inline void ask_open(struct uring_ask *ask, address request, bool second)
{
    ask->how[0] = READ(io_open, request, how.flags) & ~(uint64_t)O_LARGEFILE;
    ask->how[1] = READ(io_open, request, how.mode);
    ask->arguments[0] = (int64_t)READ(io_open, request, dfd);
    ask_path(ask, 1, FOLLOW(io_open, request, filename));
    ask->arguments[2] = second ? 0 : ask->how[0];
    ask->arguments[3] = second ? 0 : ask->how[1];
}

/* Where the kernel has copied the address of a socket to; false: nowhere yet. */
static __always_inline bool ask_copied_name(struct uring_ask *ask, address request)
{
    if (!(READ(io_kiocb, request, flags) & uring_has_data))
        return false;
    ask->name = FIELD(io_async_msghdr, FOLLOW(io_kiocb, request, async_data), addr);
    ask->name_in_kernel = true;
    return true;
}

/* The same of what moves no message: all kernels but 6.10 keep nothing but the address, which
 * is told by its family; pointers and zeros that may stand there do not look like one. */
static __always_inline bool ask_copied_alone(struct uring_ask *ask, address request)
{
    address data = FOLLOW(io_kiocb, request, async_data);

    if (!ask_copied_name(ask, request))
        return false;
    if (READ(__kernel_sockaddr_storage, data, ss_family) & 15)
        ask->name = data;
    return true;
}

static __always_inline void ask_connect(struct uring_ask *ask, address request)
{
    ask->arguments[1] = FOLLOW(io_connect, request, addr);
    ask->arguments[2] = ask->name_length = READ(io_connect, request, addr_len);
    if (!ask_copied_alone(ask, request))
        ask->name = ask->arguments[1];
}

static __always_inline void ask_bind(struct uring_ask *ask, address request)
{
    ask->arguments[2] = ask->name_length = READ(io_bind, request, addr_len);
    ask_copied_alone(ask, request);
}

static __always_inline void ask_send(struct uring_ask *ask, address request)
{
    ask->arguments[1] = FOLLOW(io_sr_msg, request, buf);
    ask->arguments[2] = READ(io_sr_msg, request, len);
    ask->arguments[3] = READ(io_sr_msg, request, msg_flags);
    if (bpf_core_field_exists(struct io_sr_msg, addr_len)) {
        ask->arguments[4] = ask->name = FOLLOW(io_sr_msg, request, addr);
        ask->arguments[5] = ask->name_length = READ(io_sr_msg, request, addr_len);
    }
    if (ask_copied_name(ask, request)) {
        address message = FIELD(io_async_msghdr, FOLLOW(io_kiocb, request, async_data), msg);

        ask->name_length = READ(msghdr, message, msg_namelen);
        if (!FOLLOW(msghdr, message, msg_name))
            ask->name = 0;
    }
}

/* Two paths, each relative to a directory. */
#define ASK_TWO_PATHS(ask, type, request)                                                          \
    do {                                                                                           \
        (ask)->arguments[0] = (int64_t)READ(type, request, old_dfd);                               \
        ask_path(ask, 1, FOLLOW(type, request, oldpath));                                          \
        (ask)->arguments[2] = (int64_t)READ(type, request, new_dfd);                               \
        ask_path(ask, 3, FOLLOW(type, request, newpath));                                          \
        (ask)->arguments[4] = READ(type, request, flags);                                          \
    } while (0)

static __always_inline void ask_about_files(struct uring_ask *ask, address request, uint32_t which)
{
    switch (which) {
    case URING_OPENAT:
    case URING_OPENAT2:
        ask_open(ask, request, which == URING_OPENAT2);
        break;
    case URING_STATX:
        ask->arguments[0] = (int64_t)READ(io_statx, request, dfd);
        ask_path(ask, 1, FOLLOW(io_statx, request, filename));
        ask->arguments[2] = READ(io_statx, request, flags);
        ask->arguments[3] = READ(io_statx, request, mask);
        break;
    case URING_RENAMEAT:
        ASK_TWO_PATHS(ask, io_rename, request);
        break;
    case URING_LINKAT:
        ASK_TWO_PATHS(ask, io_link, request);
        break;
    case URING_SYMLINKAT:
        ask_path(ask, 0, FOLLOW(io_link, request, oldpath));
        ask->arguments[1] = (int64_t)READ(io_link, request, new_dfd);
        ask_path(ask, 2, FOLLOW(io_link, request, newpath));
        break;
    case URING_UNLINKAT:
        ask->arguments[0] = (int64_t)READ(io_unlink, request, dfd);
        ask_path(ask, 1, FOLLOW(io_unlink, request, filename));
        ask->arguments[2] = READ(io_unlink, request, flags);
        break;
    case URING_MKDIRAT:
        ask->arguments[0] = (int64_t)READ(io_mkdir, request, dfd);
        ask_path(ask, 1, FOLLOW(io_mkdir, request, filename));
        ask->arguments[2] = READ(io_mkdir, request, mode);
        break;
    case URING_FTRUNCATE:
        if (bpf_core_type_exists(struct io_ftrunc))
            ask->arguments[1] = READ(io_ftrunc, request, len);
        break;
    }
}

static __always_inline void ask_about_sockets(struct uring_ask *ask, address request,
                                              uint32_t which)
{
    switch (which) {
    case URING_SOCKET:
        ask->arguments[0] = READ(io_socket, request, domain);
        ask->arguments[1] = READ(io_socket, request, type);
        ask->arguments[2] = READ(io_socket, request, protocol);
        break;
    case URING_CONNECT:
        ask_connect(ask, request);
        break;
    case URING_ACCEPT:
        ask->arguments[1] = FOLLOW(io_accept, request, addr);
        ask->arguments[2] = FOLLOW(io_accept, request, addr_len);
        ask->arguments[3] = READ(io_accept, request, flags);
        break;
    case URING_SEND:
    case URING_SEND_ZC:
        ask_send(ask, request);
        break;
    case URING_SENDMSG:
    case URING_SENDMSG_ZC:
        ask->arguments[1] = FOLLOW(io_sr_msg, request, buf);
        ask->arguments[2] = READ(io_sr_msg, request, msg_flags);
        break;
    case URING_BIND:
        if (bpf_core_type_exists(struct io_bind))
            ask_bind(ask, request);
        break;
    case URING_LISTEN:
        if (bpf_core_type_exists(struct io_listen))
            ask->arguments[1] = READ(io_listen, request, backlog);
        break;
    case URING_SHUTDOWN:
        ask->arguments[1] = READ(io_shutdown, request, how);
        break;
    }
}

/* The operation is about a descriptor, its call's first argument. */
static __always_inline bool uring_has_file(uint32_t which)
{
    switch (which) {
    case URING_CONNECT:
    case URING_ACCEPT:
    case URING_SEND:
    case URING_SEND_ZC:
    case URING_SENDMSG:
    case URING_SENDMSG_ZC:
    case URING_BIND:
    case URING_LISTEN:
    case URING_SHUTDOWN:
    case URING_FTRUNCATE:
    case URING_FIXED_FD_INSTALL:
        return true;
    default:
        return false;
    }
}

/* A file that the ring keeps itself, or 0. A struct that begins with a pointer stands for the
 * element of an array. */
static __always_inline address uring_slot(address ring, uint32_t slot)
{
    address table = FIELD(io_ring_ctx, ring, file_table), at, node;

    if (bpf_core_field_exists(struct io_file_table, files)) {
        if (slot >= READ(io_ring_ctx, ring, nr_user_files))
            return 0;
        at = FOLLOW(io_file_table, table, files) +
             slot * (uint64_t)bpf_core_type_size(struct io_fixed_file);
        return READ(io_fixed_file, at, file_ptr) & ~(uint64_t)URING_FILE_BITS;
    }
    if (slot >= READ(io_file_table, table, data.nr))
        return 0;
    at = FOLLOW(io_file_table, table, data.nodes) + 8 * (uint64_t)slot;
    node = FOLLOW(path, at, mnt);
    return node ? READ(io_rsrc_node, node, file_ptr) & ~(uint64_t)URING_FILE_BITS : 0;
}

/* What the request is about, before it has begun; 0: nothing, or it is not there yet. */
static __always_inline address uring_file(address request, address task, uint32_t which)
{
    int32_t number;

    if (!uring_has_file(which))
        return 0;
    number = READ(io_kiocb, request, cqe.fd);
    if (READ(io_kiocb, request, flags) & URING_FIXED_FILE)
        return uring_slot(FOLLOW(io_kiocb, request, ctx), number);
    return file_of(task, number);
}

/* Of an operation that makes a file: 0 it becomes a descriptor, else 1 + the slot, or
 * URING_ANY_SLOT. */
static __always_inline uint32_t uring_target(address request, uint32_t which)
{
    switch (which) {
    case URING_OPENAT:
    case URING_OPENAT2:
        return READ(io_open, request, file_slot);
    case URING_ACCEPT:
        return READ(io_accept, request, file_slot);
    case URING_SOCKET:
        return READ(io_socket, request, file_slot);
    default:
        return 0;
    }
}

/* Whose request it is: the thread that submitted it. */
static __always_inline address uring_task(address request)
{
    if (bpf_core_field_exists(struct io_kiocb, task))
        return FOLLOW(io_kiocb, request, task);
    return FOLLOW(io_uring_task, FOLLOW(io_kiocb, request, tctx), task);
}

/* It stands in the area's words: addresses that are read from there are numbers to the
 * verifier, which functions of their own take. */
static __always_inline struct uring_ask *ask_of(struct work *work)
{
    _Static_assert(sizeof(struct uring_ask) <= sizeof(work->words), "room for it");
    return (struct uring_ask *)work->words;
}

static __always_inline void ask_about(struct uring_ask *ask, address request, uint32_t which)
{
    __builtin_memset(ask, 0, sizeof(*ask));
    if (uring_has_file(which))
        ask->arguments[0] = (int64_t)READ(io_kiocb, request, cqe.fd);
    ask_about_files(ask, request, which);
    ask_about_sockets(ask, request, which);
}
