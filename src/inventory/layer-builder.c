#include "inventory/layer-builder.h"

#include "base/cleanup.h"
#include "base/path.h"
#include "inventory/package-list.h"
#include "inventory/pattern.h"

static const struct view whiteout_prefix = VIEW(".wh.");
static const struct view opaque_mark = VIEW(".wh..wh..opq");
static const struct view reserved_prefix = VIEW(".wh..wh."); /* aufs keeps books there */

enum { MAPPED_LIMIT = 2 * PATH_LIMIT /* bytes of a path under its alias */ };

struct layer_builder {
    enum layer_form form;
    const struct layer_rule *rules;
    size_t rule_count;
    struct pattern_set *patterns;
    struct buf encoded, payload, path, link, mapped;
    size_t record_count;
    const struct analyser *pending; /* whose body is awaited, for `path` */
    unsigned pending_place;
};

int layer_builder_new(enum layer_form form, const struct layer_rule *rules, size_t count,
                      struct layer_builder **ret, struct error *err)
{
    _cleanup_layer_builder_ struct layer_builder *builder = calloc(1, sizeof(*builder));

    if (!builder)
        return error_memory(err);
    builder->form = form;
    builder->rules = rules;
    builder->rule_count = count;
    builder->encoded = BUF_INIT(LAYER_FACTS_LIMIT);
    builder->payload = BUF_INIT(PACKAGE_LIST_LIMIT);
    builder->path = BUF_INIT(PATH_LIMIT);
    builder->link = BUF_INIT(PATH_LIMIT);
    builder->mapped = BUF_INIT(MAPPED_LIMIT);
    builder->patterns = pattern_set_new();
    if (!builder->patterns || !analyser_add_patterns(builder->patterns))
        return error_memory(err);
    layer_encode_start(&builder->encoded, rules, count);
    *ret = take_ptr(&builder);
    return 0;
}

void layer_builder_free(struct layer_builder *builder)
{
    if (!builder)
        return;
    pattern_set_free(builder->patterns);
    buf_done(&builder->encoded);
    buf_done(&builder->payload);
    buf_done(&builder->path);
    buf_done(&builder->link);
    buf_done(&builder->mapped);
    free(builder);
}

/* How `path` is wanted under a rule. */
static enum pattern_result match_rule(struct layer_builder *builder, const struct layer_rule *rule,
                                      struct view path, unsigned *ret_place)
{
    if (!path_is_below(path, rule->target))
        return path_is_below(rule->target, path) ? PATTERN_ABOVE : PATTERN_NONE;
    buf_reset(&builder->mapped);
    buf_add(&builder->mapped, rule->alias);
    if (rule->target.len == 0 && rule->alias.len && path.len)
        buf_add_char(&builder->mapped, '/');
    buf_add(&builder->mapped, view_sub(path, rule->target.len, path.len));
    return pattern_set_match(builder->patterns, buf_view(&builder->mapped), ret_place);
}

static enum pattern_result match_path(struct layer_builder *builder, struct view path,
                                      unsigned *ret_place)
{
    enum pattern_result best = pattern_set_match(builder->patterns, path, ret_place);

    for (size_t i = 0; i < builder->rule_count && best != PATTERN_HIT; i++) {
        enum pattern_result result = match_rule(builder, &builder->rules[i], path, ret_place);

        if (result > best)
            best = result;
    }
    return best;
}

static int add_record(struct layer_builder *builder, const struct layer_record *record,
                      struct error *err)
{
    if (builder->record_count >= LAYER_RECORD_LIMIT)
        return error_set(err, ERROR_LIMIT, "the layer has more than %d entries of interest",
                         LAYER_RECORD_LIMIT);
    builder->record_count++;
    layer_encode_record(&builder->encoded, record);
    return buf_failed(&builder->encoded, "what was found in the layer", err);
}

/* `message`: why it failed; empty when it didn't. */
static int add_fact(struct layer_builder *builder, const char *message, struct error *err)
{
    struct layer_record record = {
        .kind = LAYER_FACT,
        .analyser = builder->pending_place,
        .path = buf_view(&builder->path),
        .payload = buf_view(&builder->payload),
        .message = view_of(message),
    };

    builder->pending = NULL;
    return add_record(builder, &record, err);
}

/* A body that was asked for and never came. */
static int flush_pending(struct layer_builder *builder, struct error *err)
{
    struct error why = ERROR_INIT;

    if (!builder->pending)
        return 0;
    error_set(&why, ERROR_IO, "its content was not read");
    buf_reset(&builder->payload);
    return add_fact(builder, why.message, err);
}

static int add_whiteout(struct layer_builder *builder, struct view path, struct error *err)
{
    struct view directory = path_directory(path), name = path_name(path);
    struct layer_record record = {.kind = LAYER_WHITEOUT};
    unsigned place;

    if (view_eq(name, opaque_mark)) {
        record.kind = LAYER_OPAQUE;
        record.path = directory;
    } else {
        name = view_sub(name, whiteout_prefix.len, name.len);
        if (name.len == 0 || view_eq(name, VIEW(".")) || view_eq(name, VIEW("..")))
            return 0;
        buf_reset(&builder->link);
        buf_add(&builder->link, directory);
        if (directory.len)
            buf_add_char(&builder->link, '/');
        buf_add(&builder->link, name);
        record.path = buf_view(&builder->link);
    }
    if (match_path(builder, record.path, &place) == PATTERN_NONE)
        return 0;
    return add_record(builder, &record, err);
}

