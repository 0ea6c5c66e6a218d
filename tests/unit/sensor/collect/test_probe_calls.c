/* Calls that a process really makes, and what the kernel side tells of them. As root. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"

#include "watch.h"

#include "test.h"

static struct watch watch;
static char folder[] = "/tmp/plimsoll-probe-XXXXXX";

/* A path below the test's folder. */
static const char *below(const char *name)
{
    static char path[4][512];
    static unsigned next;
    char *to = path[next++ % 4];

    snprintf(to, sizeof(path[0]), "%s/%s", folder, name);
    return to;
}

static void make_file(const char *name)
{
    _cleanup_close_ int fd = open(below(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
}

#define STEP(number, condition)                                                                    \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return 100 + (number);                                                                 \
    } while (0)

static int open_files(void *context)
{
    struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
    int directory;

    (void)context;
    STEP(1, open(below("file"), O_RDONLY) >= 0);
    STEP(2, open(below("link"), O_RDONLY) >= 0);
    STEP(3, (directory = open(folder, O_RDONLY | O_DIRECTORY)) >= 0);
    STEP(4, syscall(SYS_openat2, directory, "deep/../file", &how, sizeof(how)) >= 0);
    STEP(5, chdir(below("deep")) == 0);
    STEP(6, open("../file", O_RDONLY) >= 0);
    STEP(7, open("missing", O_RDONLY) < 0);
    STEP(8, open((const char *)8, O_RDONLY) < 0);
    return 0;
}

static void opens(void **state)
{
    const struct sensor_event *event;

    (void)state;
    watch_run(&watch, open_files, NULL);
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 0);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), below("file"));
    assert_string_equal(watch_text(event, SENSOR_FILE, SENSOR_INDEX_RESULT), below("file"));
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 1);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), below("link"));
    assert_string_equal(watch_text(event, SENSOR_FILE, SENSOR_INDEX_RESULT), below("file"));
    event = watch_find(&watch, SENSOR_SYSCALL, "openat2", 0);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), "deep/../file");
    assert_string_equal(watch_text(event, SENSOR_DIRECTORY, 1), folder);
    assert_string_equal(watch_text(event, SENSOR_FILE, SENSOR_INDEX_RESULT), below("file"));
    assert_non_null(record_parameter(event, SENSOR_FLAGS, 2));
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 3);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), "../file");
    assert_string_equal(watch_text(event, SENSOR_DIRECTORY, 1), below("deep"));
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 4);
    assert_int_equal(event->result, -ENOENT);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), "missing");
    assert_null(record_parameter(event, SENSOR_FILE, -1));
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 5);
    assert_int_equal(event->result, -EFAULT);
    assert_true(record_parameter(event, SENSOR_PATH, 1)->flags & SENSOR_PARAMETER_FAULT);
    event = watch_find(&watch, SENSOR_SYSCALL, "chdir", 0);
    assert_true(event->flags & SENSOR_STATE);
    assert_string_equal(watch_text(event, SENSOR_CWD, -1), below("deep"));
}

enum { LONG_NAMES = 15 };

static int walk_deep(void *context)
{
    char name[256];

    (void)context;
    STEP(1, chdir(folder) == 0);
    for (int i = 0; i < LONG_NAMES; i++) {
        memset(name, 1 + i, 255);
        name[255] = 0;
        STEP(2, mkdir(name, 0755) == 0 && chdir(name) == 0);
    }
    STEP(3, open("\xff\n\x01", O_CREAT | O_WRONLY, 0644) >= 0);
    STEP(4, unlink("\xff\n\x01") == 0);
    for (int i = LONG_NAMES; i-- > 0;) {
        memset(name, 1 + i, 255);
        STEP(5, chdir("..") == 0 && rmdir(name) == 0);
    }
    return 0;
}

static void long_paths(void **state)
{
    const struct sensor_event *event;
    char want[5000];
    size_t length = (size_t)snprintf(want, sizeof(want), "%s", folder);

    (void)state;
    watch_run(&watch, walk_deep, NULL);
    for (int i = 0; i < LONG_NAMES; i++) {
        want[length++] = '/';
        memset(want + length, 1 + i, 255);
        length += 255;
    }
    want[length] = 0;
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 0);
    assert_string_equal(watch_text(event, SENSOR_DIRECTORY, 1), want);
    snprintf(want + length, sizeof(want) - length, "/\xff\n\x01");
    assert_string_equal(watch_text(event, SENSOR_FILE, SENSOR_INDEX_RESULT), want);
    assert_string_equal(watch_text(watch_find(&watch, SENSOR_SYSCALL, "unlink", 0), SENSOR_PATH, 0),
                        "\xff\n\x01");
}

