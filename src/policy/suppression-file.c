#include "base/text.h"
#include "policy/suppression-clause.h"

struct reading {
    struct view file;
    struct arena *arena;
    struct suppression *list;
    size_t count;
};

static int add(struct reading *reading, const struct suppression *s, struct error *err)
{
    struct suppression *slot;

    if (reading->count == SUPPRESSION_LIMIT)
        return error_set(err, ERROR_LIMIT, "the file has more than %d suppressions",
                         SUPPRESSION_LIMIT);
    slot = arena_push(reading->arena, &reading->list, &reading->count, sizeof(*slot));
    if (slot)
        *slot = *s;
    return arena_failed(reading->arena, "suppressions", err);
}

/* ---- YAML ---- */

static int at(const struct document_node *node, struct error *err)
{
    return error_wrap(err, "line %u, column %u", node->start.line, node->start.column);
}

/* One text, or a list of them. */
static int read_texts(const struct reading *reading, const struct document_node *node,
                      const struct view **ret, size_t *ret_count, struct error *err)
{
    bool is_list = node->kind == DOCUMENT_SEQUENCE;
    size_t count = is_list ? document_count(node) : 1;
    struct view *texts = arena_array(reading->arena, count, sizeof(*texts));

    if (!texts && count)
        return arena_failed(reading->arena, "suppressions", err);
    for (size_t i = 0; i < count; i++) {
        const struct document_node *item = is_list ? document_item(node, i) : node;

        texts[i] = document_text(item);
        if (texts[i].len)
            continue;
        error_set(err, ERROR_INPUT, "a text is wanted here");
        return at(item, err);
    }
    *ret = texts;
    *ret_count = count;
    return 0;
}

static int read_date(const struct document_node *node, int64_t *ret, struct error *err)
{
    return clause_parse_date(document_text(node), ret, err) < 0 ? at(node, err) : 0;
}

/* The words that .trivyignore.yaml has for the same things are known too. */
static const struct key {
    struct view name;
    size_t texts, count; /* offsets of a list of globs in struct suppression */
} keys[] = {
#define GLOBS(member)                                                                              \
    offsetof(struct suppression, member##s), offsetof(struct suppression, member##_count)
    {VIEW("id"), GLOBS(id)},
    {VIEW("ids"), GLOBS(id)},
    {VIEW("paths"), GLOBS(path)},
    {VIEW("resources"), GLOBS(resource)},
    {VIEW("purls"), GLOBS(resource)},
    {VIEW("containers"), GLOBS(container)},
    {VIEW("fingerprints"), GLOBS(fingerprint)},
    {VIEW("until"), 0, 0},
    {VIEW("expired_at"), 0, 0},
    {VIEW("reason"), 0, 0},
    {VIEW("statement"), 0, 0},
#undef GLOBS
};

static const struct key *key_of(struct view name)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (view_eq(keys[i].name, name))
            return &keys[i];
    return NULL;
}

static int read_member(const struct reading *reading, const struct document_pair *pair,
                       struct suppression *s, struct error *err)
{
    const struct key *key = key_of(document_text(pair->key));

    if (!key) {
        error_set(err, ERROR_INPUT, "\"%.*s\" is not known", VIEW_ARG(document_text(pair->key)));
        error_hint(err, "known are id, paths, resources, containers, fingerprints, until, reason");
        return at(pair->key, err);
    }
    if (document_is_absent(pair->value))
        return 0;
    if (key->count)
        return read_texts(reading, pair->value, (const struct view **)((char *)s + key->texts),
                          (size_t *)((char *)s + key->count), err);
    if (view_eq(key->name, VIEW("until")) || view_eq(key->name, VIEW("expired_at")))
        return read_date(pair->value, &s->until, err);
    s->reason = document_text(pair->value);
    return 0;
}

static int read_entry(struct reading *reading, const struct document_node *node, struct error *err)
{
    struct suppression s = {
        .origin = SUPPRESSION_FILE, .file = reading->file, .line = node->start.line};
    int r = 0;

    if (node->kind != DOCUMENT_MAPPING) {
        error_set(err, ERROR_INPUT, "an entry is a mapping with an id");
        error_hint(err, "write - id: RULE");
        return at(node, err);
    }
    for (size_t i = 0; r == 0 && i < node->mapping.count; i++)
        if (!node->mapping.pairs[i].replaced)
            r = read_member(reading, &node->mapping.pairs[i], &s, err);
    if (r == 0 && s.id_count + s.fingerprint_count == 0) {
        error_set(err, ERROR_INPUT, "an entry needs an id, or fingerprints");
        return at(node, err);
    }
    return r < 0 ? r : add(reading, &s, err);
}

