/* Capturing arguments and results of a call, by its plan. */
#pragma once

#include "sensor/bpf/connection.h"
#include "sensor/bpf/process.h"

/* The user space structs that calls point to. */
struct user_message {
    uint64_t name;
    uint32_t name_length, padding;
    uint64_t vectors, vector_count;
};

struct user_vector {
    uint64_t base, length;
};

struct user_message32 {
    uint32_t name, name_length, vectors, vector_count;
};

/* A path argument, and the directory it is relative to. `directory`: a descriptor; `kernel`:
 * the text lies in the kernel's memory. */
static __always_inline void capture_path(struct work *work, uint32_t index, address text,
                                         int32_t directory, bool kernel)
{
    struct sensor_parameter *parameter = record_room(work);
    address file, fs;
    uint8_t first;

    if (!parameter)
        return;
    record_add_string(work, SENSOR_PATH, index, text, kernel);
    first = *(uint8_t *)(parameter + 1);
    if (parameter->flags & SENSOR_PARAMETER_FAULT) {
        counts_of(work->event.cpu)->faults++;
        return;
    }
    if (first == '/')
        return;
    if (directory == AT_FDCWD) {
        fs = FOLLOW(task_struct, work->task, fs);
        if (fs)
            record_path_of(work, SENSOR_DIRECTORY, index, FOLLOW(fs_struct, fs, pwd.mnt),
                           FOLLOW(fs_struct, fs, pwd.dentry));
        return;
    }
    file = file_of(work->task, directory);
    if (file)
        record_path_of_file(work, SENSOR_DIRECTORY, index, file);
}

static __always_inline bool is_unnamed_pipe(address file)
{
    address inode = FOLLOW(file, file, f_inode);

    return READ(super_block, FOLLOW(inode, inode, i_sb), s_magic) == PIPEFS_MAGIC;
}

/* What a descriptor is; of files their path, of sockets their ends. `file`: what it stands
 * for, or 0. */
static __always_inline void capture_file(struct work *work, uint32_t index, int32_t number,
                                         address file)
{
    struct sensor_parameter *parameter = record_room(work);
    uint32_t type;

    if (!parameter || !file)
        return;
    describe((struct sensor_descriptor *)(parameter + 1), number, file);
    type = ((struct sensor_descriptor *)(parameter + 1))->type;
    record_close(work, parameter, SENSOR_DESCRIPTOR, index, 0, sizeof(struct sensor_descriptor));
    if (type == SENSOR_FD_SOCKET) {
        address socket = socket_of(file);

        work->socket_at = work->length;
        if (socket)
            record_add_socket(work, SENSOR_SOCKET, index, socket);
        return;
    }
    if (is_unnamed_pipe(file))
        return;
    path_build_whole(work, file);
    record_add_path(work, SENSOR_FILE, index);
}

/* The same of a connection whose descriptor is another now. */
static __always_inline void capture_connection(struct work *work, uint32_t index, int32_t number,
                                               const struct connection *connection)
{
    struct sensor_parameter *parameter = record_room(work);
    struct sensor_socket *ends;

    if (!parameter)
        return;
    *(struct sensor_descriptor *)(parameter + 1) =
        (struct sensor_descriptor){.number = number, .type = SENSOR_FD_SOCKET, .mode = S_IFSOCK};
    record_close(work, parameter, SENSOR_DESCRIPTOR, index, 0, sizeof(struct sensor_descriptor));
    work->socket_at = work->length;
    parameter = record_room(work);
    if (!parameter)
        return;
    ends = (struct sensor_socket *)(parameter + 1);
    *ends = connection->ends;
    if (work->event.result == 0)
        ends->flags = SENSOR_SOCKET_CONNECTED | SENSOR_SOCKET_CLIENT;
    record_close(work, parameter, SENSOR_SOCKET, index, 0, sizeof(*ends));
}

static __always_inline uint32_t parse_unix(struct sensor_socket *to, const uint8_t *raw,
                                           uint32_t length)
{
    uint32_t size = length > 2 ? length - 2 : 0;

    if (size > 108)
        size = 108;
    bpf_probe_read_kernel(to->path, size & 127, raw + 2);
    if (size && !to->path[0]) {
        to->path[0] = '@';
        return size;
    }
    return text_length_of(to->path, 0, size);
}