static int lose_directory(void *context)
{
    (void)context;
    STEP(1, mkdir(below("gone"), 0755) == 0 && chdir(below("gone")) == 0);
    STEP(2, rmdir(below("gone")) == 0);
    STEP(3, open("x", O_RDONLY) < 0);
    STEP(4, rename(below("file"), below("file2")) == 0);
    STEP(5, rename(below("file2"), below("file")) == 0);
    STEP(6, symlink("target", below("link2")) == 0 && unlink(below("link2")) == 0);
    return 0;
}

static void removed_paths(void **state)
{
    const struct sensor_event *event;

    (void)state;
    watch_run(&watch, lose_directory, NULL);
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 0);
    assert_string_equal(watch_text(event, SENSOR_DIRECTORY, 1), below("gone"));
    assert_true(record_parameter(event, SENSOR_DIRECTORY, 1)->flags & SENSOR_PARAMETER_DELETED);
    event = watch_find(&watch, SENSOR_SYSCALL, "rename", 0);
    assert_string_equal(watch_text(event, SENSOR_PATH, 0), below("file"));
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), below("file2"));
    event = watch_find(&watch, SENSOR_SYSCALL, "symlink", 0);
    assert_string_equal(watch_text(event, SENSOR_PATH, 0), "target");
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), below("link2"));
}

/* A new mount namespace with a tmpfs, a bind mount in it, and a root in that. */
static int change_root(void *context)
{
    (void)context;
    STEP(1, unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    STEP(2, mount("x", below("deep"), "tmpfs", 0, NULL) == 0);
    STEP(3, mkdir(below("deep/a"), 0755) == 0 && mkdir(below("deep/b"), 0755) == 0);
    STEP(4, open(below("deep/a/file"), O_CREAT | O_WRONLY, 0644) >= 0);
    STEP(5, mount(below("deep/a"), below("deep/b"), NULL, MS_BIND, NULL) == 0);
    STEP(6, open(below("deep/b/file"), O_RDONLY) >= 0);
    STEP(7, chroot(below("deep")) == 0 && chdir("/") == 0);
    STEP(8, open("b/file", O_RDONLY) >= 0);
    return 0;
}

static void roots_and_mounts(void **state)
{
    const struct sensor_event *event;

    (void)state;
    watch_run(&watch, change_root, NULL);
    event = watch_find(&watch, SENSOR_SYSCALL, "unshare", 0);
    assert_true(event->flags & SENSOR_STATE);
    assert_int_not_equal(watch_process(event)->mount_namespace, 0);
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 1);
    assert_string_equal(watch_text(event, SENSOR_FILE, -1), below("deep/b/file"));
    event = watch_find(&watch, SENSOR_SYSCALL, "chroot", 0);
    assert_string_equal(watch_text(event, SENSOR_ROOT, -1), below("deep"));
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 2);
    assert_string_equal(watch_text(event, SENSOR_FILE, -1), below("deep/b/file"));
    assert_string_equal(watch_text(event, SENSOR_DIRECTORY, 1), "/");
}

static int talk(void *context)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 here6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(here), size6 = sizeof(here6), length = 3;
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    int server6 = socket(AF_INET6, SOCK_STREAM, 0), client6 = socket(AF_INET6, SOCK_STREAM, 0);
    int local = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);
    char hello[] = "hello";
    struct iovec vector = {hello, 5};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};

    length += (socklen_t)snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "%s",
                                  (const char *)context);
    STEP(1, bind(server, (void *)&here, sizeof(here)) == 0 && listen(server, 5) == 0 &&
                getsockname(server, (void *)&here, &size) == 0);
    STEP(2, connect(client, (void *)&here, sizeof(here)) == 0);
    STEP(3, accept(server, NULL, NULL) >= 0);
    STEP(4, sendmsg(client, &message, 0) == 5);
    STEP(5, bind(local, (void *)&name, length) == 0 && listen(local, 5) == 0);
    STEP(6, connect(other, (void *)&name, length) == 0);
    STEP(7, dup2(client, 77) == 77);
    /* Machines without IPv6 leave the rest out. */
    if (server6 >= 0 && bind(server6, (void *)&here6, sizeof(here6)) == 0)
        STEP(8, listen(server6, 5) == 0 && getsockname(server6, (void *)&here6, &size6) == 0 &&
                    connect(client6, (void *)&here6, sizeof(here6)) == 0);
    return 0;
}

