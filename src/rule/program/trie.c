#include "rule/program/trie.h"

#include <stdlib.h>

enum {
    NO_TEXT = UINT32_MAX,
    ROOT = 0,
    TABLE_LIMIT = 1 << 16, /* entries of a table; a larger trie is walked along its links */
};

struct state {
    uint32_t first; /* child; the others follow it */
    uint32_t fail;
    uint32_t output; /* the nearest state on the failure path, itself too, that ends a text; ROOT:
                        none */
    uint32_t text;   /* ends here */
    uint16_t children;
};

/* The states again, a row each, for one look-up a byte. Bytes that no text has are of
 * class 0; those of class n have the next row, at its place in `rows`, in entry
 * n + 1. Entry 0 is the state at whose texts (of those found anywhere: at whose output)
 * one is, plus 1; or 0. */
struct table {
    uint16_t *rows; /* NULL: too large */
    uint32_t width;
    uint8_t class_of[256];
};

struct rule_trie {
    enum rule_trie_kind kind;
    struct state *states;
    uint8_t *labels; /* the byte of the edge that leads to a state */
    uint32_t *same;  /* by text: another that ends at the same state */
    size_t count;
    uint32_t root[256];
    struct table table;
};

/* A text as the trie sees it: reversed, folded, without its last slashes. */
struct key {
    struct view bytes;
    uint32_t text;
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool make_key(enum rule_trie_kind kind, struct view text, struct arena *arena,
                     struct key *ret)
{
    char *bytes;

    ret->bytes = text;
    if (kind == RULE_TRIE_PATH)
        while (ret->bytes.len && ret->bytes.ptr[ret->bytes.len - 1] == '/')
            ret->bytes.len--;
    if (kind != RULE_TRIE_SUFFIX && kind != RULE_TRIE_ICONTAINS)
        return true;
    bytes = arena_alloc(arena, text.len + 1);
    if (!bytes)
        return false;
    for (size_t i = 0; i < text.len; i++)
        bytes[i] = kind == RULE_TRIE_SUFFIX ? text.ptr[text.len - 1 - i]
                                            : (char)lower((uint8_t)text.ptr[i]);
    ret->bytes.ptr = bytes;
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *left = a, *right = b;
    int order = view_cmp(left->bytes, right->bytes);

