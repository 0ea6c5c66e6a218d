#include "hygiene/image-files.h"

#include "base/hash.h"
#include "hygiene/overlay.h"

enum { OWNERS_LIMIT = 256 /* owners that are told apart; the others count as the last */ };

/* Only these are worth telling of when they are gone. */
static const uint64_t buried_tags = FILE_TAG_BIT(TAG_CREDENTIALS) | FILE_TAG_BIT(TAG_PRIVATE_KEY) |
                                    FILE_TAG_BIT(TAG_SSH_HOST_KEY) | FILE_TAG_BIT(TAG_HISTORY) |
                                    FILE_TAG_BIT(TAG_WATCHED);

struct merge {
    struct arena *arena;
    struct overlay *overlay;
    struct file_tagger *tagger;
    struct hash_map *watched; /* by path; NULL: none */
    struct image_file *files; /* all that were ever of interest */
    size_t file_count;
    struct image_file *buried;
    size_t buried_count;
    uint64_t *hidden;
    size_t layer_count;
    struct image_files result;
};

/* ---- Layers ---- */

static void bury(struct merge *m, uint32_t number, uint32_t layer)
{
    const struct image_file *file = &m->files[number];
    struct image_file *grave;

    if (!(file->tags & buried_tags))
        return;
    grave = arena_push(m->arena, &m->buried, &m->buried_count, sizeof(*grave));
    if (!grave)
        return;
    *grave = *file;
    grave->gone_in = layer;
}

static void on_lost(void *ctx, uint32_t node, uint32_t layer)
{
    struct merge *m = ctx;
    struct overlay_node *n = overlay_node(m->overlay, node);

    if (n->layer != layer && n->kind == FILE_REGULAR)
        m->hidden[n->layer] += n->size;
    if (n->layer != layer && n->file != OVERLAY_NOTHING) {
        uint32_t before = overlay_lost_in(m->overlay, node); /* with its directory */

        bury(m, n->file, before == OVERLAY_NOTHING ? layer : before);
    }
    n->file = OVERLAY_NOTHING;
}

static void apply_removal(struct merge *m, const struct census_entry *entry, uint32_t layer)
{
    uint32_t node = overlay_find(m->overlay, entry->path, entry->kind == CENSUS_OPAQUE);

    if (node == OVERLAY_NOTHING)
        return;
    if (entry->kind == CENSUS_OPAQUE)
        overlay_empty(m->overlay, node, layer);
    else if (node != 0)
        overlay_remove(m->overlay, node, layer);
}

static bool has_key(struct view notes)
{
    struct cursor c = cursor_of(notes);
    struct file_note note;

    while (file_note_read(&c, &note))
        if (note.kind == NOTE_PRIVATE_KEY)
            return true;
    return false;
}

static bool is_watched(const struct merge *m, struct view path)
{
    return m->watched && hash_map_get(m->watched, path);
}

/* The number of the file in m->files; OVERLAY_NOTHING without memory. */
static uint32_t keep(struct merge *m, const struct census_entry *entry, uint32_t layer)
{
    struct file_status status = {entry->path, (enum file_kind)entry->kind, entry->mode, entry->size,
                                 entry->capabilities};
    struct image_file *file = arena_push(m->arena, &m->files, &m->file_count, sizeof(*file));

    if (!file)
        return OVERLAY_NOTHING;
    *file = (struct image_file){
        .path = arena_copy(m->arena, entry->path),
        .link = arena_copy(m->arena, entry->link),
        .kind = status.kind,
        .layer = layer,
        .gone_in = IMAGE_FILE_LIVES,
        .mode = entry->mode,
        .uid = entry->uid,
        .gid = entry->gid,
        .size = entry->size,
        .capabilities = entry->capabilities,
        .tags = file_tagger_tags(m->tagger, &status),
        .notes = arena_copy(m->arena, entry->notes),
    };
    if (has_key(entry->notes))
        file->tags |= FILE_TAG_BIT(TAG_PRIVATE_KEY);
    if (is_watched(m, entry->path))
        file->tags |= FILE_TAG_BIT(TAG_WATCHED);
    return (uint32_t)(m->file_count - 1);
}

static int apply_entry(struct merge *m, const struct census_entry *entry, uint32_t layer,
                       struct error *err)
{
    struct overlay_node *n;
    uint32_t directory, node;
    int r = overlay_directory(m->overlay, path_directory(entry->path), layer, &directory, err);

