#include "sensor/doctor/runtime-greeting.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/view.h"

enum {
    ANSWER_SIZE = 9, /* a frame's head; of HTTP/1 the version */
    FRAME_TYPE = 3,  /* where a frame's head has it */
    SETTINGS = 4,
    MILLISECOND = 1000000,
};

/* The preface of a client ends with a frame of settings, which may be empty. */
static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
static const char ping[] = "GET /_ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

static bool is_frame_of_settings(const unsigned char *head)
{
    return head[FRAME_TYPE] == SETTINGS && memcmp(head + ANSWER_SIZE - 4, "\0\0\0\0", 4) == 0;
}

static enum runtime_greeting read_answer(int fd, unsigned char *answer)
{
    const uint64_t end = clock_now_ns() + RUNTIME_GREETING_SECONDS * 1000ULL * MILLISECOND;
    size_t length = 0;

    while (length < ANSWER_SIZE) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        uint64_t now = clock_now_ns();
        ssize_t got;

        if (now >= end || poll(&ready, 1, (int)((end - now) / MILLISECOND) + 1) == 0)
            return RUNTIME_SILENT;
        got = recv(fd, answer + length, ANSWER_SIZE - length, MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            return RUNTIME_STRANGE;
        length += (size_t)got;
    }
    return RUNTIME_ANSWERS;
}

static enum runtime_greeting connect_to(int fd, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path) >=
        sizeof(address.sun_path))
        return RUNTIME_NOBODY;
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return RUNTIME_ANSWERS;
    return errno == EAGAIN ? RUNTIME_SILENT : RUNTIME_NOBODY; /* others wait there, too */
}

enum runtime_greeting runtime_greet(const char *path, enum runtime_language language)
{
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const char *words = language == RUNTIME_HTTP1 ? ping : preface;
    size_t length = (language == RUNTIME_HTTP1 ? sizeof(ping) : sizeof(preface)) - 1;
    unsigned char answer[ANSWER_SIZE];
    enum runtime_greeting greeting = fd < 0 ? RUNTIME_NOBODY : connect_to(fd, path);

    if (greeting != RUNTIME_ANSWERS)
        return greeting;
    if (send(fd, words, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length)
        return RUNTIME_STRANGE;
    greeting = read_answer(fd, answer);
    if (greeting != RUNTIME_ANSWERS)
        return greeting;
    return (language == RUNTIME_HTTP1 ? memcmp(answer, "HTTP/1.", 7) == 0
                                      : is_frame_of_settings(answer))
               ? RUNTIME_ANSWERS
               : RUNTIME_STRANGE;
}
