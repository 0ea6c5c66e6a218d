#include "hygiene/census-wire.h"
#include "hygiene/census.h"

static const struct view whiteout_prefix = VIEW(".wh.");
static const struct view opaque_mark = VIEW(".wh..wh..opq");
static const struct view reserved_prefix = VIEW(".wh..wh."); /* aufs keeps books there */

struct census_builder {
    struct file_tagger *tagger;
    struct buf encoded, notes, last, removed;
    uint32_t uid, gid;
    uint64_t count, left_out;
    uint32_t sampled[CENSUS_OWNER_SAMPLES]; /* owners with an example */
    size_t sample_count;
    /* Whose body is awaited: the record is complete but for its notes. */
    const struct small_file *pending;
    struct buf pending_path;
};

int census_builder_new(struct census_builder **ret, struct error *err)
{
    _cleanup_(census_builder_free_p) struct census_builder *builder = calloc(1, sizeof(*builder));

    if (!builder)
        return error_memory(err);
    builder->tagger = file_tagger_new();
    if (!builder->tagger)
        return error_memory(err);
    builder->encoded = BUF_INIT(CENSUS_LIMIT);
    builder->notes = BUF_INIT(SMALL_FILE_NOTES * (2 * SMALL_FILE_TEXT_LIMIT + 32));
    builder->last = builder->removed = builder->pending_path = BUF_INIT(PATH_LIMIT);
    buf_add_str(&builder->encoded, CENSUS_MAGIC);
    buf_add_u64(&builder->encoded, census_generation());
    *ret = take_ptr(&builder);
    return 0;
}

void census_builder_free(struct census_builder *builder)
{
    if (!builder)
        return;
    file_tagger_free(builder->tagger);
    buf_done(&builder->encoded);
    buf_done(&builder->notes);
    buf_done(&builder->last);
    buf_done(&builder->removed);
    buf_done(&builder->pending_path);
    free(builder);
}

/* Ends the record that waited for its notes. */
static void flush_pending(struct census_builder *builder)
{
    if (!builder->pending)
        return;
    builder->pending = NULL;
    buf_add_bytes(&builder->encoded, buf_view(&builder->notes));
}

static void add_path(struct census_builder *builder, struct view path)
{
    size_t shared = 0, limit = path.len < builder->last.len ? path.len : builder->last.len;

    while (shared < limit && path.ptr[shared] == builder->last.ptr[shared])
        shared++;
    buf_add_varint(&builder->encoded, shared);
    buf_add_bytes(&builder->encoded, view_sub(path, shared, path.len));
    builder->last.len = shared;
    buf_add(&builder->last, view_sub(path, shared, path.len));
}

/* Everything but the notes. */
static void add_record(struct census_builder *builder, const struct census_entry *entry)
{
    bool new_owner = entry->uid != builder->uid || entry->gid != builder->gid;
    uint8_t head = (uint8_t)(entry->kind | (new_owner ? CENSUS_NEW_OWNER : 0) |
                             (entry->interesting ? CENSUS_INTERESTING : 0));

    builder->count++;
    buf_add_u8(&builder->encoded, head);
    add_path(builder, entry->path);
    if (new_owner) {
        buf_add_varint(&builder->encoded, builder->uid = entry->uid);
        buf_add_varint(&builder->encoded, builder->gid = entry->gid);
    }
    if (entry->kind == FILE_REGULAR)
        buf_add_varint(&builder->encoded, entry->size);
    if (entry->kind == FILE_SYMLINK || entry->kind == FILE_HARD_LINK)
        buf_add_bytes(&builder->encoded, view_sub(entry->link, 0, PATH_LIMIT));
    if (entry->interesting) {
        buf_add_varint(&builder->encoded, entry->mode);
        buf_add_varint(&builder->encoded, entry->capabilities);
    }
}

