#include "scan/image-secret.h"

#include "base/hash.h"
#include "base/text.h"
#include "scan/secret-scan.h"

/* ---- What packages brought ---- */

/* Example keys and passwords in programs, libraries and their documents are no
 * secrets of who made the image. Files of settings and data may be changed, so
 * they count whoever brought them. */
static bool is_of_packages_only(struct view path)
{
    static const struct view roots[] = {VIEW("usr/"), VIEW("lib"), VIEW("bin/"), VIEW("sbin/"),
                                        VIEW("opt/")};

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
        if (view_starts(path, roots[i]))
            return true;
    return false;
}

/* The files of packages, by path without the "/" in front; the value is the package. */
static struct hash_map *map_files(const struct session *s)
{
    _cleanup_(hash_map_free_p) struct hash_map *map = hash_map_new();

    for (size_t i = 0; map && i < s->inventory.package_count; i++) {
        const struct package *package = &s->inventory.packages[i];

        for (size_t k = 0; k < package->file_count; k++) {
            struct view path = view_strip_prefix(package->files[k], VIEW("/"));

            if (is_of_packages_only(path) && !hash_map_put(map, path, (void *)package))
                return NULL;
        }
    }
    return take_ptr(&map);
}

/* The package that brought the file in this layer, under its name before or
 * after /lib and the like became links into /usr. */
static bool is_of_package(const struct hash_map *files, struct view path, size_t layer)
{
    ptrdiff_t inner = view_find_view(path, VIEW("!/"));
    const struct package *package;

    if (inner >= 0)
        path = view_sub(path, 0, (size_t)inner);
    package = hash_map_get(files, path);
    if (!package)
        package = hash_map_get(files, view_strip_prefix(path, VIEW("usr/")));
    return package && package->layer == layer;
}

static void tell_passed_over(struct session *s, size_t count)
{
    struct diagnostic *d = count ? session_tell(s, DIAGNOSTIC_NOTE, "secrets-of-packages") : NULL;

    if (d)
        d->message = arena_printf(
            s->arena, tr("left out: %zu that stand in files of packages, such as example keys"),
            count);
}

/* ---- Records ---- */

static void tell_left_out(struct session *s, const struct secret_record *record, struct view layer)
{
    struct error why = record->why;

    session_tell_error(s, DIAGNOSTIC_WARNING, "secrets-left-out", &why, layer, record->path);
}

/* The same secret in two layers is two findings. */
static struct view layered(struct session *s, struct view fingerprint, struct view layer)
{
    struct view text = arena_printf(s->arena, "%.*s %.*s", VIEW_ARG(fingerprint), VIEW_ARG(layer));

    return arena_printf(s->arena, "%016llx%.*s", (unsigned long long)hash_stable(text), 16,
                        fingerprint.ptr);
}

static int add_match(struct session *s, const struct secret_match *match, size_t layer,
                     struct error *err)
{
    struct finding *f = arena_push(s->arena, &s->extra, &s->extra_count, sizeof(*f));

    if (!f)
        return error_memory(err);
    if (!secret_finding_make(s->options->rules->secrets, match, s->arena, f))
        return error_set(err, ERROR_INTERNAL, "a worker named a rule that does not exist");
    if (layer < s->report.artifact.layer_count) {
        f->location.layer_index = layer;
        f->location.layer = s->report.artifact.layers[layer].diff_id;
        f->fingerprint = layered(s, f->fingerprint, f->location.layer);
    }
    return 0;
}

/* `layer`: SIZE_MAX for what is in none. */
static int take_records(struct session *s, struct view bytes, size_t layer,
                        const struct hash_map *files, size_t *passed_over, struct error *err)
{
    struct view id = layer < s->report.artifact.layer_count
                         ? s->report.artifact.layers[layer].diff_id
                         : VIEW_EMPTY;
    struct cursor c = cursor_of(bytes);
    struct secret_record record;
    int r = 0;

    while (r == 0 && secret_record_next(&c, &record)) {
        if (record.kind == SECRET_RECORD_MATCH && files &&
            is_of_package(files, record.match.path, layer))
            ++*passed_over;
        else if (record.kind == SECRET_RECORD_MATCH)
            r = add_match(s, &record.match, layer, err);
        else if (record.kind == SECRET_RECORD_LEFT_OUT)
            tell_left_out(s, &record, id);
    }
    if (r == 0 && c.failed)
        r = error_set(err, ERROR_INTERNAL, "a worker's answer is malformed");
    return r;
}

/* The report shows what made each layer: without the secrets in it. */
static void mask_layers(struct session *s, struct report_layer *layers, uint64_t hash,
                        struct view shown)
{
    for (size_t i = 0; i < s->report.artifact.layer_count; i++)
        if (hash_stable(layers[i].created_by) == hash)
            layers[i].created_by = shown;
}

static int take_reply(struct session *s, struct view reply, struct error *err)
{
    const struct report_artifact *artifact = &s->report.artifact;
    struct report_layer *layers = arena_array(s->arena, artifact->layer_count, sizeof(*layers));
    struct cursor c = cursor_of(reply);
    uint64_t count = cursor_count(&c, IMAGE_SECRET_TEXT_LIMIT);

    if (artifact->layer_count && !layers)
        return error_memory(err);
    if (artifact->layer_count)
        memcpy(layers, artifact->layers, artifact->layer_count * sizeof(*layers));
    for (uint64_t i = 0; i < count && !c.failed; i++) {
        uint64_t hash = cursor_u64(&c);
        struct view shown = cursor_bytes(&c);

        if (!c.failed)
            mask_layers(s, layers, hash, shown);
    }
    if (c.failed)
        return error_set(err, ERROR_INTERNAL, "a worker's answer is malformed");
    s->report.artifact.layers = layers;
    return take_records(s, cursor_take(&c, cursor_left(&c)), SIZE_MAX, NULL, NULL, err);
}

static int ask_worker(struct session *s, const struct image *image, struct error *err)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT(SECRET_OP_REPLY_LIMIT + 1);
    int r = sandbox_call(s->sandbox, image_secret_op.name, image_manifest(image)->config_json, NULL,
                         0, s->options->layer_seconds, &reply, err);

    return r < 0 ? r : take_reply(s, arena_copy(s->arena, buf_view(&reply)), err);
}

int image_secrets(struct session *s, const struct image *image,
                  const struct layer_outcome *outcomes, size_t count, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *files = NULL;
    struct error why = ERROR_INIT;
    size_t passed_over = 0;
    int r = 0;

    if (!(session_scanners(s) & SCAN_SECRETS) || !s->options->rules || !s->options->rules->secrets)
        return 0;
    files = map_files(s);
    if (!files)
        return error_memory(err);
    for (size_t i = 0; r == 0 && i < count; i++)
        if (outcomes[i].sections[LAYER_SECTION_SECRETS].ptr)
            r = take_records(s, outcomes[i].sections[LAYER_SECTION_SECRETS], i, files, &passed_over,
                             err);
    if (r == 0 && ask_worker(s, image, &why) < 0) {
        error_wrap(&why, "secrets in the settings of the image");
        session_tell_error(s, DIAGNOSTIC_ERROR, "image-unchecked", &why, VIEW_EMPTY, VIEW_EMPTY);
    }
    tell_passed_over(s, passed_over);
    session_end_span(s, "secrets");
    return r < 0 ? r : arena_failed(s->arena, "the scan", err);
}
