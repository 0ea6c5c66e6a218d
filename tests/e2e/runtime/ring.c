/* One operation of io_uring, or a few.
 *
 *     act @ring LETTERS OPERATION ARGUMENT...
 *
 * The letters say how it is asked for; "-" is none:
 *
 *     a  by a thread of the kernel (IOSQE_ASYNC)
 *     t  the ring is read by a thread of the kernel (IORING_SETUP_SQPOLL)
 *     d  what is done is told when it is asked for (IORING_SETUP_DEFER_TASKRUN)
 *     q  success is not told (IOSQE_CQE_SKIP_SUCCESS)
 *     f  the ring of completions is full
 *     s  what is opened becomes a slot of the ring, no descriptor
 *     c  closed in the same breath
 *     l  linked behind another request
 *     x  linked behind a request that fails: it is cancelled
 *     m  as often as it can be done (multishot)
 *     u  by datagrams
 *     p  with the credentials from before it became another user (personality)
 *
 * The exit code is 0 when it was done, whatever came of it, and 3 when this kernel
 * does not know it.
 */
#define _GNU_SOURCE
#include "ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    ENTRIES = 4,
    SLOT = 2,
    NAME = 7,    /* of all requests */
    UNKNOWN = 3, /* exit code */
    /* What older headers lack. */
    OP_FIXED_FD_INSTALL = 54,
    OP_FTRUNCATE = 55,
    OP_BIND = 56,
    OP_LISTEN = 57,
    SETUP_SINGLE_ISSUER = 1 << 12,
    SETUP_DEFER_TASKRUN = 1 << 13,
};

struct ring {
    int fd;
    const char *letters;
    char *submissions, *completions;
    struct io_uring_sqe *entries;
    struct io_uring_params params;
    unsigned filled;
    int personality;
};

static int die(const char *what)
{
    perror(what);
    return 125;
}

static bool has(const struct ring *ring, char letter)
{
    return strchr(ring->letters, letter) != NULL;
}

static unsigned *word(char *base, unsigned offset)
{
    return (unsigned *)(void *)(base + offset);
}

static void *map(const struct ring *ring, size_t size, off_t what)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, what);
}

static int make_ring(struct ring *ring)
{
    int none[ENTRIES] = {-1, -1, -1, -1};

    if (has(ring, 't'))
        ring->params =
            (struct io_uring_params){.flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 1000};
    if (has(ring, 'd'))
        ring->params.flags |= SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN;
    if (has(ring, 'f')) {
        ring->params.flags |= IORING_SETUP_CQSIZE;
        ring->params.cq_entries = ENTRIES;
    }
    ring->fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &ring->params);
    if (ring->fd < 0)
        return die("io_uring_setup");
    ring->submissions = map(ring, 1 << 16, IORING_OFF_SQ_RING);
    ring->completions = map(ring, 1 << 16, IORING_OFF_CQ_RING);
    ring->entries = map(ring, ENTRIES * sizeof(*ring->entries), IORING_OFF_SQES);
    if (ring->submissions == MAP_FAILED || ring->completions == MAP_FAILED ||
        ring->entries == MAP_FAILED)
        return die("mmap");
    if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES, none, ENTRIES) < 0)
        return die("io_uring_register");
    if (has(ring, 'p'))
        ring->personality =
            (int)syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_PERSONALITY, NULL, 0);
    if (has(ring, 'p') && (ring->personality < 0 || setresuid(65534, 65534, 65534) < 0))
        return die("personality");
    return 0;
}

static struct io_uring_sqe *add(struct ring *ring, unsigned operation, int fd)
{
    struct io_uring_sqe *entry = &ring->entries[ring->filled];
    unsigned *array = word(ring->submissions, ring->params.sq_off.array);
    unsigned tail = *word(ring->submissions, ring->params.sq_off.tail);

    memset(entry, 0, sizeof(*entry));
    entry->opcode = (uint8_t)operation;
    entry->fd = fd;
    entry->user_data = NAME;
    array[(tail + ring->filled) & (ring->params.sq_entries - 1)] = ring->filled;
    ring->filled++;
    return entry;
}

