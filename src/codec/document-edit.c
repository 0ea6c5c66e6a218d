#include "codec/document-edit.h"

#include "codec/document-editor.h"

/* "spec.containers[0].image", for messages. */
static struct view path_text(const struct document_edit *edit, struct arena *arena)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(256);

    for (size_t i = 0; i < edit->length; i++) {
        const struct document_step *step = &edit->path[i];

        if (step->key.ptr)
            buf_addf(&out, "%s%.*s", i ? "." : "", VIEW_ARG(step->key));
        else
            buf_addf(&out, "[%zu]", step->index);
    }
    return arena_copy(arena, buf_view(&out));
}

static int draft_edit(struct document_draft **drafts, const struct document_set *set,
                      const struct document_edit *edit, struct arena *arena, struct error *err)
{
    const struct document *document =
        edit->document < set->count ? &set->list[edit->document] : NULL;
    struct view path = path_text(edit, arena);

    if (!document)
        return error_set(err, ERROR_USAGE, "there is no document %zu", edit->document);
    if (document->error)
        return error_set(err, ERROR_INPUT, "a broken document can't be edited: %s",
                         document->error->message);
    if (!document->root)
        return error_set(err, ERROR_INPUT, "line %u: an empty document can't be edited",
                         document->start.line);
    if (!drafts[edit->document])
        drafts[edit->document] = document_draft_new(document->root, arena);
    if (!drafts[edit->document])
        return arena_failed(arena, "the edit", err);
    if (document_draft_edit(drafts[edit->document], edit, arena, err) == 0)
        return 0;
    return error_wrap(err, "edit of %.*s", VIEW_ARG(path));
}

static int patch_document(struct document_editor *e, const struct document *document,
                          const struct document_draft *draft, struct error *err)
{
    const struct document_node *root = document->root;
    struct document_entry whole = {.begin = root->start.offset,
                                   .end = root->end.offset,
                                   .value_begin = root->start.offset,
                                   .value_end = root->end.offset,
                                   .head_end = root->start.offset};
    struct document_spot spot = {root, NULL, whole, false};
    int r;

    e->layout = document_layout_of(e->set, root);
    spot.flow = e->layout.json;
    r = document_editor_visit(e, &spot, draft, err);
    hash_map_free(e->definitions);
    e->definitions = NULL;
    return r;
}

static int patch_all(const struct document_set *set, struct document_draft **drafts,
                     struct arena *arena, struct view *ret, struct error *err)
{
    struct document_editor e = {.set = set, .text = set->text, .arena = arena};

    for (size_t i = 0; i < set->count; i++) {
        int r = drafts[i] ? patch_document(&e, &set->list[i], drafts[i], err) : 0;

        if (r < 0)
            return r;
    }
    return document_patch_apply(&e.patches, set->text, arena, ret, err);
}

static int fail_check(const struct document *document, struct error *err)
{
    error_set(err, ERROR_UNSUPPORTED,
              "line %u: the edits of this document can't be written without changing more",
              document->start.line);
    error_hint(err, "write it in the usual way, or edit it by hand");
    return ERROR_UNSUPPORTED;
}

/* Does the new text mean what it shall? */
static int check(const struct document_set *set, struct document_draft **drafts, struct view text,
                 struct arena *arena, struct error *err)
{
    struct document_set after;
    int r = document_parse(text, set->format, arena, &after, err);

    for (size_t i = 0; r == 0 && i < set->count; i++) {
        const struct document *before = &set->list[i];
        const struct document_node *wanted =
            drafts[i] ? document_draft_tree(drafts[i], arena) : before->root;

        if (drafts[i] && !wanted)
            return arena_failed(arena, "the edit", err);
        if (after.count != set->count || !document_equal(after.list[i].root, wanted) ||
            (after.list[i].error != NULL) != (before->error != NULL))
            return fail_check(before, err);
    }
    return r;
}

int document_edit_apply(const struct document_set *set, const struct document_edit *edits,
                        size_t count, struct arena *arena, struct view *ret_text, struct error *err)
{
    struct document_draft **drafts = arena_array(arena, set->count, sizeof(*drafts));
    struct error own = ERROR_INIT;
    struct view text;
    int r = drafts ? 0 : arena_failed(arena, "the edit", &own);

    for (size_t i = 0; r == 0 && i < count; i++)
        r = draft_edit(drafts, set, &edits[i], arena, &own);
    if (r == 0)
        r = patch_all(set, drafts, arena, &text, &own);
    if (r == 0)
        r = check(set, drafts, text, arena, &own);
    if (r == 0)
        *ret_text = text;
    else if (err)
        *err = own;
    return r;
}

int document_edit_value(struct view text, struct arena *arena, const struct document_node **ret,
                        struct error *err)
{
    static const struct document_node nothing = {.kind = DOCUMENT_NULL};
    struct document_set set;
    int r = document_parse(text, DOCUMENT_YAML, arena, &set, err);

    if (r < 0)
        return r;
    if (set.count > 1)
        return error_set(err, ERROR_INPUT, "more than one document is no value");
    if (set.count == 1 && set.list[0].error) {
        if (err)
            *err = *set.list[0].error;
        return ERROR_INPUT;
    }
    *ret = set.count == 1 && set.list[0].root ? set.list[0].root : &nothing;
    return 0;
}