/* Datagrams sent by `file`: is it another peer than the time before? */
static __always_inline void note_peer(struct work *work, const struct sensor_socket *to,
                                      address file)
{
    struct sensor_socket *socket;
    struct peer now = {}, *before;
    uint32_t at = work->socket_at;
    address sock;

    if (!at || at > SENSOR_EVENT_LIMIT)
        return;
    socket = (struct sensor_socket *)(work->record + at + sizeof(struct sensor_parameter));
    if (socket->type != SOCK_DGRAM)
        return;
    if (!file || !(sock = socket_of(file)))
        return;
    __builtin_memcpy(now.address, to->remote, sizeof(now.address));
    now.port = to->remote_port;
    before = bpf_map_lookup_elem(&last_peers, &sock);
    if (before && before->port == now.port &&
        *(uint64_t *)before->address == *(uint64_t *)now.address &&
        *(uint64_t *)(before->address + 8) == *(uint64_t *)(now.address + 8))
        return;
    socket->flags |= SENSOR_SOCKET_NEW_PEER;
    bpf_map_update_elem(&last_peers, &sock, &now, BPF_ANY);
}

static __always_inline bool read_address(uint8_t *to, address from, uint32_t length, bool kernel)
{
    return kernel ? !bpf_probe_read_kernel(to, length, (void *)from)
                  : !bpf_probe_read_user(to, length, (void *)from);
}

/* `kernel`: it lies in the kernel's memory. */
static __always_inline void capture_address(struct work *work, uint32_t index, address from,
                                            uint32_t length, bool kernel)
{
    struct sensor_parameter *parameter = record_room(work);
    uint8_t *raw = work->path; /* a struct sockaddr_* */
    struct sensor_socket *to;
    uint32_t size = sizeof(*to);

    if (!parameter || !from || length < 2)
        return;
    if (length > 128)
        length = 128;
    to = (struct sensor_socket *)(parameter + 1);
    __builtin_memset(to, 0, sizeof(*to));
    if (!read_address(raw, from, length, kernel)) {
        counts_of(work->event.cpu)->faults++;
        record_close(work, parameter, SENSOR_ADDRESS, index, SENSOR_PARAMETER_FAULT, 0);
        return;
    }
    to->family = *(uint16_t *)raw;
    if (to->family == AF_INET && length >= 8) {
        to->remote_port = __builtin_bswap16(*(uint16_t *)(raw + 2));
        *(uint32_t *)to->remote = *(uint32_t *)(raw + 4);
    } else if (to->family == AF_INET6 && length >= 24) {
        to->remote_port = __builtin_bswap16(*(uint16_t *)(raw + 2));
        __builtin_memcpy(to->remote, raw + 8, 16);
    } else if (to->family == AF_UNIX) {
        size += parse_unix(to, raw, length);
    }
    if (work->socket_at)
        note_peer(work, to, file_of(work->task, work->event.arguments[0]));
    record_pad(parameter, size);
    record_close(work, parameter, SENSOR_ADDRESS, index, 0, size);
}

/* A number in user memory; zero where there is none. */
static __always_inline uint32_t number_at(address at)
{
    uint32_t number = 0;

    bpf_probe_read_user(&number, sizeof(number), (void *)at);
    return number;
}

static __always_inline void capture_message(struct work *work, uint32_t index, address from)
{
    struct user_message message = {};
    struct user_vector vector = {};
    bool compat = work->event.flags & SENSOR_COMPAT;
    int64_t moved = work->event.result;

    if (compat) {
        struct user_message32 small = {};

        if (bpf_probe_read_user(&small, sizeof(small), (void *)from))
            return;
        message.name = small.name;
        message.name_length = small.name_length;
        message.vectors = small.vectors;
        message.vector_count = small.vector_count;
    } else if (bpf_probe_read_user(&message, sizeof(message), (void *)from)) {
        return;
    }
    capture_address(work, index, message.name, message.name_length, false);
    if (!message.vector_count || moved <= 0)
        return;
    /* These return how many messages were moved, and write behind each how long it is. */
    if (work->event.number == CALL_SENDMMSG || work->event.number == CALL_RECVMMSG)
        moved = number_at(from + (compat ? sizeof(struct user_message32) + 3 * 4
                                         : sizeof(struct user_message) + 3 * 8));
    if (compat) {
        uint32_t small[2] = {};

        if (bpf_probe_read_user(small, sizeof(small), (void *)message.vectors))
            return;
        vector.base = small[0];
        vector.length = small[1];
    } else if (bpf_probe_read_user(&vector, sizeof(vector), (void *)message.vectors)) {
        return;
    }
    if (vector.length > (uint64_t)moved)
        vector.length = moved;
    record_add_user(work, SENSOR_DATA, index, vector.base, vector.length, SENSOR_DATA_LIMIT);
}