    return order ? order : (left->text > right->text) - (left->text < right->text);
}

/* The keys below a state while the trie is made: those from `from` to `to` share
 * their first `depth` bytes. */
struct range {
    uint32_t from, to;
    uint32_t depth;
};

/* The text that ends at the state, and the range without its keys. */
static void end_text(struct rule_trie *trie, const struct key *keys, struct range *range,
                     struct state *state)
{
    state->text = NO_TEXT;
    while (range->from < range->to && keys[range->from].bytes.len == range->depth) {
        trie->same[keys[range->from].text] = state->text;
        state->text = keys[range->from++].text;
    }
}

/* Breadth first: children get the next free states. */
static void add_states(struct rule_trie *trie, const struct key *keys, struct range *ranges)
{
    for (uint32_t at = 0; at < trie->count; at++) {
        struct state *state = &trie->states[at];
        struct range range = ranges[at];

        end_text(trie, keys, &range, state);
        state->first = (uint32_t)trie->count;
        while (range.from < range.to) {
            uint8_t label = (uint8_t)keys[range.from].bytes.ptr[range.depth];
            struct range child = {range.from, range.from, range.depth + 1};

            while (child.to < range.to && (uint8_t)keys[child.to].bytes.ptr[range.depth] == label)
                child.to++;
            range.from = child.to;
            trie->labels[trie->count] = label;
            ranges[trie->count++] = child;
            state->children++;
        }
    }
}

static inline uint32_t child_of(const struct rule_trie *trie, uint32_t at, uint8_t byte)
{
    const struct state *state = &trie->states[at];
    const uint8_t *labels = trie->labels + state->first;

    if (at == ROOT)
        return trie->root[byte];
    for (uint32_t i = 0; i < state->children; i++)
        if (labels[i] == byte)
            return state->first + i;
    return ROOT;
}

static uint32_t step(const struct rule_trie *trie, uint32_t at, uint8_t byte)
{
    uint32_t next;

    while (!(next = child_of(trie, at, byte)) && at != ROOT)
        at = trie->states[at].fail;
    return next;
}

static void link_failures(struct rule_trie *trie)
{
    for (uint32_t at = 0; at < trie->count; at++) {
        const struct state *state = &trie->states[at];

        for (uint32_t child = state->first; child < state->first + state->children; child++) {
            struct state *to = &trie->states[child];

            to->fail = at == ROOT ? ROOT : step(trie, state->fail, trie->labels[child]);
            to->output = to->text != NO_TEXT ? child : trie->states[to->fail].output;
        }
    }
}

static bool is_anywhere(const struct rule_trie *trie)
{
    return trie->kind == RULE_TRIE_CONTAINS || trie->kind == RULE_TRIE_ICONTAINS;
}

/* Returns how many classes there are, class 0 not counted. */
static uint32_t classify(struct rule_trie *trie)
{
    uint8_t *class_of = trie->table.class_of;
    uint32_t classes = 0;

    for (size_t at = ROOT + 1; at < trie->count; at++)
        if (!class_of[trie->labels[at]])
            class_of[trie->labels[at]] = (uint8_t)++classes;
    for (int c = 'A'; c <= 'Z' && trie->kind == RULE_TRIE_ICONTAINS; c++)
        class_of[c] = class_of[lower((uint8_t)c)];
    return classes;
}

static uint16_t end_of(const struct rule_trie *trie, uint32_t at)
{
    uint32_t output = trie->states[at].output;

    if (is_anywhere(trie))
        return (uint16_t)(output ? output + 1 : 0);
    return (uint16_t)(trie->states[at].text != NO_TEXT ? at + 1 : 0);
}

/* What leads on from a state's failure leads on from it, but where it has a child of
 * its own. */
static bool make_table(struct rule_trie *trie, struct arena *arena)
{
    struct table *table = &trie->table;
    uint32_t classes = classify(trie);

    table->width = classes + 2;
    if (classes > UINT8_MAX || trie->count > TABLE_LIMIT / table->width)
        return true;
    table->rows = arena_array(arena, trie->count * table->width, sizeof(*table->rows));
    for (uint32_t at = 0; table->rows && at < trie->count; at++) {
        const struct state *state = &trie->states[at];
        uint16_t *row = table->rows + at * table->width;

        if (is_anywhere(trie) && at != ROOT)
            memcpy(row, table->rows + state->fail * table->width, table->width * sizeof(*row));
        row[0] = end_of(trie, at);
        for (uint32_t child = state->first; child < state->first + state->children; child++)
            row[table->class_of[trie->labels[child]] + 1] = (uint16_t)(child * table->width);
    }
    return table->rows != NULL;
}

struct rule_trie *rule_trie_new(enum rule_trie_kind kind, const struct view *texts, size_t count,
                                struct arena *arena)
{
    struct rule_trie *trie = arena_alloc(arena, sizeof(*trie));
    struct key *keys = arena_array(arena, count + 1, sizeof(*keys));
    struct range *ranges;
    size_t bytes = 1;

    if (!trie || !keys)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        keys[i].text = (uint32_t)i;
        if (!make_key(kind, texts[i], arena, &keys[i]))
            return NULL;
        bytes += keys[i].bytes.len;
    }
    qsort(keys, count, sizeof(*keys), compare_keys);
    for (size_t i = 1; i < count; i++) /* states: bytes that no earlier key shares */
        for (size_t k = 0; k < keys[i].bytes.len && k < keys[i - 1].bytes.len &&
                           keys[i].bytes.ptr[k] == keys[i - 1].bytes.ptr[k];
             k++)
            bytes--;
    trie->kind = kind;
    trie->states = arena_array(arena, bytes, sizeof(*trie->states));
    trie->labels = arena_array(arena, bytes, 1);
    trie->same = arena_array(arena, count + 1, sizeof(*trie->same));
    ranges = calloc(bytes, sizeof(*ranges));
    if (!trie->states || !trie->labels || !trie->same || !ranges) {
        free(ranges);
        return NULL;
    }
    trie->count = 1;
    ranges[0] = (struct range){0, (uint32_t)count, 0};
    add_states(trie, keys, ranges);
    free(ranges);
    for (uint32_t i = 0; i < trie->states[ROOT].children; i++)
        trie->root[trie->labels[trie->states[ROOT].first + i]] = trie->states[ROOT].first + i;
    if (is_anywhere(trie))
        link_failures(trie);
    return make_table(trie, arena) ? trie : NULL;
}

