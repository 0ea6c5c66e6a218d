#include "sensor/alert/header-file.h"

#include "base/fd.h"

/* RFC 9110, section 5.6.2 */
static bool is_token(struct view text)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

        if (!is_letter && !(c >= '0' && c <= '9') && (!c || !strchr(marks, c)))
            return false;
    }
    return text.len > 0;
}

static bool is_value(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (((uint8_t)text.ptr[i] < 0x20 && text.ptr[i] != '\t') || text.ptr[i] == 0x7f)
            return false;
    return text.len > 0;
}

int header_file_parse(struct view text, struct arena *arena, struct http_header *ret,
                      size_t *ret_count, struct error *err)
{
    size_t count = 0;

    for (unsigned number = 1; text.ptr; number++) {
        struct view line = view_trim(view_line(&text)), rest = line, name, value;

        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        name = view_cut(&rest, ':');
        value = view_trim(rest);
        if (!is_token(name) || !is_value(value)) {
            error_set(err, ERROR_INPUT, "line %u is no header", number);
            error_hint(err, "write each as: Name: value");
            return ERROR_INPUT;
        }
        if (count == HEADER_FILE_COUNT)
            return error_set(err, ERROR_LIMIT, "more than %d headers", HEADER_FILE_COUNT);
        ret[count++] = (struct http_header){arena_cstr(arena, name), arena_cstr(arena, value)};
    }
    if (arena_failed(arena, "headers", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    *ret_count = count;
    return 0;
}

int header_file_read(const char *path, struct arena *arena, struct http_header *ret,
                     size_t *ret_count, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(HEADER_FILE_LIMIT);

    if (fd_read_file(path, &text, err) < 0)
        return err ? err->kind : ERROR_IO;
    if (header_file_parse(buf_view(&text), arena, ret, ret_count, err) < 0)
        return error_wrap(err, "%s", path);
    return 0;
}
