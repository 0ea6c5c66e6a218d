#include "artifact/byte-pump.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "base/fd.h"

enum { DRAIN_STEP = 64 << 10 };

struct byte_pump {
    int ends[2];
    pthread_t thread;
    struct digester *digester;
    void (*read)(void *ctx, int fd);
    void *ctx;
};

static void drain(int fd)
{
    char discarded[DRAIN_STEP];
    ssize_t n;

    do
        n = read(fd, discarded, sizeof(discarded));
    while (n > 0 || (n < 0 && errno == EINTR));
}

static void *read_and_drain(void *argument)
{
    struct byte_pump *pump = argument;

    pump->read(pump->ctx, pump->ends[0]);
    drain(pump->ends[0]);
    return NULL;
}

static void free_pump(struct byte_pump *pump)
{
    for (int i = 0; i < 2; i++)
        close_p(&pump->ends[i]);
    digester_free(pump->digester);
    free(pump);
}

static int start(struct byte_pump *pump, struct error *err)
{
    int number, r = digester_new(&pump->digester, err);

    if (r < 0)
        return r;
    if (pipe2(pump->ends, O_CLOEXEC) < 0)
        return error_errno(err, "cannot make a pipe");
    fcntl(pump->ends[1], F_SETPIPE_SZ, BYTE_PUMP_PIPE_SIZE);
    number = pthread_create(&pump->thread, NULL, read_and_drain, pump);
    if (number != 0)
        return error_set(err, ERROR_IO, "cannot start a thread: %s", strerror(number));
    return 0;
}

int byte_pump_start(void (*read)(void *ctx, int fd), void *ctx, struct byte_pump **ret,
                    struct error *err)
{
    struct byte_pump *pump = calloc(1, sizeof(*pump));
    int r;

    if (!pump)
        return error_memory(err);
    *pump = (struct byte_pump){.ends = {-1, -1}, .read = read, .ctx = ctx};
    r = start(pump, err);
    if (r < 0) {
        free_pump(pump);
        return r;
    }
    *ret = pump;
    return 0;
}

int byte_pump_write(struct byte_pump *pump, struct view bytes, struct error *err)
{
    digester_add(pump->digester, bytes);
    return fd_write_all(pump->ends[1], bytes, err);
}

struct digest byte_pump_finish(struct byte_pump *pump)
{
    struct digest digest;

    close(take_fd(&pump->ends[1]));
    pthread_join(pump->thread, NULL);
    digest = digester_end(pump->digester);
    free_pump(pump);
    return digest;
}
