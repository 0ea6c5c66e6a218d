#include "inventory/layer.h"

#include "base/path.h"
#include "inventory/analyser.h"

static const struct view magic = {"PLSMLYR1", 8};

bool layer_path_is_normal(struct view path)
{
    size_t depth = 0;

    if (path.len == 0)
        return true;
    if (path.len > PATH_LIMIT || memchr(path.ptr, '\0', path.len))
        return false;
    while (path.ptr) {
        struct view part = view_cut(&path, '/');

        if (part.len == 0 || view_eq(part, VIEW(".")) || view_eq(part, VIEW("..")) ||
            ++depth > PATH_DEPTH_LIMIT)
            return false;
    }
    return true;
}

void layer_rules_add(struct buf *to, const struct layer_rule *rules, size_t count)
{
    buf_add_varint(to, count);
    for (size_t i = 0; i < count; i++) {
        buf_add_bytes(to, rules[i].target);
        buf_add_bytes(to, rules[i].alias);
    }
}

const struct layer_rule *layer_rules_read(struct cursor *c, struct arena *arena, size_t *ret_count)
{
    size_t count = (size_t)cursor_count(c, LAYER_RULE_LIMIT);
    struct layer_rule *rules = arena_array(arena, count, sizeof(*rules));

    for (size_t i = 0; rules && i < count && !c->failed; i++) {
        rules[i].target = cursor_bytes(c);
        rules[i].alias = cursor_bytes(c);
        if (!layer_path_is_normal(rules[i].target) || !layer_path_is_normal(rules[i].alias))
            cursor_fail(c);
    }
    *ret_count = rules && !c->failed ? count : 0;
    return rules;
}

void layer_encode_start(struct buf *to, const struct layer_rule *rules, size_t count)
{
    buf_add(to, magic);
    buf_add_u64(to, analyser_fingerprint());
    layer_rules_add(to, rules, count);
}

void layer_encode_record(struct buf *to, const struct layer_record *record)
{
    buf_add_u8(to, (uint8_t)record->kind);
    buf_add_bytes(to, record->path);
    switch (record->kind) {
    case LAYER_FACT:
        buf_add_varint(to, record->analyser);
        buf_add_bytes(to, record->message);
        buf_add_bytes(to, record->payload);
        break;
    case LAYER_SYMLINK:
    case LAYER_HARD_LINK:
        buf_add_bytes(to, record->link);
        break;
    default:
        break;
    }
}

void layer_encode_end(struct buf *to, size_t record_count)
{
    buf_add_u8(to, 0);
    buf_add_varint(to, record_count);
}

static void decode_fact(struct cursor *c, struct layer_record *record)
{
    record->analyser = (unsigned)cursor_count(c, analyser_count - 1);
    record->message = view_sub(cursor_bytes(c), 0, LAYER_MESSAGE_LIMIT);
    record->payload = cursor_bytes(c);
}

static void decode_link(struct cursor *c, struct layer_record *record)
{
    record->link = cursor_bytes(c);
    if (record->link.len > PATH_LIMIT || view_find(record->link, '\0') >= 0 ||
        (record->kind == LAYER_HARD_LINK && !layer_path_is_normal(record->link)))
        cursor_fail(c);
}

/* False at the end mark and once the cursor failed. */
static bool decode_record(struct cursor *c, struct layer_record *ret)
{
    unsigned kind = (unsigned)cursor_count(c, LAYER_RECORD_KIND_COUNT - 1);

    *ret = (struct layer_record){.kind = kind};
    if (kind == 0 || c->failed)
        return false;
    ret->path = cursor_bytes(c);
    if (ret->kind == LAYER_FACT)
        decode_fact(c, ret);
    if (ret->kind == LAYER_SYMLINK || ret->kind == LAYER_HARD_LINK)
        decode_link(c, ret);
    if (!layer_path_is_normal(ret->path) ||
        (ret->path.len == 0 && ret->kind != LAYER_OPAQUE && ret->kind != LAYER_DIRECTORY))
        cursor_fail(c);
    return !c->failed;
}

/* The number of records from here to the end mark. */
static size_t count_records(struct cursor c)
{
    struct layer_record record;
    size_t count = 0;

    while (decode_record(&c, &record))
        count++;
    return cursor_count(&c, LAYER_RECORD_LIMIT) == count && cursor_at_end(&c) ? count : SIZE_MAX;
}

int layer_decode(struct view bytes, struct arena *arena, struct layer_facts *ret, struct error *err)
{
    struct cursor c = cursor_of(bytes);
    struct layer_facts facts = {.known = true};
    struct layer_record *records;
    int r;

    if (!view_eq(cursor_take(&c, magic.len), magic))
        return error_set(err, ERROR_INPUT, "these are not the facts of a layer");
    if (cursor_u64(&c) != analyser_fingerprint())
        return error_set(err, ERROR_UNSUPPORTED, "other analysers made these facts of a layer");
    facts.rules = layer_rules_read(&c, arena, &facts.rule_count);
    facts.record_count = c.failed ? SIZE_MAX : count_records(c);
    if (facts.record_count == SIZE_MAX)
        return error_set(err, ERROR_INPUT, "the facts of a layer are damaged");
    records = arena_array(arena, facts.record_count, sizeof(*records));
    r = arena_failed(arena, "the facts of a layer", err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < facts.record_count; i++)
        decode_record(&c, &records[i]);
    facts.records = records;
    *ret = facts;
    return 0;
}
