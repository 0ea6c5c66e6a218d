/* Edits a file, for trials by hand and for comparisons:
 *
 *     edit_document yaml|json FILE [DOCUMENT VERB PATH VALUE]...
 *
 * VERB is set, remove or add; PATH is like spec/containers/0/image, where a
 * number is an index; VALUE is YAML. Prints the new text.
 */
#include "base/fd.h"
#include "codec/document-edit.h"

enum { STEPS = 64, EDITS = 64 };

static size_t steps_of(struct view path, struct document_step *steps)
{
    size_t count = 0;

    while (path.ptr && path.len && count < STEPS) {
        struct view part = view_cut(&path, '/');
        uint64_t index;

        steps[count++] =
            view_to_u64(part, &index) ? DOCUMENT_INDEX(index) : (struct document_step){part, 0};
    }
    return count;
}

static int edit_of(char **args, struct document_step *steps, struct arena *arena,
                   struct document_edit *ret, struct error *err)
{
    static const char *const verbs[] = {"set", "remove", "add"};
    uint64_t document = 0;

    view_to_u64(view_of(args[0]), &document);
    *ret = (struct document_edit){DOCUMENT_EDIT_SET, document, steps,
                                  steps_of(view_of(args[2]), steps), NULL};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(args[1], verbs[i]) == 0)
            ret->verb = (enum document_edit_verb)i;
    return document_edit_value(view_of(args[3]), arena, &ret->value, err);
}

int main(int argc, char **argv)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    _cleanup_arena_ struct arena *arena = arena_new(SIZE_MAX);
    static struct document_step steps[EDITS][STEPS];
    struct document_edit edits[EDITS];
    struct document_set set;
    struct error err = ERROR_INIT;
    struct view out;
    size_t count = 0;
    int r = argc > 2 && arena ? fd_read_file(argv[2], &text, &err) : ERROR_USAGE;

    if (r == 0)
        r = document_parse(buf_view(&text), strcmp(argv[1], "json") ? DOCUMENT_YAML : DOCUMENT_JSON,
                           arena, &set, &err);
    for (int i = 3; r == 0 && i + 3 < argc && count < EDITS; i += 4, count++)
        r = edit_of(argv + i, steps[count], arena, &edits[count], &err);
    if (r == 0)
        r = document_edit_apply(&set, edits, count, arena, &out, &err);
    if (r < 0)
        fprintf(stderr, "%s\n", err.message);
    else
        fwrite(out.ptr, 1, out.len, stdout);
    return r < 0;
}
