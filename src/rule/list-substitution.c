#include "rule/condition-lexer.h"
#include "rule/item-value.h"

/* Writes a text with the names of lists replaced. */
struct substitution {
    struct ruleset *set;
    struct text_writer to;
    bool drop_comma; /* an empty list stood here: so does the comma behind it fall */
    unsigned depth;
    bool too_deep, broken;
};

static struct list_definition *list_named(const struct ruleset *set, struct view name)
{
    return name.len ? hash_map_get(set->lists, name) : NULL;
}

/* ---- lists in lists ---- */

static void resolve_list(struct ruleset *set, struct list_definition *list, unsigned depth);

static bool is_full(struct ruleset *set, struct list_definition *list)
{
    if (list->resolved.count < LIST_ITEM_LIMIT)
        return false;
    if (!list->base.broken)
        problem_add(set, RULE_PROBLEM_ERROR, list->base.item, list->base.item->key,
                    "the list has more than %d items, those of lists in it counted",
                    LIST_ITEM_LIMIT);
    list->base.broken = true;
    return true;
}

/* A list sees those that were first defined before its last change. One that
 * is being resolved contains this one: there its name is but a text. */
static void resolve_item(struct ruleset *set, struct list_definition *list,
                         const struct item_value *item, unsigned depth)
{
    struct list_definition *inner = list_named(set, document_text(item->node));

    if (inner && inner->base.index < list->base.visibility && inner != list)
        resolve_list(set, inner, depth + 1);
    if (!inner || inner->base.index >= list->base.visibility || inner->base.state != RESOLVE_DONE) {
        if (!is_full(set, list))
            item_values_add(set, &list->resolved, item->item, item->node);
        return;
    }
    inner->base.used = true;
    list->base.broken |= inner->base.broken;
    for (size_t i = 0; i < inner->resolved.count && !list->base.broken && !is_full(set, list); i++)
        item_values_add(set, &list->resolved, inner->resolved.list[i].item,
                        inner->resolved.list[i].node);
}

static void resolve_list(struct ruleset *set, struct list_definition *list, unsigned depth)
{
    if (list->base.state != RESOLVE_NEW)
        return;
    if (depth > LIST_DEPTH_LIMIT) {
        problem_add(set, RULE_PROBLEM_ERROR, list->base.item, list->base.item->key,
                    "lists nested deeper than %d levels", LIST_DEPTH_LIMIT);
        list->base.state = RESOLVE_DONE;
        list->base.broken = true;
        return;
    }
    list->base.state = RESOLVE_ACTIVE;
    for (size_t i = 0; i < list->base.values.count; i++)
        resolve_item(set, list, &list->base.values.list[i], depth);
    list->base.state = RESOLVE_DONE;
}

void lists_resolve(struct ruleset *set)
{
    for (size_t i = 0; i < hash_map_count(set->lists); i++) {
        struct view name;
        struct list_definition *list = hash_map_at(set->lists, i, &name);

        if (list)
            resolve_list(set, list, 0);
    }
}

/* ---- names of lists in texts ---- */

static bool is_delimiter(char c)
{
    return lexer_is_blank(c) || (c && strchr("(),=", c));
}

/* Where the quoted text at `at` ends. */
static size_t end_of_quoted(struct view text, size_t at)
{
    char quote = text.ptr[at];

    for (at++; at < text.len; at++) {
        if (text.ptr[at] == '\\')
            at++;
        else if (text.ptr[at] == quote)
            return at + 1;
    }
    return text.len;
}

/* The end of the run at `at`: a delimiter, or what stands between two of them;
 * in a quoted text nothing is a delimiter. */
static size_t end_of_run(struct view text, size_t at)
{
    if (is_delimiter(text.ptr[at]))
        return at + 1;
    while (at < text.len && !is_delimiter(text.ptr[at]))
        at = text.ptr[at] == '"' || text.ptr[at] == '\'' ? end_of_quoted(text, at) : at + 1;
    return at < text.len ? at : text.len;
}

