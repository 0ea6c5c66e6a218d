#include "scan/session.h"
#include "scan/tree-scan.h"

static void unreadable(void *ctx, struct view path, const struct error *err)
{
    struct session *s = ctx;

    for (size_t i = 0; i < s->report.diagnostic_count; i++)
        if (view_eq(s->diagnostics[i].path, path))
            return; /* told at an earlier reading */
    session_tell_error(s, DIAGNOSTIC_ERROR, "file-unreadable", err, VIEW_EMPTY, path);
}

static int read_tree(struct session *s, struct tree *tree, struct error *err)
{
    struct inventory_options options = {.licenses = true, .files = s->options->want_files};
    struct tree_scan scan = {tree, s->sandbox, s->options->layer_seconds, s->arena, {0},
                             s,    unreadable};
    const struct layer_rule *rules = NULL;
    size_t rule_count = 0;

    for (int round = 0;; round++) {
        struct layer_facts facts = {0};
        int r = tree_scan_read(&scan, rules, rule_count, &facts, err);

        if (r == 0)
            r = inventory_merge(&facts, 1, &options, s->arena, &s->inventory, err);
        if (r < 0 || s->inventory.ask_count == 0 || round == INVENTORY_ROUNDS_LIMIT)
            return r;
        rules = s->inventory.asks[0].rules;
        rule_count = s->inventory.asks[0].rule_count;
    }
}

static int scan_root(const char *directory, struct view kind, const struct scan_options *options,
                     struct sandbox *sandbox, struct arena *arena, struct report *ret,
                     struct error *err)
{
    _cleanup_(tree_close_p) struct tree *tree = NULL;
    struct session s;
    int r = session_begin(&s, options, sandbox, arena, err);

    s.report.artifact.kind = kind;
    s.report.artifact.name = arena_copy(arena, view_of(directory));
    s.report.artifact.source = VIEW("directory");
    if (r == 0)
        r = tree_open(directory, &tree, err);
    if (r == 0 && (r = read_tree(&s, tree, err)) < 0)
        r = error_wrap(err, "%s", directory);
    session_end_span(&s, "layers");
    if (r == 0)
        r = session_finish(&s, ret, err);
    session_done(&s);
    return r;
}

int scan_tree(const char *directory, const struct scan_options *options, struct sandbox *sandbox,
              struct arena *arena, struct report *ret, struct error *err)
{
    return scan_root(directory, VIEW("filesystem"), options, sandbox, arena, ret, err);
}

int scan_host(const struct scan_options *options, struct sandbox *sandbox, struct arena *arena,
              struct report *ret, struct error *err)
{
    return scan_root("/", VIEW("host"), options, sandbox, arena, ret, err);
}