/* Hands on what was added, and waits until so many completions are there. */
static int submit(struct ring *ring, unsigned wait)
{
    unsigned *tail = word(ring->submissions, ring->params.sq_off.tail), filled = ring->filled;
    unsigned flags = IORING_ENTER_GETEVENTS;
    unsigned *flag = word(ring->submissions, ring->params.sq_off.flags);

    __atomic_store_n(tail, *tail + filled, __ATOMIC_SEQ_CST);
    ring->filled = 0;
    if (has(ring, 't') && __atomic_load_n(flag, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
        flags |= IORING_ENTER_SQ_WAKEUP;
    while (syscall(SYS_io_uring_enter, ring->fd, filled, wait, flags, NULL, 0) < 0)
        if (errno != EINTR)
            return die("io_uring_enter");
    return 0;
}

/* The result of the newest completion. */
static int last_result(const struct ring *ring)
{
    unsigned tail =
        __atomic_load_n(word(ring->completions, ring->params.cq_off.tail), __ATOMIC_ACQUIRE);
    const struct io_uring_cqe *entries = (void *)(ring->completions + ring->params.cq_off.cqes);

    return tail ? entries[(tail - 1) & (ring->params.cq_entries - 1)].res : 0;
}

/* Completions that nobody takes, as many as there is room for. */
static int fill_completions(struct ring *ring)
{
    for (unsigned i = 0; i < ENTRIES; i++)
        add(ring, IORING_OP_NOP, -1);
    return submit(ring, ENTRIES);
}

/* Before the request: another that it is linked to. */
static void add_link(struct ring *ring)
{
    struct io_uring_sqe *entry;

    if (!has(ring, 'l') && !has(ring, 'x'))
        return;
    entry = add(ring, has(ring, 'x') ? IORING_OP_FSYNC : IORING_OP_NOP, -1);
    entry->flags = IOSQE_IO_LINK;
}

static void mark(const struct ring *ring, struct io_uring_sqe *entry)
{
    if (has(ring, 'a'))
        entry->flags |= IOSQE_ASYNC;
    if (has(ring, 'q'))
        entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
    entry->personality = (uint16_t)ring->personality;
}

/* Success that is not told is behind a request that is. */
static int finish(struct ring *ring)
{
    unsigned wait = has(ring, 'f') ? ENTRIES : ring->filled;
    int r;

    if (has(ring, 'q'))
        add(ring, IORING_OP_NOP, -1)->flags |= IOSQE_IO_DRAIN;
    r = submit(ring, wait);
    if (r == 0 && !has(ring, 'f') && last_result(ring) == -EINVAL)
        r = UNKNOWN;
    return r;
}

/* Closes the descriptor that an open before it will get. */
static void add_close(struct ring *ring)
{
    int next;

    if (!has(ring, 'c'))
        return;
    next = dup(0);
    close(next);
    add(ring, IORING_OP_CLOSE, next);
}

/* ---- operations ---- */

static uint64_t place(const void *memory)
{
    return (uintptr_t)memory;
}

static int flags_of(const char *letters)
{
    int flags = strchr(letters, 'b') ? O_RDWR : strchr(letters, 'w') ? O_WRONLY : O_RDONLY;

    return flags | (strchr(letters, 'c') ? O_CREAT : 0) | (strchr(letters, 't') ? O_TRUNC : 0) |
           (strchr(letters, 'd') ? O_DIRECTORY : 0);
}

static void set_slot(const struct ring *ring, struct io_uring_sqe *entry)
{
    if (has(ring, 's'))
        entry->file_index = SLOT + 1;
}

/* LETTERS PATH */
static int ring_open(struct ring *ring, char **args)
{
    struct io_uring_sqe *entry = add(ring, IORING_OP_OPENAT, AT_FDCWD);

    entry->addr = place(args[1]);
    entry->open_flags = (unsigned)flags_of(args[0]);
    entry->len = 0644;
    set_slot(ring, entry);
    mark(ring, entry);
    add_close(ring);
    return finish(ring);
}

static int ring_open2(struct ring *ring, char **args)
{
    static struct {
        uint64_t flags, mode, resolve;
    } how;
    struct io_uring_sqe *entry = add(ring, IORING_OP_OPENAT2, AT_FDCWD);

    how.flags = (unsigned)flags_of(args[0]);
    how.mode = how.flags & O_CREAT ? 0644 : 0;
    entry->addr = place(args[1]);
    entry->off = place(&how);
    entry->len = sizeof(how);
    set_slot(ring, entry);
    mark(ring, entry);
    return finish(ring);
}

/* DIRECTORY PATH: relative to a descriptor. */
static int ring_open_below(struct ring *ring, char **args)
{
    int directory = open(args[0], O_PATH | O_DIRECTORY);
    struct io_uring_sqe *entry = add(ring, IORING_OP_OPENAT, directory);

    entry->addr = place(args[1]);
    mark(ring, entry);
    return finish(ring);
}

static int ring_path(struct ring *ring, unsigned operation, const char *path, unsigned mode)
{
    struct io_uring_sqe *entry = add(ring, operation, AT_FDCWD);

    entry->addr = place(path);
    entry->len = mode;
    mark(ring, entry);
    return finish(ring);
}

static int ring_unlink(struct ring *ring, char **args)
{
    return ring_path(ring, IORING_OP_UNLINKAT, args[0], 0);
}

static int ring_mkdir(struct ring *ring, char **args)
{
    return ring_path(ring, IORING_OP_MKDIRAT, args[0], 0755);
}

static int ring_paths(struct ring *ring, unsigned operation, char **args)
{
    struct io_uring_sqe *entry = add(ring, operation, AT_FDCWD);

    entry->addr = place(args[0]);
    entry->addr2 = place(args[1]);
    entry->len = operation == IORING_OP_SYMLINKAT ? 0 : (unsigned)AT_FDCWD;
    mark(ring, entry);
    return finish(ring);
}

static int ring_rename(struct ring *ring, char **args)
{
    return ring_paths(ring, IORING_OP_RENAMEAT, args);
}

static int ring_link(struct ring *ring, char **args)
{
    return ring_paths(ring, IORING_OP_LINKAT, args);
}

static int ring_symlink(struct ring *ring, char **args)
{
    return ring_paths(ring, IORING_OP_SYMLINKAT, args);
}

static int ring_truncate(struct ring *ring, char **args)
{
    struct io_uring_sqe *entry = add(ring, OP_FTRUNCATE, open(args[0], O_WRONLY));

    mark(ring, entry);
    return finish(ring);
}

static struct sockaddr_in address_of(char **args)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(args[1], NULL, 10))};

    inet_pton(AF_INET, args[0], &address.sin_addr);
    return address;
}