static int add_link(struct layer_builder *builder, struct view path, enum layer_record_kind kind,
                    struct view link, struct error *err)
{
    struct layer_record record = {.kind = kind, .path = path, .link = link};

    /* What can't be a path leads nowhere. */
    if (link.len == 0 || link.len > PATH_LIMIT || view_find(link, '\0') >= 0)
        record.kind = LAYER_OTHER;
    if (record.kind == LAYER_HARD_LINK) {
        buf_reset(&builder->link);
        if (path_clean(link, &builder->link, NULL) < 0)
            record.kind = LAYER_OTHER;
        record.link = buf_view(&builder->link);
    }
    return add_record(builder, &record, err);
}

static int want_body(struct layer_builder *builder, unsigned place, uint64_t size,
                     const struct analyser **ret, struct error *err)
{
    const struct analyser *analyser = analysers[place];
    struct error why = ERROR_INIT;

    builder->pending = analyser;
    builder->pending_place = place;
    if (size <= analyser->size_limit) {
        *ret = analyser;
        return 0;
    }
    error_set(&why, ERROR_LIMIT, "it is larger than %llu bytes",
              (unsigned long long)analyser->size_limit);
    buf_reset(&builder->payload);
    return add_fact(builder, why.message, err);
}

/* False for what can't be a path: nobody wants it. */
static bool clean_path(struct layer_builder *builder, struct view path)
{
    buf_reset(&builder->path);
    if (!layer_path_is_normal(path))
        return path_clean(path, &builder->path, NULL) == 0;
    buf_add(&builder->path, path);
    return !builder->path.failed;
}

int layer_builder_entry(struct layer_builder *builder, struct view path, enum layer_entry_type type,
                        struct view link, uint64_t size, const struct analyser **ret,
                        struct error *err)
{
    static const enum layer_record_kind kinds[] = {
        [LAYER_ENTRY_FILE] = LAYER_OTHER,      [LAYER_ENTRY_DIRECTORY] = LAYER_DIRECTORY,
        [LAYER_ENTRY_SYMLINK] = LAYER_SYMLINK, [LAYER_ENTRY_HARD_LINK] = LAYER_HARD_LINK,
        [LAYER_ENTRY_OTHER] = LAYER_OTHER,
    };
    struct layer_record record = {.kind = kinds[type]};
    enum pattern_result wanted;
    unsigned place;
    int r;

    *ret = NULL;
    r = flush_pending(builder, err);
    if (r < 0 || !clean_path(builder, path))
        return r;
    record.path = buf_view(&builder->path);
    if (builder->form == LAYER_OF_IMAGE && view_starts(path_name(record.path), reserved_prefix) &&
        !view_eq(path_name(record.path), opaque_mark))
        return 0;
    if (builder->form == LAYER_OF_IMAGE && view_starts(path_name(record.path), whiteout_prefix))
        return add_whiteout(builder, record.path, err);
    wanted = match_path(builder, record.path, &place);
    if (wanted == PATTERN_NONE || record.path.len == 0)
        return 0;
    if (type == LAYER_ENTRY_FILE && wanted == PATTERN_HIT)
        return want_body(builder, place, size, ret, err);
    if (type == LAYER_ENTRY_SYMLINK || type == LAYER_ENTRY_HARD_LINK)
        return add_link(builder, record.path, record.kind, link, err);
    return add_record(builder, &record, err);
}

int layer_builder_content(struct layer_builder *builder, struct view content,
                          const struct error *read_error, struct error *err)
{
    const struct analyser *analyser = builder->pending;
    struct error why = ERROR_INIT;
    int r;

    if (!analyser)
        return error_set(err, ERROR_INTERNAL, "a body was given that nobody asked for");
    buf_reset(&builder->payload);
    if (content.len > analyser->size_limit)
        return flush_pending(builder, err);
    if (read_error && content.len == 0)
        return add_fact(builder, read_error->message, err);
    r = analyser->parse(buf_view(&builder->path), content, &builder->payload, &why);
    if (r >= 0)
        r = buf_failed(&builder->payload, "what was found in the file", &why);
    if (r < 0 && read_error)
        error_wrap(&why, "%s", read_error->message);
    else if (read_error)
        why = *read_error;
    return add_fact(builder, r < 0 || read_error ? why.message : "", err);
}

int layer_builder_finish(struct layer_builder *builder, struct view *ret, struct error *err)
{
    int r = flush_pending(builder, err);

    if (r < 0)
        return r;
    layer_encode_end(&builder->encoded, builder->record_count);
    r = buf_failed(&builder->encoded, "what was found in the layer", err);
    if (r < 0)
        return r;
    *ret = buf_view(&builder->encoded);
    return 0;
}
