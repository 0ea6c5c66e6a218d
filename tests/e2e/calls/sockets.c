/* Each call about sockets once, by bare system calls, without a library. As a 32-bit program
 * it makes them through socketcall(), but for two that it makes both ways; as a 64-bit one by
 * their own numbers. */
#include <stddef.h>
#include <stdint.h>

/* The first argument of socketcall(). */
enum {
    SYS_SOCKET = 1,
    SYS_BIND,
    SYS_CONNECT,
    SYS_LISTEN,
    SYS_ACCEPT,
    SYS_GETSOCKNAME,
    SYS_GETPEERNAME,
    SYS_SOCKETPAIR,
    SYS_SEND,
    SYS_RECV,
    SYS_SENDTO,
    SYS_RECVFROM,
    SYS_SHUTDOWN,
    SYS_SETSOCKOPT,
    SYS_GETSOCKOPT,
    SYS_SENDMSG,
    SYS_RECVMSG,
    SYS_ACCEPT4,
    SYS_RECVMMSG,
    SYS_SENDMMSG,
};

enum {
    FAMILY_UNIX = 1,
    FAMILY_INET = 2,
    STREAM = 1,
    DATAGRAM = 2,
    CLOEXEC = 02000000,
    LEVEL_SOCKET = 1,
    REUSE_ADDRESS = 2,
    SHUT_BOTH = 2,
};

struct address {
    uint16_t family, port;
    uint8_t address[4], rest[8];
};

struct part {
    void *base;
    size_t len;
};

struct message {
    void *name;
    int name_len;
    struct part *parts;
    size_t part_count;
    void *control;
    size_t control_len;
    unsigned flags;
};

struct messages {
    struct message message;
    unsigned len;
};

#if defined(__i386__)

enum { EXIT = 1, SOCKETCALL = 102, SOCKET = 359, CONNECT = 362 };

static long call(long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

#define SOCKET_CALL(which, number, ...) call(SOCKETCALL, which, (long)(long[]){__VA_ARGS__}, 0)

#else

enum { EXIT = 60, SOCKET = 41, CONNECT = 42 };

static long call6(long number, const long a[6])
{
    register long r10 __asm__("r10") = a[3];
    register long r8 __asm__("r8") = a[4];
    register long r9 __asm__("r9") = a[5];
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static long call(long number, long a, long b, long c)
{
    return call6(number, (const long[6]){a, b, c});
}

#define SOCKET_CALL(which, number, ...) call6(number, (const long[6]){__VA_ARGS__})

#endif

#define AT(object) ((long)(object))

static void run(void)
{
    struct address address = {FAMILY_INET, 0, {127, 0, 0, 1}, {0}};
    int size = sizeof(address), one = 1, pair[2];
    char bytes[8] = "hello";
    struct part part = {bytes, 2};
    struct messages messages = {.message = {.parts = &part, .part_count = 1}};
    long server = SOCKET_CALL(SYS_SOCKET, 41, FAMILY_INET, STREAM, 0), client, accepted, datagram;

    SOCKET_CALL(SYS_SETSOCKOPT, 54, server, LEVEL_SOCKET, REUSE_ADDRESS, AT(&one), sizeof(one));
    SOCKET_CALL(SYS_GETSOCKOPT, 55, server, LEVEL_SOCKET, REUSE_ADDRESS, AT(&one), AT(&size));
    size = sizeof(address);
    SOCKET_CALL(SYS_BIND, 49, server, AT(&address), size);
    SOCKET_CALL(SYS_LISTEN, 50, server, 5);
    SOCKET_CALL(SYS_GETSOCKNAME, 51, server, AT(&address), AT(&size));
    client = SOCKET_CALL(SYS_SOCKET, 41, FAMILY_INET, STREAM, 0);
    SOCKET_CALL(SYS_CONNECT, 42, client, AT(&address), size);
    accepted = SOCKET_CALL(SYS_ACCEPT, 43, server, 0, 0);
    SOCKET_CALL(SYS_GETPEERNAME, 52, client, AT(&address), AT(&size));
    SOCKET_CALL(SYS_SEND, 44, client, AT(bytes), 2, 0);
    SOCKET_CALL(SYS_RECV, 45, accepted, AT(bytes), 2, 0);
    SOCKET_CALL(SYS_SENDMSG, 46, client, AT(&messages.message), 0);
    SOCKET_CALL(SYS_RECVMSG, 47, accepted, AT(&messages.message), 0);
    SOCKET_CALL(SYS_SENDMMSG, 307, client, AT(&messages), 1, 0);
    SOCKET_CALL(SYS_RECVMMSG, 299, accepted, AT(&messages), 1, 0, 0);
    SOCKET_CALL(SYS_SHUTDOWN, 48, client, SHUT_BOTH);
    client = call(SOCKET, FAMILY_INET, STREAM, 0);
    call(CONNECT, client, AT(&address), size);
    SOCKET_CALL(SYS_ACCEPT4, 288, server, 0, 0, CLOEXEC);
    datagram = SOCKET_CALL(SYS_SOCKET, 41, FAMILY_INET, DATAGRAM, 0);
    SOCKET_CALL(SYS_SENDTO, 44, datagram, AT(bytes), 3, 0, AT(&address), size);
    SOCKET_CALL(SYS_RECVFROM, 45, datagram, AT(bytes), 3, 0x40 /* do not wait */, AT(&address),
                AT(&size));
    SOCKET_CALL(SYS_SOCKETPAIR, 53, FAMILY_UNIX, STREAM, 0, AT(pair));
}

__attribute__((noreturn, force_align_arg_pointer)) void _start(void)
{
    run();
    call(EXIT, 0, 0, 0);
    __builtin_unreachable();
}
