/* Questions to runtimes that answer, hang, lie, flood and hang up: servers in
 * threads of this test, and files in a folder that stands for "/". */
#include "test.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "net/grpc-frame.h"
#include "net/protobuf.h"
#include "sensor/container/answer.h"
#include "sensor/container/breaker.h"
#include "sensor/container/inquiry.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

enum {
    DEADLINE = 500,   /* milliseconds */
    LONG = 3000,      /* milliseconds: more than a loaded machine takes */
    PATIENCE = 10000, /* of the test, for an answer */
    FLOOD = 64 << 20, /* bytes; more than any limit */
    REQUEST_LIMIT = 64 << 10,
    EXCHANGES = 12,
};

static struct sandbox *sandbox;
static char folder[] = "/tmp/plimsoll-inquiry-XXXXXX";

/* ---- A server ---- */

enum after {
    CLOSE,
    HOLD,        /* says nothing more and keeps the connection */
    KEEP,        /* the same, and serves others meanwhile */
    FLOODING,    /* blanks, without an end */
    GRPC_REPLY,  /* `body` is a message */
    GRPC_STATUS, /* `body` is the number of a status other than OK */
};

struct exchange {
    const char *wants; /* in the request; NULL: anything */
    const char *head;
    struct view body;
    enum after after;
};

struct server {
    struct sockaddr_un address;
    int listener, stop[2];
    int kept;                      /* a connection; -1: none */
    const struct exchange *script; /* ended by one without head and `after`; that one repeats */
    size_t served;
    char complaint[256];
    pthread_t thread;
};

/* False when the test ends first. */
static bool readable(const struct server *server, int fd)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = server->stop[0], .events = POLLIN}};

    return poll(fds, 2, -1) > 0 && (fds[0].revents & POLLIN) && !fds[1].revents;
}

static bool read_bytes(const struct server *server, int fd, void *to, size_t size)
{
    size_t len = 0;

    while (len < size && readable(server, fd)) {
        ssize_t n = read(fd, (char *)to + len, size - len);

        if (n <= 0)
            return false;
        len += (size_t)n;
    }
    return len == size;
}

static void read_request(const struct server *server, int fd, char *to, size_t size)
{
    size_t len = 0;

    to[0] = '\0';
    while (len + 1 < size && !strstr(to, "\r\n\r\n") && readable(server, fd)) {
        ssize_t n = read(fd, to + len, size - 1 - len);

        if (n <= 0)
            return;
        len += (size_t)n;
        to[len] = '\0';
    }
}

static void flood(const struct server *server, int fd)
{
    static char blanks[64 << 10];
    struct pollfd fds[] = {{.fd = fd, .events = POLLOUT},
                           {.fd = server->stop[0], .events = POLLIN}};

    memset(blanks, ' ', sizeof(blanks));
    for (size_t sent = 0; sent < FLOOD; sent += sizeof(blanks))
        if (poll(fds, 2, -1) < 0 || fds[1].revents || (fds[0].revents & POLLERR) ||
            send(fd, blanks, sizeof(blanks), MSG_NOSIGNAL) < 0)
            return;
}

/* A frame of HTTP/2: 24 bits of length, type, flags, stream. */
static void add_frame(struct buf *to, uint8_t type, uint8_t flags, uint32_t stream,
                      struct view payload)
{
    const uint8_t head[9] = {(uint8_t)(payload.len >> 16),
                             (uint8_t)(payload.len >> 8),
                             (uint8_t)payload.len,
                             type,
                             flags,
                             0,
                             0,
                             0,
                             (uint8_t)stream};

    buf_add(to, view_from(head, sizeof(head)));
    buf_add(to, payload);
}

/* A header as HPACK writes it when it has nothing in its table. */
static void add_header(struct buf *to, const char *name, const char *value)
{
    buf_add_u8(to, 0);
    buf_add_u8(to, (uint8_t)strlen(name));
    buf_add_str(to, name);
    buf_add_u8(to, (uint8_t)strlen(value));
    buf_add_str(to, value);
}