static void streams(void **state)
{
    const struct sensor_event *event;
    const struct sensor_socket *socket;
    char name[64] = "@", *abstract = name + 1;
    uint16_t port;

    (void)state;
    /* Abstract names are the whole machine's. */
    snprintf(abstract, sizeof(name) - 1, "plimsoll-test-%d", getpid());
    watch_run(&watch, talk, abstract);
    event = watch_find(&watch, SENSOR_SYSCALL, "connect", 0);
    socket = watch_socket(event, SENSOR_ADDRESS, 1);
    port = socket->remote_port;
    assert_int_equal(socket->family, AF_INET);
    assert_memory_equal(socket->remote, "\x7f\0\0\1", 4);
    socket = watch_socket(event, SENSOR_SOCKET, 0);
    assert_int_equal(socket->remote_port, port);
    assert_int_equal(socket->flags, SENSOR_SOCKET_CONNECTED | SENSOR_SOCKET_CLIENT);
    assert_int_equal(socket->protocol, IPPROTO_TCP);
    event = watch_find(&watch, SENSOR_SYSCALL, "accept", 0);
    socket = watch_socket(event, SENSOR_SOCKET, SENSOR_INDEX_RESULT);
    assert_int_equal(socket->local_port, port);
    assert_int_equal(socket->flags, SENSOR_SOCKET_CONNECTED | SENSOR_SOCKET_SERVER);
    event = watch_find(&watch, SENSOR_SYSCALL, "listen", 0);
    socket = watch_socket(event, SENSOR_SOCKET, 0);
    assert_int_equal(socket->flags, SENSOR_SOCKET_LISTENS | SENSOR_SOCKET_SERVER);
    event = watch_find(&watch, SENSOR_SYSCALL, "sendmsg", 0);
    assert_string_equal(watch_text(event, SENSOR_DATA, 1), "hello");
    event = watch_find(&watch, SENSOR_SYSCALL, "connect", 1);
    assert_string_equal(watch_socket(event, SENSOR_ADDRESS, 1)->path, name);
    event = watch_find(&watch, SENSOR_SYSCALL, "dup2", 0);
    assert_int_equal(watch_socket(event, SENSOR_SOCKET, SENSOR_INDEX_RESULT)->remote_port, port);
    event = watch_find(&watch, SENSOR_SYSCALL, "connect", 2);
    if (event) {
        socket = watch_socket(event, SENSOR_ADDRESS, 1);
        assert_int_equal(socket->family, AF_INET6);
        assert_int_equal(socket->remote[15], 1);
    }
}

static int send_datagrams(void *context)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    (void)context;
    for (int i = 0; i < 3; i++) {
        to.sin_port = htons(i < 2 ? 9 : 19);
        (void)sendto(fd, "x", 1, MSG_DONTWAIT, (void *)&to, sizeof(to));
    }
    return 0;
}

static void datagrams(void **state)
{
    static const bool is_new[] = {true, false, true};

    (void)state;
    watch_run(&watch, send_datagrams, NULL);
    for (unsigned i = 0; i < COUNT(is_new); i++) {
        const struct sensor_event *event = watch_find(&watch, SENSOR_SYSCALL, "sendto", i);
        const struct sensor_socket *socket = watch_socket(event, SENSOR_SOCKET, 0);

        assert_int_equal(!!(socket->flags & SENSOR_SOCKET_NEW_PEER), is_new[i]);
        assert_int_equal(watch_socket(event, SENSOR_ADDRESS, 4)->remote_port, i < 2 ? 9 : 19);
    }
}

static int gain_and_lose(void *context)
{
    (void)context;
    STEP(1, setresgid(12, 13, 14) == 0);
    STEP(2, setresuid(1234, 1234, 0) == 0);
    return 0;
}

