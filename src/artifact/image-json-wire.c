/* The compact form of image documents: fields in the order of their structs,
 * numbers as varints, texts with their length before them. */
#include "artifact/image-json.h"

#include "codec/digest.h"

static void put_platform(struct buf *to, const struct platform *platform)
{
    buf_add_bytes(to, platform->os);
    buf_add_bytes(to, platform->arch);
    buf_add_bytes(to, platform->variant);
}

static void put_descriptor(struct buf *to, const struct image_descriptor *d)
{
    buf_add_bytes(to, d->media_type);
    buf_add_bytes(to, d->digest);
    buf_add_varint(to, d->size);
    put_platform(to, &d->platform);
    buf_add_bytes(to, d->ref_name);
    buf_add_bytes(to, d->image_name);
    buf_add_u8(to, d->attestation);
}

static void put_descriptors(struct buf *to, const struct image_descriptor *entries, size_t count)
{
    buf_add_varint(to, count);
    for (size_t i = 0; i < count; i++)
        put_descriptor(to, &entries[i]);
}

static void put_texts(struct buf *to, const struct view *texts, size_t count)
{
    buf_add_varint(to, count);
    for (size_t i = 0; i < count; i++)
        buf_add_bytes(to, texts[i]);
}

static void put_config(struct buf *to, const struct image_config *config)
{
    put_platform(to, &config->platform);
    buf_add_bytes(to, config->created);
    put_texts(to, config->diff_ids, config->layer_count);
    put_texts(to, config->created_by, config->layer_count);
}

static void put_archive(struct buf *to, const struct image_archive *archive)
{
    buf_add_varint(to, archive->count);
    for (size_t i = 0; i < archive->count; i++) {
        const struct image_archive_entry *entry = &archive->entries[i];

        buf_add_bytes(to, entry->config);
        put_texts(to, entry->tags, entry->tag_count);
        put_texts(to, entry->layers, entry->layer_count);
    }
}

void image_json_encode(const struct image_document *document, struct buf *to)
{
    buf_add_u8(to, (uint8_t)document->kind);
    buf_add_bytes(to, document->media_type);
    switch (document->kind) {
    case IMAGE_DOCUMENT_INDEX:
        put_descriptors(to, document->index.entries, document->index.count);
        break;
    case IMAGE_DOCUMENT_MANIFEST:
        put_descriptor(to, &document->manifest.config);
        put_descriptors(to, document->manifest.layers, document->manifest.layer_count);
        break;
    case IMAGE_DOCUMENT_CONFIG:
        put_config(to, &document->config);
        break;
    case IMAGE_DOCUMENT_ARCHIVE:
        put_archive(to, &document->archive);
        break;
    case IMAGE_DOCUMENT_LAYOUT:
        break;
    }
}

static struct view get_text(struct cursor *c)
{
    struct view text = cursor_bytes(c);

    if (text.len > IMAGE_JSON_TEXT_LIMIT)
        cursor_fail(c);
    return text;
}

static struct view get_digest(struct cursor *c)
{
    struct view text = cursor_bytes(c);
    struct digest digest;

    if (!digest_parse(text, &digest))
        cursor_fail(c);
    return text;
}

/* An array for the count that comes next; each element takes a byte at least,
 * so that a count can't ask for more memory than the bytes stand for. */
static void *get_array(struct cursor *c, struct arena *arena, size_t limit, size_t size,
                       size_t *ret_count)
{
    size_t count = cursor_count(c, limit);
    void *array;

    if (count > cursor_left(c))
        cursor_fail(c);
    if (c->failed)
        count = 0;
    array = arena_array(arena, count, size);
    *ret_count = array ? count : 0;
    return array;
}

static struct platform get_platform(struct cursor *c)
{
    struct platform platform;

    platform.os = get_text(c);
    platform.arch = get_text(c);
    platform.variant = get_text(c);
    return platform;
}

