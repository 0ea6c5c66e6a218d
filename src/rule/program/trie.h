/* Many texts sought in one value, in one pass over it.
 *
 * A trie whose children lie side by side in breadth-first order, so that an
 * edge costs one byte; with failure links (Aho-Corasick) for texts anywhere.
 * The root's edges are a table of all bytes, and a trie of few states is a table of
 * all its edges, with the failures worked in. The cost of a value does not grow
 * with the number of texts: one step a byte, and one for each text found.
 *
 *     rule_trie_new(kind, texts, count, arena)
 *     rule_trie_find(trie, value, found, context)
 *
 * Immutable once made.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"

enum rule_trie_kind {
    RULE_TRIE_PREFIX,
    RULE_TRIE_SUFFIX,
    RULE_TRIE_CONTAINS,
    RULE_TRIE_ICONTAINS, /* ASCII case is ignored */
    RULE_TRIE_PATH,      /* prefixes of whole path components: /a is one of /a and /a/b */
};

struct rule_trie;

/* NULL without memory. Texts differ; `found` gets their indexes. */
struct rule_trie *rule_trie_new(enum rule_trie_kind kind, const struct view *texts, size_t count,
                                struct arena *arena);
/* Calls `found` for each text in the value; one that is there several times
 * may be reported several times. */
void rule_trie_find(const struct rule_trie *trie, struct view value,
                    void (*found)(void *context, uint32_t text), void *context);
size_t rule_trie_states(const struct rule_trie *trie);