static void substitute(struct substitution *substitution, const struct written_text *text,
                       uint32_t above);

/* The bytes from `start` to `end` of the text, which may be of several pieces. */
static void put(struct substitution *substitution, const struct written_text *text, size_t start,
                size_t end)
{
    struct view bytes = view_sub(text->text, start, end - start);

    if (substitution->drop_comma && view_trim(bytes).len) {
        substitution->drop_comma = false;
        if (view_eq(bytes, VIEW(",")))
            return;
    }
    while (start < end) {
        const struct written_piece *piece = written_piece_at(text, start);
        size_t stop = piece->start + piece->bytes.len;

        if (stop > end)
            stop = end;
        written_add_part(&substitution->to, piece, start - piece->start, stop - start);
        start = stop;
    }
}

static void put_item(struct substitution *substitution, const struct item_value *item,
                     uint32_t above)
{
    struct text_writer one = {.arena = substitution->set->scratch, .limit = EXPRESSION_TEXT_LIMIT};
    struct written_text text;

    written_add_quoted(&one, item->item, item->node);
    written_finish(&one, substitution->set->scratch, 0, &text);
    substitute(substitution, &text, above);
}

/* The items of a list, which may name lists that come later. One without
 * items takes a comma beside it away. */
static void put_list(struct substitution *substitution, struct list_definition *list)
{
    list->base.used = true;
    substitution->broken |= list->base.broken;
    if (++substitution->depth > LIST_DEPTH_LIMIT)
        substitution->too_deep = true;
    for (size_t i = 0; i < list->resolved.count; i++) {
        const struct item_value *item = &list->resolved.list[i];

        if (substitution->too_deep || substitution->to.overflow)
            break;
        if (i && !substitution->drop_comma)
            written_add_ours(&substitution->to, item->item, item->node, VIEW(", "));
        substitution->drop_comma = false;
        put_item(substitution, item, list->base.index + 1);
    }
    substitution->depth--;
    if (list->resolved.count)
        return;
    if (written_last(&substitution->to) == ',')
        written_drop_last(&substitution->to);
    else
        substitution->drop_comma = true;
}

/* Replaces the names of lists whose index is at least `above`: Falco goes
 * through the lists in order, so what a list put in may be a later one. */
static void substitute(struct substitution *substitution, const struct written_text *text,
                       uint32_t above)
{
    size_t at = 0;

    while (at < text->text.len) {
        size_t end = end_of_run(text->text, at);
        struct list_definition *list =
            list_named(substitution->set, view_sub(text->text, at, end - at));

        if (list && list->base.index >= above) {
            if (substitution->drop_comma)
                substitution->drop_comma = false;
            put_list(substitution, list);
        } else {
            put(substitution, text, at, end);
        }
        at = end;
    }
}

static struct written_text *keep(struct ruleset *set, const struct substitution *substitution)
{
    struct written_text *text = text_register(set, &substitution->to);

    if (text)
        text->broken = substitution->broken;
    return text;
}

struct written_text *lists_substitute(struct ruleset *set, const struct text_writer *from,
                                      const struct item_value *blame)
{
    struct substitution substitution = {
        .set = set, .to = {.arena = set->scratch, .limit = EXPRESSION_TEXT_LIMIT}};
    struct written_text text;

    written_finish(from, set->scratch, 0, &text);
    substitute(&substitution, &text, 0);
    if (substitution.broken && (substitution.too_deep || substitution.to.overflow))
        return NULL;
    if (substitution.too_deep)
        problem_add(set, RULE_PROBLEM_ERROR, blame->item, blame->node,
                    "lists nested deeper than %d levels", LIST_DEPTH_LIMIT);
    else if (from->overflow || substitution.to.overflow)
        problem_add(set, RULE_PROBLEM_ERROR, blame->item, blame->node,
                    "the condition is longer than %d bytes, its lists in place",
                    EXPRESSION_TEXT_LIMIT);
    else
        return keep(set, &substitution);
    return NULL;
}
