#include "inventory/file-list.h"

#include "base/cursor.h"

void file_list_init(struct file_list *list)
{
    list->bytes = BUF_INIT(FILE_LIST_LIMIT);
    list->last_len = 0;
}

void file_list_reset(struct file_list *list)
{
    buf_reset(&list->bytes);
    list->last_len = 0;
}

void file_list_done(struct file_list *list)
{
    buf_done(&list->bytes);
}

static struct view without_slashes(struct view path)
{
    while (path.len && path.ptr[0] == '/')
        path = view_sub(path, 1, path.len);
    return path;
}

static struct view without_trailing_slashes(struct view path)
{
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

static size_t shared_prefix(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t len = 0;

    while (len < a_len && len < b_len && a[len] == b[len])
        len++;
    return len;
}

void file_list_add(struct file_list *list, struct view directory, struct view name)
{
    char path[FILE_LIST_PATH_LIMIT];
    size_t len, shared;

    directory = without_trailing_slashes(without_slashes(directory));
    if (directory.len == 0)
        name = without_slashes(name);
    len = directory.len + (directory.len ? 1 : 0) + name.len;
    if (name.len == 0 || directory.len >= sizeof(path) || name.len >= sizeof(path) ||
        len >= sizeof(path))
        return;
    if (directory.len) {
        memcpy(path, directory.ptr, directory.len);
        path[directory.len] = '/';
    }
    memcpy(path + len - name.len, name.ptr, name.len);
    shared = shared_prefix(path, len, list->last, list->last_len);
    buf_add_varint(&list->bytes, shared);
    buf_add_bytes(&list->bytes, view_from(path + shared, len - shared));
    memcpy(list->last + shared, path + shared, len - shared);
    list->last_len = len;
}

static bool count_files(struct view bytes, size_t *ret_count)
{
    struct cursor c = cursor_of(bytes);
    size_t count = 0;

    while (!cursor_at_end(&c) && !c.failed) {
        cursor_count(&c, FILE_LIST_PATH_LIMIT);
        cursor_bytes(&c);
        count++;
    }
    if (c.failed || count > FILE_LIST_COUNT_LIMIT)
        return false;
    *ret_count = count;
    return true;
}

/* `previous` has its leading slash. */
static struct view decode_one(struct cursor *c, struct view previous, struct arena *arena)
{
    size_t shared = (size_t)cursor_count(c, previous.len ? previous.len - 1 : 0);
    struct view rest = cursor_bytes(c);
    size_t len = 1 + shared + rest.len;
    char *path;

    if (c->failed || len > FILE_LIST_PATH_LIMIT) {
        cursor_fail(c);
        return VIEW_EMPTY;
    }
    path = arena_alloc(arena, len);
    if (!path)
        return VIEW_EMPTY;
    path[0] = '/';
    if (shared && previous.ptr)
        memcpy(path + 1, previous.ptr + 1, shared);
    if (rest.len)
        memcpy(path + 1 + shared, rest.ptr, rest.len);
    return view_from(path, len);
}

int file_list_decode(struct view bytes, struct arena *arena, const struct view **ret,
                     size_t *ret_count, struct error *err)
{
    struct cursor c = cursor_of(bytes);
    struct view *files;
    size_t count = 0;
    int r;

    if (!count_files(bytes, &count))
        return error_set(err, ERROR_INPUT, "a list of files is damaged");
    files = arena_array(arena, count, sizeof(*files));
    for (size_t i = 0; files && i < count && !c.failed; i++)
        files[i] = decode_one(&c, i ? files[i - 1] : VIEW_EMPTY, arena);
    r = arena_failed(arena, "a list of files", err);
    if (r < 0)
        return r;
    if (c.failed)
        return error_set(err, ERROR_INPUT, "a list of files is damaged");
    *ret = files;
    *ret_count = count;
    return 0;
}
