/* What a person accepted, as a file, as comments and as annotations. The first
 * byte chooses: 'f' a file, 'a' the annotations of an object, else comments. */
#include <assert.h>

#include "policy/suppression.h"

enum { ARENA_LIMIT = 256 << 20 };

static void apply(const struct suppressions *list, struct arena *arena)
{
    static const struct view aliases[] = {VIEW("CKV_1")};
    const struct finding findings[] = {
        {.kind = VIEW("misconfiguration"),
         .id = VIEW("k8s-privileged"),
         .aliases = aliases,
         .alias_count = 1,
         .location = {.path = VIEW("p"), .line = 2},
         .resource = VIEW("Pod a/b"),
         .part = VIEW("c"),
         .fingerprint = VIEW("00")},
        {.kind = VIEW("vulnerability"), .id = VIEW("CVE-2024-1")},
    };
    struct report report = {.findings = findings, .finding_count = 2};
    int r = suppressions_apply(list, 1, 1790000000, &report, arena, NULL);

    assert(r < 0 || report.finding_count + report.suppressed_count == 2);
}

static int read_annotations(struct view text, struct arena *arena, struct suppressions *ret,
                            struct error *err)
{
    struct diagnostic *problems = NULL;
    struct document_set set = {0};
    size_t count = 0;
    int r = document_parse(text, DOCUMENT_YAML, arena, &set, err);

    if (r < 0 || set.count == 0)
        return r;
    return suppressions_read_annotations(VIEW("p"), VIEW("Pod a/b"), set.list[0].root, arena, ret,
                                         &problems, &count, err);
}

static int read_comments(struct view text, struct arena *arena, struct suppressions *ret,
                         struct error *err)
{
    struct diagnostic *problems = NULL;
    size_t count = 0;
    int r = suppressions_scan_comments(VIEW("p"), text, arena, ret, &problems, &count, err);

    assert(r < 0 || (ret->count <= SUPPRESSION_LIMIT && count <= SUPPRESSION_TOLD));
    for (size_t i = 0; r == 0 && i < ret->count; i++) {
        const struct suppression *s = &ret->list[i];

        assert(s->id_count && s->line && s->origin == SUPPRESSION_INLINE);
        assert(s->last_line == 0 || s->first_line > 0);
    }
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct view text = view_from(data, size), body = view_sub(text, 1, size);
    struct suppressions list = {0};
    struct error err = ERROR_INIT;
    int r;

    if (!arena || size == 0)
        return 0;
    if (data[0] == 'f')
        r = suppressions_parse(VIEW("f"), body, arena, &list, &err);
    else if (data[0] == 'a')
        r = read_annotations(body, arena, &list, &err);
    else
        r = read_comments(text, arena, &list, &err);
    assert((r < 0) == error_is_set(&err));
    if (r == 0)
        apply(&list, arena);
    return 0;
}