/* Reads frames up to the end of the request's stream. */
static bool read_frames(const struct server *server, int fd)
{
    static _Thread_local char payload[REQUEST_LIMIT];
    uint8_t head[9];
    char preface[24];

    if (!read_bytes(server, fd, preface, sizeof(preface)))
        return false;
    for (;;) {
        size_t len;

        if (!read_bytes(server, fd, head, sizeof(head)))
            return false;
        len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
        if (len > sizeof(payload) || !read_bytes(server, fd, payload, len))
            return false;
        if ((head[3] == 0 || head[3] == 1) && (head[4] & 1))
            return true;
    }
}

static void answer_grpc(const struct server *server, int fd, const struct exchange *now)
{
    enum { DATA, HEADERS, SETTINGS = 4, END_STREAM = 1, ACK = 1, END_HEADERS = 4 };
    struct buf out = BUF_INIT(FLOOD), block = BUF_INIT(1024), frame = BUF_INIT(FLOOD);
    bool failed = now->after == GRPC_STATUS;
    char rest;

    if (!read_frames(server, fd))
        return;
    add_frame(&out, SETTINGS, 0, 0, VIEW_EMPTY);
    add_frame(&out, SETTINGS, ACK, 0, VIEW_EMPTY);
    buf_add_u8(&block, 0x88); /* :status 200 */
    add_header(&block, "content-type", "application/grpc");
    add_frame(&out, HEADERS, END_HEADERS, 1, buf_view(&block));
    if (!failed) {
        grpc_frame_write(&frame, now->body);
        add_frame(&out, DATA, 0, 1, buf_view(&frame));
    }
    buf_reset(&block);
    add_header(&block, "grpc-status", failed ? now->body.ptr : "0");
    add_frame(&out, HEADERS, END_STREAM | END_HEADERS, 1, buf_view(&block));
    fd_write_all(fd, buf_view(&out), NULL);
    while (read_bytes(server, fd, &rest, 1))
        ; /* until it hangs up: bytes that nobody reads would break the connection */
    buf_done(&out);
    buf_done(&block);
    buf_done(&frame);
}

static void answer(struct server *server, int fd, const struct exchange *now)
{
    static _Thread_local char request[REQUEST_LIMIT];

    if (now->after >= GRPC_REPLY) {
        answer_grpc(server, fd, now);
        return;
    }
    read_request(server, fd, request, sizeof(request));
    if (now->wants && !strstr(request, now->wants))
        snprintf(server->complaint, sizeof(server->complaint), "request %zu is: %.200s",
                 server->served, request);
    if (now->head)
        fd_write_all(fd, view_of(now->head), NULL);
    if (now->body.len)
        fd_write_all(fd, now->body, NULL);
    if (now->after == FLOODING)
        flood(server, fd);
    if (now->after == KEEP)
        server->kept = dup(fd);
    if (now->after == HOLD)
        readable(server, server->stop[0]);
}

static void *serve(void *ctx)
{
    struct server *server = ctx;

    while (readable(server, server->listener)) {
        _cleanup_close_ int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        const struct exchange *now = server->script;

        for (size_t i = 0; i < server->served && (now[1].head || now[1].after); i++)
            now++;
        server->served++;
        answer(server, fd, now);
    }
    return NULL;
}

static void server_start(struct server *server, const char *name, const struct exchange *script)
{
    *server = (struct server){.script = script, .kept = -1, .address = {.sun_family = AF_UNIX}};
    snprintf(server->address.sun_path, sizeof(server->address.sun_path), "%s/%s", folder, name);
    unlink(server->address.sun_path);
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(server->listener, (struct sockaddr *)&server->address, sizeof(server->address)), 0);
    assert_int_equal(listen(server->listener, 64), 0);
    assert_int_equal(pipe(server->stop), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct server *server)
{
    assert_int_equal(write(server->stop[1], "x", 1), 1);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->stop[1]);
    close(server->listener);
    close_p(&server->kept);
    unlink(server->address.sun_path);
    assert_string_equal(server->complaint, "");
}

/* ---- Files ---- */

