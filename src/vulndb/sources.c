#include "vulndb/sources.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/text.h"
#include "vulndb/default-sources.h"

enum { ARENA_LIMIT = 16 << 20 };

struct source_list {
    struct arena *arena;
    struct source *sources;
    size_t count;
};

/* One [source NAME] section as it is written. */
struct section {
    struct view name;
    unsigned line;
    struct view type, items, url, path, mirror, optional, enabled, doc;
};

static const struct {
    struct view name;
    size_t offset;
} keys[] = {
    {VIEW("type"), offsetof(struct section, type)},
    {VIEW("items"), offsetof(struct section, items)},
    {VIEW("url"), offsetof(struct section, url)},
    {VIEW("path"), offsetof(struct section, path)},
    {VIEW("mirror"), offsetof(struct section, mirror)},
    {VIEW("optional"), offsetof(struct section, optional)},
    {VIEW("enabled"), offsetof(struct section, enabled)},
    {VIEW("doc"), offsetof(struct section, doc)},
};

struct reader {
    struct source_list *list;
    const char *directory, *mirror;
    struct section section;
    struct view *last_key; /* what an indented line goes on with */
    unsigned line;
    struct error *err;
};

static int refuse(const struct reader *reader, const char *what, struct view detail)
{
    error_set(reader->err, ERROR_INPUT, "line %u: %s: %.*s", reader->line, tr(what),
              VIEW_ARG(detail));
    return ERROR_INPUT;
}

static bool parse_switch(struct view text, bool if_empty, bool *ret)
{
    *ret = text.len ? view_eq_nocase(text, VIEW("yes")) : if_empty;
    return text.len == 0 || *ret || view_eq_nocase(text, VIEW("no"));
}

/* Replaces ${item} and ${mirror}. */
static int expand(const struct reader *reader, struct view text, struct view item, struct view *ret)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(PATH_LIMIT);

    for (;;) {
        ptrdiff_t at = view_find_view(text, VIEW("${"));
        struct view name;

        buf_add(&out, at < 0 ? text : view_sub(text, 0, (size_t)at));
        if (at < 0)
            break;
        text = view_sub(text, (size_t)at + 2, text.len);
        name = view_cut(&text, '}');
        if (view_eq(name, VIEW("item")) && item.len)
            buf_add(&out, item);
        else if (view_eq(name, VIEW("mirror")) && reader->mirror)
            buf_add(&out, view_strip_suffix(view_of(reader->mirror), VIEW("/")));
        else if (view_eq(name, VIEW("mirror")))
            return refuse(reader, "needs a mirror, but none was given", reader->section.name);
        else
            return refuse(reader, "unknown variable", name);
    }
    if (out.failed)
        return refuse(reader, "too long", reader->section.name);
    *ret = arena_copy(reader->list->arena, buf_view(&out));
    return arena_failed(reader->list->arena, "the list of sources", reader->err);
}