size_t rule_trie_states(const struct rule_trie *trie)
{
    return trie->count;
}

static void report(const struct rule_trie *trie, uint32_t at,
                   void (*found)(void *context, uint32_t text), void *context)
{
    for (uint32_t text = trie->states[at].text; text != NO_TEXT; text = trie->same[text])
        found(context, text);
}

static inline uint32_t next_row(const struct table *table, uint32_t at, char byte)
{
    return table->rows[at + 1 + table->class_of[(uint8_t)byte]];
}

static void report_output(const struct rule_trie *trie, uint32_t end,
                          void (*found)(void *context, uint32_t text), void *context)
{
    for (; end; end = trie->states[trie->states[end].fail].output)
        report(trie, end, found, context);
}

static void look_up_anywhere(const struct rule_trie *trie, struct view value,
                             void (*found)(void *context, uint32_t text), void *context)
{
    const struct table *table = &trie->table;
    uint32_t at = ROOT;

    report(trie, ROOT, found, context);
    for (size_t i = 0; i < value.len; i++) {
        at = next_row(table, at, value.ptr[i]);
        if (table->rows[at])
            report_output(trie, table->rows[at] - 1U, found, context);
    }
}

/* Of paths, texts count where a component ends. */
static bool ends_component(struct view value, size_t at)
{
    return at == value.len ? at > 0 : value.ptr[at] == '/';
}

static void look_up_from_start(const struct rule_trie *trie, struct view value,
                               void (*found)(void *context, uint32_t text), void *context)
{
    const struct table *table = &trie->table;
    bool components = trie->kind == RULE_TRIE_PATH, backwards = trie->kind == RULE_TRIE_SUFFIX;
    uint32_t at = ROOT;

    for (size_t i = 0;; i++) {
        if (table->rows[at] && (!components || ends_component(value, i)))
            report(trie, table->rows[at] - 1U, found, context);
        if (i == value.len)
            return;
        at = next_row(table, at, value.ptr[backwards ? value.len - 1 - i : i]);
        if (at == ROOT)
            return;
    }
}

static void find_anywhere(const struct rule_trie *trie, struct view value,
                          void (*found)(void *context, uint32_t text), void *context)
{
    bool nocase = trie->kind == RULE_TRIE_ICONTAINS;
    uint32_t at = ROOT;

    report(trie, ROOT, found, context);
    for (size_t i = 0; i < value.len; i++) {
        uint8_t byte = (uint8_t)value.ptr[i];

        if (nocase)
            byte = lower(byte);
        if (at == ROOT) { /* most bytes begin no text */
            at = trie->root[byte];
            if (at == ROOT)
                continue;
        } else {
            at = step(trie, at, byte);
        }
        report_output(trie, trie->states[at].output, found, context);
    }
}

static void find_from_start(const struct rule_trie *trie, struct view value,
                            void (*found)(void *context, uint32_t text), void *context)
{
    bool components = trie->kind == RULE_TRIE_PATH, backwards = trie->kind == RULE_TRIE_SUFFIX;
    uint32_t at = ROOT;

    for (size_t i = 0;; i++) {
        if (!components || ends_component(value, i))
            report(trie, at, found, context);
        if (i == value.len)
            return;
        at = child_of(trie, at, (uint8_t)value.ptr[backwards ? value.len - 1 - i : i]);
        if (at == ROOT)
            return;
    }
}

void rule_trie_find(const struct rule_trie *trie, struct view value,
                    void (*found)(void *context, uint32_t text), void *context)
{
    if (trie->table.rows && is_anywhere(trie))
        look_up_anywhere(trie, value, found, context);
    else if (trie->table.rows)
        look_up_from_start(trie, value, found, context);
    else if (is_anywhere(trie))
        find_anywhere(trie, value, found, context);
    else
        find_from_start(trie, value, found, context);
}