static void write_file(const char *root, const char *path, const char *text)
{
    char full[1024], *slash;
    FILE *file;

    snprintf(full, sizeof(full), "%s/%s/%s", folder, root, path);
    slash = strrchr(full, '/');
    *slash = '\0';
    assert_int_equal(fd_make_directories(full, 0755, NULL), 0);
    *slash = '/';
    file = fopen(full, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* ---- Asking ---- */

static struct inquiry *start_with(const char *docker, const char *containerd, const char *root,
                                  uint32_t deadline)
{
    char none[128], root_path[128];
    struct inquiry_options options = {
        .docker_socket = docker ? docker : none,
        .containerd_socket = containerd ? containerd : none,
        .crio_socket = none,
        .podman_socket = none,
        .deadline_milliseconds = deadline,
        .sandbox = sandbox,
        .root = root_path,
    };
    struct inquiry *inquiry;

    snprintf(none, sizeof(none), "%s/nobody", folder);
    snprintf(root_path, sizeof(root_path), "%s/%s", folder, root);
    assert_int_equal(fd_make_directories(root_path, 0755, NULL), 0);
    assert_int_equal(inquiry_new(&options, &inquiry, NULL), 0);
    return inquiry;
}

static struct inquiry *start(const char *docker, const char *containerd, const char *root)
{
    return start_with(docker, containerd, root, DEADLINE);
}

static void take(struct inquiry *inquiry, struct inquiry_answer *ret)
{
    struct pollfd fd = {.fd = inquiry_descriptor(inquiry), .events = POLLIN};

    if (poll(&fd, 1, PATIENCE) != 1 || !inquiry_take(inquiry, ret))
        fail_msg("no answer");
}

static void check_answer(const char *name, const struct inquiry_answer *answer, const char *want)
{
    assert_view(answer->id, ID);
    if (want ? view_find_view(answer->json, view_of(want)) < 0 : answer->json.len > 0)
        fail_msg("%s: %.*s", name, VIEW_ARG(answer->json));
}

/* ---- Docker's engine, good and bad ---- */

#define WEB                                                                                        \
    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Image\":\"sha256:1\",\"Config\":{\"Image\":"           \
    "\"shop/web:1\"}}"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

struct docker_case {
    const char *name;
    struct exchange script[4];
    const char *want; /* NULL: not known */
    bool fails;
};

static const struct docker_case docker_cases[] = {
    {"answers",
     {{"GET /containers/" ID "/json", OK "\r\n", VIEW(WEB), CLOSE},
      {"GET /images/sha256%3A1/json", OK "\r\n", VIEW("{\"RepoDigests\":[\"shop/web@sha256:2\"]}"),
       CLOSE}},
     "\"image_digest\":\"sha256:2\"",
     false},
    {"answers without the image",
     {{NULL, OK "\r\n", VIEW(WEB), CLOSE}, {NULL, NOT_FOUND, VIEW(""), CLOSE}},
     "\"name\":\"web\"",
     false},
    {"lies about the image",
     {{NULL, OK "\r\n", VIEW(WEB), CLOSE}, {NULL, OK "\r\n", VIEW("[[[["), CLOSE}},
     "\"name\":\"web\"",
     false},
    {"does not know it yet",
     {{NULL, NOT_FOUND, VIEW(""), CLOSE},
      {NULL, NOT_FOUND, VIEW(""), CLOSE},
      {NULL, OK "\r\n", VIEW(WEB), CLOSE}},
     "\"name\":\"web\"",
     false},
    {"does not know it", {{NULL, NOT_FOUND, VIEW(""), CLOSE}}, NULL, false},
    {"hangs", {{NULL, NULL, VIEW(""), HOLD}}, NULL, true},
    {"hangs within the answer",
     {{NULL, OK "Content-Length: 900\r\n\r\n{", VIEW(""), HOLD}},
     NULL,
     true},
    {"hangs up", {{NULL, "HTTP/1.1 200 OK\r\n", VIEW(""), CLOSE}}, NULL, true},
    {"hangs up within the answer",
     {{NULL, OK "Content-Length: 900\r\n\r\n{\"Id\":\"" ID "\"", VIEW(""), CLOSE}},
     NULL,
     true},
    {"tells of another", {{NULL, OK "\r\n", VIEW("{\"Id\":\"" OTHER "\"}"), CLOSE}}, NULL, true},
    {"answers with a gigabyte",
     {{NULL, OK "Content-Length: 1073741824\r\n\r\n", VIEW(""), FLOODING}},
     NULL,
     true},
    {"answers without an end", {{NULL, OK "\r\n[", VIEW(""), FLOODING}}, NULL, true},
    {"has headers without an end",
     {{NULL, "HTTP/1.1 200 OK\r\nX: ", VIEW(""), FLOODING}},
     NULL,
     true},
    {"gives wrong types", {{NULL, OK "\r\n", VIEW("{\"Id\":[\"" ID "\"]}"), CLOSE}}, NULL, true},
    {"gives no JSON", {{NULL, OK "\r\n", VIEW("<html>"), CLOSE}}, NULL, true},
    {"gives broken chunks", {{NULL, OK CHUNKED "zz\r\n", VIEW(""), CLOSE}}, NULL, true},
    {"speaks no HTTP", {{NULL, "+PONG\r\n", VIEW(""), CLOSE}}, NULL, true},
    {"is broken",
     {{NULL, "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n", VIEW(""), CLOSE}},
     NULL,
     true},
};

static void docker_engines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(docker_cases); i++) {
        const struct docker_case *c = &docker_cases[i];
        _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
        uint64_t begin = clock_now_ns();
        struct inquiry_answer got;
        struct server server;

        server_start(&server, "docker", c->script);
        inquiry = start_with(server.address.sun_path, NULL, "empty", c->want ? LONG : DEADLINE);
        assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)));
        take(inquiry, &got);
        check_answer(c->name, &got, c->want);
        if (clock_now_ns() - begin > LONG * UINT64_C(1000000))
            fail_msg("%s: too late", c->name);
        if ((inquiry_counts(inquiry).failed > 0) != c->fails)
            fail_msg("%s: %llu failures", c->name,
                     (unsigned long long)inquiry_counts(inquiry).failed);
        inquiry_free(take_ptr(&inquiry));
        server_stop(&server);
    }
}

