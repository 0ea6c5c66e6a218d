#include "report/where.h"

static bool is_kind(const struct report *report, const char *kind)
{
    return view_eq(report->artifact.kind, view_of(kind));
}

bool where_is_on_disk(const struct report *report)
{
    return !is_kind(report, "image");
}

/* "registry:ghcr.io/acme/app:1.4@sha256:..." is ghcr.io/acme/app. */
static struct view image_name(struct view name)
{
    static const struct view transports[] = {VIEW("docker:"), VIEW("podman:"), VIEW("containerd:"),
                                             VIEW("registry:"), VIEW("oci:")};
    ptrdiff_t slash, colon;

    for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
        name = view_strip_prefix(name, transports[i]);
    name = view_cut(&name, '@');
    slash = view_rfind(name, '/');
    colon = view_rfind(name, ':');
    return colon > slash ? view_sub(name, 0, (size_t)colon) : name;
}

static struct view join(struct view root, struct view path, struct arena *arena)
{
    while (root.len > 1 && root.ptr[root.len - 1] == '/')
        root.len--;
    while (path.len && path.ptr[0] == '/')
        path = view_sub(path, 1, path.len);
    if (path.len == 0)
        return root;
    return view_eq(root, VIEW("/"))
               ? arena_printf(arena, "/%.*s", VIEW_ARG(path))
               : arena_printf(arena, "%.*s/%.*s", VIEW_ARG(root), VIEW_ARG(path));
}

/* Where the paths of the report begin. */
static struct view rooted(const struct report *report, struct view path, struct arena *arena)
{
    if (is_kind(report, "image"))
        return join(image_name(report->artifact.name), path, arena);
    if (is_kind(report, "filesystem"))
        return join(report->artifact.name, path, arena);
    if (is_kind(report, "host"))
        return join(VIEW("/"), path, arena);
    return path.len ? path : report->artifact.name;
}

static struct view relative(struct view path, const char *directory)
{
    struct view root = view_of(directory);

    if (root.len > 1 && view_starts(path, root) && path.len > root.len + 1 &&
        path.ptr[root.len] == '/')
        path = view_sub(path, root.len + 1, path.len);
    while (view_starts(path, VIEW("./")))
        path = view_sub(path, 2, path.len);
    return path;
}

struct view where_path(const struct report *report, const struct report_options *options,
                       struct view path, struct arena *arena)
{
    path = relative(rooted(report, path, arena), options->directory);
    while (!where_is_on_disk(report) && path.len && path.ptr[0] == '/')
        path = view_sub(path, 1, path.len);
    return path;
}

/* Unreserved characters and "/"; a colon could be taken for a scheme's end. */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/", c));
}

struct view where_uri(struct view path, struct arena *arena)
{
    static const char digits[] = "0123456789ABCDEF";
    static const struct view scheme = VIEW("file://");
    char *uri = arena_array(arena, path.len + scheme.len, 3);
    size_t end = 0;

    if (!uri)
        return VIEW_EMPTY;
    if (path.len && path.ptr[0] == '/') {
        memcpy(uri, scheme.ptr, scheme.len);
        end = scheme.len;
    }
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        if (is_plain(path.ptr[i])) {
            uri[end++] = path.ptr[i];
            continue;
        }
        uri[end++] = '%';
        uri[end++] = digits[c >> 4];
        uri[end++] = digits[c & 15];
    }
    return view_from(uri, end);
}