static void get_descriptor(struct cursor *c, struct image_descriptor *ret)
{
    ret->media_type = get_text(c);
    ret->digest = get_digest(c);
    ret->size = cursor_varint(c);
    ret->platform = get_platform(c);
    ret->ref_name = get_text(c);
    ret->image_name = get_text(c);
    ret->attestation = cursor_u8(c) != 0;
    if (ret->size > INT64_MAX)
        cursor_fail(c);
}

static const struct image_descriptor *get_descriptors(struct cursor *c, struct arena *arena,
                                                      size_t limit, size_t *ret_count)
{
    struct image_descriptor *entries = get_array(c, arena, limit, sizeof(*entries), ret_count);

    for (size_t i = 0; i < *ret_count && !c->failed; i++)
        get_descriptor(c, &entries[i]);
    return entries;
}

static const struct view *get_texts(struct cursor *c, struct arena *arena, size_t limit,
                                    struct view (*get)(struct cursor *), size_t *ret_count)
{
    struct view *texts = get_array(c, arena, limit, sizeof(*texts), ret_count);

    for (size_t i = 0; i < *ret_count && !c->failed; i++)
        texts[i] = get(c);
    return texts;
}

static void get_config(struct cursor *c, struct arena *arena, struct image_config *ret)
{
    size_t lines;

    ret->platform = get_platform(c);
    ret->created = get_text(c);
    ret->diff_ids = get_texts(c, arena, IMAGE_JSON_LAYER_LIMIT, get_digest, &ret->layer_count);
    ret->created_by = get_texts(c, arena, IMAGE_JSON_LAYER_LIMIT, get_text, &lines);
    if (lines != ret->layer_count)
        cursor_fail(c);
}

static void get_archive(struct cursor *c, struct arena *arena, struct image_archive *ret)
{
    struct image_archive_entry *entries =
        get_array(c, arena, IMAGE_JSON_ENTRY_LIMIT, sizeof(*entries), &ret->count);

    for (size_t i = 0; i < ret->count && !c->failed; i++) {
        entries[i].config = get_text(c);
        entries[i].tags =
            get_texts(c, arena, IMAGE_JSON_ENTRY_LIMIT, get_text, &entries[i].tag_count);
        entries[i].layers =
            get_texts(c, arena, IMAGE_JSON_LAYER_LIMIT, get_text, &entries[i].layer_count);
    }
    ret->entries = entries;
}

static void get_document(struct cursor *c, struct arena *arena, struct image_document *ret)
{
    ret->kind = (enum image_document_kind)cursor_count(c, IMAGE_DOCUMENT_LAYOUT);
    ret->media_type = get_text(c);
    switch (ret->kind) {
    case IMAGE_DOCUMENT_INDEX:
        ret->index.entries = get_descriptors(c, arena, IMAGE_JSON_ENTRY_LIMIT, &ret->index.count);
        break;
    case IMAGE_DOCUMENT_MANIFEST:
        get_descriptor(c, &ret->manifest.config);
        ret->manifest.layers =
            get_descriptors(c, arena, IMAGE_JSON_LAYER_LIMIT, &ret->manifest.layer_count);
        break;
    case IMAGE_DOCUMENT_CONFIG:
        get_config(c, arena, &ret->config);
        break;
    case IMAGE_DOCUMENT_ARCHIVE:
        get_archive(c, arena, &ret->archive);
        break;
    case IMAGE_DOCUMENT_LAYOUT:
        break;
    }
}

int image_json_decode(struct view bytes, struct arena *arena, struct image_document *ret,
                      struct error *err)
{
    struct cursor c = cursor_of(bytes);
    struct image_document document = {0};

    get_document(&c, arena, &document);
    if (arena_failed(arena, "a document of an image", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    if (!cursor_at_end(&c))
        return error_set(err, ERROR_INTERNAL, "a worker answered nonsense about an image");
    *ret = document;
    return 0;
}