/* The first file of an owner is kept as an example of what it owns. */
static bool is_first_of_owner(struct census_builder *builder, uint32_t uid)
{
    if (uid == 0)
        return false;
    for (size_t i = 0; i < builder->sample_count; i++)
        if (builder->sampled[i] == uid)
            return false;
    if (builder->sample_count == CENSUS_OWNER_SAMPLES)
        return false;
    builder->sampled[builder->sample_count++] = uid;
    return true;
}

static void add_whiteout(struct census_builder *builder, struct view path)
{
    struct view name = path_name(path);
    struct census_entry entry = {.uid = builder->uid, .gid = builder->gid};

    if (view_eq(name, opaque_mark)) {
        entry.kind = CENSUS_OPAQUE;
        entry.path = path_directory(path);
        add_record(builder, &entry);
        return;
    }
    name = view_sub(name, whiteout_prefix.len, name.len);
    if (view_starts(name, VIEW(".wh.")) || name.len == 0 || view_eq(name, VIEW(".")) ||
        view_eq(name, VIEW("..")))
        return;
    buf_reset(&builder->removed);
    buf_add(&builder->removed, view_sub(path, 0, path.len - path_name(path).len));
    buf_add(&builder->removed, name);
    entry.kind = CENSUS_WHITEOUT;
    entry.path = buf_view(&builder->removed);
    add_record(builder, &entry);
}

static void add_entry(struct census_builder *builder, const struct census_input *input,
                      bool *ret_wants_body)
{
    struct file_status status = {input->path, input->kind, input->mode, input->size,
                                 file_capabilities(input->capability)};
    uint64_t tags = file_tagger_tags(builder->tagger, &status);
    const struct small_file *reader = small_file_of(&status, tags);
    struct census_entry entry = {
        .kind = input->kind,
        .path = input->path,
        .link = input->link,
        .size = input->size,
        .uid = input->uid,
        .gid = input->gid,
        .mode = input->mode,
        .capabilities = status.capabilities,
        .interesting = tags || reader,
    };

    if (is_first_of_owner(builder, input->uid))
        entry.interesting = true;
    add_record(builder, &entry);
    buf_reset(&builder->notes);
    if (!entry.interesting)
        return;
    builder->pending = reader;
    if (!reader) {
        buf_add_bytes(&builder->encoded, VIEW_EMPTY);
        return;
    }
    buf_reset(&builder->pending_path);
    buf_add(&builder->pending_path, input->path);
    *ret_wants_body = true;
}

int census_builder_entry(struct census_builder *builder, const struct census_input *input,
                         bool *ret_wants_body, struct error *err)
{
    struct view name = path_name(input->path);
    bool wants_body = false;

    flush_pending(builder);
    if (input->path.len == 0 || input->path.len > PATH_LIMIT) {
        *ret_wants_body = false;
        return 0;
    }
    if (builder->count >= CENSUS_ENTRY_LIMIT ||
        builder->encoded.len > CENSUS_LIMIT - (CENSUS_LIMIT >> 3))
        builder->left_out++;
    else if (view_starts(name, whiteout_prefix) &&
             (!view_starts(name, reserved_prefix) || view_eq(name, opaque_mark)))
        add_whiteout(builder, input->path);
    else if (!view_starts(name, whiteout_prefix))
        add_entry(builder, input, &wants_body);
    *ret_wants_body = wants_body;
    return buf_failed(&builder->encoded, "the census of a layer", err);
}

void census_builder_body(struct census_builder *builder, struct view body)
{
    if (!builder->pending)
        return;
    builder->pending->read(buf_view(&builder->pending_path), view_sub(body, 0, SMALL_FILE_LIMIT),
                           &builder->notes);
    if (builder->notes.failed)
        buf_reset(&builder->notes);
}

int census_builder_finish(struct census_builder *builder, struct view *ret, struct error *err)
{
    int r;

    flush_pending(builder);
    buf_add_u8(&builder->encoded, 0);
    buf_add_varint(&builder->encoded, builder->count);
    buf_add_varint(&builder->encoded, builder->left_out);
    r = buf_failed(&builder->encoded, "the census of a layer", err);
    if (r == 0)
        *ret = buf_view(&builder->encoded);
    return r;
}
