#include "rule/program/matcher.h"

#include "rule/program/network-table.h"
#include "rule/program/regex-set.h"
#include "rule/program/text-table.h"
#include "rule/program/trie.h"
#include "rule/program/value-text.h"

enum { NUMBER_KEY = 9 }; /* 8 bytes, and one that says whether it is whole */

struct rule_matcher {
    enum rule_match_kind kind;
    const struct rule_literal *const *literals;
    size_t count;
    const uint32_t *first, *nodes;
    struct rule_text_table texts, numbers; /* EQUAL */
    uint32_t *same_number;                 /* by pattern: another of that number, as 1 and 0x1 */
    struct rule_network_table *networks;   /* NETWORK, and addresses of EQUAL */
    uint32_t *network_patterns;            /* index in `networks` to pattern */
    struct rule_trie *trie;
    struct rule_regex_set *regexes;
};

static const char *const kind_names[RULE_MATCH_KINDS] = {
    "equal", "prefix", "suffix", "contains", "icontains", "path", "network", "regex",
};

const char *rule_match_kind_name(enum rule_match_kind kind)
{
    return kind_names[kind];
}

static struct view number_key(struct rule_number number, char key[static NUMBER_KEY])
{
    if (number.whole)
        memcpy(key, &number.integer, sizeof(number.integer));
    else
        memcpy(key, &number.decimal, sizeof(number.decimal));
    key[NUMBER_KEY - 1] = (char)number.whole;
    return view_from(key, NUMBER_KEY);
}

static bool add_networks(struct rule_matcher *matcher, struct arena *arena)
{
    struct rule_address *ranges = arena_array(arena, matcher->count + 1, sizeof(*ranges));
    size_t count = 0;

    matcher->network_patterns = arena_array(arena, matcher->count + 1, sizeof(uint32_t));
    if (!ranges || !matcher->network_patterns)
        return false;
    for (uint32_t i = 0; i < matcher->count; i++) {
        if (!matcher->literals[i]->is_network)
            continue;
        ranges[count] = matcher->literals[i]->network;
        matcher->network_patterns[count++] = i;
    }
    if (!count)
        return true;
    matcher->networks = rule_network_table_new(ranges, count, arena);
    return matcher->networks != NULL;
}

/* Literals share a pattern only when they are written alike, so those of one
 * number are a chain. */
static void add_number(struct rule_matcher *matcher, uint32_t pattern, struct arena *arena)
{
    char key[NUMBER_KEY];
    uint32_t head = rule_text_table_add(
        &matcher->numbers, arena_copy(arena, number_key(matcher->literals[pattern]->number, key)),
        pattern);

    matcher->same_number[pattern] = RULE_TEXT_NONE;
    if (head == pattern)
        return;
    matcher->same_number[pattern] = matcher->same_number[head];
    matcher->same_number[head] = pattern;
}

static bool add_equal(struct rule_matcher *matcher, struct arena *arena)
{
    if (!rule_text_table_init(&matcher->texts, matcher->count, arena) ||
        !rule_text_table_init(&matcher->numbers, matcher->count, arena))
        return false;
    matcher->same_number = arena_array(arena, matcher->count + 1, sizeof(uint32_t));
    if (!matcher->same_number)
        return false;
    for (uint32_t i = 0; i < matcher->count; i++) {
        rule_text_table_add(&matcher->texts, matcher->literals[i]->text, i);
        if (matcher->literals[i]->is_number)
            add_number(matcher, i, arena);
    }
    return add_networks(matcher, arena);
}

static const enum rule_trie_kind trie_kinds[RULE_MATCH_KINDS] = {
    [RULE_MATCH_PREFIX] = RULE_TRIE_PREFIX,     [RULE_MATCH_SUFFIX] = RULE_TRIE_SUFFIX,
    [RULE_MATCH_CONTAINS] = RULE_TRIE_CONTAINS, [RULE_MATCH_ICONTAINS] = RULE_TRIE_ICONTAINS,
    [RULE_MATCH_PATH] = RULE_TRIE_PATH,
};

static int add_texts(struct rule_matcher *matcher, struct arena *arena, struct error *err)
{
    struct view *texts = arena_array(arena, matcher->count + 1, sizeof(*texts));

    if (!texts)
        return arena_failed(arena, "rules", err);
    for (size_t i = 0; i < matcher->count; i++)
        texts[i] = matcher->literals[i]->text;
    if (matcher->kind == RULE_MATCH_REGEX)
        return rule_regex_set_new(texts, matcher->count, &matcher->regexes, err);
    matcher->trie = rule_trie_new(trie_kinds[matcher->kind], texts, matcher->count, arena);
    return matcher->trie ? 0 : error_memory(err);
}

