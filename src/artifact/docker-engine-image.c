#include "artifact/docker-engine-image.h"

#include "artifact/manifest.h"
#include "artifact/platform.h"
#include "base/cursor.h"
#include "codec/digest.h"
#include "codec/json.h"

enum {
    PARSE_ARENA_LIMIT = 128 << 20,
    DEADLINE_SECONDS = 60,
};

/* ---- The parser ---- */

/* Docker writes "sha256:HEX", podman HEX. */
static int read_digest(struct view text, const char *what, struct arena *arena, struct view *ret,
                       struct error *err)
{
    struct digest digest;
    struct view whole =
        arena_printf(arena, "sha256:%.*s", VIEW_ARG(view_strip_prefix(text, VIEW("sha256:"))));

    if (!digest_parse(whole, &digest))
        return error_set(err, ERROR_INPUT, "%s is no sha256 digest: \"%.*s\"", what,
                         VIEW_ARG(view_sub(text, 0, DIGEST_TEXT_SIZE)));
    *ret = whole;
    return 0;
}

static struct view copy_text(struct json_value object, struct view key, struct arena *arena)
{
    return arena_copy(arena, view_sub(json_get_string(object, key), 0, IMAGE_JSON_TEXT_LIMIT));
}

static int read_layers(struct json_value image, struct arena *arena, struct image_config *config,
                       struct error *err)
{
    struct json_value layers = json_path(image, "RootFS", "Layers", NULL);
    size_t count = json_count(layers), n = 0;
    struct view *diff_ids;

