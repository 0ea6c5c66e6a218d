#include "config/dockerfile/build.h"

struct dockerfile_image dockerfile_image(struct view name)
{
    struct dockerfile_image image = {.repository = name};
    ptrdiff_t at = view_find(name, '@'), slash, colon;
    struct view head;

    if (at >= 0) {
        image.digest = view_sub(name, (size_t)at + 1, name.len);
        name = view_sub(name, 0, (size_t)at);
    }
    slash = view_rfind(name, '/');
    colon = view_rfind(name, ':');
    if (colon > slash) {
        image.tag = view_sub(name, (size_t)colon + 1, name.len);
        name = view_sub(name, 0, (size_t)colon);
    }
    slash = view_find(name, '/');
    head = view_sub(name, 0, slash < 0 ? 0 : (size_t)slash);
    if (view_find(head, '.') >= 0 || view_find(head, ':') >= 0 ||
        view_eq(head, VIEW("localhost"))) {
        image.registry = head;
        name = view_sub(name, head.len + 1, name.len);
    }
    if (view_eq(image.registry, VIEW("docker.io")) ||
        view_eq(image.registry, VIEW("index.docker.io")))
        image.registry = VIEW_EMPTY;
    if (image.registry.len == 0)
        name = view_strip_prefix(name, VIEW("library/"));
    image.repository = name;
    slash = view_rfind(name, '/');
    image.name = view_sub(name, (size_t)(slash + 1), name.len);
    return image;
}