/* HOST PORT; with 's' the socket is one of the ring's alone. */
static int ring_connect(struct ring *ring, char **args)
{
    struct sockaddr_in address = address_of(args);
    int type = has(ring, 'u') ? SOCK_DGRAM : SOCK_STREAM;
    struct io_uring_sqe *entry;

    if (has(ring, 's')) {
        entry = add(ring, IORING_OP_SOCKET, AF_INET);
        entry->off = (unsigned)type;
        entry->file_index = SLOT + 1;
        entry->flags = IOSQE_IO_LINK;
    }
    entry = add(ring, IORING_OP_CONNECT, has(ring, 's') ? SLOT : socket(AF_INET, type, 0));
    entry->flags = has(ring, 's') ? IOSQE_FIXED_FILE : 0;
    entry->addr = place(&address);
    entry->off = sizeof(address);
    mark(ring, entry);
    return finish(ring);
}

static int ring_send(struct ring *ring, char **args)
{
    struct sockaddr_in address = address_of(args);
    struct io_uring_sqe *entry = add(ring, IORING_OP_SEND, socket(AF_INET, SOCK_DGRAM, 0));

    entry->addr = place("text");
    entry->len = 4;
    entry->addr2 = place(&address);
    entry->addr_len = sizeof(address);
    mark(ring, entry);
    return finish(ring);
}

static int ring_sendmsg(struct ring *ring, char **args)
{
    struct sockaddr_in address = address_of(args);
    struct iovec vector = {"text", 4};
    struct msghdr message = {
        .msg_name = &address, .msg_namelen = sizeof(address), .msg_iov = &vector, .msg_iovlen = 1};
    struct io_uring_sqe *entry = add(ring, IORING_OP_SENDMSG, socket(AF_INET, SOCK_DGRAM, 0));

    entry->addr = place(&message);
    entry->len = 1;
    mark(ring, entry);
    return finish(ring);
}

static int ring_socket(struct ring *ring, char **args)
{
    bool packet = strcmp(args[0], "packet") == 0;
    struct io_uring_sqe *entry = add(ring, IORING_OP_SOCKET, packet ? AF_PACKET : AF_INET);

    entry->off = packet ? SOCK_RAW : SOCK_STREAM;
    set_slot(ring, entry);
    mark(ring, entry);
    return finish(ring);
}

static int make_server(char **args, bool listens)
{
    struct sockaddr_in address = address_of(args);
    int on = 1, server = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(server, (struct sockaddr *)&address, sizeof(address)) < 0)
        perror("bind");
    if (listens && listen(server, 8) < 0)
        perror("listen");
    return server;
}

static int ring_bind(struct ring *ring, char **args)
{
    struct sockaddr_in address = address_of(args);
    struct io_uring_sqe *entry = add(ring, OP_BIND, socket(AF_INET, SOCK_STREAM, 0));

    entry->addr = place(&address);
    entry->addr2 = sizeof(address);
    mark(ring, entry);
    return finish(ring);
}

