#include "config/kubernetes/image-name.h"

#include "config/kubernetes/object.h"

static bool is_word(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    return text.len > 0;
}

static bool is_registry(struct view part)
{
    if (view_eq(part, VIEW("localhost")))
        return true;
    for (size_t i = 0; i < part.len; i++)
        if (part.ptr[i] == '.' || part.ptr[i] == ':' || (part.ptr[i] >= 'A' && part.ptr[i] <= 'Z'))
            return true;
    return false;
}

static void cut_digest(struct view *rest, struct view *digest)
{
    ptrdiff_t at = view_find(*rest, '@');

    if (at < 0)
        return;
    *digest = view_sub(*rest, (size_t)at + 1, rest->len);
    *rest = view_sub(*rest, 0, (size_t)at);
}

/* A ":" before the last "/" belongs to the registry's port. */
static void cut_tag(struct view *rest, struct view *tag)
{
    ptrdiff_t colon = view_rfind(*rest, ':'), slash = view_rfind(*rest, '/');

    if (colon < 0 || colon < slash)
        return;
    *tag = view_sub(*rest, (size_t)colon + 1, rest->len);
    *rest = view_sub(*rest, 0, (size_t)colon);
}

bool image_name_parse(struct view text, struct arena *arena, struct image_name *ret)
{
    struct image_name name = {.registry = VIEW("docker.io")};
    struct view rest = view_trim(text);
    ptrdiff_t slash;

    if (!is_word(rest) || text_is_template(rest) || view_find(rest, '<') >= 0 ||
        view_find(rest, '*') >= 0)
        return false;
    cut_digest(&rest, &name.digest);
    cut_tag(&rest, &name.tag);
    slash = view_find(rest, '/');
    if (slash > 0 && is_registry(view_sub(rest, 0, (size_t)slash))) {
        name.registry = view_sub(rest, 0, (size_t)slash);
        rest = view_sub(rest, (size_t)slash + 1, rest.len);
    }
    if (view_eq(name.registry, VIEW("index.docker.io")) ||
        view_eq(name.registry, VIEW("registry-1.docker.io")))
        name.registry = VIEW("docker.io");
    if (view_eq(name.registry, VIEW("docker.io")) && view_find(rest, '/') < 0 && rest.len)
        rest = arena_printf(arena, "library/%.*s", VIEW_ARG(rest));
    if (!rest.len)
        return false;
    if (!name.tag.len && !name.digest.len)
        name.tag = VIEW("latest");
    name.repository = rest;
    *ret = name;
    return true;
}
