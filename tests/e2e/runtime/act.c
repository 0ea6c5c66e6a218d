/* One system call, or a few, on request: what the scenarios are made of.
 *
 *     act VERB ARGUMENT...
 *
 * A name of this program other than "act" is a costume: the rules look at the
 * name, and without a verb nothing is done. A verb begins with '@', so that
 * arguments of the program that is played may follow instead. Verbs that run a
 * command take the rest of the line. The exit code is 0 when the call was
 * made, whatever it returned: some are there to fail.
 *
 * Linked statically, so that it runs in any container.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring.h"

static int die(const char *what)
{
    perror(what);
    return 125;
}

/* ---- programs ---- */

static int wait_for(pid_t child)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) < 0)
        return die("wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int act_fork(char **args)
{
    pid_t child = fork();

    if (child == 0) {
        execvp(args[0], args);
        _exit(die(args[0]));
    }
    return wait_for(child);
}

static int act_exec(char **args)
{
    execvp(args[0], args);
    return die(args[0]);
}

/* NAME COMMAND...: the command's ancestor is called NAME. */
static int act_named(char **args)
{
    prctl(PR_SET_NAME, args[0]);
    return act_fork(args + 1);
}

/* ARGV0 COMMAND...: what the program calls itself. */
static int act_argv0(char **args)
{
    pid_t child = fork();

    if (child == 0) {
        const char *program = args[1];

        args[1] = args[0];
        execv(program, args + 1);
        _exit(die(program));
    }
    return wait_for(child);
}

static int copy_to(const char *path, int to)
{
    char bytes[65536];
    ssize_t count;
    int from = open(path, O_RDONLY | O_CLOEXEC);

    if (from < 0)
        return -1;
    while ((count = read(from, bytes, sizeof(bytes))) > 0)
        if (write(to, bytes, (size_t)count) != count)
            return -1;
    close(from);
    return (int)count;
}

static int run_descriptor(int fd, char **args)
{
    pid_t child = fork();

    if (child == 0) {
        fexecve(fd, args, environ);
        _exit(die("fexecve"));
    }
    return wait_for(child);
}

/* FILE ARGUMENT...: runs a copy that is in memory only. */
static int act_memfd(char **args)
{
    int fd = memfd_create("in-memory", MFD_CLOEXEC);

    if (fd < 0 || copy_to(args[0], fd) < 0)
        return die("memfd");
    return run_descriptor(fd, args);
}

/* FILE COPY ARGUMENT...: runs a copy that was removed before. */
static int act_deleted(char **args)
{
    int to = open(args[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), fd;

    if (to < 0 || copy_to(args[0], to) < 0)
        return die(args[1]);
    close(to);
    fd = open(args[1], O_RDONLY | O_CLOEXEC);
    unlink(args[1]);
    return fd < 0 ? die(args[1]) : run_descriptor(fd, args + 1);
}

/* VARIABLE=VALUE COMMAND...: a long value needs no shell. */
static int act_env(char **args)
{
    putenv(args[0]);
    return act_fork(args + 1);
}

/* SECONDS COMMAND...: later; a rule asks for the age of a process. */
static int act_later(char **args)
{
    sleep((unsigned)strtoul(args[0], NULL, 10));
    return act_exec(args + 1);
}

/* ---- files ---- */

static const struct {
    char letter;
    int flag;
} open_letters[] = {
    {'r', O_RDONLY}, {'w', O_WRONLY}, {'b', O_RDWR},      {'c', O_CREAT},
    {'t', O_TRUNC},  {'a', O_APPEND}, {'d', O_DIRECTORY}, {'n', O_NONBLOCK},
};

static int open_flags(const char *letters)
{
    int flags = 0;

    for (; *letters; letters++)
        for (size_t i = 0; i < sizeof(open_letters) / sizeof(open_letters[0]); i++)
            if (open_letters[i].letter == *letters)
                flags |= open_letters[i].flag;
    return flags;
}

/* LETTERS PATH [MODE] */
static int act_open(char **args)
{
    mode_t mode = args[2] ? (mode_t)strtoul(args[2], NULL, 8) : 0644;
    int fd = open(args[1], open_flags(args[0]), mode);

    if (fd >= 0)
        close(fd);
    return 0;
}

/* SECONDS LETTERS PATH: the same process, later. */
static int act_open_later(char **args)
{
    sleep((unsigned)strtoul(args[0], NULL, 10));
    return act_open(args + 1);
}

static int act_creat(char **args)
{
    int fd = creat(args[0], 0644);

    if (fd >= 0)
        close(fd);
    return 0;
}

static int act_unlink(char **args)
{
    unlink(args[0]);
    return 0;
}

static int act_rename(char **args)
{
    rename(args[0], args[1]);
    return 0;
}

static int act_symlink(char **args)
{
    if (symlink(args[0], args[1]) < 0)
        perror("symlink");
    return 0;
}

static int act_link(char **args)
{
    if (link(args[0], args[1]) < 0)
        perror("link");
    return 0;
}

static int act_mkdir(char **args)
{
    mkdir(args[0], 0755);
    return 0;
}

static int act_chmod(char **args)
{
    chmod(args[1], (mode_t)strtoul(args[0], NULL, 8));
    return 0;
}

static int act_truncate(char **args)
{
    return truncate(args[0], 0) < 0 ? die(args[0]) : 0;
}

/* DIRECTORY PATH: opens PATH below a descriptor's entry in /proc. */
static int act_open_below(char **args)
{
    int directory = open(args[0], O_PATH | O_DIRECTORY), fd;
    char path[4096];

    snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", directory, args[1]);
    fd = open(path, O_RDONLY);
    if (fd >= 0)
        close(fd);
    return 0;
}

static int act_handle(char **args)
{
    struct {
        struct file_handle head;
        char bytes[128];
    } handle = {.head.handle_bytes = 128};
    int mount_id, directory = open(args[0], O_RDONLY | O_DIRECTORY);

    name_to_handle_at(AT_FDCWD, args[0], &handle.head, &mount_id, 0);
    open_by_handle_at(directory, &handle.head, O_RDONLY);
    return 0;
}

static int act_mount(char **args)
{
    bool bind = strcmp(args[2], "bind") == 0;

    if (mount(args[0], args[1], bind ? NULL : args[2], bind ? MS_BIND : 0, NULL) < 0)
        perror("mount");
    else
        umount2(args[1], MNT_DETACH);
    return 0;
}

static int act_chroot(char **args)
{
    if (chroot(args[0]) < 0)
        perror("chroot");
    return 0;
}

/* ---- sockets ---- */

static int make_socket(bool datagram, bool blocks)
{
    return socket(AF_INET, (datagram ? SOCK_DGRAM : SOCK_STREAM) | (blocks ? 0 : SOCK_NONBLOCK), 0);
}

static struct sockaddr_in make_address(const char *host, const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};

    inet_pton(AF_INET, host, &address.sin_addr);
    return address;
}

/* HOST PORT [udp]: does not wait for an answer, so that nobody has to be there. */
static int act_connect(char **args)
{
    struct sockaddr_in address = make_address(args[0], args[1]);
    int fd = make_socket(args[2] != NULL, false);

    connect(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return 0;
}

/* Until the process waits in a system call, by its number. */
static void await_call(pid_t pid, long number)
{
    char name[32], text[32] = "";
    int fd, length;

    snprintf(name, sizeof(name), "/proc/%d/syscall", (int)pid);
    while (strtol(text, NULL, 10) != number || text[0] == 'r') {
        fd = open(name, O_RDONLY);
        length = (int)read(fd, text, sizeof(text) - 1);
        text[length > 0 ? length : 0] = '\0';
        close(fd);
    }
}

struct waiting {
    pid_t pid;
    int fd, server;
};

/* Shares descriptors with who waits for a connection: puts a file in its place, and answers. */
static int replace_waiting(void *from)
{
    const struct waiting *waiting = from;

    await_call(waiting->pid, SYS_connect);
    dup2(open("/dev/null", O_RDONLY), waiting->fd);
    for (int i = 0; i < 2; i++)
        if (accept4(waiting->server, NULL, NULL, 0) < 0)
            return 1;
    return 0;
}

/* HOST PORT: to a server here whose room another connection took, by 127.0.0.1, so that
 * connect() waits; meanwhile its descriptor becomes a file's. */
static int act_connect_replaced(char **args)
{
    static uint64_t stack[8192];
    struct sockaddr_in address = make_address(args[0], args[1]);
    struct sockaddr_in anywhere = make_address("0.0.0.0", args[1]);
    struct sockaddr_in here = make_address("127.0.0.1", args[1]);
    struct waiting waiting = {
        .pid = getpid(), .fd = make_socket(false, true), .server = make_socket(false, true)};
    int on = 1, kept = dup(waiting.fd);
    pid_t other;

    setsockopt(waiting.server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(waiting.server, (struct sockaddr *)&anywhere, sizeof(anywhere)) < 0 ||
        listen(waiting.server, 0) < 0 ||
        connect(make_socket(false, true), (struct sockaddr *)&here, sizeof(here)) < 0)
        return die("listen");
    other = clone(replace_waiting, stack + 8192, CLONE_FILES | CLONE_VM | SIGCHLD, &waiting);
    if (connect(waiting.fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        send(kept, "x", 1, 0) != 1)
        return die("connect");
    return wait_for(other);
}

/* HOST PORT: a datagram without a connection. */
static int act_sendto(char **args)
{
    struct sockaddr_in address = make_address(args[0], args[1]);
    int fd = make_socket(true, true);

    sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return 0;
}

static int act_connect_unix(char **args)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", args[0]);
    connect(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return 0;
}

static int act_listen_unix(char **args)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", args[0]);
    unlink(args[0]);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0)
        return die(args[0]);
    return act_fork(args + 1);
}

/* Both ends of a connection of HOST with itself; *ret_peer was accepted. */
static int connect_both(const char *host, const char *port, int *ret, int *ret_peer)
{
    struct sockaddr_in address = make_address(host, port);
    int on = 1, server = make_socket(false, true);

    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(server, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(server, 8) < 0)
        return die("listen");
    *ret = make_socket(false, true);
    if (connect(*ret, (struct sockaddr *)&address, sizeof(address)) < 0)
        return die("connect");
    *ret_peer = accept4(server, NULL, NULL, 0);
    close(server);
    return *ret_peer < 0 ? die("accept") : 0;
}

static int act_accept(char **args)
{
    int fd, peer;

    return connect_both(args[0], args[1], &fd, &peer);
}

/* HOST PORT TEXT: receives a text that the other end sent. */
static int act_receive(char **args)
{
    int fd, peer, r = connect_both(args[0], args[1], &fd, &peer);
    char bytes[256] = {0};

    if (r)
        return r;
    for (size_t i = 0; args[2][2 * i] && i < sizeof(bytes); i++) {
        char byte[3] = {args[2][2 * i], args[2][2 * i + 1], 0};

        bytes[i] = (char)strtoul(byte, NULL, 16);
    }
    send(peer, bytes, strlen(args[2]) / 2, 0);
    recvfrom(fd, bytes, sizeof(bytes), 0, NULL, NULL);
    return 0;
}

/* HOST PORT COMMAND...: runs it with the connection for input and output. */
static int act_on_socket(char **args)
{
    int fd, peer, r = connect_both(args[0], args[1], &fd, &peer);

    if (r)
        return r;
    shutdown(peer, SHUT_WR); /* nothing to read: a shell ends at once */
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    return act_exec(args + 2);
}

/* NUMBER: a connection put at that descriptor. */
static int act_dup(char **args)
{
    int fd, peer, r = connect_both("127.0.0.1", "4455", &fd, &peer);

    if (r)
        return r;
    dup2(fd, (int)strtol(args[0], NULL, 10));
    return 0;
}

static int act_socket(char **args)
{
    int domain = strcmp(args[0], "packet") == 0 ? AF_PACKET : AF_INET;
    int fd = socket(domain, domain == AF_PACKET ? SOCK_RAW : SOCK_STREAM, 0);

    if (fd >= 0)
        close(fd);
    return 0;
}

/* ---- the kernel ---- */

static pid_t start_victim(void)
{
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pause();
        _exit(0);
    }
    return child;
}

