#include "artifact/image.h"

#include <stdio.h>
#include <sys/stat.h>

#include "artifact/image-path.h"
#include "artifact/platform.h"
#include "artifact/source.h"

enum {
    RESOLVE_ARENA_LIMIT = 1 << 20,
    NOTES_LIMIT = 300, /* bytes of what the engines said, in a hint */
};

struct image {
    struct source_context context;
    struct source *source;
    char *reference;
};

static const struct {
    struct view prefix;
    const struct source_type *type;
} prefixes[] = {
    {VIEW("oci:"), &source_oci_layout},    {VIEW("docker:"), &source_docker},
    {VIEW("podman:"), &source_podman},     {VIEW("containerd:"), &source_containerd},
    {VIEW("registry:"), &source_registry},
};

/* Whom a bare name is asked of, in this order; the registry comes after them. */
static const struct source_type *const engines[] = {
    &source_docker,
    &source_containerd,
    &source_podman,
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- A bare name ---- */

static void note(struct buf *notes, const struct source_type *type, const struct error *err)
{
    buf_addf(notes, "%s%s: %s", notes->len ? "; " : "", type->name, err->message);
}

static int open_offline(struct buf *notes, struct error *err)
{
    error_set(err, ERROR_NOT_FOUND,
              "no engine of this machine has it, and registries are not "
              "asked when offline");
    error_hint(err, "%.*s", VIEW_ARG(buf_view(notes)));
    return ERROR_NOT_FOUND;
}

/* An engine that fails is no reason not to ask the next; what they said is
 * told when nobody had the image. */
static int open_name(struct image *image, const char *name, struct error *err)
{
    _cleanup_(buf_done) struct buf notes = BUF_INIT(NOTES_LIMIT);
    int r;

    for (size_t i = 0; i < COUNT(engines); i++) {
        struct error engine = ERROR_INIT;

        r = engines[i]->open(&image->context, name, &image->source, &engine);
        if (r == 0 || r == ERROR_USAGE) {
            if (r < 0 && err)
                *err = engine;
            return r;
        }
        note(&notes, engines[i], &engine);
    }
    if (image->context.options.offline)
        return open_offline(&notes, err);
    r = source_registry.open(&image->context, name, &image->source, err);
    if (r < 0)
        error_hint(err, "the engines of this machine were asked first: %.*s",
                   VIEW_ARG(buf_view(&notes)));
    return r;
}

/* ---- A path ---- */

static bool looks_like_path(struct view reference)
{
    static const struct view starts[] = {VIEW("/"), VIEW("./"), VIEW("../"), VIEW("~")};
    /* Nobody names an image like that, and many mistype an archive's name. */
    static const struct view ends[] = {VIEW(".tar"),     VIEW(".tgz"),    VIEW(".tar.gz"),
                                       VIEW(".tar.zst"), VIEW(".tar.xz"), VIEW(".tar.bz2")};

    for (size_t i = 0; i < COUNT(starts); i++)
        if (view_starts(reference, starts[i]))
            return true;
    for (size_t i = 0; i < COUNT(ends); i++)
        if (view_ends(reference, ends[i]))
            return true;
    return view_eq(reference, VIEW(".")) || view_eq(reference, VIEW(".."));
}

/* 1 when `reference` is no path. */
static int open_path(struct image *image, const char *reference, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(RESOLVE_ARENA_LIMIT);
    struct image_path path;
    int r;

    if (!arena)
        return error_memory(err);
    if (strcmp(reference, "-") == 0)
        return source_archive.open(&image->context, reference, &image->source, err);
    r = image_path_find(reference, "@", arena, &path, err);
    if (r == ERROR_NOT_FOUND && !looks_like_path(view_of(reference)))
        return 1;
    if (r < 0)
        return r;
    if (S_ISDIR(path.stat.st_mode))
        return source_oci_layout.open(&image->context, reference, &image->source, err);
    return source_archive.open(&image->context, reference, &image->source, err);
}

/* ---- Any reference ---- */

/* "registry:2" is a prefix and the name "2", but may have meant the image. */
static void explain_prefix(const char *reference, const char *name, struct error *err)
{
    if (*name && !strpbrk(name, "/:@"))
        error_hint(err, "for the image of that name and tag write library/%s", reference);
}

static int open_prefixed(struct image *image, const struct source_type *type, const char *name,
                         struct error *err)
{
    if (!*name)
        return error_set(err, ERROR_USAGE, "there is no name behind it");
    if (type == &source_registry && image->context.options.offline)
        return error_set(err, ERROR_USAGE, "registries are not asked when offline");
    return type->open(&image->context, name, &image->source, err);
}

static int open_reference(struct image *image, const char *reference, struct error *err)
{
    int r;

    if (!*reference)
        return error_set(err, ERROR_USAGE, "the name of the image is empty");
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        const char *name = reference + prefixes[i].prefix.len;

        if (!view_starts(view_of(reference), prefixes[i].prefix))
            continue;
        r = open_prefixed(image, prefixes[i].type, name, err);
        if ((r == ERROR_NOT_FOUND || r == ERROR_USAGE) && prefixes[i].type != &source_oci_layout)
            explain_prefix(reference, name, err);
        return r;
    }
    r = open_path(image, reference, err);
    if (r <= 0)
        return r;
    return open_name(image, reference, err);
}