    if (r < 0 || directory == OVERLAY_NOTHING || entry->path.len == 0)
        return r;
    r = overlay_child(m->overlay, directory, path_name(entry->path), &node, err);
    if (r < 0)
        return r;
    overlay_put(m->overlay, node, (enum file_kind)entry->kind, layer);
    n = overlay_node(m->overlay, node);
    n->uid = entry->uid;
    if (entry->kind == FILE_REGULAR)
        n->size = entry->size;
    if (entry->kind == FILE_SYMLINK) {
        n->link = entry->link.ptr;
        n->link_len = (uint16_t)entry->link.len;
    }
    n->file =
        entry->interesting || is_watched(m, entry->path) ? keep(m, entry, layer) : OVERLAY_NOTHING;
    return 0;
}

/* One pass over the records for removals, which come first, and one for the rest. */
static int apply_pass(struct merge *m, struct view census, uint32_t layer, bool removals,
                      struct error *err)
{
    _cleanup_free_ struct census_reader *reader = malloc(sizeof(*reader));
    struct census_entry entry;
    int r;

    if (!reader)
        return error_memory(err);
    r = census_reader_open(reader, census, err);
    while (r >= 0 && (r = census_next(reader, &entry, err)) > 0) {
        bool removal = entry.kind >= CENSUS_WHITEOUT;

        if (removal == removals && removal)
            apply_removal(m, &entry, layer);
        else if (removal == removals)
            r = apply_entry(m, &entry, layer, err);
    }
    if (r == 0 && !removals)
        m->result.left_out += reader->left_out;
    return r;
}

/* The lowest layer has nothing to remove. */
static int apply_layer(struct merge *m, struct view census, uint32_t layer, struct error *err)
{
    int r = layer ? apply_pass(m, census, layer, true, err) : 0;

    overlay_forget(m->overlay);
    return r < 0 ? r : apply_pass(m, census, layer, false, err);
}

static int apply_layers(struct merge *m, const struct view *layers, struct error *err)
{
    for (size_t i = 0; i < m->layer_count; i++) {
        int r = layers[i].len ? apply_layer(m, layers[i], (uint32_t)i, err) : ERROR_INPUT;

        if (r == ERROR_INPUT || r == ERROR_UNSUPPORTED)
            m->result.unknown_layers++;
        else if (r < 0)
            return r;
    }
    return 0;
}

/* ---- What is left ---- */

static int by_path(const void *a, const void *b)
{
    const struct image_file *left = a, *right = b;
    int order = view_cmp(left->path, right->path);

    return order ? order : (left->layer > right->layer) - (left->layer < right->layer);
}

static struct image_owner *owner_of(struct merge *m, struct image_owner **owners, uint32_t uid)
{
    struct image_owner *owner;

    for (size_t i = 0; i < m->result.owner_count; i++)
        if ((*owners)[i].uid == uid)
            return &(*owners)[i]; /* root's, almost always the first */
    if (m->result.owner_count == OWNERS_LIMIT)
        return &(*owners)[OWNERS_LIMIT - 1];
    owner = arena_push(m->arena, owners, &m->result.owner_count, sizeof(*owner));
    if (owner)
        owner->uid = uid;
    return owner;
}

static void count_tags(struct image_files *to, const struct image_file *file)
{
    for (uint64_t left = file->tags; left; left &= left - 1) {
        int tag = __builtin_ctzll(left);

        to->tag_counts[tag]++;
        to->tag_bytes[tag] += file->size;
    }
}

/* Walks all nodes once: what lives is counted, what was lost with a directory
 * is told of. */
static bool settle(struct merge *m)
{
    struct image_owner *owners = NULL;
    struct image_file *live = arena_array(m->arena, m->file_count, sizeof(*live));
    size_t count = 0;

    if (!live)
        return false;
    for (uint32_t i = 1; i < overlay_count(m->overlay); i++) {
        const struct overlay_node *n = overlay_node(m->overlay, i);
        struct image_owner *owner;

        if (n->kind && !overlay_lives(m->overlay, i))
            on_lost(m, i, overlay_lost_in(m->overlay, i));
        if (!n->kind || !overlay_lives(m->overlay, i))
            continue;
        m->result.entry_count++;
        m->result.size += n->kind == FILE_REGULAR ? n->size : 0;
        owner = owner_of(m, &owners, n->uid);
        if (!owner)
            return false;
        owner->count++;
        if (n->file == OVERLAY_NOTHING)
            continue;
        live[count] = m->files[n->file];
        if (!owner->sample)
            owner->sample = &live[count];
        count_tags(&m->result, &live[count++]);
    }
    m->result.owners = owners;
    m->result.files = live;
    m->result.file_count = count;
    return true;
}

