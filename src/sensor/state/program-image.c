#include "sensor/state/program-image.h"

#include <stdlib.h>

#include "sensor/abi/record.h"

enum {
    SOCKET_ALIGNMENT = 8,
    STDIO_COUNT = 3,
    IMAGE_FLAGS = SENSOR_EXE_MEMFD | SENSOR_EXE_UPPER | SENSOR_EXE_LOWER | SENSOR_EXE_WRITABLE |
                  SENSOR_EXE_DELETED | SENSOR_EXECVEAT,
};

struct texts {
    struct view exepath, argv0, rest; /* `rest`: argv[1..] with their NULs */
    bool cut;
};

static struct texts texts_of(const struct sensor_event *event)
{
    const struct sensor_parameter *parameter = record_parameter(event, SENSOR_ARGUMENTS, -1);
    struct texts texts = {.cut = parameter && parameter->flags & SENSOR_PARAMETER_CUT};

    record_find(event, SENSOR_EXE, -1, &texts.exepath);
    if (parameter)
        texts.rest = record_bytes(parameter);
    texts.argv0 = view_cut(&texts.rest, '\0');
    return texts;
}

static char *put(char **at, struct view text)
{
    char *begin = *at;

    if (text.len)
        memcpy(begin, text.ptr, text.len);
    *at += text.len;
    return begin;
}

/* Writes the arguments twice: as they are, and joined by blanks. */
static void put_arguments(struct program_image *image, char **at, struct view rest)
{
    char *joined;
    size_t len = rest.len;

    image->argv = view_from(put(at, rest), rest.len);
    joined = put(at, rest);
    if (len && joined[len - 1] == '\0') {
        image->argument_count++;
        len--;
    } else if (len) {
        image->argument_count++; /* the last one was cut */
    }
    for (size_t i = 0; i < len; i++)
        if (joined[i] == '\0') {
            joined[i] = ' ';
            image->argument_count++;
        }
    image->arguments = view_from(joined, len);
}

static void put_facts(struct program_image *image, const struct sensor_event *event)
{
    struct view bytes;

    if (record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes)) {
        const struct sensor_process *process = (const void *)bytes.ptr;

        image->flags = process->flags & IMAGE_FLAGS;
        image->exe_inode = process->exe_inode;
        image->exe_device = process->exe_device;
        image->exe_uid = process->exe_uid;
        image->exe_mode = process->exe_mode;
        image->exe_ctime = process->exe_ctime;
        image->exe_mtime = process->exe_mtime;
        image->start = event->kind == SENSOR_EXEC ? event->time : process->start;
    }
    if (record_find(event, SENSOR_STDIO, -1, &bytes)) {
        memcpy(image->stdio, bytes.ptr, sizeof(image->stdio));
        image->stdio_known = true;
    }
}

static size_t room_of(size_t length)
{
    return (length + SOCKET_ALIGNMENT - 1) & ~(size_t)(SOCKET_ALIGNMENT - 1);
}

/* Finds the sockets among the first three descriptors; returns the room for all. */
static size_t sockets_of(const struct sensor_event *event, struct view sockets[STDIO_COUNT])
{
    size_t size = 0;

    for (int i = 0; i < STDIO_COUNT; i++) {
        sockets[i] = VIEW_EMPTY;
        if (record_find(event, SENSOR_STDIO_SOCKET, i, &sockets[i]))
            size += room_of(sockets[i].len);
    }
    return size;
}

static void put_sockets(struct program_image *image, char **at,
                        const struct view sockets[STDIO_COUNT])
{
    for (int i = 0; i < STDIO_COUNT; i++) {
        if (!sockets[i].len)
            continue;
        image->stdio_socket[i] = view_from(put(at, sockets[i]), sockets[i].len);
        *at += room_of(sockets[i].len) - sockets[i].len;
    }
}

struct program_image *program_image_new(const struct sensor_event *event, size_t *account)
{
    struct texts texts = texts_of(event);
    struct view sockets[STDIO_COUNT];
    size_t size = sizeof(struct program_image) + sockets_of(event, sockets) + texts.argv0.len +
                  texts.exepath.len + 2 * texts.rest.len;
    struct program_image *image = malloc(size);
    char *at;

    if (!image)
        return NULL;
    at = (char *)(image + 1);
    *image = (struct program_image){.references = 1, .account = account, .size = size};
    put_sockets(image, &at, sockets);
    image->exe = view_from(put(&at, texts.argv0), texts.argv0.len);
    image->exepath = view_from(put(&at, texts.exepath), texts.exepath.len);
    image->arguments_cut = texts.cut;
    put_arguments(image, &at, texts.rest);
    put_facts(image, event);
    if (account)
        *account += size;
    return image;
}

struct program_image *program_image_ref(struct program_image *image)
{
    if (image)
        image->references++;
    return image;
}

void program_image_unref(struct program_image *image)
{
    if (!image || --image->references > 0)
        return;
    if (image->account)
        *image->account -= image->size;
    free(image);
}

bool program_image_is_of(const struct program_image *image, const struct sensor_event *event)
{
    struct texts texts = texts_of(event);
    struct view bytes;

    if (!record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes))
        return false;
    const struct sensor_process *process = (const void *)bytes.ptr;

    return image->exe_inode == process->exe_inode && image->exe_device == process->exe_device &&
           image->exe_ctime == process->exe_ctime && view_eq(image->exepath, texts.exepath) &&
           view_eq(image->exe, texts.argv0) && view_eq(image->argv, texts.rest);
}

_Static_assert(sizeof(struct program_image) % SOCKET_ALIGNMENT == 0, "sockets lie behind it");