    if (json_type(layers) != JSON_ARRAY && json_type(layers) != JSON_NONE &&
        json_type(layers) != JSON_NULL)
        return error_set(err, ERROR_INPUT, "\"RootFS\", \"Layers\" is not a list");
    if (count > IMAGE_JSON_LAYER_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d layers", IMAGE_JSON_LAYER_LIMIT);
    diff_ids = arena_array(arena, count, sizeof(*diff_ids));
    config->created_by = arena_array(arena, count, sizeof(*config->created_by));
    if (arena_failed(arena, "an image", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    for (struct json_iter i = json_iter(layers); json_next(&i); n++)
        if (read_digest(json_string(i.value), "a layer", arena, &diff_ids[n], err) < 0)
            return err ? err->kind : ERROR_INPUT;
    config->diff_ids = diff_ids;
    config->layer_count = count;
    return 0;
}

/* The lines of the entries that made a layer, oldest first, if they are as
 * many as the layers. */
static void match_history(const struct view *lines, size_t count, bool newest_first,
                          struct image_config *config, struct arena *arena)
{
    struct view *to = arena_array(arena, count, sizeof(*to));

    if (!to || count != config->layer_count)
        return;
    for (size_t i = 0; i < count; i++)
        to[i] = lines[newest_first ? count - 1 - i : i];
    config->created_by = to;
}

static struct view *new_lines(struct json_value entries, struct arena *arena)
{
    size_t count = json_count(entries);

    return count <= ENGINE_HISTORY_LIMIT ? arena_array(arena, count, sizeof(struct view)) : NULL;
}

/* "History" of podman's answer, oldest first. */
static void read_podman_history(struct json_value entries, struct image_config *config,
                                struct arena *arena)
{
    struct view *lines = new_lines(entries, arena);
    size_t count = 0;

    for (struct json_iter i = json_iter(entries); lines && json_next(&i);)
        if (!json_bool(json_get(i.value, VIEW("empty_layer"))))
            lines[count++] = copy_text(i.value, VIEW("created_by"), arena);
    match_history(lines, count, false, config, arena);
}

/* Docker's history, newest first; an entry without size may or may not be a layer. */
static void read_docker_history(struct json_value entries, struct image_config *config,
                                struct arena *arena)
{
    struct view *lines = new_lines(entries, arena);
    size_t count = 0;
    int64_t size;

    for (struct json_iter i = json_iter(entries); lines && json_next(&i);)
        if (json_int(json_get(i.value, VIEW("Size")), &size) && size > 0)
            lines[count++] = copy_text(i.value, VIEW("CreatedBy"), arena);
    match_history(lines, count, true, config, arena);
}

static int read_inspect(struct json_value image, struct arena *arena, struct engine_image *found,
                        struct error *err)
{
    struct image_config *config = &found->config;

    if (json_type(image) == JSON_ARRAY) {
        struct json_iter i = json_iter(image);

        if (json_count(image) != 1 || !json_next(&i))
            return error_set(err, ERROR_INPUT, "%zu images instead of one", json_count(image));
        image = i.value;
    }
    if (json_type(image) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "it is not a JSON object");
    if (read_digest(json_get_string(image, VIEW("Id")), "\"Id\"", arena, &found->id, err) < 0 ||
        read_layers(image, arena, config, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    config->platform.os = copy_text(image, VIEW("Os"), arena);
    config->platform.arch = copy_text(image, VIEW("Architecture"), arena);
    config->platform.variant = copy_text(image, VIEW("Variant"), arena);
    config->created = copy_text(image, VIEW("Created"), arena);
    read_podman_history(json_get(image, VIEW("History")), config, arena);
    return 0;
}

int engine_image_parse(struct view inspect, struct view history, struct arena *arena,
                       struct engine_image *ret, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct engine_image found = {0};
    struct json_value document;

    if (json_parser_new(&parser, err) < 0 || json_parse(parser, inspect, &document, err) < 0 ||
        read_inspect(document, arena, &found, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    if (history.len) {
        if (json_parse(parser, history, &document, err) < 0)
            return error_wrap(err, "history");
        read_docker_history(document, &found.config, arena);
    }
    if (arena_failed(arena, "an image", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    *ret = found;
    return 0;
}

/* ---- In the worker, and back ---- */

int engine_image_run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(PARSE_ARENA_LIMIT);
    _cleanup_(buf_done) struct buf reply = BUF_INIT(ENGINE_IMAGE_REPLY_LIMIT);
    struct cursor c = cursor_of(request);
    struct view inspect = cursor_bytes(&c);
    struct image_document document = {.kind = IMAGE_DOCUMENT_CONFIG};
    struct engine_image image = {0};
    int r;

    if (!arena)
        return error_memory(err);
    r = engine_image_parse(inspect, cursor_take(&c, cursor_left(&c)), arena, &image, err);
    if (r < 0)
        return r;
    document.config = image.config;
    buf_add_bytes(&reply, image.id);
    image_json_encode(&document, &reply);
    r = buf_failed(&reply, "an image", err);
    return r < 0 ? r : worker_reply(worker, buf_view(&reply), err);
}

static int decode(struct view reply, struct arena *arena, struct engine_image *ret,
                  struct error *err)
{
    struct cursor c = cursor_of(arena_copy(arena, reply));
    struct image_document document;
    struct digest digest;
    struct view id = cursor_bytes(&c);
    int r = image_json_decode(cursor_take(&c, cursor_left(&c)), arena, &document, err);

    if (r < 0)
        return r;
    if (document.kind != IMAGE_DOCUMENT_CONFIG || !digest_parse(id, &digest))
        return error_set(err, ERROR_INTERNAL, "the worker that read an image gave nonsense");
    *ret = (struct engine_image){id, document.config};
    return 0;
}

int engine_image_load(struct sandbox *sandbox, struct view inspect, struct view history,
                      struct arena *arena, struct engine_image *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    _cleanup_(buf_done) struct buf reply = BUF_INIT(ENGINE_IMAGE_REPLY_LIMIT + 1);
    int r;

    buf_add_bytes(&request, inspect);
    buf_add(&request, history);
    r = buf_failed(&request, "the engine's answer", err);
    if (r == 0)
        r = sandbox_call(sandbox, "engine-json", buf_view(&request), NULL, 0, DEADLINE_SECONDS,
                         &reply, err);
    if (r == 0)
        r = decode(buf_view(&reply), arena, ret, err);
    return r < 0 ? error_wrap(err, "the engine's answer") : 0;
}

int engine_image_manifest(const struct engine_image *image, struct arena *arena,
                          const struct image_manifest **ret, struct error *err)
{
    struct image_manifest *manifest = arena_alloc(arena, sizeof(*manifest));

    if (!manifest)
        return arena_failed(arena, "a manifest", err);
    if (manifest_of_config(&image->config, VIEW_EMPTY, arena, manifest, NULL, err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    manifest->config_id = image->id; /* the config itself comes with the export only */
    *ret = manifest;
    return 0;
}

int engine_image_check_platform(const struct source *source, struct error *err)
{
    const struct source_context *context = source->context;
    struct view has, wanted;

    if (!context->platform_asked ||
        platform_distance(context->options.platform, source->manifest->platform) >= 0)
        return 0;
    has = platform_format(source->manifest->platform, source->arena);
    wanted = platform_format(context->options.platform, source->arena);
    error_set(err, ERROR_NOT_FOUND, "%s has the image for %.*s, not for %.*s", source->type->name,
              VIEW_ARG(has), VIEW_ARG(wanted));
    error_hint(err, "pull it for that platform, or leave --platform out");
    return ERROR_NOT_FOUND;
}