static bool is_http(struct view location)
{
    return view_starts(location, VIEW("https://")) || view_starts(location, VIEW("http://"));
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "Rocky%20Linux" in a URL is "Rocky Linux" on disk. */
static struct view unescape(const struct reader *reader, struct view text)
{
    char *out = arena_cstr(reader->list->arena, text);
    size_t len = 0;

    for (size_t i = 0; out && i < text.len; i++) {
        int high = i + 2 < text.len && text.ptr[i] == '%' ? hex_value(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text.ptr[i + 2]) : -1;

        out[len++] = low > 0 || (low == 0 && high > 0) ? (char)(high << 4 | low) : text.ptr[i];
        i += low > 0 || (low == 0 && high > 0) ? 2 : 0;
    }
    return view_from(out, len);
}

/* `location` is a URL, or a path. A path of the file is relative to the file's
 * directory, one below the mirror to the mirror alone. */
static int set_location(const struct reader *reader, struct view location, bool mirrored,
                        struct source *source)
{
    struct arena *arena = reader->list->arena;
    struct view path = view_strip_prefix(location, VIEW("file://"));

    if (is_http(location)) {
        source->url = arena_cstr(arena, location);
        return arena_failed(arena, "the list of sources", reader->err);
    }
    if (view_find_view(path, VIEW("://")) >= 0)
        return refuse(reader, "neither an http(s) URL nor a path", path);
    if (mirrored)
        path = unescape(reader, path);
    else if (!view_starts(path, VIEW("/")) && !reader->directory)
        return refuse(reader, "the path is not absolute", path);
    else if (!view_starts(path, VIEW("/")))
        path = arena_printf(arena, "%s/%.*s", reader->directory, VIEW_ARG(path));
    source->path = arena_cstr(arena, path);
    return arena_failed(arena, "the list of sources", reader->err);
}

static int locate(const struct reader *reader, struct view item, struct source *source)
{
    const struct section *s = &reader->section;
    struct view mirror = view_of(reader->mirror);
    struct view text = s->url.len ? s->url : s->path;
    bool mirrored = view_starts(text, VIEW("${mirror}"));
    int r;

    if (mirror.len && s->mirror.len) {
        text = arena_printf(reader->list->arena, "${mirror}/%.*s", VIEW_ARG(s->mirror));
        mirrored = true;
    }
    r = expand(reader, text, item, &text);
    if (r < 0)
        return r;
    if (!mirrored && s->url.len && !is_http(text))
        return refuse(reader, "url must begin with https:// or http://", text);
    return set_location(reader, text, mirrored, source);
}

static int add_source(const struct reader *reader, struct view item, const struct source *common)
{
    struct source_list *list = reader->list;
    struct source *source;
    int r;

    if (list->count == SOURCES_LIMIT)
        return refuse(reader, "too many sources", reader->section.name);
    source = arena_push(list->arena, &list->sources, &list->count, sizeof(*source));
    if (!source)
        return arena_failed(list->arena, "the list of sources", reader->err);
    *source = *common;
    source->name = arena_cstr(list->arena, arena_printf(list->arena, "%.*s%s%.*s",
                                                        VIEW_ARG(reader->section.name),
                                                        item.len ? "/" : "", VIEW_ARG(item)));
    r = arena_failed(list->arena, "the list of sources", reader->err);
    return r < 0 ? r : locate(reader, item, source);
}

static int check_section(const struct reader *reader, struct source *common, bool *ret_enabled)
{
    const struct section *s = &reader->section;

    if (s->type.len && !view_eq(s->type, VIEW("auto"))) {
        common->importer = importer_by_name(s->type);
        if (!common->importer)
            return refuse(reader, "unknown type", s->type);
    }
    if (!parse_switch(s->optional, false, &common->optional))
        return refuse(reader, "optional must be yes or no", s->optional);
    if (!parse_switch(s->enabled, true, ret_enabled))
        return refuse(reader, "enabled must be yes or no", s->enabled);
    if (s->url.len && s->path.len)
        return refuse(reader, "has both url and path", s->name);
    if (!s->url.len && !s->path.len && !(s->mirror.len && reader->mirror))
        return refuse(reader, "has neither url nor path", s->name);
    return 0;
}

static int add_sources(const struct reader *reader)
{
    struct source common = {0};
    struct view items = reader->section.items, item;
    bool enabled = true;
    int r = check_section(reader, &common, &enabled);

    if (r < 0 || !enabled)
        return r;
    if (!items.len)
        return add_source(reader, VIEW_EMPTY, &common);
    while (r == 0 && (item = view_word(&items)).len)
        r = add_source(reader, item, &common);
    return r;
}

/* What is wrong with a whole section is told at the line where it begins. */
static int end_section(struct reader *reader)
{
    unsigned line = reader->line;
    int r;

    if (!reader->section.name.len)
        return 0;
    reader->line = reader->section.line;
    r = add_sources(reader);
    reader->line = line;
    return r;
}

static bool name_is_good(struct view name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c && strchr("._-", c))))
            return false;
    }
    return name.len > 0;
}

static int begin_section(struct reader *reader, struct view line)
{
    struct view inside = view_sub(line, 1, line.len - 2), rest = inside;
    int r = end_section(reader);

    if (r < 0)
        return r;
    if (!view_ends(line, VIEW("]")) || !view_eq(view_word(&rest), VIEW("source")) ||
        !name_is_good(view_trim(rest)))
        return refuse(reader, "a section must look like [source NAME]", line);
    reader->section = (struct section){.name = view_trim(rest), .line = reader->line};
    reader->last_key = NULL;
    return 0;
}

static int read_key(struct reader *reader, struct view line)
{
    struct view rest = line, key = view_trim(view_cut(&rest, '=')), value = view_trim(rest);

    if (!reader->section.name.len)
        return refuse(reader, "stands before the first [source NAME]", line);
    if (!rest.ptr)
        return refuse(reader, "a line must look like KEY = VALUE", line);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct view *at = (struct view *)((char *)&reader->section + keys[i].offset);

        if (!view_eq(key, keys[i].name))
            continue;
        if (at->ptr)
            return refuse(reader, "is given twice", key);
        *at = value;
        reader->last_key = at;
        return 0;
    }
    return refuse(reader, "unknown key", key);
}

