#include "base/text.h"
#include "scan/image-check.h"
#include "scan/image-secret.h"
#include "scan/layer-scan.h"
#include "scan/session.h"

static struct view copy(struct session *s, struct view text)
{
    return arena_copy(s->arena, text);
}

static void describe_layers(struct session *s, const struct image_manifest *manifest,
                            const struct layer_outcome *outcomes)
{
    struct report_layer *layers = arena_array(s->arena, manifest->layer_count, sizeof(*layers));

    for (size_t i = 0; layers && i < manifest->layer_count; i++) {
        const struct image_layer *from = &manifest->layers[i];

        layers[i] =
            (struct report_layer){copy(s, from->digest), copy(s, from->diff_id),
                                  copy(s, from->created_by), from->size, outcomes[i].cached};
    }
    s->report.artifact.layers = layers;
    s->report.artifact.layer_count = layers ? manifest->layer_count : 0;
}

static void describe_image(struct session *s, const struct image *image,
                           const struct layer_outcome *outcomes)
{
    const struct image_manifest *manifest = image_manifest(image);
    const struct platform *p = &manifest->platform;
    struct report_artifact *a = &s->report.artifact;

    a->source = copy(s, view_of(image_source_name(image)));
    a->image_id = copy(s, manifest->config_id);
    a->digest = manifest->digest.len ? copy(s, manifest->digest) : a->image_id;
    a->platform = arena_printf(s->arena, "%.*s/%.*s%s%.*s", VIEW_ARG(p->os), VIEW_ARG(p->arch),
                               p->variant.len ? "/" : "", VIEW_ARG(p->variant));
    describe_layers(s, manifest, outcomes);
}

static void tell_layer_errors(struct session *s, const struct layer_outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error err = outcomes[i].error;

        if (!error_is_set(&err))
            continue;
        error_wrap(&err, "layer %zu", i + 1);
        session_tell_error(s, DIAGNOSTIC_ERROR, "layer-unreadable", &err,
                           s->report.artifact.layers ? s->report.artifact.layers[i].diff_id
                                                     : VIEW_EMPTY,
                           VIEW_EMPTY);
        s->report.unreadable_layers++;
    }
}

static void tell_unread_links(struct session *s)
{
    struct diagnostic *d = session_tell(s, DIAGNOSTIC_ERROR, "links-unread");

    if (!d)
        return;
    d->message = view_of(tr("package databases that are links were not read: standard input "
                            "gives an image only once"));
    d->hint = view_of(tr("write the image to a file, and name the file"));
}

/* Merges, and reads layers again for what links lead to, until nothing is asked. */
static int take_inventory(struct session *s, struct layer_scan *scan,
                          const struct layer_outcome **ret_outcomes, size_t *ret_count,
                          struct error *err)
{
    struct inventory_options options = {
        .licenses = true, .files = s->options->want_files || session_scanners(s) & SCAN_SECRETS};

    for (int round = 0;; round++) {
        const struct layer_outcome *outcomes = layer_scan_outcomes(scan, ret_count);
        struct layer_facts *facts = arena_array(s->arena, *ret_count, sizeof(*facts));
        int r;

        if (!facts)
            return arena_failed(s->arena, "the scan", err);
        for (size_t i = 0; i < *ret_count; i++)
            facts[i] = outcomes[i].facts;
        r = inventory_merge(facts, *ret_count, &options, s->arena, &s->inventory, err);
        if (r == 0 && s->inventory.ask_count && !layer_scan_can_read_again(scan)) {
            tell_unread_links(s);
        } else if (r == 0 && s->inventory.ask_count && round < INVENTORY_ROUNDS_LIMIT) {
            r = layer_scan_read_again(scan, s->inventory.asks, s->inventory.ask_count, err);
            if (r == 0)
                continue;
        }
        *ret_outcomes = outcomes;
        return r;
    }
}

static int all_failed(const struct layer_outcome *outcomes, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].known)
            return 0;
    if (count == 0)
        return 0; /* an image without layers is an empty one */
    if (err)
        *err = outcomes[0].error;
    return error_wrap(err, "layer %d", 1);
}

static int read_image(struct session *s, struct image *image, struct layer_cache *cache,
                      struct error *err)
{
    const struct scan_options *o = s->options;
    struct layer_scan_options options = {
        .sandbox = s->sandbox,
        .cache = cache,
        .sections = layer_sections_of(session_scanners(s)),
        .rules = o->rules,
        .layer_limit = o->layer_limit ? o->layer_limit : (uint64_t)SCAN_DEFAULT_LAYER_GIB << 30,
        .layer_seconds = o->layer_seconds,
        .arena = s->arena,
    };
    _cleanup_(layer_scan_free_p) struct layer_scan *scan = NULL;
    const struct layer_outcome *outcomes = NULL;
    size_t count = 0;
    int r = layer_scan_new(image, &options, &scan, err);

    if (r == 0)
        r = layer_scan_read(scan, err);
    session_end_span(s, "layers");
    if (r == 0)
        r = take_inventory(s, scan, &outcomes, &count, err);
    if (r == 0)
        r = all_failed(outcomes, count, err);
    if (r < 0)
        return r;
    describe_image(s, image, outcomes);
    tell_layer_errors(s, outcomes, count);
    r = image_check(s, image, outcomes, count, err);
    return r < 0 ? r : image_secrets(s, image, outcomes, count, err);
}

static void forward_bytes(void *ctx, uint64_t done, uint64_t total)
{
    const struct scan_options *o = ctx;

    o->progress(o->progress_ctx, SCAN_LAYERS, done, total);
}

/* A cache that can't be used is told and done without. */
static struct layer_cache *open_cache(struct session *s)
{
    struct layer_cache *cache = NULL;
    struct error err = ERROR_INIT;

    if (!s->options->cache_dir)
        return NULL;
    if (layer_cache_open(s->options->cache_dir, s->options->cache_limit, &cache, &err) < 0) {
        error_hint(&err, "choose another place with --cache-dir");
        session_tell_error(s, DIAGNOSTIC_NOTE, "cache-unusable", &err, VIEW_EMPTY, VIEW_EMPTY);
    }
    return cache;
}

static int scan_image_in(struct session *s, const char *reference, struct error *err)
{
    _cleanup_(layer_cache_close_p) struct layer_cache *cache = open_cache(s);
    _cleanup_(image_free_p) struct image *image = NULL;
    struct image_options options = s->options->image;
    int r;

    if (s->options->progress) {
        options.progress = forward_bytes;
        options.progress_ctx = (void *)s->options;
    }
    r = image_open(reference, &options, s->sandbox, &image, err); /* names the reference */
    session_end_span(s, "resolve");
    if (r == 0 && (r = read_image(s, image, cache, err)) < 0)
        error_wrap(err, "%s", reference);
    if (r == 0 && cache)
        layer_cache_settle(cache);
    return r;
}

int scan_image(const char *reference, const struct scan_options *options, struct sandbox *sandbox,
               struct arena *arena, struct report *ret, struct error *err)
{
    struct session s;
    int r = session_begin(&s, options, sandbox, arena, err);

    s.report.artifact.kind = VIEW("image");
    s.report.artifact.name = arena_copy(arena, view_of(reference));
    if (r == 0)
        r = scan_image_in(&s, reference, err);
    if (r == 0)
        r = session_finish(&s, ret, err);
    session_done(&s);
    return r;
}
