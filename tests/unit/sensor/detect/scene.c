#include "sensor/detect/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "rule/program.h"
#include "sensor/abi/record.h"

#define SECONDS(n) ((uint64_t)(n)*1000000000)

static void make(struct process *process, struct program_image *image, struct process *parent,
                 uint32_t pid, const char *comm, const char *exe, const char *path)
{
    *image = (struct program_image){
        .references = 1, .exe = view_of(exe), .exepath = view_of(path), .start = SECONDS(pid)};
    *process = (struct process){.references = 1,
                                .pid = pid,
                                .vpid = pid,
                                .start = SECONDS(pid),
                                .parent = parent,
                                .image = image,
                                .thread_count = 1,
                                .pgid = pid,
                                .vpgid = pid,
                                .sid = pid,
                                .vsid = pid,
                                .cwd = VIEW("/root")};
    strncpy(process->comm, comm, sizeof(process->comm) - 1);
    process->credentials.loginuid = UINT32_MAX;
}

void scene_init(struct scene *scene)
{
    struct process *cat = &scene->cat;

    memset(scene, 0, sizeof(*scene));
    make(&scene->init, &scene->images[0], NULL, 1, "systemd", "/sbin/init",
         "/usr/lib/systemd/systemd");
    make(&scene->sshd, &scene->images[1], &scene->init, 100, "sshd", "sshd:", "/usr/sbin/sshd");
    make(&scene->bash, &scene->images[2], &scene->sshd, 200, "bash", "-bash", "/usr/bin/bash");
    make(cat, &scene->images[3], &scene->bash, 300, "cat", "cat", "/usr/bin/cat");
    scene->images[3].arguments = VIEW("-n /etc/shadow x y");
    scene->images[3].argv = VIEW("-n\0/etc/shadow\0x y\0");
    scene->images[3].argument_count = 3;
    scene->images[3].flags = SENSOR_EXE_WRITABLE | SENSOR_EXE_UPPER;
    scene->images[3].exe_inode = 77;
    scene->images[3].exe_ctime = (int64_t)SECONDS(SCENE_BOOT + 250);
    scene->images[3].exe_mtime = (int64_t)SECONDS(SCENE_BOOT + 240);
    scene->images[3].stdio_known = true;
    scene->images[3].stdio[0] =
        (struct sensor_descriptor){.number = 0, .type = SENSOR_FD_PIPE, .inode = 55};
    scene->images[3].stdio[1] = (struct sensor_descriptor){.number = 1, .type = SENSOR_FD_FILE};
    scene->images[3].stdio[2] =
        (struct sensor_descriptor){.number = 2, .type = SENSOR_FD_CHARACTER};
    cat->sid = cat->vsid = 200;
    cat->pgid = cat->vpgid = 300;
    cat->tty = 136 << 20; /* of the kernel: /dev/pts/0 */
    cat->child_count = 2;
    cat->thread_count = 3;
    cat->cwd = VIEW("/home/ann");
    cat->namespace_start = SECONDS(5);
    cat->credentials = (struct sensor_credentials){.uid = 1000,
                                                   .euid = 0,
                                                   .gid = 1000,
                                                   .egid = 27,
                                                   .loginuid = 1000,
                                                   .permitted = 1 << 21 | 1 << 0,
                                                   .effective = 1 << 21};
    scene->record = BUF_INIT(1 << 20);
    scene->observation = (struct observation){.process = cat,
                                              .number = 7,
                                              .boot_time = (int64_t)SECONDS(SCENE_BOOT),
                                              .first_time = SECONDS(390),
                                              .previous_time = SECONDS(399),
                                              .host_name = VIEW("node1"),
                                              .asked_metadata = &scene->asked,
                                              .cache = &scene->cache};
}