/* An indented line goes on with the value above it. */
static int read_continuation(struct reader *reader, struct view line)
{
    if (!reader->last_key)
        return refuse(reader, "an indented line goes on with a value, but there is none", line);
    *reader->last_key =
        arena_printf(reader->list->arena, "%.*s %.*s", VIEW_ARG(*reader->last_key), VIEW_ARG(line));
    return arena_failed(reader->list->arena, "the list of sources", reader->err);
}

static int read_line(struct reader *reader, struct view line)
{
    bool indented = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');

    line = view_trim(line);
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
        return 0;
    if (indented)
        return read_continuation(reader, line);
    return line.ptr[0] == '[' ? begin_section(reader, line) : read_key(reader, line);
}

int source_list_parse(struct view text, const char *directory, const char *mirror,
                      struct source_list **ret, struct error *err)
{
    _cleanup_(source_list_free_p) struct source_list *list = calloc(1, sizeof(*list));
    struct reader reader = {.list = list,
                            .directory = directory,
                            .mirror = mirror && *mirror ? mirror : NULL,
                            .err = err};
    struct error local = ERROR_INIT;
    int r = 0;

    if (!list || !(list->arena = arena_new(ARENA_LIMIT)))
        return error_memory(err);
    if (!err)
        reader.err = &local;
    text = arena_copy(list->arena, text);
    while (r == 0 && text.ptr) {
        reader.line++;
        r = read_line(&reader, view_line(&text));
    }
    if (r == 0)
        r = end_section(&reader);
    if (r == 0 && list->count == 0)
        r = error_set(err, ERROR_INPUT, "no source is enabled");
    if (r == 0)
        *ret = take_ptr(&list);
    return r;
}

struct view source_list_default_text(void)
{
    return view_from(vulndb_default_sources, vulndb_default_sources_size);
}

int source_list_default(const char *mirror, struct source_list **ret, struct error *err)
{
    int r = source_list_parse(source_list_default_text(), NULL, mirror, ret, err);

    return r < 0 ? error_wrap(err, "content/sources.conf") : 0;
}

int source_list_read(const char *path, const char *mirror, struct source_list **ret,
                     struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SOURCES_FILE_LIMIT);
    struct view above = path_directory(view_of(path));
    _cleanup_free_ char *directory =
        above.len ? strndup(above.ptr, above.len) : strdup(*path == '/' ? "/" : ".");
    int r = directory ? fd_read_file(path, &text, err) : error_memory(err);

    if (r < 0)
        return r;
    r = source_list_parse(buf_view(&text), directory, mirror, ret, err);
    if (r < 0) {
        error_wrap(err, "%s", path);
        error_hint(err, "docs/formats/sources.md describes the file");
    }
    return r;
}

/* The last component; of "." and "/", the path itself. */
static const char *name_of_path(struct arena *arena, struct view path)
{
    struct view name = path;

    while (name.len > 1 && view_ends(name, VIEW("/")))
        name.len--;
    if (path_name(name).len)
        name = path_name(name);
    return arena_cstr(arena, name);
}

int source_list_of_paths(const char *const *paths, size_t count, struct source_list **ret,
                         struct error *err)
{
    _cleanup_(source_list_free_p) struct source_list *list = calloc(1, sizeof(*list));
    int r;

    if (!list || !(list->arena = arena_new(ARENA_LIMIT)))
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct source *source =
            arena_push(list->arena, &list->sources, &list->count, sizeof(*source));

        if (!source)
            break;
        source->name = name_of_path(list->arena, view_of(paths[i]));
        source->path = arena_cstr(list->arena, view_of(paths[i]));
    }
    r = arena_failed(list->arena, "the list of files", err);
    if (r == 0)
        *ret = take_ptr(&list);
    return r;
}

void source_list_free(struct source_list *list)
{
    if (!list)
        return;
    arena_free(list->arena);
    free(list);
}

size_t source_list_count(const struct source_list *list)
{
    return list->count;
}

const struct source *source_list_at(const struct source_list *list, size_t i)
{
    return i < list->count ? &list->sources[i] : NULL;
}