/* One timeout opens the breaker: the next question does not wait for it. */
static void a_hanging_engine_is_left_alone(void **state)
{
    static const struct exchange script[] = {{NULL, NULL, VIEW(""), HOLD}, {0}};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_answer got;
    struct server server;

    (void)state;
    server_start(&server, "docker", script);
    inquiry = start(server.address.sun_path, NULL, "empty");
    for (int i = 0; i < 3; i++) {
        assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)));
        take(inquiry, &got);
        check_answer("left alone", &got, NULL);
    }
    assert_int_equal(inquiry_counts(inquiry).failed, 1);
    assert_int_equal(inquiry_counts(inquiry).unknown, 3);
    inquiry_free(take_ptr(&inquiry));
    server_stop(&server);
    assert_int_equal(server.served, 1);
}

/* The engine is busy with one container: it is asked about others still. */
static void a_busy_engine_is_asked_on(void **state)
{
    static const struct exchange script[] = {{"GET /containers/" ID "/json", NULL, VIEW(""), KEEP},
                                             {"GET /_ping", OK "\r\n", VIEW("OK"), CLOSE},
                                             {NULL, OK "\r\n", VIEW(WEB), CLOSE},
                                             {0}};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_answer got;
    struct server server;

    (void)state;
    server_start(&server, "docker", script);
    inquiry = start_with(server.address.sun_path, NULL, "empty", LONG);
    assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)));
    take(inquiry, &got);
    check_answer("asked on", &got, "\"name\":\"web\"");
    assert_int_equal(inquiry_counts(inquiry).failed, 1);
    inquiry_free(take_ptr(&inquiry));
    server_stop(&server);
}

/* Nor is it left alone because of containers whose answers can't be read. */
static void odd_containers_blind_nobody(void **state)
{
    static const struct exchange script[] = {
        {NULL, OK "\r\n", VIEW("{}"), CLOSE}, {NULL, OK "\r\n", VIEW("{}"), CLOSE},
        {NULL, OK "\r\n", VIEW("{}"), CLOSE}, {NULL, OK "\r\n", VIEW("{}"), CLOSE},
        {NULL, OK "\r\n", VIEW(WEB), CLOSE},  {0}};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_answer got = {0};
    struct server server;

    (void)state;
    server_start(&server, "docker", script);
    inquiry = start(server.address.sun_path, NULL, "empty");
    for (int i = 0; i < 4 && got.json.len == 0; i++) {
        assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)));
        take(inquiry, &got);
    }
    check_answer("odd", &got, "\"name\":\"web\"");
    assert_int_equal(inquiry_counts(inquiry).failed, 4);
    inquiry_free(take_ptr(&inquiry));
    server_stop(&server);
}