/* Buffers hold what the call moved: the result's bytes, or, of calls that failed or
 * whose result is no count, the length that was asked for. */
static __always_inline void capture_data(struct work *work, uint32_t index, uint64_t length)
{
    int64_t result = work->event.result;

    if (result <= 0)
        return;
    if (length > (uint64_t)result)
        length = result;
    record_add_user(work, SENSOR_DATA, index, work->event.arguments[index & 7 ? index : 0], length,
                    SENSOR_DATA_LIMIT);
}

static __always_inline void capture_words(struct work *work, uint32_t index, address from,
                                          uint32_t count)
{
    if (count > 0)
        record_add_user(work, SENSOR_FLAGS, index, from, 8, 8);
    if (count > 1)
        record_add_user(work, SENSOR_MODE, index, from + 8, 8, 8);
}

__noinline int capture_path_argument(uint32_t index, uint64_t text, int32_t directory)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (work)
        capture_path(work, index, text, directory, false);
    return 0;
}

__noinline int capture_descriptor_argument(uint32_t index, int32_t number)
{
    struct work *work = work_of(WORK_SYSCALL);
    const struct connection *connection = NULL;

    if (!work)
        return 0;
    if (work->event.number == CALL_CONNECT)
        connection = replaced_connection(bpf_get_current_task_btf());
    if (connection)
        capture_connection(work, index, number, connection);
    else
        capture_file(work, index, number, file_of(work->task, number));
    return 0;
}

__noinline int capture_address_argument(uint32_t index, uint64_t from, uint32_t length)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (work)
        capture_address(work, index, from, length, false);
    return 0;
}

__noinline int capture_message_argument(uint32_t index, uint64_t from)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (work)
        capture_message(work, index, from);
    return 0;
}

/* The argument at `index`. */
__noinline int capture_one(uint32_t index)
{
    struct work *work = work_of(WORK_SYSCALL);
    uint32_t previous = index - 1, following = index + 1;
    int32_t directory = AT_FDCWD;
    uint64_t value, next;

    if (!work || index > 5)
        return 0;
    BOUND(previous, 5); /* of the first argument the last: never a directory */
    BOUND(following, 5);
    value = work->event.arguments[index];
    next = work->event.arguments[following];
    if (work->plan.arguments[previous] == CAPTURE_DIRFD)
        directory = work->event.arguments[previous];
    switch (work->plan.arguments[index]) {
    case CAPTURE_PATH:
        return capture_path_argument(index, value, directory);
    case CAPTURE_PATH_CWD:
        return capture_path_argument(index, value, AT_FDCWD);
    case CAPTURE_PATH_RAW:
        record_add_string(work, SENSOR_PATH, index, value, false);
        break;
    case CAPTURE_DESCRIPTOR:
        return capture_descriptor_argument(index, value);
    case CAPTURE_ADDRESS:
        if (work->event.number == CALL_RECVFROM) /* it is told where the length stands */
            next = number_at(next);
        return capture_address_argument(index, value, next);
    case CAPTURE_DATA:
        capture_data(work, index, next);
        break;
    case CAPTURE_MESSAGE:
        return capture_message_argument(index, value);
    case CAPTURE_TEXT:
        record_add_string(work, SENSOR_TEXT, index, value, false);
        break;
    case CAPTURE_OPEN_HOW:
        capture_words(work, index, value, 2);
        break;
    case CAPTURE_CLONE_ARGS:
        capture_words(work, index, value, 1);
        break;
    }
    return 0;
}

__noinline int capture_result_of(void)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (!work)
        return 0;
    switch (work->plan.result) {
    case CAPTURE_RESULT_DESCRIPTOR:
        return capture_descriptor_argument(SENSOR_INDEX_RESULT, work->event.result);
    case CAPTURE_RESULT_CREDENTIALS:
        return add_credentials(WORK_SYSCALL);
    case CAPTURE_RESULT_CWD:
        add_cwd(WORK_SYSCALL);
        return add_root(WORK_SYSCALL);
    case CAPTURE_RESULT_PROCESS:
        return add_process(WORK_SYSCALL);
    }
    return 0;
}