static int ring_listen(struct ring *ring, char **args)
{
    struct io_uring_sqe *entry = add(ring, OP_LISTEN, make_server(args, false));

    entry->len = 8;
    mark(ring, entry);
    return finish(ring);
}

static int connect_to(char **args)
{
    struct sockaddr_in address = address_of(args);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -1 : fd;
}

/* HOST PORT: a connection with itself; with 'm' two of them. */
static int ring_accept(struct ring *ring, char **args)
{
    int server = make_server(args, true);
    struct io_uring_sqe *entry = add(ring, IORING_OP_ACCEPT, server);
    bool many = has(ring, 'm');

    if (many)
        entry->ioprio = IORING_ACCEPT_MULTISHOT;
    set_slot(ring, entry);
    mark(ring, entry);
    if (connect_to(args) < 0 || (many && connect_to(args) < 0))
        return die("connect");
    return submit(ring, many ? 2 : 1);
}

/* HOST PORT: two that go on and are called the same; one is taken back before there is a
 * connection. */
static int ring_accept_twins(struct ring *ring, char **args)
{
    int server = make_server(args, true), r;

    add(ring, IORING_OP_ACCEPT, server)->ioprio = IORING_ACCEPT_MULTISHOT;
    add(ring, IORING_OP_ACCEPT, server)->ioprio = IORING_ACCEPT_MULTISHOT;
    r = submit(ring, 0);
    add(ring, IORING_OP_ASYNC_CANCEL, -1)->addr = NAME;
    if (r || (r = submit(ring, 2)))
        return r;
    return connect_to(args) < 0 ? die("connect") : submit(ring, 3);
}

/* HOST PORT NUMBER: a connection that is a slot becomes that descriptor. */
static int ring_install(struct ring *ring, char **args)
{
    int files[ENTRIES] = {-1, -1, -1, -1}, server = make_server(args, true);
    struct io_uring_files_update update = {.fds = place(files)};
    struct io_uring_sqe *entry = add(ring, OP_FIXED_FD_INSTALL, SLOT);

    files[SLOT] = connect_to(args);
    if (server < 0 || files[SLOT] < 0)
        return die("connect");
    if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES_UPDATE, &update, ENTRIES) <
        0)
        return die("io_uring_register");
    close((int)strtol(args[2], NULL, 10));
    entry->flags = IOSQE_FIXED_FILE;
    mark(ring, entry);
    return finish(ring);
}

/* HOST PORT NUMBER PATH: that many requests that wait for connections, before it is opened. */
static int ring_crowd(struct ring *ring, char **args)
{
    char *file[] = {"r", args[3], NULL};
    int server = make_server(args, true), r = 0;

    for (unsigned long i = strtoul(args[2], NULL, 10); i-- > 0 && r == 0;) {
        add(ring, IORING_OP_ACCEPT, server);
        r = submit(ring, 0);
    }
    return r ? r : ring_open(ring, file);
}

static const struct {
    const char *operation;
    int arguments;
    int (*act)(struct ring *ring, char **args);
} operations[] = {
    {"open", 2, ring_open},
    {"open2", 2, ring_open2},
    {"open-below", 2, ring_open_below},
    {"unlink", 1, ring_unlink},
    {"mkdir", 1, ring_mkdir},
    {"rename", 2, ring_rename},
    {"link", 2, ring_link},
    {"symlink", 2, ring_symlink},
    {"truncate", 1, ring_truncate},
    {"connect", 2, ring_connect},
    {"send", 2, ring_send},
    {"sendmsg", 2, ring_sendmsg},
    {"socket", 1, ring_socket},
    {"bind", 2, ring_bind},
    {"listen", 2, ring_listen},
    {"accept", 2, ring_accept},
    {"accept-twins", 2, ring_accept_twins},
    {"install", 3, ring_install},
    {"crowd", 4, ring_crowd},
};

int act_ring(char **args)
{
    struct ring ring = {.letters = args[0]};
    int r = make_ring(&ring), count = 0;

    if (r)
        return r;
    while (args[2 + count])
        count++;
    if (has(&ring, 'f') && (r = fill_completions(&ring)))
        return r;
    add_link(&ring);
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (strcmp(operations[i].operation, args[1]) == 0 && count >= operations[i].arguments)
            return operations[i].act(&ring, args + 2);
    fprintf(stderr, "act: no operation %s with %d arguments\n", args[1], count);
    return 124;
}