/* ---- Files ---- */

static const char docker_config[] =
    "{\"ID\":\"" ID "\",\"Name\":\"/filed\",\"Config\":{\"Image\":\"shop/web:1\"}}";

/* Its engine hangs, and nobody notices. */
static void files_of_docker(void **state)
{
    static const struct exchange script[] = {{NULL, NULL, VIEW(""), HOLD}, {0}};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_answer got;
    struct server server;

    (void)state;
    write_file("docker-root", "var/lib/docker/containers/" ID "/config.v2.json", docker_config);
    write_file("docker-root", "var/lib/docker/containers/" ID "/hostconfig.json",
               "{\"Privileged\":true}");
    write_file("docker-root",
               "run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/" ID "/config.json",
               "{\"root\":{\"path\":\"/o/merged\"}}");
    server_start(&server, "docker", script);
    inquiry = start(server.address.sun_path, NULL, "docker-root");
    assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)));
    take(inquiry, &got);
    assert_int_equal(inquiry_counts(inquiry).failed, 0); /* nobody has waited for it */
    check_answer("docker's files", &got,
                 "{\"name\":\"filed\",\"image\":\"shop/web:1\",\"image_repository\":\"shop/web\","
                 "\"image_tag\":\"1\",\"upper_directory\":\"/o/diff\",\"privileged\":true}");
    assert_int_equal(got.runtime, CONTAINER_DOCKER);
    inquiry_free(take_ptr(&inquiry));
    server_stop(&server);
}

/* What the files told first, the engine tells better. */
static void answers_are_renewed(void **state)
{
    static const struct exchange script[] = {
        {"GET /containers/" ID "/json", OK "\r\n", VIEW(WEB), CLOSE},
        {"GET /images/sha256%3A1/json", OK "\r\n",
         VIEW("{\"RepoDigests\":[\"shop/web@sha256:2\"]}"), CLOSE},
        {NULL, NOT_FOUND, VIEW(""), CLOSE},
        {0}};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_answer got;
    struct server server;

    (void)state;
    write_file("renewed", "var/lib/docker/containers/" ID "/config.v2.json", docker_config);
    write_file("renewed", "var/lib/docker/containers/" ID "/hostconfig.json", "{}");
    server_start(&server, "docker", script);
    inquiry = start(server.address.sun_path, NULL, "renewed");
    assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)));
    take(inquiry, &got);
    check_answer("first", &got, "\"name\":\"filed\"");
    take(inquiry, &got);
    check_answer("renewed", &got, "\"image_digest\":\"sha256:2\"");
    assert_int_equal(inquiry_counts(inquiry).answered, 1);
    assert_int_equal(inquiry_counts(inquiry).renewed, 1);
    inquiry_free(take_ptr(&inquiry));
    server_stop(&server);
}

static const struct {
    const char *name, *root, *path, *text;
    enum container_runtime runtime;
    const char *want;
} file_cases[] = {
    {"containerd's bundle", "a",
     "run/containerd/io.containerd.runtime.v2.task/my-space/" ID "/config.json",
     "{\"annotations\":{\"io.kubernetes.cri.image-name\":\"web:1\"}}", CONTAINER_CONTAINERD,
     "\"image\":\"web:1\""},
    {"CRI-O's bundle", "b", "run/containers/storage/overlay-containers/" ID "/userdata/config.json",
     "{\"annotations\":{\"io.kubernetes.cri-o.ImageName\":\"web:2\"}}", CONTAINER_CRIO,
     "\"image\":\"web:2\""},
    {"BuildKit's bundle", "c", "var/lib/docker/buildkit/executor/" ID "/config.json",
     "{\"root\":{\"path\":\"/x/merged\"}}", CONTAINER_OTHER, "\"upper_directory\":\"/x/diff\""},
    {"rootless Podman's bundle", "d",
     "home/me/.local/share/containers/storage/overlay-containers/" ID "/userdata/config.json",
     "{\"annotations\":{\"io.podman.annotations.privileged\":\"TRUE\"}}", CONTAINER_PODMAN,
     "{\"privileged\":true}"},
    {"a bundle that is broken", "e",
     "run/containerd/io.containerd.runtime.v2.task/my-space/" ID "/config.json", "{",
     CONTAINER_CONTAINERD, NULL},
    {"nothing", "f", "run/x", "", CONTAINER_PODMAN, NULL},
    {"LXC has nothing to tell", "f", "run/x", "", CONTAINER_LXC, NULL},
    {"nor have machines", "f", "run/x", "", CONTAINER_SYSTEMD_NSPAWN, NULL},
};