static int read_section(struct reading *reading, const struct document_pair *pair,
                        struct error *err)
{
    static const struct view sections[] = {VIEW("ignore"), VIEW("vulnerabilities"),
                                           VIEW("misconfigurations"), VIEW("secrets")};
    struct view name = document_text(pair->key);
    bool known = false;
    int r = 0;

    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
        known = known || view_eq(name, sections[i]);
    if (!known) {
        error_set(err, ERROR_INPUT, "\"%.*s\" is not known", VIEW_ARG(name));
        error_hint(err, "suppressions are a list below ignore:");
        return at(pair->key, err);
    }
    if (document_is_absent(pair->value))
        return 0;
    if (pair->value->kind != DOCUMENT_SEQUENCE) {
        error_set(err, ERROR_INPUT, "a list of suppressions is wanted here");
        return at(pair->value, err);
    }
    for (size_t i = 0; r == 0 && i < document_count(pair->value); i++)
        r = read_entry(reading, document_item(pair->value, i), err);
    return r;
}

static int read_document(struct reading *reading, const struct document *document,
                         struct error *err)
{
    const struct document_node *root = document->root;
    int r = 0;

    if (document->error) {
        if (err)
            *err = *document->error;
        return document->error->kind;
    }
    if (!root || root->kind == DOCUMENT_NULL)
        return 0;
    if (root->kind != DOCUMENT_MAPPING) {
        error_set(err, ERROR_INPUT, "suppressions are a list below ignore:");
        return at(root, err);
    }
    for (size_t i = 0; r == 0 && i < root->mapping.count; i++)
        if (!root->mapping.pairs[i].replaced)
            r = read_section(reading, &root->mapping.pairs[i], err);
    return r;
}

static int read_yaml(struct reading *reading, struct view text, struct error *err)
{
    struct document_set set = {0};
    int r = document_parse(text, DOCUMENT_YAML, reading->arena, &set, err);

    for (size_t i = 0; r == 0 && i < set.count; i++)
        r = read_document(reading, &set.list[i], err);
    return r;
}

/* ---- Lines, as a .trivyignore has them ---- */

/* ID [exp:DATE] [# reason] */
static int read_line(struct reading *reading, struct view line, uint32_t number, struct error *err)
{
    static const struct view expires = VIEW("exp:");
    struct suppression s = {.origin = SUPPRESSION_FILE, .file = reading->file, .line = number};
    ptrdiff_t comment = view_find(line, '#');
    struct view words = view_trim(view_sub(line, 0, comment < 0 ? line.len : (size_t)comment));
    struct view id = view_cut(&words, ' ');
    int r = 0;

    if (id.len == 0)
        return 0;
    words = view_trim(words);
    if (view_starts(words, expires)) {
        r = clause_parse_date(view_strip_prefix(words, expires), &s.until, err);
    } else if (words.len) {
        r = error_set(err, ERROR_INPUT, "\"%.*s\" is not understood", VIEW_ARG(words));
        error_hint(err, "a line is an id, exp:YEAR-MONTH-DAY if it ends, and # before a reason");
    }
    if (r < 0)
        return error_wrap(err, "line %u, column %zu", number, (size_t)(words.ptr - line.ptr) + 1);
    s.id_count = clause_split(arena_copy(reading->arena, id), reading->arena, &s.ids);
    if (comment >= 0)
        s.reason =
            arena_copy(reading->arena, view_trim(view_sub(line, (size_t)comment + 1, line.len)));
    return s.id_count ? add(reading, &s, err) : 0;
}

static int read_lines(struct reading *reading, struct view text, struct error *err)
{
    int r = 0;

    for (uint32_t number = 1; r == 0 && text.ptr; number++)
        r = read_line(reading, view_line(&text), number, err);
    return r;
}

/* The first line of content tells which of the two it is: what ends in a
 * colon, or has a blank behind one, is a key; an id has no such colon. */
static bool is_yaml(struct view text)
{
    while (text.ptr) {
        struct view line = view_trim(view_line(&text));
        ptrdiff_t colon = view_find(line, ':');

        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (strchr("-{[%", line.ptr[0]))
            return true;
        return colon >= 0 && ((size_t)colon + 1 == line.len || line.ptr[colon + 1] == ' ');
    }
    return false;
}

int suppressions_parse(struct view file, struct view text, struct arena *arena,
                       struct suppressions *ret, struct error *err)
{
    struct reading reading = {.arena = arena, .file = arena_copy(arena, file)};
    int r;

    if (text.len > SUPPRESSION_FILE_LIMIT) {
        error_set(err, ERROR_LIMIT, "it is larger than %d bytes", SUPPRESSION_FILE_LIMIT);
        return error_wrap(err, "%.*s", VIEW_ARG(file));
    }
    text = view_strip_prefix(text, VIEW("\xef\xbb\xbf"));
    r = is_yaml(text) ? read_yaml(&reading, text, err) : read_lines(&reading, text, err);
    if (r < 0)
        return error_wrap(err, "%.*s", VIEW_ARG(file));
    *ret = (struct suppressions){reading.list, reading.count};
    return arena_failed(arena, "suppressions", err);
}