int rule_matcher_new(enum rule_match_kind kind, const struct rule_literal *const *literals,
                     size_t count, const uint32_t *first, const uint32_t *nodes,
                     struct arena *arena, struct rule_matcher **ret, struct error *err)
{
    struct rule_matcher *matcher = arena_alloc(arena, sizeof(*matcher));
    int status = 0;

    if (!matcher)
        return arena_failed(arena, "rules", err);
    *matcher = (struct rule_matcher){
        .kind = kind, .literals = literals, .count = count, .first = first, .nodes = nodes};
    if (kind == RULE_MATCH_EQUAL)
        status = add_equal(matcher, arena) ? 0 : error_memory(err);
    else if (kind == RULE_MATCH_NETWORK)
        status = add_networks(matcher, arena) ? 0 : error_memory(err);
    else
        status = add_texts(matcher, arena, err);
    if (!status)
        *ret = matcher;
    return status;
}

void rule_matcher_done(struct rule_matcher *matcher)
{
    rule_regex_set_free(matcher->regexes);
    matcher->regexes = NULL;
}

enum rule_match_kind rule_matcher_kind(const struct rule_matcher *matcher)
{
    return matcher->kind;
}

size_t rule_matcher_patterns(const struct rule_matcher *matcher)
{
    return matcher->count;
}

static void hit(void *context, uint32_t pattern)
{
    struct rule_hits *hits = context;
    const uint32_t *first = hits->matcher->first, *nodes = hits->matcher->nodes;

    for (uint32_t i = first[pattern]; i < first[pattern + 1]; i++) {
        if (hits->state[nodes[i]] == hits->mark)
            continue;
        hits->state[nodes[i]] = hits->mark;
        hits->list[hits->count++] = nodes[i];
    }
}

static void hit_network(void *context, uint32_t range)
{
    const struct rule_hits *hits = context;

    hit(context, hits->matcher->network_patterns[range]);
}

/* Any text; false: it is too long. */
static bool run_text(struct rule_hits *hits, struct view text)
{
    const struct rule_matcher *matcher = hits->matcher;
    uint32_t pattern;

    switch (matcher->kind) {
    case RULE_MATCH_EQUAL:
        pattern = rule_text_table_find(&matcher->texts, text);
        if (pattern != RULE_TEXT_NONE)
            hit(hits, pattern);
        return true;
    case RULE_MATCH_NETWORK:
        return true;
    case RULE_MATCH_PREFIX:
    case RULE_MATCH_SUFFIX:
    case RULE_MATCH_PATH:
        rule_trie_find(matcher->trie, text, hit, hits);
        return true;
    default:
        break;
    }
    if (text.len > RULE_MATCH_TEXT_LIMIT)
        return false;
    if (matcher->kind == RULE_MATCH_REGEX)
        rule_regex_set_find(matcher->regexes, text, hit, hits);
    else
        rule_trie_find(matcher->trie, text, hit, hits);
    return true;
}

static void run_number(struct rule_hits *hits, const struct rule_value *value,
                       struct rule_number number)
{
    const struct rule_matcher *matcher = hits->matcher;
    char key[NUMBER_KEY];
    uint32_t pattern;

    if (matcher->numbers.count) {
        pattern = rule_text_table_find(&matcher->numbers, number_key(number, key));
        for (; pattern != RULE_TEXT_NONE; pattern = matcher->same_number[pattern])
            hit(hits, pattern);
    }
    if (!value->text.len)
        return;
    pattern = rule_text_table_find(&matcher->texts, value->text);
    if (pattern != RULE_TEXT_NONE && !matcher->literals[pattern]->is_number)
        hit(hits, pattern);
}

/* What is no text: equal as what it is, else as it is written. Apart from the
 * rest, which needs no room for that. */
static __attribute__((noinline)) bool run_other(struct rule_hits *hits,
                                                const struct rule_value *value)
{
    const struct rule_matcher *matcher = hits->matcher;
    char buffer[RULE_VALUE_TEXT_ROOM];
    struct rule_number number;
    struct view text;

    if (matcher->kind == RULE_MATCH_EQUAL && rule_number_of(value, &number)) {
        run_number(hits, value, number);
        return true;
    }
    if (matcher->networks && (value->type == RULE_ADDRESS || value->type == RULE_NETWORK))
        rule_network_table_find(matcher->networks, &value->address, hit_network, hits);
    if (matcher->kind == RULE_MATCH_NETWORK || !rule_value_text(value, buffer, &text))
        return true;
    return run_text(hits, text);
}

bool rule_matcher_run(struct rule_hits *hits, const struct rule_values *values)
{
    bool all = true;

    for (size_t i = 0; i < values->count; i++) {
        const struct rule_value *value = &values->items[i];
        bool text = value->type == RULE_TEXT || value->type == RULE_PATH;

        all &= text ? run_text(hits, value->text) : run_other(hits, value);
    }
    return all;
}