static int end_victim(pid_t victim)
{
    kill(victim, SIGKILL);
    waitpid(victim, NULL, 0);
    return 0;
}

static int act_ptrace(char **args)
{
    (void)args;
    pid_t victim = start_victim();

    if (ptrace(PTRACE_ATTACH, victim, NULL, NULL) == 0)
        waitpid(victim, NULL, 0);
    else
        perror("ptrace");
    return end_victim(victim);
}

static int act_traceme(char **args)
{
    (void)args;
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    return 0;
}

static int act_write_memory(char **args)
{
    static char text[16];
    struct iovec here = {text, sizeof(text)}, there = {text, sizeof(text)};
    pid_t victim = start_victim();

    (void)args;
    if (process_vm_writev(victim, &here, 1, &there, 1, 0) < 0)
        perror("process_vm_writev");
    return end_victim(victim);
}

/* LETTERS FILE: a file of a child's in /proc. */
static int act_open_victim(char **args)
{
    pid_t victim = start_victim();
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", victim, args[1]);
    fd = open(path, open_flags(args[0]));
    if (fd < 0)
        perror(path);
    return end_victim(victim);
}

static int act_userfaultfd(char **args)
{
    (void)args;
    /* 1: UFFD_USER_MODE_ONLY, which anybody may ask for. */
    if (syscall(SYS_userfaultfd, O_CLOEXEC | 1) < 0)
        perror("userfaultfd");
    return 0;
}