static void files_of_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(file_cases); i++) {
        _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
        struct inquiry_answer got;

        write_file(file_cases[i].root, file_cases[i].path, file_cases[i].text);
        inquiry = start(NULL, NULL, file_cases[i].root);
        assert_true(inquiry_ask(inquiry, file_cases[i].runtime, VIEW(ID)));
        take(inquiry, &got);
        check_answer(file_cases[i].name, &got, file_cases[i].want);
        assert_int_equal(got.runtime, file_cases[i].runtime);
    }
}

static void files_of_podman(void **state)
{
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_answer got;

    (void)state;
    write_file("podman", "var/lib/containers/storage/vfs-containers/" ID "/userdata/config.json",
               "{}");
    write_file("podman", "var/lib/containers/storage/vfs-containers/containers.json",
               "[{\"id\":\"" ID "\",\"names\":[\"web\"],\"image\":\"12\"}]");
    write_file("podman", "var/lib/containers/storage/vfs-images/images.json",
               "[{\"id\":\"12\",\"names\":[\"localhost/web:1\"],\"digest\":\"sha256:3\"}]");
    inquiry = start(NULL, NULL, "podman");
    assert_true(inquiry_ask(inquiry, CONTAINER_PODMAN, VIEW(ID)));
    take(inquiry, &got);
    check_answer("podman", &got,
                 "{\"name\":\"web\",\"image\":\"localhost/web:1\",\"image_id\":\"12\","
                 "\"image_repository\":\"localhost/web\",\"image_tag\":\"1\","
                 "\"image_digest\":\"sha256:3\"}");
}

/* Ids become parts of paths: these must not lead anywhere. */
static void ids_lead_nowhere(void **state)
{
    static const char *const ids[] = {"../../../etc", "*", ".", "a/b", "-x", "\n", "[a]"};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = start(NULL, NULL, "docker-root");

    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct inquiry_answer got;

        assert_true(inquiry_ask(inquiry, CONTAINER_DOCKER, view_of(ids[i])));
        take(inquiry, &got);
        assert_view(got.id, ids[i]);
        assert_int_equal(got.json.len, 0);
    }
}

/* ---- containerd ---- */

/* GetContainerResponse */
static void make_container(struct buf *to, const char *id)
{
    struct buf container = BUF_INIT(4096);

    protobuf_add_bytes(&container, 1, view_of(id));
    protobuf_add_bytes(&container, 3, VIEW("docker.io/shop/web:1"));
    protobuf_add_bytes(to, 1, buf_view(&container));
    buf_done(&container);
}

static const struct {
    const char *name;
    const char *id; /* that it tells of */
    size_t padding; /* bytes added to its answer */
    const char *want;
} containerd_cases[] = {
    {"containerd", ID, 0, "\"image\":\"docker.io/shop/web:1\""},
    {"containerd tells of another", OTHER, 0, NULL},
    {"containerd floods", ID, ANSWER_DOCUMENT_LIMIT, NULL},
};

static void asks_containerd(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(containerd_cases); i++) {
        _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
        struct buf container = BUF_INIT(FLOOD);
        char *padding = calloc(1, containerd_cases[i].padding + 1);
        struct inquiry_answer got;
        struct server server;
        struct exchange script[] = {
            {NULL, NULL, VIEW("5"), GRPC_STATUS}, /* not in "k8s.io" */
            {NULL, NULL, VIEW(""), GRPC_REPLY},
            {NULL, NULL, VIEW("5"), GRPC_STATUS}, /* no task, no image, and nothing more */
            {0},
        };

        make_container(&container, containerd_cases[i].id);
        protobuf_add_bytes(&container, 99, view_from(padding, containerd_cases[i].padding));
        script[1].body = buf_view(&container);
        server_start(&server, "containerd", script);
        inquiry = start_with(NULL, server.address.sun_path, "empty",
                             containerd_cases[i].want ? LONG : DEADLINE);
        assert_true(inquiry_ask(inquiry, CONTAINER_CONTAINERD, VIEW(ID)));
        take(inquiry, &got);
        check_answer(containerd_cases[i].name, &got, containerd_cases[i].want);
        inquiry_free(take_ptr(&inquiry));
        server_stop(&server);
        buf_done(&container);
        free(padding);
    }
}