void scene_contain(struct scene *scene, bool known)
{
    static const struct container_mount mounts[] = {
        {VIEW("/var/run/docker.sock"), VIEW("/docker.sock"), VIEW("rw"), VIEW("rprivate"), true},
        {VIEW("/srv/data"), VIEW("/data"), VIEW("ro"), VIEW("slave"), false},
    };
    static const struct container_label labels[] = {
        {VIEW("app"), VIEW("shop")},
        {VIEW("io.kubernetes.pod.namespace"), VIEW("web")},
    };

    scene->container = (struct container){
        .references = 1,
        .runtime = CONTAINER_DOCKER,
        .id = VIEW("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        .short_id = VIEW("0123456789ab"),
        .cgroup = VIEW("/docker/0123"),
        .knowledge = known ? CONTAINER_KNOWN : CONTAINER_PENDING,
        .metadata = known ? &scene->metadata : NULL};
    scene->metadata =
        (struct container_metadata){.name = VIEW("shop"),
                                    .image = VIEW("docker.io/library/shop:1"),
                                    .image_id = VIEW("1122"),
                                    .image_repository = VIEW("docker.io/library/shop"),
                                    .image_tag = VIEW("1"),
                                    .image_digest = VIEW("sha256:aa"),
                                    .ip = VIEW("172.17.0.2"),
                                    .healthcheck = VIEW("curl localhost"),
                                    .pod_name = VIEW("shop-1"),
                                    .pod_namespace = VIEW("web"),
                                    .pod_sandbox_id = VIEW("fedcba9876543210"),
                                    .mounts = mounts,
                                    .mount_count = 2,
                                    .labels = labels,
                                    .label_count = 2,
                                    .pod_labels = labels,
                                    .pod_label_count = 1,
                                    .privileged = true,
                                    .host_network = true,
                                    .started = (int64_t)SECONDS(SCENE_BOOT + 280)};
    scene->observation.container = &scene->container;
    scene->cat.container = &scene->container;
}

void scene_done(struct scene *scene)
{
    buf_done(&scene->record);
}

/* ---- records ---- */

void scene_event(struct scene *scene, enum sensor_event_kind kind, const char *call, int64_t result)
{
    const struct syscall *found = call ? syscall_by_name(view_of(call)) : NULL;

    buf_reset(&scene->record);
    scene->header = (struct sensor_event){.kind = (uint16_t)kind,
                                          .number = found ? found->number : 0,
                                          .time = SECONDS(400) + 5,
                                          .pid = scene->observation.process->pid,
                                          .tid = scene->observation.process->pid,
                                          .cpu = 3,
                                          .result = result,
                                          .other = kind == SENSOR_FORK ? 301 : 0};
    scene->observation.call = found;
    scene->begin = record_begin(&scene->record, &scene->header);
}

void scene_call(struct scene *scene, const char *name, int64_t result, uint64_t a, uint64_t b,
                uint64_t c, uint64_t d)
{
    struct sensor_event *event;

    scene_event(scene, SENSOR_SYSCALL, name, result);
    event = (struct sensor_event *)(void *)(scene->record.ptr + scene->begin);
    event->arguments[0] = a;
    event->arguments[1] = b;
    event->arguments[2] = c;
    event->arguments[3] = d;
}

void scene_bytes(struct scene *scene, enum sensor_parameter_kind kind, unsigned index,
                 const void *bytes, size_t length)
{
    record_add(&scene->record, kind, index, 0, view_from(bytes, length));
}

void scene_text(struct scene *scene, enum sensor_parameter_kind kind, unsigned index,
                const char *text)
{
    scene_bytes(scene, kind, index, text, strlen(text));
}

void scene_descriptor(struct scene *scene, unsigned index, int number,
                      enum sensor_descriptor_type type)
{
    struct sensor_descriptor descriptor = {.number = number,
                                           .type = (uint8_t)type,
                                           .device = 8U << 20 | 1,
                                           .inode = 4242,
                                           .layer = SENSOR_LAYER_UPPER};

    scene_bytes(scene, SENSOR_DESCRIPTOR, index, &descriptor, sizeof(descriptor));
}

static void read_address(const char *text, uint16_t family, uint8_t to[16])
{
    if (text && inet_pton(family, text, to) != 1)
        abort();
}

void scene_socket(struct scene *scene, enum sensor_parameter_kind kind, unsigned index, int type,
                  unsigned flags, const char *local, unsigned local_port, const char *remote,
                  unsigned remote_port)
{
    const char *any = local ? local : remote;
    struct sensor_socket socket = {.family = any && strchr(any, ':') ? AF_INET6 : AF_INET,
                                   .type = (uint16_t)type,
                                   .protocol = type == SOCK_STREAM  ? IPPROTO_TCP
                                               : type == SOCK_DGRAM ? IPPROTO_UDP
                                                                    : 0,
                                   .flags = (uint16_t)flags,
                                   .local_port = (uint16_t)local_port,
                                   .remote_port = (uint16_t)remote_port};

    read_address(local, socket.family, socket.local);
    read_address(remote, socket.family, socket.remote);
    scene_bytes(scene, kind, index, &socket, sizeof(socket));
}

void scene_unix(struct scene *scene, enum sensor_parameter_kind kind, unsigned index,
                const char *path)
{
    char bytes[256];
    struct sensor_socket *socket = (void *)bytes;

    memset(bytes, 0, sizeof(bytes));
    socket->family = AF_UNIX;
    socket->type = SOCK_STREAM;
    memcpy(socket->path, path, strlen(path));
    scene_bytes(scene, kind, index, bytes, sizeof(*socket) + strlen(path));
}

void scene_end(struct scene *scene)
{
    record_end(&scene->record, scene->begin);
    scene->observation.event = (const void *)(scene->record.ptr + scene->begin);
}

const char *scene_field(struct scene *scene, const char *field, struct buf *to)
{
    struct arena *arena = arena_new(1 << 20);
    struct rule_use use;
    struct error err = ERROR_INIT;
    struct rule_values values;
    int resolved = rule_use_resolve(&rule_source_sensor, view_of(field), arena, &use, &err);

    buf_reset(to);
    if (resolved < 0) {
        arena_free(arena);
        return "no such field";
    }
    observation_begin(&scene->observation);
    values = rule_source_sensor.extract(&scene->observation, &use, NULL, arena);
    if (values.present)
        rule_values_write(&values, to);
    else
        buf_add_char(to, '-');
    /* The second reading, which outputs do not write. */
    if (values.readings && values.count > 1) {
        struct rule_values second = {true, false, values.items + 1, 1, false};

        buf_add_str(to, " | ");
        rule_values_write(&second, to);
    }
    arena_free(arena);
    return buf_cstr(to);
}