/* ENTRIES: a ring; of none is refused. */
static int act_io_uring(char **args)
{
    struct io_uring_params params = {0};

    if (syscall(SYS_io_uring_setup, strtoul(args[0], NULL, 10), &params) < 0)
        perror("io_uring_setup");
    return 0;
}

/* load: a program that returns 0; map: no program. */
static int act_bpf(char **args)
{
    static const char licence[] = "Dual BSD/GPL";
    static const struct bpf_insn program[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K},
                                              {.code = BPF_JMP | BPF_EXIT}};
    union bpf_attr attributes = {0};
    bool load = strcmp(args[0], "load") == 0;

    if (load) {
        attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
        attributes.insns = (uint64_t)(uintptr_t)program;
        attributes.insn_cnt = 2;
        attributes.license = (uint64_t)(uintptr_t)licence;
    } else {
        attributes.map_type = BPF_MAP_TYPE_ARRAY;
        attributes.key_size = attributes.value_size = 4;
        attributes.max_entries = 1;
    }
    if (syscall(SYS_bpf, load ? BPF_PROG_LOAD : BPF_MAP_CREATE, &attributes, sizeof(attributes)) <
        0)
        perror("bpf");
    return 0;
}

/* A module that is none: refused by every kernel. */
static int act_module(char **args)
{
    (void)args;
    if (syscall(SYS_init_module, "no module", 9UL, "") < 0)
        perror("init_module");
    return 0;
}

