#include "sensor/detect/scene-events.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

void relative_open(struct scene *s)
{
    scene_call(s, "openat", 3, (uint64_t)AT_FDCWD, 0, O_RDWR | O_CREAT | O_TRUNC, 0755);
    scene_text(s, SENSOR_PATH, 1, "../bob//.//notes.txt");
    scene_text(s, SENSOR_DIRECTORY, 1, "/home/ann");
    scene_descriptor(s, SENSOR_INDEX_RESULT, 3, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/home/bob/notes.txt");
}

void link_open(struct scene *s)
{
    scene_call(s, "openat", 4, 7, 0, O_RDONLY | O_CLOEXEC, 0);
    scene_text(s, SENSOR_PATH, 1, "/tmp/harmless");
    scene_descriptor(s, SENSOR_INDEX_RESULT, 4, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/etc/shadow");
}

void failed_open(struct scene *s)
{
    scene_call(s, "open", -2, 0, O_RDONLY, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "/etc/sudoers");
}

void failed_directory(struct scene *s)
{
    scene_call(s, "openat", -13, (uint64_t)AT_FDCWD, 0, O_RDONLY | O_DIRECTORY, 0);
    scene_text(s, SENSOR_PATH, 1, "/root");
}

void open_how(struct scene *s)
{
    static const uint64_t flags = O_WRONLY | O_CREAT, mode = 0600;

    scene_call(s, "openat2", 5, 9, 0, 0, 24);
    scene_text(s, SENSOR_PATH, 1, "x");
    scene_text(s, SENSOR_DIRECTORY, 1, "/srv");
    scene_bytes(s, SENSOR_FLAGS, 2, &flags, sizeof(flags));
    scene_bytes(s, SENSOR_MODE, 2, &mode, sizeof(mode));
    scene_descriptor(s, SENSOR_INDEX_RESULT, 5, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/srv/x");
}

void tcp_connect(struct scene *s)
{
    scene_call(s, "connect", -115, 6, 0, 16, 0);
    scene_descriptor(s, 0, 6, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_STREAM, SENSOR_SOCKET_CLIENT, "10.0.0.1", 40000,
                 "93.184.216.34", 443);
    scene_socket(s, SENSOR_ADDRESS, 1, 0, 0, NULL, 0, "93.184.216.34", 443);
}

/* The kernel has taken both ports back. */
void refused_connect(struct scene *s)
{
    scene_call(s, "connect", -111, 6, 0, 16, 0);
    scene_descriptor(s, 0, 6, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_STREAM, 0, NULL, 0, "93.184.216.34", 0);
    scene_socket(s, SENSOR_ADDRESS, 1, 0, 0, NULL, 0, "93.184.216.34", 50443);
}

void mapped_accept(struct scene *s)
{
    scene_call(s, "accept4", 8, 3, 0, 0, 0);
    scene_descriptor(s, SENSOR_INDEX_RESULT, 8, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, SENSOR_INDEX_RESULT, SOCK_STREAM,
                 SENSOR_SOCKET_SERVER | SENSOR_SOCKET_CONNECTED, "::ffff:10.0.0.1", 8080,
                 "::ffff:10.9.9.9", 50123);
}

void v6_listen(struct scene *s)
{
    scene_call(s, "listen", 0, 3, 128, 0, 0);
    scene_descriptor(s, 0, 3, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_STREAM, SENSOR_SOCKET_LISTENS, "::", 22, NULL, 0);
}

void udp_send(struct scene *s)
{
    scene_call(s, "sendto", 11, 5, 0, 11, 0);
    scene_descriptor(s, 0, 5, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_DGRAM, SENSOR_SOCKET_NEW_PEER, "0.0.0.0", 45000, NULL,
                 0);
    scene_socket(s, SENSOR_ADDRESS, 4, 0, 0, NULL, 0, "8.8.8.8", 53);
    scene_text(s, SENSOR_DATA, 1, "hello world");
}

void udp_receive(struct scene *s)
{
    scene_call(s, "recvfrom", 4, 5, 0, 512, 0);
    scene_descriptor(s, 0, 5, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_DGRAM, SENSOR_SOCKET_NEW_PEER, "10.0.0.1", 514, NULL, 0);
    scene_socket(s, SENSOR_ADDRESS, 4, 0, 0, NULL, 0, "10.0.0.9", 40404);
}

void v6_bind(struct scene *s)
{
    scene_call(s, "bind", 0, 3, 0, 28, 0);
    scene_descriptor(s, 0, 3, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_STREAM, 0, "::", 3333, NULL, 0);
    scene_socket(s, SENSOR_ADDRESS, 1, 0, 0, NULL, 0, "::", 0);
}

void unix_connect(struct scene *s)
{
    scene_call(s, "connect", 0, 6, 0, 110, 0);
    scene_descriptor(s, 0, 6, SENSOR_FD_SOCKET);
    scene_unix(s, SENSOR_SOCKET, 0, "/run/docker.sock");
    scene_unix(s, SENSOR_ADDRESS, 1, "/run/docker.sock");
}

void new_socket(struct scene *s)
{
    scene_call(s, "socket", 9, AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 3, 0);
}

void pipe_dup(struct scene *s)
{
    scene_call(s, "dup2", 1, 10, 1, 0, 0);
    scene_descriptor(s, 0, 10, SENSOR_FD_PIPE);
    scene_descriptor(s, SENSOR_INDEX_RESULT, 1, SENSOR_FD_PIPE);
}

void event_dup(struct scene *s)
{
    scene_call(s, "dup", 8, 7, 0, 0, 0);
    scene_descriptor(s, 0, 7, SENSOR_FD_EVENTFD);
    scene_text(s, SENSOR_FILE, 0, "/[eventfd]");
    scene_descriptor(s, SENSOR_INDEX_RESULT, 8, SENSOR_FD_EVENTFD);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/[eventfd]");
}

void other_dup(struct scene *s)
{
    scene_call(s, "dup", 8, 7, 0, 0, 0);
    scene_descriptor(s, SENSOR_INDEX_RESULT, 8, SENSOR_FD_OTHER);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/[perf_event]");
}

void file_write(struct scene *s)
{
    scene_call(s, "pwrite", 5, 3, 0, 5, 100);
    scene_descriptor(s, 0, 3, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, 0, "/var/log/syslog");
    scene_text(s, SENSOR_DATA, 1, "abcde");
}

void unlink_at(struct scene *s)
{
    scene_call(s, "unlinkat", 0, 12, 0, AT_REMOVEDIR, 0);
    scene_text(s, SENSOR_PATH, 1, "old");
    scene_text(s, SENSOR_DIRECTORY, 1, "/var/log");
}

void rename_two(struct scene *s)
{
    scene_call(s, "rename", 0, 0, 0, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "a");
    scene_text(s, SENSOR_DIRECTORY, 0, "/home/ann");
    scene_text(s, SENSOR_PATH, 1, "/usr/bin/../sbin/b");
}

void symlink_at(struct scene *s)
{
    scene_call(s, "symlinkat", -17, 0, (uint64_t)AT_FDCWD, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "../etc/shadow");
    scene_text(s, SENSOR_PATH, 2, "x");
    scene_text(s, SENSOR_DIRECTORY, 2, "/home/ann");
}

void mount_bind(struct scene *s)
{
    scene_call(s, "mount", 0, 0, 0, 0, 4096 | 1);
    scene_text(s, SENSOR_TEXT, 0, "/dev/sda1");
    scene_text(s, SENSOR_PATH, 1, "/mnt");
    scene_text(s, SENSOR_TEXT, 2, "ext4");
}

void set_uid(struct scene *s)
{
    scene_call(s, "setuid", 0, 33, 0, 0, 0);
}

/* By a thread that is another user than the main thread. */
void kill_as_thread(struct scene *s)
{
    static const struct sensor_credentials own = {.uid = 33, .euid = 33, .egid = 1, .effective = 1};

    scene_call(s, "kill", 0, 4711, 9, 0, 0);
    scene_bytes(s, SENSOR_CREDENTIALS, 0, &own, sizeof(own));
}

void trace(struct scene *s)
{
    scene_call(s, "ptrace", 0, 16, 4711, 0, 0);
}

void load_program(struct scene *s)
{
    scene_call(s, "bpf", 4, 5, 0, 0, 0);
}

void change_mode(struct scene *s)
{
    scene_call(s, "fchmodat", 0, (uint64_t)AT_FDCWD, 0, 04755, 0);
    scene_text(s, SENSOR_PATH, 1, "/tmp/x");
}

void unshare_user(struct scene *s)
{
    scene_call(s, "unshare", 0, 0x10020000, 0, 0, 0);
}

void send_signal(struct scene *s)
{
    scene_call(s, "kill", -1, (uint64_t)-1, 9, 0, 0);
}

void map_memory(struct scene *s)
{
    scene_call(s, "mmap", 0x7f0000000000, 0, 4096, 6, 0x22);
}

void run_program(struct scene *s)
{
    struct sensor_process process = {
        .descriptor_limit = 1024, .memory_size = 10, .memory_resident = 5};

    scene_event(s, SENSOR_EXEC, "execve", 0);
    scene_text(s, SENSOR_FILENAME, 0, "./cat");
    scene_bytes(s, SENSOR_ENVIRONMENT, 0, "HOME=/root\0PATH=/bin\0HOMER=x\0", 29);
    scene_bytes(s, SENSOR_PROCESS_PARAMETER, 0, &process, sizeof(process));
    scene_text(s, SENSOR_CGROUP, 0, "/user.slice");
}

void failed_run(struct scene *s)
{
    scene_call(s, "execve", -2, 0, 0, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "/nothing");
}

void new_process(struct scene *s)
{
    scene_event(s, SENSOR_FORK, NULL, 0);
}

void end_of_process(struct scene *s)
{
    scene_event(s, SENSOR_EXIT, NULL, 9 | 0x80);
}

void new_name(struct scene *s)
{
    scene_event(s, SENSOR_RENAME, NULL, 0);
}
