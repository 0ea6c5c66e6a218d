/* Fields of events made by hand, against what Falco's documentation says of them. */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rule/source/syscall.h"
#include "sensor/detect/address-names.h"
#include "sensor/detect/scene.h"
#include "sensor/state/user-names.h"

/* ---- events ---- */

static void relative_open(struct scene *s)
{
    scene_call(s, "openat", 3, (uint64_t)AT_FDCWD, 0, O_RDWR | O_CREAT | O_TRUNC, 0755);
    scene_text(s, SENSOR_PATH, 1, "../bob//.//notes.txt");
    scene_text(s, SENSOR_DIRECTORY, 1, "/home/ann");
    scene_descriptor(s, SENSOR_INDEX_RESULT, 3, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/home/bob/notes.txt");
}

static void link_open(struct scene *s)
{
    scene_call(s, "openat", 4, 7, 0, O_RDONLY | O_CLOEXEC, 0);
    scene_text(s, SENSOR_PATH, 1, "/tmp/harmless");
    scene_descriptor(s, SENSOR_INDEX_RESULT, 4, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, SENSOR_INDEX_RESULT, "/etc/shadow");
}

static void failed_open(struct scene *s)
{
    scene_call(s, "open", -2, 0, O_RDONLY, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "/etc/sudoers");
}

static void failed_directory(struct scene *s)
{
    scene_call(s, "openat", -13, (uint64_t)AT_FDCWD, 0, O_RDONLY | O_DIRECTORY, 0);
    scene_text(s, SENSOR_PATH, 1, "/root");
}

static void open_how(struct scene *s)
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

static void tcp_connect(struct scene *s)
{
    scene_call(s, "connect", -115, 6, 0, 16, 0);
    scene_descriptor(s, 0, 6, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_STREAM, SENSOR_SOCKET_CLIENT, "10.0.0.1", 40000,
                 "93.184.216.34", 443);
    scene_socket(s, SENSOR_ADDRESS, 1, 0, 0, NULL, 0, "93.184.216.34", 443);
}

static void mapped_accept(struct scene *s)
{
    scene_call(s, "accept4", 8, 3, 0, 0, 0);
    scene_descriptor(s, SENSOR_INDEX_RESULT, 8, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, SENSOR_INDEX_RESULT, SOCK_STREAM,
                 SENSOR_SOCKET_SERVER | SENSOR_SOCKET_CONNECTED, "::ffff:10.0.0.1", 8080,
                 "::ffff:10.9.9.9", 50123);
}

static void v6_listen(struct scene *s)
{
    scene_call(s, "listen", 0, 3, 128, 0, 0);
    scene_descriptor(s, 0, 3, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_STREAM, SENSOR_SOCKET_LISTENS, "::", 22, NULL, 0);
}

static void udp_send(struct scene *s)
{
    scene_call(s, "sendto", 11, 5, 0, 11, 0);
    scene_descriptor(s, 0, 5, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_DGRAM, SENSOR_SOCKET_NEW_PEER, "0.0.0.0", 45000, NULL,
                 0);
    scene_socket(s, SENSOR_ADDRESS, 4, 0, 0, NULL, 0, "8.8.8.8", 53);
    scene_text(s, SENSOR_DATA, 1, "hello world");
}

static void udp_receive(struct scene *s)
{
    scene_call(s, "recvfrom", 4, 5, 0, 512, 0);
    scene_descriptor(s, 0, 5, SENSOR_FD_SOCKET);
    scene_socket(s, SENSOR_SOCKET, 0, SOCK_DGRAM, SENSOR_SOCKET_NEW_PEER, "10.0.0.1", 514, NULL, 0);
    scene_socket(s, SENSOR_ADDRESS, 4, 0, 0, NULL, 0, "10.0.0.9", 40404);
}

static void unix_connect(struct scene *s)
{
    scene_call(s, "connect", 0, 6, 0, 110, 0);
    scene_descriptor(s, 0, 6, SENSOR_FD_SOCKET);
    scene_unix(s, SENSOR_SOCKET, 0, "/run/docker.sock");
    scene_unix(s, SENSOR_ADDRESS, 1, "/run/docker.sock");
}

static void new_socket(struct scene *s)
{
    scene_call(s, "socket", 9, AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 3, 0);
}

static void pipe_dup(struct scene *s)
{
    scene_call(s, "dup2", 1, 10, 1, 0, 0);
    scene_descriptor(s, 0, 10, SENSOR_FD_PIPE);
    scene_descriptor(s, SENSOR_INDEX_RESULT, 1, SENSOR_FD_PIPE);
}

static void file_write(struct scene *s)
{
    scene_call(s, "pwrite", 5, 3, 0, 5, 100);
    scene_descriptor(s, 0, 3, SENSOR_FD_FILE);
    scene_text(s, SENSOR_FILE, 0, "/var/log/syslog");
    scene_text(s, SENSOR_DATA, 1, "abcde");
}

static void unlink_at(struct scene *s)
{
    scene_call(s, "unlinkat", 0, 12, 0, AT_REMOVEDIR, 0);
    scene_text(s, SENSOR_PATH, 1, "old");
    scene_text(s, SENSOR_DIRECTORY, 1, "/var/log");
}

static void rename_two(struct scene *s)
{
    scene_call(s, "rename", 0, 0, 0, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "a");
    scene_text(s, SENSOR_DIRECTORY, 0, "/home/ann");
    scene_text(s, SENSOR_PATH, 1, "/usr/bin/../sbin/b");
}

static void symlink_at(struct scene *s)
{
    scene_call(s, "symlinkat", -17, 0, (uint64_t)AT_FDCWD, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "../etc/shadow");
    scene_text(s, SENSOR_PATH, 2, "x");
    scene_text(s, SENSOR_DIRECTORY, 2, "/home/ann");
}

static void mount_bind(struct scene *s)
{
    scene_call(s, "mount", 0, 0, 0, 0, 4096 | 1);
    scene_text(s, SENSOR_TEXT, 0, "/dev/sda1");
    scene_text(s, SENSOR_PATH, 1, "/mnt");
    scene_text(s, SENSOR_TEXT, 2, "ext4");
}

static void set_uid(struct scene *s)
{
    scene_call(s, "setuid", 0, 33, 0, 0, 0);
}

static void trace(struct scene *s)
{
    scene_call(s, "ptrace", 0, 16, 4711, 0, 0);
}

static void load_program(struct scene *s)
{
    scene_call(s, "bpf", 4, 5, 0, 0, 0);
}

static void change_mode(struct scene *s)
{
    scene_call(s, "fchmodat", 0, (uint64_t)AT_FDCWD, 0, 04755, 0);
    scene_text(s, SENSOR_PATH, 1, "/tmp/x");
}

static void unshare_user(struct scene *s)
{
    scene_call(s, "unshare", 0, 0x10020000, 0, 0, 0);
}

static void send_signal(struct scene *s)
{
    scene_call(s, "kill", -1, (uint64_t)-1, 9, 0, 0);
}

static void map_memory(struct scene *s)
{
    scene_call(s, "mmap", 0x7f0000000000, 0, 4096, 6, 0x22);
}

static void run_program(struct scene *s)
{
    struct sensor_process process = {
        .descriptor_limit = 1024, .memory_size = 10, .memory_resident = 5};

    scene_event(s, SENSOR_EXEC, "execve", 0);
    scene_text(s, SENSOR_FILENAME, 0, "./cat");
    scene_bytes(s, SENSOR_ENVIRONMENT, 0, "HOME=/root\0PATH=/bin\0HOMER=x\0", 29);
    scene_bytes(s, SENSOR_PROCESS_PARAMETER, 0, &process, sizeof(process));
    scene_text(s, SENSOR_CGROUP, 0, "/user.slice");
}

static void failed_run(struct scene *s)
{
    scene_call(s, "execve", -2, 0, 0, 0, 0);
    scene_text(s, SENSOR_PATH, 0, "/nothing");
}

static void new_process(struct scene *s)
{
    scene_event(s, SENSOR_FORK, NULL, 0);
}

static void end_of_process(struct scene *s)
{
    scene_event(s, SENSOR_EXIT, NULL, 9 | 0x80);
}

static void new_name(struct scene *s)
{
    scene_event(s, SENSOR_RENAME, NULL, 0);
}

static const struct case_ {
    void (*event)(struct scene *scene);
    const char *field, *want; /* as outputs write it; "-": not there; " | ": a second reading */
} cases[] = {
    /* the event */
    {relative_open, "evt.num", "7"},
    {relative_open, "evt.time", "22:20:00.000000005"},
    {relative_open, "evt.time.s", "22:20:00"},
    {relative_open, "evt.time.iso8601", "2023-11-14T22:20:00.000000005+0000"},
    {relative_open, "evt.datetime", "2023-11-14 22:20:00.000000005"},
    {relative_open, "evt.datetime.s", "2023-11-14 22:20:00"},
    {relative_open, "evt.rawtime", "1700000400000000005"},
    {relative_open, "evt.rawtime.s", "1700000400"},
    {relative_open, "evt.rawtime.ns", "5"},
    {relative_open, "evt.reltime", "10000000005"},
    {relative_open, "evt.deltatime", "1000000005"},
    {relative_open, "evt.latency", "-"},
    {relative_open, "evt.type", "openat"},
    {relative_open, "evt.type.is[openat]", "true"},
    {relative_open, "evt.type.is[open]", "false"},
    {file_write, "evt.type", "pwrite"},
    {file_write, "syscall.type", "pwrite64"},
    {run_program, "evt.type", "execve"},
    {failed_run, "evt.type", "execve"},
    {new_process, "evt.type", "clone"},
    {end_of_process, "evt.type", "procexit"},
    {end_of_process, "syscall.type", "-"},
    {new_name, "evt.type", "-"},
    {relative_open, "evt.category", "file"},
    {file_write, "evt.category", "file"},
    {udp_send, "evt.category", "net"},
    {pipe_dup, "evt.category", "ipc"},
    {set_uid, "evt.category", "user"},
    {run_program, "evt.category", "process"},
    {new_name, "evt.category", "-"},
    {relative_open, "evt.cpu", "3"},
    {relative_open, "evt.count", "1"},
    {relative_open, "evt.hostname", "node1"},
    {relative_open, "evt.source", "syscall"},
    {relative_open, "evt.asynctype", "-"},
    {relative_open, "evt.pluginname", "-"},
    {relative_open, "evt.plugininfo", "-"},
    {relative_open, "evt.res", "SUCCESS"},
    {failed_open, "evt.res", "ENOENT"},
    {tcp_connect, "evt.res", "EINPROGRESS"},
    {run_program, "evt.res", "SUCCESS"},
    {end_of_process, "evt.res", "-"},
    {relative_open, "evt.rawres", "3"},
    {failed_open, "evt.rawres", "-2"},
    {run_program, "evt.rawres", "0"},
    {new_process, "evt.rawres", "301"},
    {end_of_process, "evt.rawres", "-"},
    {failed_open, "evt.failed", "true"},
    {relative_open, "evt.failed", "false"},
    {file_write, "evt.is_io", "true"},
    {file_write, "evt.is_io_write", "true"},
    {file_write, "evt.is_io_read", "false"},
    {file_write, "evt.io_dir", "w"},
    {udp_receive, "evt.io_dir", "r"},
    {relative_open, "evt.is_io", "false"},
    {relative_open, "evt.io_dir", "-"},
    {file_write, "evt.buffer", "abcde"},
    {file_write, "evt.buflen", "5"},
    {relative_open, "evt.buffer", "-"},
    {relative_open, "evt.buflen", "-"},
    {relative_open, "evt.is_wait", "false"},
    {file_write, "evt.is_syslog", "false"},
    {relative_open, "evt.is_open_read", "true"},
    {relative_open, "evt.is_open_write", "true"},
    {relative_open, "evt.is_open_exec", "true"},
    {relative_open, "evt.is_open_create", "true"},
    {link_open, "evt.is_open_read", "true"},
    {link_open, "evt.is_open_write", "false"},
    {open_how, "evt.is_open_read", "false"},
    {open_how, "evt.is_open_write", "true"},
    {open_how, "evt.is_open_exec", "false"},
    {file_write, "evt.is_open_write", "false"},
    {unlink_at, "evt.abspath", "/var/log/old"},
    {rename_two, "evt.abspath", "-"},
    {rename_two, "evt.abspath[src]", "/home/ann/a"},
    {rename_two, "evt.abspath[dst]", "/usr/sbin/b"},
    {unlink_at, "evt.abspath[src]", "-"},
    /* arguments */
    {relative_open, "evt.arg.name", "/home/bob/notes.txt"},
    {relative_open, "evt.rawarg.name", "../bob//.//notes.txt"},
    {relative_open, "evt.arg.flags", "O_TRUNC|O_CREAT|O_RDWR|FD_UPPER_LAYER"},
    {relative_open, "evt.rawarg.flags", "578"},
    {relative_open, "evt.arg.mode", "0755"},
    {relative_open, "evt.arg.dirfd", "AT_FDCWD"},
    {relative_open, "evt.arg.fd", "<f>/home/bob/notes.txt"},
    {relative_open, "evt.arg[0]", "<f>/home/bob/notes.txt"},
    {relative_open, "evt.arg[2]", "/home/bob/notes.txt"},
    {relative_open, "evt.arg[20]", "-"},
    {relative_open, "evt.arg.nothing", "-"},
    {failed_open, "evt.arg.fd", "ENOENT"},
    {failed_open, "evt.arg.name", "/etc/sudoers"},
    {failed_open, "evt.args", "fd=-2(ENOENT) name=/etc/sudoers flags=0(O_RDONLY) mode=0"},
    {open_how, "evt.arg.flags", "O_CREAT|O_WRONLY|FD_UPPER_LAYER"},
    {open_how, "evt.arg.mode", "0600"},
    {open_how, "evt.arg.dirfd", "<d>/srv"},
    {open_how, "evt.arg.name", "/srv/x"},
    {unlink_at, "evt.arg.name", "/var/log/old"},
    {unlink_at, "evt.arg.flags", "AT_REMOVEDIR"},
    {unlink_at, "evt.args",
     "res=0 dirfd=12(<d>/var/log) name=old(/var/log/old) flags=512(AT_REMOVEDIR)"},
    {unlink_at, "evt.info",
     "res=0 dirfd=12(<d>/var/log) name=old(/var/log/old) flags=512(AT_REMOVEDIR)"},
    {rename_two, "evt.arg.oldpath", "/home/ann/a"},
    {rename_two, "evt.arg.newpath", "/usr/sbin/b"},
    {symlink_at, "evt.arg.target", "../etc/shadow"},
    {symlink_at, "evt.arg.linkpath", "/home/ann/x"},
    {symlink_at, "evt.arg.res", "EEXIST"},
    {mount_bind, "evt.arg.dev", "/dev/sda1"},
    {mount_bind, "evt.arg.dir", "/mnt"},
    {mount_bind, "evt.arg.type", "ext4"},
    {mount_bind, "evt.arg.flags", "RDONLY|BIND"},
    {new_socket, "evt.arg.domain", "AF_PACKET"},
    {new_socket, "evt.arg.type", "SOCK_RAW|SOCK_CLOEXEC"},
    {new_socket, "evt.arg.proto", "3"},
    {set_uid, "evt.arg.uid", "www-data"},
    {set_uid, "evt.rawarg.uid", "33"},
    {set_uid, "evt.args", "res=0 uid=33(www-data)"},
    {trace, "evt.arg.request", "PTRACE_ATTACH"},
    {trace, "evt.arg.pid", "4711"},
    {load_program, "evt.arg.cmd", "BPF_PROG_LOAD"},
    {load_program, "evt.rawarg.cmd", "5"},
    {change_mode, "evt.arg.mode",
     "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|"
     "S_ISUID"},
    {change_mode, "evt.arg.filename", "/tmp/x"},
    {unshare_user, "evt.arg.flags", "CLONE_NEWNS|CLONE_NEWUSER"},
    {send_signal, "evt.arg.pid", "-1"},
    {send_signal, "evt.arg.sig", "SIGKILL"},
    {send_signal, "evt.arg.res", "EPERM"},
    {map_memory, "evt.arg.prot", "PROT_WRITE|PROT_EXEC"},
    {map_memory, "evt.arg.flags", "MAP_PRIVATE|MAP_ANONYMOUS"},
    {run_program, "evt.arg.filename", "/home/ann/cat"},
    {run_program, "evt.arg.flags", "EXE_WRITABLE|EXE_UPPER_LAYER"},
    {run_program, "evt.arg.exe", "cat"},
    {run_program, "evt.arg.cap_effective", "CAP_SYS_ADMIN"},
    {run_program, "evt.arg.env", "HOME=/root PATH=/bin HOMER=x"},
    {failed_run, "evt.arg.filename", "/nothing"},
    {failed_run, "evt.arg.res", "ENOENT"},
    {tcp_connect, "evt.arg.addr", "93.184.216.34:443"},
    {tcp_connect, "evt.arg.tuple", "10.0.0.1:40000->93.184.216.34:443"},
    {tcp_connect, "evt.arg.fd", "<4t>10.0.0.1:40000->93.184.216.34:443"},
    {udp_send, "evt.arg.data", "hello world"},
    {udp_send, "evt.arg.tuple", "0.0.0.0:45000->8.8.8.8:53"},
    {unix_connect, "evt.arg.addr", "/run/docker.sock"},
    {end_of_process, "evt.args", "status=137 ret=0 sig=9(SIGKILL) core=1"},
    {new_name, "evt.args", "-"},
    {new_name, "evt.arg.x", "-"},
    /* descriptors */
    {relative_open, "fd.num", "3"},
    {failed_open, "fd.num", "-1"},
    {set_uid, "fd.num", "-"},
    {pipe_dup, "fd.num", "1"},
    {file_write, "fd.num", "3"},
    {relative_open, "fd.type", "file"},
    {relative_open, "fd.typechar", "f"},
    {failed_open, "fd.typechar", "f"},
    {failed_directory, "fd.typechar", "d"},
    {failed_directory, "fd.type", "directory"},
    {tcp_connect, "fd.type", "ipv4"},
    {tcp_connect, "fd.typechar", "4"},
    {mapped_accept, "fd.typechar", "4"},
    {v6_listen, "fd.type", "ipv6"},
    {v6_listen, "fd.typechar", "6"},
    {unix_connect, "fd.type", "unix"},
    {unix_connect, "fd.typechar", "u"},
    {pipe_dup, "fd.type", "pipe"},
    {pipe_dup, "fd.typechar", "p"},
    {set_uid, "fd.type", "-"},
    {set_uid, "fd.typechar", "-"},
    {relative_open, "fd.name", "/home/bob/notes.txt"},
    {link_open, "fd.name", "/tmp/harmless | /etc/shadow"},
    {failed_open, "fd.name", "/etc/sudoers"},
    {file_write, "fd.name", "/var/log/syslog"},
    {tcp_connect, "fd.name", "10.0.0.1:40000->93.184.216.34:443"},
    {mapped_accept, "fd.name", "10.9.9.9:50123->10.0.0.1:8080"},
    {v6_listen, "fd.name", ":::22"},
    {udp_receive, "fd.name", "10.0.0.9:40404->10.0.0.1:514"},
    {unix_connect, "fd.name", "/run/docker.sock"},
    {pipe_dup, "fd.name", "pipe:[4242]"},
    {set_uid, "fd.name", "-"},
    {relative_open, "fd.nameraw", "../bob//.//notes.txt"},
    {file_write, "fd.nameraw", "-"},
    {relative_open, "fd.directory", "/home/bob"},
    {link_open, "fd.directory", "/tmp | /etc"},
    {failed_directory, "fd.directory", "/"},
    {tcp_connect, "fd.directory", "-"},
    {relative_open, "fd.filename", "notes.txt"},
    {link_open, "fd.filename", "harmless | shadow"},
    {tcp_connect, "fd.filename", "-"},
    {udp_receive, "fd.name_changed", "true"},
    {tcp_connect, "fd.name_changed", "false"},
    {tcp_connect, "fd.ip", "(10.0.0.1,93.184.216.34)"},
    {tcp_connect, "fd.cip", "10.0.0.1"},
    {tcp_connect, "fd.sip", "93.184.216.34"},
    {tcp_connect, "fd.lip", "10.0.0.1"},
    {tcp_connect, "fd.rip", "93.184.216.34"},
    {tcp_connect, "fd.port", "(40000,443)"},
    {tcp_connect, "fd.cport", "40000"},
    {tcp_connect, "fd.sport", "443"},
    {tcp_connect, "fd.lport", "40000"},
    {tcp_connect, "fd.rport", "443"},
    {mapped_accept, "fd.cip", "10.9.9.9"},
    {mapped_accept, "fd.sip", "10.0.0.1"},
    {mapped_accept, "fd.lip", "10.0.0.1"},
    {mapped_accept, "fd.rip", "10.9.9.9"},
    {mapped_accept, "fd.is_server", "true"},
    {tcp_connect, "fd.is_server", "false"},
    {v6_listen, "fd.ip", "(::)"},
    {v6_listen, "fd.sip", "::"},
    {v6_listen, "fd.cip", "-"},
    {v6_listen, "fd.sport", "22"},
    {v6_listen, "fd.rip", "-"},
    {udp_send, "fd.sip", "8.8.8.8"},
    {udp_send, "fd.rport", "53"},
    {udp_receive, "fd.cip", "10.0.0.9"},
    {udp_receive, "fd.sport", "514"},
    {tcp_connect, "fd.net", "(10.0.0.1,93.184.216.34)"},
    {tcp_connect, "fd.cnet", "10.0.0.1"},
    {tcp_connect, "fd.snet", "93.184.216.34"},
    {tcp_connect, "fd.lnet", "10.0.0.1"},
    {tcp_connect, "fd.rnet", "93.184.216.34"},
    {relative_open, "fd.ip", "-"},
    {relative_open, "fd.port", "-"},
    {relative_open, "fd.snet", "-"},
    {tcp_connect, "fd.l4proto", "tcp"},
    {udp_send, "fd.l4proto", "udp"},
    {unix_connect, "fd.l4proto", "-"},
    {tcp_connect, "fd.proto", "(40000,https)"},
    {tcp_connect, "fd.cproto", "40000"},
    {udp_send, "fd.sproto", "domain"},
    {v6_listen, "fd.lproto", "ssh"},
    {tcp_connect, "fd.rproto", "https"},
    {tcp_connect, "fd.sockfamily", "ip"},
    {unix_connect, "fd.sockfamily", "unix"},
    {file_write, "fd.sockfamily", "-"},
    {mapped_accept, "fd.connected", "true"},
    {tcp_connect, "fd.connected", "false"},
    {file_write, "fd.connected", "false"},
    {file_write, "fd.uid", "3003"},
    {set_uid, "fd.uid", "-"},
    {file_write, "fd.containername", ":/var/log/syslog"},
    {file_write, "fd.containerdirectory", ":/var/log"},
    {file_write, "fd.dev", "8388609"},
    {file_write, "fd.dev.major", "8"},
    {file_write, "fd.dev.minor", "1"},
    {file_write, "fd.ino", "4242"},
    {set_uid, "fd.dev", "-"},
    {set_uid, "fd.ino", "-"},
    {file_write, "fd.is_upper_layer", "true"},
    {file_write, "fd.is_lower_layer", "false"},
    {file_write, "fd.types", "(pipe,file,file,file)"},
    {file_write, "fd.types[0]", "(pipe)"},
    {file_write, "fd.types[9]", "-"},
    {tcp_connect, "fd.sip.name", "example.org"},
    {tcp_connect, "fd.rip.name", "example.org"},
    {tcp_connect, "fd.cip.name", "-"},
    {tcp_connect, "fd.lip.name", "-"},
    /* paths */
    {unlink_at, "fs.path.name", "/var/log/old"},
    {unlink_at, "fs.path.nameraw", "old"},
    {link_open, "fs.path.name", "/tmp/harmless | /etc/shadow"},
    {rename_two, "fs.path.name", "-"},
    {rename_two, "fs.path.source", "/home/ann/a"},
    {rename_two, "fs.path.sourceraw", "a"},
    {rename_two, "fs.path.target", "/usr/sbin/b"},
    {rename_two, "fs.path.targetraw", "/usr/bin/../sbin/b"},
    {mount_bind, "fs.path.source", "/dev/sda1"},
    {mount_bind, "fs.path.target", "/mnt"},
    {unlink_at, "fs.path.source", "-"},
    {set_uid, "fs.path.name", "-"},
    /* the process */
    {set_uid, "proc.name", "cat"},
    {set_uid, "proc.exe", "cat"},
    {set_uid, "proc.exepath", "/usr/bin/cat"},
    {set_uid, "proc.pid", "300"},
    {set_uid, "proc.ppid", "200"},
    {set_uid, "proc.vpid", "300"},
    {set_uid, "proc.pvpid", "200"},
    {set_uid, "proc.sid", "200"},
    {set_uid, "proc.sname", "bash"},
    {set_uid, "proc.sid.exe", "-bash"},
    {set_uid, "proc.sid.exepath", "/usr/bin/bash"},
    {set_uid, "proc.vpgid", "300"},
    {set_uid, "proc.vpgid.name", "cat"},
    {set_uid, "proc.vpgid.exe", "cat"},
    {set_uid, "proc.vpgid.exepath", "/usr/bin/cat"},
    {set_uid, "proc.pgid", "300"},
    {set_uid, "proc.is_sid_leader", "false"},
    {set_uid, "proc.is_vpgid_leader", "true"},
    {set_uid, "proc.args", "-n /etc/shadow x y"},
    {set_uid, "proc.args[1]", "/etc/shadow"},
    {set_uid, "proc.args[2]", "x y"},
    {set_uid, "proc.args[3]", "-"},
    {set_uid, "proc.cmdline", "cat -n /etc/shadow x y"},
    {set_uid, "proc.exeline", "cat -n /etc/shadow x y"},
    {set_uid, "proc.cmdnargs", "3"},
    {set_uid, "proc.cmdlenargs", "16"},
    {run_program, "proc.env", "HOME=/root PATH=/bin HOMER=x"},
    {run_program, "proc.env[HOME]", "/root"},
    {run_program, "proc.env[HOMER]", "x"},
    {run_program, "proc.env[NO]", "-"},
    {set_uid, "proc.env", "-"},
    {set_uid, "proc.penv", "-"},
    {set_uid, "proc.aenv[HOME]", "-"},
    {set_uid, "proc.aenv[1]", "-"},
    {set_uid, "proc.cwd", "/home/ann"},
    {set_uid, "proc.tty", "34816"},
    {set_uid, "proc.loginshellid", "200"},
    {set_uid, "proc.duration", "100000000005"},
    {set_uid, "proc.ppid.duration", "200000000005"},
    {set_uid, "proc.pid.ts", "1700000300000000000"},
    {set_uid, "proc.ppid.ts", "1700000200000000000"},
    {set_uid, "proc.fdopencount", "-"},
    {run_program, "proc.fdlimit", "1024"},
    {set_uid, "proc.fdlimit", "-"},
    {set_uid, "proc.fdusage", "-"},
    {run_program, "proc.vmsize", "10"},
    {run_program, "proc.vmrss", "5"},
    {run_program, "proc.vmswap", "0"},
    {set_uid, "proc.vmsize", "-"},
    {set_uid, "proc.nthreads", "3"},
    {set_uid, "proc.nchilds", "2"},
    {set_uid, "proc.pname", "bash"},
    {set_uid, "proc.pexe", "-bash"},
    {set_uid, "proc.pexepath", "/usr/bin/bash"},
    {set_uid, "proc.pcmdline", "bash"},
    {set_uid, "proc.aname", "(bash,sshd,systemd)"},
    {set_uid, "proc.aname[0]", "cat"},
    {set_uid, "proc.aname[1]", "bash"},
    {set_uid, "proc.aname[3]", "systemd"},
    {set_uid, "proc.aname[4]", "-"},
    {set_uid, "proc.aexe[2]", "sshd:"},
    {set_uid, "proc.aexepath", "(/usr/bin/bash,/usr/sbin/sshd,/usr/lib/systemd/systemd)"},
    {set_uid, "proc.aexepath[2]", "/usr/sbin/sshd"},
    {set_uid, "proc.acmdline[1]", "bash"},
    {set_uid, "proc.apid", "(200,100,1)"},
    {set_uid, "proc.apid[2]", "100"},
    {set_uid, "proc.acwd[1]", "/root"},
    {set_uid, "proc.is_exe_writable", "true"},
    {set_uid, "proc.is_exe_upper_layer", "true"},
    {set_uid, "proc.is_exe_lower_layer", "false"},
    {set_uid, "proc.is_exe_from_memfd", "false"},
    {set_uid, "proc.exe_ino", "77"},
    {set_uid, "proc.exe_ino.ctime", "1700000250000000000"},
    {set_uid, "proc.exe_ino.mtime", "1700000240000000000"},
    {set_uid, "proc.exe_ino.ctime_duration_proc_start", "50000000000"},
    {set_uid, "proc.exe_ino.ctime_duration_pidns_start", "245000000000"},
    {set_uid, "proc.pidns_init_start_ts", "1700000005000000000"},
    {set_uid, "proc.stdin.type", "pipe"},
    {set_uid, "proc.stdout.type", "file"},
    {set_uid, "proc.stderr.type", "file"},
    {set_uid, "proc.stdin.name", "pipe:[55]"},
    {set_uid, "proc.stdout.name", "-"},
    {set_uid, "proc.stderr.name", "-"},
    {file_write, "proc.fd.name[3]", "/var/log/syslog"},
    {set_uid, "proc.fd.name[0]", "pipe:[55]"},
    {set_uid, "proc.fd.name[7]", "-"},
    {set_uid, "thread.cap_permitted", "CAP_CHOWN CAP_SYS_ADMIN"},
    {set_uid, "thread.cap_effective", "CAP_SYS_ADMIN"},
    {set_uid, "thread.cap_inheritable", ""},
    {set_uid, "thread.tid", "300"},
    {set_uid, "thread.vtid", "300"},
    {set_uid, "thread.ismain", "true"},
    {set_uid, "thread.cpu", "-"},
    {set_uid, "thread.exectime", "-"},
    {set_uid, "thread.totexectime", "-"},
    {set_uid, "thread.cgroups", "-"},
    {run_program, "thread.cgroups", "=/user.slice"},
    {run_program, "thread.cgroup[memory]", "/user.slice"},
    {set_uid, "thread.cgroup[memory]", "-"},
    /* users */
    {set_uid, "user.uid", "0"},
    {set_uid, "user.ruid", "1000"},
    {set_uid, "user.name", "root"},
    {set_uid, "user.homedir", "/root"},
    {set_uid, "user.shell", "/bin/sh"},
    {set_uid, "user.loginuid", "1000"},
    {set_uid, "user.loginname", "<NA>"},
    {set_uid, "group.gid", "27"},
    {set_uid, "group.name", "sudo"},
    /* the host is no container */
    {set_uid, "container.id", "host"},
    {set_uid, "container.full_id", "host"},
    {set_uid, "container.name", "host"},
    {set_uid, "container.type", "host"},
    {set_uid, "container.image", "-"},
    {set_uid, "container.image.repository", "-"},
    {set_uid, "container.privileged", "-"},
    {set_uid, "container.mounts", "-"},
    {set_uid, "container.mount[0]", "-"},
    {set_uid, "container.label[app]", "-"},
    {set_uid, "container.start_ts", "-"},
    {set_uid, "container.duration", "-"},
    {set_uid, "container.info", "host (id=host)"},
    {set_uid, "k8s.ns.name", "-"},
    {set_uid, "k8s.pod.labels", "-"},
};

/* In a container that the runtime has told of. */
static const struct {
    const char *field, *want;
} contained[] = {
    {"container.id", "0123456789ab"},
    {"container.full_id", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
    {"container.name", "shop"},
    {"container.image", "docker.io/library/shop:1"},
    {"container.image.id", "1122"},
    {"container.image.repository", "docker.io/library/shop"},
    {"container.image.tag", "1"},
    {"container.image.digest", "sha256:aa"},
    {"container.type", "docker"},
    {"container.privileged", "true"},
    {"container.mounts", "(/var/run/docker.sock:/docker.sock:rw:true:rprivate,"
                         "/srv/data:/data:ro:false:slave)"},
    {"container.mount[1]", "/srv/data:/data:ro:false:slave"},
    {"container.mount[/srv/*]", "/srv/data:/data:ro:false:slave"},
    {"container.mount.source[/data]", "/srv/data"},
    {"container.mount.dest[/var/run/docker.sock]", "/docker.sock"},
    {"container.mount.dest[/etc]", "N/A"},
    {"container.mount.dest[0]", "/docker.sock"},
    {"container.mount.mode[1]", "ro"},
    {"container.mount.rdwr[1]", "false"},
    {"container.mount.propagation[1]", "slave"},
    {"container.label[app]", "shop"},
    {"container.label[no]", "-"},
    {"container.labels", "(app:shop,io.kubernetes.pod.namespace:web)"},
    {"container.ip", "172.17.0.2"},
    {"container.cni.json", "-"},
    {"container.healthcheck", "curl localhost"},
    {"container.liveness_probe", "-"},
    {"container.readiness_probe", "-"},
    {"container.is_pod_sandbox", "false"},
    {"container.host_pid", "false"},
    {"container.host_network", "true"},
    {"container.host_ipc", "false"},
    {"container.start_ts", "1700000280000000000"},
    {"container.duration", "120000000005"},
    {"container.info", "shop (id=0123456789ab)"},
    {"thread.cgroup[memory]", "/docker/0123"},
    {"fd.containername", "0123456789ab:/var/log/syslog"},
    {"k8s.ns.name", "web"},
    {"k8s.pod.name", "shop-1"},
    {"k8s.pod.id", "fedcba987654"},
    {"k8s.pod.full_sandbox_id", "fedcba9876543210"},
    {"k8s.pod.sandbox_id", "fedcba987654"},
    {"k8s.pod.uid", "-"},
    {"k8s.pod.label[app]", "shop"},
    {"k8s.pod.labels", "(app:shop)"},
    {"k8s.pod.ip", "-"},
    {"k8s.pod.cni.json", "-"},
};

/* ---- the tests ---- */

static struct user_names *known_users(void)
{
    struct user_names *users = NULL;
    struct user_entry root = {VIEW("root"), VIEW("/root"), VIEW("/bin/sh")};
    struct user_entry www = {.name = VIEW("www-data")}, sudo = {.name = VIEW("sudo")};

    assert_int_equal(user_names_new(false, &users, NULL), 0);
    user_names_add(users, VIEW_EMPTY, false, 0, &root);
    user_names_add(users, VIEW_EMPTY, false, 33, &www);
    user_names_add(users, VIEW_EMPTY, true, 27, &sudo);
    return users;
}

static struct address_names *known_addresses(void)
{
    static const uint8_t address[4] = {93, 184, 216, 34};
    struct address_names *names = NULL;

    assert_int_equal(address_names_new(false, &names, NULL), 0);
    address_names_add(names, VIEW("example.org"), 4, address);
    return names;
}

static void test_cases(void **state)
{
    struct user_names *users = known_users();
    struct address_names *addresses = known_addresses();
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got;

        scene_init(scene);
        scene->observation.users = users;
        scene->observation.addresses = addresses;
        cases[i].event(scene);
        scene_end(scene);
        got = scene_field(scene, cases[i].field, &text);
        if (strcmp(got, cases[i].want) != 0) {
            print_error("case %zu, %s of %s: got \"%s\", want \"%s\"\n", i, cases[i].field,
                        scene->observation.call ? scene->observation.call->name : "an event", got,
                        cases[i].want);
            wrong++;
        }
        scene_done(scene);
    }
    assert_int_equal(wrong, 0);
    buf_done(&text);
    free(scene);
    user_names_free(users);
    address_names_free(addresses);
}

static void test_contained(void **state)
{
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    scene_init(scene);
    scene_contain(scene, true);
    file_write(scene);
    scene_end(scene);
    for (size_t i = 0; i < COUNT(contained); i++) {
        const char *got = scene_field(scene, contained[i].field, &text);

        if (strcmp(got, contained[i].want) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", contained[i].field, got, contained[i].want);
    }
    assert_false(scene->asked);
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

/* Fields that the runtime must answer for say so; others do not. */
static void test_pending(void **state)
{
    static const struct {
        const char *field;
        bool asks;
    } asking[] = {
        {"container.id", false},
        {"container.full_id", false},
        {"container.type", false},
        {"proc.name", false},
        {"container.name", true},
        {"container.image.repository", true},
        {"container.privileged", true},
        {"container.mounts", true},
        {"container.mount.dest[/]", true},
        {"container.start_ts", true},
        {"k8s.ns.name", true},
        {"k8s.pod.label[app]", true},
    };
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    scene_init(scene);
    scene_contain(scene, false);
    file_write(scene);
    scene_end(scene);
    for (size_t i = 0; i < COUNT(asking); i++) {
        scene->asked = false;
        scene_field(scene, asking[i].field, &text);
        if (scene->asked != asking[i].asks)
            fail_msg("%s asks %d", asking[i].field, scene->asked);
    }
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

/* The case is about the field: its name, perhaps with an argument. */
static bool is_about(const char *text, const struct rule_field *field)
{
    size_t length = strlen(field->name);

    return strncmp(text, field->name, length) == 0 &&
           (!text[length] || text[length] == '[' ||
            (text[length] == '.' && (field->flags & RULE_FIELD_KEY)));
}

static bool is_tested(const struct rule_field *field)
{
    for (size_t i = 0; i < COUNT(cases); i++)
        if (is_about(cases[i].field, field))
            return true;
    for (size_t i = 0; i < COUNT(contained); i++)
        if (is_about(contained[i].field, field))
            return true;
    return false;
}

/* No field is without a case. */
static void test_all_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < SYSCALL_FIELD_COUNT; i++)
        if (!is_tested(&syscall_field_table[i]))
            fail_msg("no case for %s", syscall_field_table[i].name);
}

/* All fields of an event without parameters, of no process: nothing is there, and
 * nothing breaks. */
static void test_bare(void **state)
{
    static const char *const calls[] = {"openat", "connect", "execve", "read", "rename", "mount"};
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);

    (void)state;
    for (size_t c = 0; c < COUNT(calls); c++) {
        scene_init(scene);
        scene_call(scene, calls[c], 0, 0, 0, 0, 0);
        scene_end(scene);
        scene->observation.process = NULL;
        for (size_t i = 0; i < SYSCALL_FIELD_COUNT; i++)
            scene_field(scene, syscall_field_table[i].name, &text);
        assert_string_equal(scene_field(scene, "proc.name", &text), "<NA>");
        assert_string_equal(scene_field(scene, "user.name", &text), "<NA>");
        assert_string_equal(scene_field(scene, "proc.aname", &text), "-");
        scene_done(scene);
    }
    buf_done(&text);
    free(scene);
}

/* This very process, now: /proc is asked. */
static void test_live(void **state)
{
    struct scene *scene = malloc(sizeof(*scene));
    struct buf text = BUF_INIT(1 << 20);
    char want[32];

    (void)state;
    setenv("SCENE", "is set", 1);
    scene_init(scene);
    scene->cat.pid = (uint32_t)getpid();
    scene->cat.start = 0;
    set_uid(scene);
    scene_end(scene);
    assert_string_equal(scene_field(scene, "proc.fdopencount", &text), "-");
    scene->observation.live = true;
    assert_true(atoi(scene_field(scene, "proc.fdopencount", &text)) >= 3);
    assert_true(atoi(scene_field(scene, "proc.fdlimit", &text)) > 0);
    assert_true(atoi(scene_field(scene, "proc.vmrss", &text)) > 100);
    assert_string_not_equal(scene_field(scene, "thread.cgroups", &text), "-");
    assert_string_not_equal(scene_field(scene, "proc.env", &text), "-");
    snprintf(want, sizeof(want), "%d", open("/dev/null", O_RDONLY));
    snprintf(want, sizeof(want), "proc.fd.name[%d]", atoi(want));
    assert_string_equal(scene_field(scene, want, &text), "/dev/null");
    /* Another process has the number now. */
    scene->cat.start = 5;
    assert_string_equal(scene_field(scene, "proc.fdopencount", &text), "-");
    scene_done(scene);
    buf_done(&text);
    free(scene);
}

RUN_TESTS(cmocka_unit_test(test_cases), cmocka_unit_test(test_contained),
          cmocka_unit_test(test_pending), cmocka_unit_test(test_all_fields),
          cmocka_unit_test(test_bare), cmocka_unit_test(test_live))