/* What to do where the place of the fault had nothing better to say. */
static void hint_by_kind(int kind, struct error *err)
{
    switch (kind) {
    case ERROR_INPUT:
        error_hint(err, "it is damaged, cut off, or no image: fetch or export it again, with "
                        "docker save, podman save or skopeo");
        break;
    case ERROR_LIMIT:
        error_hint(err, "no image needs that much: it may be hostile, or no image at all");
        break;
    case ERROR_NOT_FOUND:
        error_hint(err, "check the name; an image archive or layout is given by its path");
        break;
    case ERROR_DENIED:
        error_hint(err, "run as a user who may read it");
        break;
    default:
        break;
    }
}

static void set_platform(struct source_context *context)
{
    struct platform machine = platform_of_machine(), *p = &context->options.platform;

    context->platform_asked = p->os.len || p->arch.len;
    if (p->os.len == 0)
        p->os = machine.os;
    if (p->arch.len == 0) {
        p->arch = machine.arch;
        p->variant = machine.variant;
    }
    *p = platform_normal(*p);
}

int image_open(const char *reference, const struct image_options *options, struct sandbox *sandbox,
               struct image **ret, struct error *err)
{
    struct image *image = calloc(1, sizeof(*image));
    int r;

    if (!image)
        return error_memory(err);
    image->context.options = *options;
    image->context.sandbox = sandbox;
    set_platform(&image->context);
    image->reference = strdup(strcmp(reference, "-") ? reference : "standard input");
    r = image->reference ? open_reference(image, reference, err) : error_memory(err);
    if (r < 0) {
        if (image->reference && *reference)
            error_wrap(err, "%s", image->reference);
        hint_by_kind(r, err);
        image_free(image);
        return r;
    }
    *ret = image;
    return 0;
}

void image_free(struct image *image)
{
    if (!image)
        return;
    if (image->source)
        image->source->type->free(image->source);
    free(image->reference);
    free(image);
}

const struct image_manifest *image_manifest(const struct image *image)
{
    return image->source->manifest;
}

const char *image_source_name(const struct image *image)
{
    return image->source->type->name;
}

int image_read_layers(struct image *image, const bool *wanted, const struct layer_sink *sink,
                      struct error *err)
{
    int r = image->source->type->read_layers(image->source, wanted, sink, err);

    if (r < 0) {
        error_wrap(err, "%s", image->reference);
        hint_by_kind(r, err);
    }
    return r;
}
