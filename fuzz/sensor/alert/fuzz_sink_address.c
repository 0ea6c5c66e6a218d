/* Addresses of sinks, and the files of headers that they name. Nothing is opened: kinds that
 * reach out are not asked. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "sensor/alert/header-file.h"
#include "sensor/alert/sink-address.h"

enum { MEMORY = 1 << 20 };

static void take_all(struct sink_address *address)
{
    static const char *const words[] = {"no", "yes", NULL};
    uint64_t number = 1;
    char *path = NULL;
    int word = 0;
    struct view value;
    struct error err = ERROR_INIT;

    sink_address_take_number(address, VIEW("size"), 1, UINT64_MAX, &number, &err);
    sink_address_take_word(address, VIEW("format"), words, &word, &err);
    sink_address_take_path(address, VIEW("ca"), &path, &err);
    while (sink_address_take(address, VIEW("keep"), &value))
        if (value.len > SINK_ADDRESS_LIMIT)
            abort();
    sink_address_finish(address, &err);
    free(path);
}

static void read_headers(struct view text)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct http_header headers[HEADER_FILE_COUNT];
    struct error err = ERROR_INIT;
    size_t count = 0;

    if (header_file_parse(text, arena, headers, &count, &err) < 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (!*headers[i].name || !*headers[i].value || strpbrk(headers[i].name, ": \r\n") ||
            strpbrk(headers[i].value, "\r\n"))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = strndup((const char *)data, size);
    struct sink_address address;

    read_headers(view_from(data, size));
    if (!text || sink_address_parse(text, &address, NULL) < 0)
        return 0;
    take_all(&address);
    sink_address_done(&address);
    return 0;
}