static void containerd_is_none(void **state)
{
    static const struct exchange scripts[][2] = {
        {{NULL, "HTTP/1.1 200 OK\r\n\r\n", VIEW(""), CLOSE}},
        {{NULL, NULL, VIEW(""), HOLD}},
        {{NULL, "\0\0\0\4\0\0\0\0\0", VIEW("garbage garbage garbage"), FLOODING}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(scripts); i++) {
        _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
        struct inquiry_answer got;
        struct server server;

        server_start(&server, "containerd", scripts[i]);
        inquiry = start(NULL, server.address.sun_path, "empty");
        assert_true(inquiry_ask(inquiry, CONTAINER_CONTAINERD, VIEW(ID)));
        take(inquiry, &got);
        check_answer("none", &got, NULL);
        assert_true(inquiry_counts(inquiry).failed > 0);
        inquiry_free(take_ptr(&inquiry));
        server_stop(&server);
    }
}

/* ---- The queue ---- */

static void the_queue_has_a_limit(void **state)
{
    static const struct exchange script[] = {{NULL, NULL, VIEW(""), HOLD}, {0}};
    _cleanup_(inquiry_free_p) struct inquiry *inquiry = NULL;
    struct inquiry_counts counts;
    struct server server;
    int asked = 0;

    (void)state;
    server_start(&server, "docker", script);
    inquiry = start(server.address.sun_path, NULL, "empty");
    while (asked <= INQUIRY_WAITING_LIMIT && inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)))
        asked++;
    counts = inquiry_counts(inquiry);
    /* More when the first ones were looked for in files meanwhile. */
    assert_in_range(asked, INQUIRY_QUEUE_LIMIT, INQUIRY_WAITING_LIMIT);
    assert_int_equal(counts.refused, 1);
    inquiry_free(take_ptr(&inquiry));
    server_stop(&server);
}

/* Nobody takes the answers, so that room comes of what nobody knew alone. */
static void unknown_containers_give_way(void **state)
{
    enum { MORE = 100 };
    _cleanup_(inquiry_free_p) struct inquiry *inquiry =
        start_with(NULL, NULL, "empty", 10 * PATIENCE);
    uint64_t end = clock_now_ns() + PATIENCE * (uint64_t)1000000;
    unsigned asked = 0;

    (void)state;
    while (asked < INQUIRY_QUEUE_LIMIT + MORE && clock_now_ns() < end) {
        if (inquiry_ask(inquiry, CONTAINER_DOCKER, VIEW(ID)))
            asked++;
        else
            poll(NULL, 0, 1); /* until the first ones were looked for */
    }
    assert_int_equal(asked, INQUIRY_QUEUE_LIMIT + MORE);
    assert_int_equal(inquiry_counts(inquiry).unknown, MORE);
}

/* ---- All ---- */

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* the servers', whose clients hang up */
    return !mkdtemp(folder) || sandbox_start(inquiry_ops, inquiry_op_count, &sandbox, NULL) < 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    sandbox_stop(sandbox);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(docker_engines),
        cmocka_unit_test(a_hanging_engine_is_left_alone),
        cmocka_unit_test(a_busy_engine_is_asked_on),
        cmocka_unit_test(odd_containers_blind_nobody),
        cmocka_unit_test(files_of_docker),
        cmocka_unit_test(answers_are_renewed),
        cmocka_unit_test(files_of_others),
        cmocka_unit_test(files_of_podman),
        cmocka_unit_test(ids_lead_nowhere),
        cmocka_unit_test(asks_containerd),
        cmocka_unit_test(containerd_is_none),
        cmocka_unit_test(the_queue_has_a_limit),
        cmocka_unit_test(unknown_containers_give_way),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