static void credentials(void **state)
{
    const struct sensor_credentials *now;
    const struct sensor_event *event;
    struct view bytes;

    (void)state;
    watch_run(&watch, gain_and_lose, NULL);
    event = watch_find(&watch, SENSOR_SYSCALL, "setresuid", 0);
    assert_true(event->flags & SENSOR_STATE);
    assert_true(record_find(event, SENSOR_CREDENTIALS, -1, &bytes));
    now = (const struct sensor_credentials *)(const void *)bytes.ptr;
    assert_int_equal(now->uid, 1234);
    assert_int_equal(now->suid, 0);
    assert_int_equal(now->egid, 13);
    assert_int_equal(now->effective, 0);
    assert_int_not_equal(now->permitted, 0);
}

static void *open_when_told(void *context)
{
    const int *ends = context;
    char byte;

    return read(ends[0], &byte, 1) == 1 && open(below("file"), O_RDONLY) >= 0 ? context : NULL;
}

/* Each thread has credentials of its own; the C library keeps them equal, the kernel not. */
static int drop_main_thread(void *context)
{
    pthread_t thread;
    void *done = NULL;
    int ends[2];

    (void)context;
    STEP(1, pipe(ends) == 0 && pthread_create(&thread, NULL, open_when_told, ends) == 0);
    STEP(2, syscall(SYS_setresuid, 65534, 65534, 65534) == 0);
    STEP(3, write(ends[1], "x", 1) == 1 && pthread_join(thread, &done) == 0 && done);
    STEP(4, open("/", O_RDONLY) >= 0);
    return 0;
}

static void credentials_of_threads(void **state)
{
    const struct sensor_event *event;
    struct view bytes;

    (void)state;
    watch_run(&watch, drop_main_thread, NULL);
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 0);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), below("file"));
    assert_int_not_equal(event->tid, event->pid);
    assert_true(record_find(event, SENSOR_CREDENTIALS, -1, &bytes));
    assert_int_equal(((const struct sensor_credentials *)(const void *)bytes.ptr)->euid, 0);
    event = watch_find(&watch, SENSOR_SYSCALL, "openat", 1);
    assert_string_equal(watch_text(event, SENSOR_PATH, 1), "/");
    assert_false(record_find(event, SENSOR_CREDENTIALS, -1, &bytes));
}

#if defined(__x86_64__)
static int call_as_32_bits(void *context)
{
    long result;

    (void)context;
    /* chdir, 12 there, of a path at an address of 64 bits: it fails, but as chdir. */
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(12), "b"(16) : "memory");
    return 0;
}

static void calls_of_32_bits(void **state)
{
    const struct sensor_event *event;

    (void)state;
    watch_want(&watch, "chdir");
    watch_set_filter(&watch);
    watch_run(&watch, call_as_32_bits, NULL);
    event = watch_find(&watch, SENSOR_SYSCALL, "chdir", 0);
    if (!event) {
        print_message("skipped: this kernel has no 32-bit calls\n");
        return;
    }
    assert_true(event->flags & SENSOR_COMPAT);
    assert_int_equal(event->arguments[0], 16);
}
#endif

int main(void)
{
    static const char *const calls[] = {"openat",  "openat2", "connect", "accept", "listen",
                                        "sendto",  "sendmsg", "dup2",    "unlink", "rename",
                                        "symlink", "unshare", "chroot"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens),
        cmocka_unit_test(long_paths),
        cmocka_unit_test(removed_paths),
        cmocka_unit_test(roots_and_mounts),
        cmocka_unit_test(streams),
        cmocka_unit_test(datagrams),
        cmocka_unit_test(credentials),
        cmocka_unit_test(credentials_of_threads),
#if defined(__x86_64__)
        cmocka_unit_test(calls_of_32_bits),
#endif
    };
    int failed;

    if (!watch_open(&watch, 0))
        return 77;
    if (!mkdtemp(folder))
        return 1;
    make_file("file");
    if (symlink("file", below("link")) || mkdir(below("deep"), 0755))
        return 1;
    for (size_t i = 0; i < COUNT(calls); i++)
        watch_want(&watch, calls[i]);
    watch_set_filter(&watch);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    watch_close(&watch);
    unlink(below("file"));
    unlink(below("link"));
    rmdir(below("deep"));
    rmdir(folder);
    return failed;
}
