/* Which rules an event can match at all.
 *
 * Rules are put into buckets by subject and by the value of the source's class
 * field (the event type): for each value that some rule names, the conditions
 * are reduced with that value put in; what becomes false is not in the bucket.
 * Two more buckets hold what can match a value nobody names, and an event
 * without one. That also gives each rule its classes.
 *
 * What the source knows of an event at once, its facts (rule/source.h), refines a
 * bucket further: for each number of facts that makes a difference to some test,
 * the conditions are reduced by what it decides.
 *
 * Within a bucket a rule may be watched: its condition implies that one of a
 * few MATCH nodes holds (its cover: the most selective test of an `and`, one of
 * each branch of an `or`). The matchers of these nodes run once, and only
 * rules with a node that was found are evaluated. All others always are.
 */
#pragma once

#include "rule/program/graph.h"
#include "rule/program/text-table.h"

enum {
    RULE_CLASS_LIMIT = 4096,      /* more values of the class field are not told apart, */
    RULE_BUCKET_LIMIT = 4 << 20,  /* nor when rules times values are more */
    RULE_COVER_LIMIT = 64,        /* nodes of a cover */
    RULE_REFINED_LIMIT = 1 << 16, /* rules in refined buckets: past it buckets stay as they are */
};

struct rule_watch {
    uint32_t node;         /* RULE_TEXT_NONE: free */
    uint32_t first, count; /* in `watched` */
};

struct rule_bucket {
    uint32_t *rules; /* indexes of the program's rules, in definition order */
    uint32_t *roots; /* their conditions, reduced */
    uint32_t count;
    uint32_t *groups; /* whose matchers run first */
    uint32_t group_count;
    struct rule_watch *watches; /* by node, open addressing */
    uint32_t watch_mask;
    uint32_t *watched;      /* positions in `rules` */
    uint64_t *always;       /* a bit for each position: evaluated without a hit */
    uint64_t *always_words; /* a bit for each word of `always` that is not 0 */
    uint8_t *by_facts;      /* index in `refined` by number of facts; NULL: not refined */
    struct rule_bucket *refined;
    size_t refined_count;
};

struct rule_index_rule {
    uint32_t root;
    size_t subject;
    uint32_t *classes; /* that can match it; count 0 and `any`: all */
    size_t class_count;
    bool any;
    uint32_t cover_count; /* of its first bucket, for `explain` */
    const uint32_t *cover;
};

struct rule_index {
    uint32_t class_slot; /* RULE_NO_SLOT: no class */
    struct rule_text_table by_class;
    struct view *classes;
    size_t class_count;
    uint32_t *by_number;         /* class by the source's number of it; NULL: it has none */
    struct rule_bucket *buckets; /* [subject][class]; then one for others, one for none */
    size_t subject_count;
};

/* Before rule_graph_finish(): reduces conditions and fills the buckets' rules. */
int rule_index_classes(struct rule_index *index, struct rule_graph *graph,
                       struct rule_index_rule *rules, size_t count, size_t subjects,
                       uint32_t class_slot, struct error *err);
/* Before it, too: refines the buckets of classes by the facts of the program's source. */
int rule_index_facts(struct rule_index *index, struct rule_graph *graph,
                     const struct rule_program *program, const struct rule_facts *facts,
                     struct error *err);
/* After it: covers. */
int rule_index_watch(struct rule_index *index, struct rule_graph *graph,
                     struct rule_index_rule *rules, struct error *err);

bool rule_bucket_add(struct rule_bucket *bucket, uint32_t rule, uint32_t root, struct arena *arena);

static inline size_t rule_index_buckets(const struct rule_index *index)
{
    return index->subject_count * (index->class_count + 2);
}

static inline const struct rule_watch *rule_bucket_watch(const struct rule_bucket *bucket,
                                                         uint32_t node)
{
    uint32_t at = (node * 0x9e3779b1U >> 7) & bucket->watch_mask;

    while (bucket->watches[at].node != node) {
        if (bucket->watches[at].node == RULE_TEXT_NONE)
            return NULL;
        at = (at + 1) & bucket->watch_mask;
    }
    return &bucket->watches[at];
}