static int act_setns(char **args)
{
    int fd = open(args[0], O_RDONLY | O_CLOEXEC);

    if (setns(fd, 0) < 0)
        perror("setns");
    return 0;
}

static int act_unshare(char **args)
{
    if (unshare(strcmp(args[0], "user") == 0 ? CLONE_NEWUSER : CLONE_FILES) < 0)
        perror("unshare");
    return 0;
}

static int act_setuid(char **args)
{
    if (syscall(SYS_setuid, strtoul(args[0], NULL, 10)) < 0)
        perror("setuid");
    return 0;
}

/* UID VERB ARGUMENT...: as another user. */
static int act_as(char **args);

static const struct {
    const char *verb;
    int arguments;
    int (*act)(char **args);
} verbs[] = {
    {"@fork", 1, act_fork},
    {"@exec", 1, act_exec},
    {"@named", 2, act_named},
    {"@argv0", 2, act_argv0},
    {"@memfd", 1, act_memfd},
    {"@deleted", 2, act_deleted},
    {"@env", 2, act_env},
    {"@later", 2, act_later},
    {"@open", 2, act_open},
    {"@open-later", 3, act_open_later},
    {"@open-below", 2, act_open_below},
    {"@open-victim", 2, act_open_victim},
    {"@creat", 1, act_creat},
    {"@unlink", 1, act_unlink},
    {"@rename", 2, act_rename},
    {"@symlink", 2, act_symlink},
    {"@link", 2, act_link},
    {"@mkdir", 1, act_mkdir},
    {"@chmod", 2, act_chmod},
    {"@truncate", 1, act_truncate},
    {"@handle", 1, act_handle},
    {"@mount", 3, act_mount},
    {"@chroot", 1, act_chroot},
    {"@connect", 2, act_connect},
    {"@connect-replaced", 2, act_connect_replaced},
    {"@sendto", 2, act_sendto},
    {"@connect-unix", 1, act_connect_unix},
    {"@listen-unix", 2, act_listen_unix},
    {"@accept", 2, act_accept},
    {"@receive", 3, act_receive},
    {"@on-socket", 3, act_on_socket},
    {"@dup", 1, act_dup},
    {"@socket", 1, act_socket},
    {"@ptrace", 0, act_ptrace},
    {"@traceme", 0, act_traceme},
    {"@write-memory", 0, act_write_memory},
    {"@userfaultfd", 0, act_userfaultfd},
    {"@io-uring", 1, act_io_uring},
    {"@ring", 2, act_ring},
    {"@bpf", 1, act_bpf},
    {"@module", 0, act_module},
    {"@setns", 1, act_setns},
    {"@unshare", 1, act_unshare},
    {"@setuid", 1, act_setuid},
    {"@as", 2, act_as},
};

static int act(int count, char **args)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].verb, args[0]) == 0 && count > verbs[i].arguments)
            return verbs[i].act(args + 1);
    fprintf(stderr, "act: no verb %s with %d arguments\n", args[0], count - 1);
    return 124;
}

static int act_as(char **args)
{
    uid_t user = (uid_t)strtoul(args[0], NULL, 10);
    int count = 1;

    while (args[count])
        count++;
    if (setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0)
        return die("setresuid");
    return act(count - 1, args + 1);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] != '@')
        return 0;
    return act(argc - 1, argv + 1);
}