/* Samples point into the files, which are sorted now. */
static bool sort_results(struct merge *m)
{
    struct image_owner *owners = (struct image_owner *)m->result.owners;
    struct image_file *files = (struct image_file *)m->result.files;

    for (size_t i = 0; i < m->result.owner_count; i++) {
        struct image_file *copy;

        if (!owners[i].sample)
            continue;
        copy = arena_alloc(m->arena, sizeof(*copy));
        if (!copy)
            return false;
        *copy = *owners[i].sample;
        owners[i].sample = copy;
    }
    if (m->result.file_count)
        qsort(files, m->result.file_count, sizeof(*files), by_path);
    if (m->buried_count)
        qsort(m->buried, m->buried_count, sizeof(*m->buried), by_path);
    m->result.buried = m->buried;
    m->result.buried_count = m->buried_count;
    return true;
}

/* ---- Accounts ---- */

static const struct image_file *find_file(const struct image_files *files, struct view path)
{
    size_t low = 0, high = files->file_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = view_cmp(files->files[middle].path, path);

        if (order == 0)
            return &files->files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct image_account *account_of(struct merge *m, struct image_account **accounts,
                                        const struct file_note *note, uint32_t layer)
{
    struct image_account *account;

    for (size_t i = 0; i < m->result.account_count; i++)
        if (view_eq((*accounts)[i].name, note->text))
            return &(*accounts)[i];
    account = arena_push(m->arena, accounts, &m->result.account_count, sizeof(*account));
    if (account)
        *account = (struct image_account){
            .name = note->text, .password = PASSWORD_LOCKED, .line = note->line, .layer = layer};
    return account;
}

/* Two accounts of one name and different uids are two: the second is the one
 * that somebody hid. */
static struct image_account *new_account(struct merge *m, struct image_account **accounts,
                                         const struct file_note *note, uint32_t layer)
{
    struct image_account *account =
        arena_push(m->arena, accounts, &m->result.account_count, sizeof(*account));

    if (account)
        *account = (struct image_account){.name = note->text,
                                          .shell = note->detail,
                                          .uid = note->number,
                                          .in_passwd = true,
                                          .password = PASSWORD_LOCKED,
                                          .line = note->line,
                                          .layer = layer};
    return account;
}

static bool read_accounts(struct merge *m, struct image_account **accounts, struct view path)
{
    const struct image_file *file = find_file(&m->result, path);
    struct cursor c = cursor_of(file ? file->notes : VIEW_EMPTY);
    struct file_note note;

    while (file_note_read(&c, &note)) {
        struct image_account *account = note.kind == NOTE_ACCOUNT
                                            ? new_account(m, accounts, &note, file->layer)
                                            : account_of(m, accounts, &note, file->layer);

        if (!account)
            return false;
        if (note.kind == NOTE_PASSWORD && note.number < PASSWORD_STATE_COUNT)
            account->password = (enum password_state)note.number;
    }
    return true;
}

static bool find_accounts(struct merge *m)
{
    struct image_account *accounts = NULL;
    bool ok = read_accounts(m, &accounts, VIEW("etc/passwd")) &&
              read_accounts(m, &accounts, VIEW("etc/shadow"));

    m->result.accounts = accounts;
    return ok;
}

static int make_watch(const struct view *paths, size_t count, struct hash_map **ret,
                      struct error *err)
{
    *ret = count ? hash_map_new() : NULL;
    if (count && !*ret)
        return error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!hash_map_put(*ret, paths[i], *ret))
            return error_memory(err);
    return 0;
}

int image_files_merge(const struct view *layers, size_t layer_count, const struct view *watched,
                      size_t watched_count, struct arena *arena, struct image_files *ret,
                      struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *watch = NULL;
    _cleanup_(overlay_free_p) struct overlay *overlay = NULL;
    _cleanup_(file_tagger_free_p) struct file_tagger *tagger = file_tagger_new();
    struct merge m = {.arena = arena, .tagger = tagger, .layer_count = layer_count};
    int r = tagger ? overlay_new(IMAGE_FILES_NODE_LIMIT, on_lost, &m, &overlay, err)
                   : error_memory(err);

    if (r < 0)
        return r;
    r = make_watch(watched, watched_count, &watch, err);
    if (r < 0)
        return r;
    m.watched = watch;
    m.overlay = overlay;
    m.hidden = arena_array(arena, layer_count, sizeof(*m.hidden));
    m.result.hidden = m.hidden;
    r = m.hidden ? apply_layers(&m, layers, err) : 0;
    if (r < 0)
        return r;
    if (m.hidden && settle(&m) && sort_results(&m) && find_accounts(&m))
        *ret = m.result;
    return arena_failed(arena, "the files of the image", err);
}
