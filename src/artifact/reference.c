#include "artifact/reference.h"

#include "base/buf.h"
#include "codec/digest.h"

enum { IMAGE_ID_LENGTH = 64 };

static const struct view default_registry = VIEW("docker.io");
static const struct view default_tag = VIEW("latest");

/* The parts as they were written; empty where they were left out. */
struct parts {
    struct view registry, path, tag, digest;
    bool library; /* "library/" is understood before the path */
};

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alphanumeric(char c)
{
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool all_of(struct view text, bool (*is)(char))
{
    for (size_t i = 0; i < text.len; i++)
        if (!is(text.ptr[i]))
            return false;
    return text.len > 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_digit_or_dot(char c)
{
    return is_digit(c) || c == '.';
}

static bool is_address_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_tag_char(char c)
{
    return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
}

static bool valid_tag(struct view tag)
{
    return tag.len <= REFERENCE_TAG_LIMIT && all_of(tag, is_tag_char) && tag.ptr[0] != '.' &&
           tag.ptr[0] != '-';
}

/* One label of a host name: letters, digits, and '-' within. */
static bool valid_label(struct view label)
{
    if (label.len == 0 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (!is_alphanumeric(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    return true;
}

static bool valid_host(struct view host)
{
    if (view_starts(host, VIEW("[")))
        return host.len > 2 && host.ptr[host.len - 1] == ']' &&
               all_of(view_sub(host, 1, host.len - 2), is_address_char);
    while (host.ptr)
        if (!valid_label(view_cut(&host, '.')))
            return false;
    return true;
}

/* Cuts ":PORT" off a registry, minding the colons of an IPv6 address. */
static struct view cut_port(struct view *registry)
{
    ptrdiff_t colon = view_rfind(*registry, ':'), bracket = view_rfind(*registry, ']');
    struct view port = VIEW_EMPTY;

    if (colon >= 0 && colon > bracket) {
        port = view_sub(*registry, (size_t)colon + 1, SIZE_MAX);
        *registry = view_sub(*registry, 0, (size_t)colon);
        if (!port.ptr)
            port.ptr = "";
    }
    return port;
}

static bool valid_registry(struct view registry)
{
    bool with_port = view_rfind(registry, ':') > view_rfind(registry, ']');
    struct view port = cut_port(&registry);
    uint64_t number;

    return (!with_port || (view_to_u64(port, &number) && number > 0 && number <= 65535)) &&
           valid_host(registry);
}

/* The separator at `at`: ".", "_", "__" or any number of "-"; 0: none. */
static size_t separator_length(struct view part, size_t at)
{
    struct view rest = view_from(part.ptr + at, part.len - at);
    size_t len = 0;

    while (len < rest.len && rest.ptr[len] == '-')
        len++;
    if (len)
        return len;
    if (view_starts(rest, VIEW("__")))
        return 2;
    return view_starts(rest, VIEW("_")) || view_starts(rest, VIEW("."));
}

/* path-component: alphanumerics joined by separators. */
static bool valid_component(struct view part)
{
    size_t i = 0;

    while (i < part.len && is_lower_or_digit(part.ptr[i])) {
        size_t separator;

        while (i < part.len && is_lower_or_digit(part.ptr[i]))
            i++;
        if (i == part.len)
            return true;
        separator = separator_length(part, i);
        if (separator == 0)
            return false;
        i += separator;
    }
    return false;
}

static bool is_registry(struct view first)
{
    if (view_find(first, '.') >= 0 || view_find(first, ':') >= 0 ||
        view_eq(first, VIEW("localhost")))
        return true;
    for (size_t i = 0; i < first.len; i++)
        if (first.ptr[i] >= 'A' && first.ptr[i] <= 'Z')
            return true;
    return false;
}

static int check_path(struct view text, struct view path, struct error *err)
{
    struct view rest = path;

    while (rest.ptr) {
        struct view part = view_cut(&rest, '/');

        if (valid_component(part))
            continue;
        error_set(err, ERROR_USAGE, "\"%.*s\" is no image name: \"%.*s\" is no valid part of it",
                  VIEW_ARG(text), VIEW_ARG(part));
        error_hint(err, "names are lower-case letters and digits, joined by '.', '_', '__' or '-', "
                        "as in registry.example.com/team/app:1.0");
        return ERROR_USAGE;
    }
    return 0;
}

static int check_parts(struct view text, const struct parts *p, struct error *err)
{
    struct digest digest;

    if (!valid_registry(p->registry))
        return error_set(err, ERROR_USAGE, "\"%.*s\" is no image name: \"%.*s\" is no registry",
                         VIEW_ARG(text), VIEW_ARG(p->registry));
    if (check_path(text, p->path, err) < 0)
        return ERROR_USAGE;
    if (p->registry.len + 1 + (p->library ? 8 : 0) + p->path.len > REFERENCE_NAME_LIMIT)
        return error_set(err, ERROR_USAGE, "an image name is longer than %d characters",
                         REFERENCE_NAME_LIMIT);
    if (p->tag.ptr && !valid_tag(p->tag)) {
        error_set(err, ERROR_USAGE, "\"%.*s\" is no image name: \"%.*s\" is no tag", VIEW_ARG(text),
                  VIEW_ARG(p->tag));
        error_hint(err, "a tag is up to 128 letters, digits, '_', '.' and '-', not beginning with "
                        "'.' or '-'");
        return ERROR_USAGE;
    }
    if (p->digest.ptr && !digest_parse(p->digest, &digest)) {
        error_set(err, ERROR_USAGE, "\"%.*s\" is no image name: \"%.*s\" is no digest",
                  VIEW_ARG(text), VIEW_ARG(p->digest));
        error_hint(err, "a digest is sha256: and 64 hexadecimal digits in lower case");
        return ERROR_USAGE;
    }
    return 0;
}

/* An engine's id of an image, which no registry knows. */
static bool is_image_id(struct view text)
{
    struct view hex = view_strip_prefix(text, VIEW("sha256:"));

    return hex.len == IMAGE_ID_LENGTH && all_of(hex, is_hex);
}

/* Cuts `text` into its parts; nothing is checked yet. A part that is there but
 * empty ("app:") has a pointer. */
static void split(struct view text, struct parts *ret)
{
    ptrdiff_t at = view_find(text, '@'), slash, colon;
    struct parts p = {default_registry, VIEW_EMPTY, VIEW_EMPTY, VIEW_EMPTY, false};

    if (at >= 0) {
        p.digest = view_from(text.ptr + at + 1, text.len - (size_t)at - 1);
        text = view_sub(text, 0, (size_t)at);
    }
    slash = view_rfind(text, '/');
    colon = view_rfind(text, ':');
    if (colon > slash) {
        p.tag = view_from(text.ptr + colon + 1, text.len - (size_t)colon - 1);
        text = view_sub(text, 0, (size_t)colon);
    }
    p.path = text.ptr ? text : VIEW("");
    slash = view_find(text, '/');
    if (slash >= 0 && is_registry(view_sub(text, 0, (size_t)slash))) {
        p.registry = view_sub(text, 0, (size_t)slash);
        p.path = view_from(text.ptr + slash + 1, text.len - (size_t)slash - 1);
    }
    if (view_eq(p.registry, VIEW("index.docker.io")))
        p.registry = default_registry;
    p.library = view_eq(p.registry, default_registry) && view_find(p.path, '/') < 0;
    if (!p.tag.ptr && !p.digest.ptr)
        p.tag = default_tag;
    *ret = p;
}

static int parse_parts(struct view text, struct parts *ret, struct error *err)
{
    struct parts p;

    if (text.len == 0)
        return error_set(err, ERROR_USAGE, "an image name is empty");
    if (is_image_id(text)) {
        error_set(err, ERROR_USAGE, "%.*s is an image id, not a name", VIEW_ARG(text));
        error_hint(err, "only an engine knows ids: docker:ID, podman:ID; in a registry an image is "
                        "NAME@sha256:...");
        return ERROR_USAGE;
    }
    split(text, &p);
    if (check_parts(text, &p, err) < 0)
        return ERROR_USAGE;
    *ret = p;
    return 0;
}

int reference_parse(struct view text, struct arena *arena, struct reference *ret, struct error *err)
{
    struct parts p;
    struct reference reference;

    if (parse_parts(text, &p, err) < 0)
        return ERROR_USAGE;
    reference.registry = arena_copy(arena, p.registry);
    reference.path = arena_printf(arena, "%s%.*s", p.library ? "library/" : "", VIEW_ARG(p.path));
    reference.tag = arena_copy(arena, p.tag);
    reference.digest = arena_copy(arena, p.digest);
    if (arena_failed(arena, "image name", err) < 0)
        return ERROR_MEMORY;
    *ret = reference;
    return 0;
}

static struct view format(struct arena *arena, struct view registry, struct view path,
                          const struct reference *r)
{
    return arena_printf(arena, "%.*s%s%.*s%s%.*s%s%.*s", VIEW_ARG(registry),
                        registry.len ? "/" : "", VIEW_ARG(path), r->tag.len ? ":" : "",
                        VIEW_ARG(r->tag), r->digest.len ? "@" : "", VIEW_ARG(r->digest));
}

struct view reference_format(const struct reference *r, struct arena *arena)
{
    return format(arena, r->registry, r->path, r);
}

struct view reference_familiar(const struct reference *r, struct arena *arena)
{
    if (!view_eq(r->registry, default_registry))
        return reference_format(r, arena);
    return format(arena, VIEW_EMPTY, view_strip_prefix(r->path, VIEW("library/")), r);
}

bool reference_is_local(const struct reference *r)
{
    struct view host = r->registry;

    cut_port(&host);
    return view_eq_nocase(host, VIEW("localhost")) || view_eq(host, VIEW("[::1]")) ||
           (view_starts(host, VIEW("127.")) && all_of(host, is_digit_or_dot));
}

static bool same_name(const struct parts *a, const struct parts *b)
{
    return view_eq(a->registry, b->registry) && a->library == b->library &&
           view_eq(a->path, b->path);
}

/* "docker.io/library/alpine" and "alpine" are one path. */
static void fold_library(struct parts *p)
{
    if (view_eq(p->registry, default_registry) && view_starts(p->path, VIEW("library/"))) {
        p->path = view_strip_prefix(p->path, VIEW("library/"));
        p->library = view_find(p->path, '/') < 0;
        if (!p->library)
            p->path = view_from(p->path.ptr - 8, p->path.len + 8);
    }
}

bool reference_names(struct view given, struct view tag)
{
    struct parts a, b;

    if (given.len == 0)
        return false;
    if (view_eq(given, tag))
        return true;
    if (parse_parts(tag, &b, NULL) < 0)
        return false;
    if (view_eq(given, b.tag))
        return true;
    if (parse_parts(given, &a, NULL) < 0)
        return false;
    fold_library(&a);
    fold_library(&b);
    return same_name(&a, &b) && view_eq(a.tag, b.tag);
}
