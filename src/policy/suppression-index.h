/* Suppressions, found by what they name: a fingerprint, an id, the object of an
 * annotation, or the lines of a file; so that many of them cost little for each
 * finding. Internal to suppressions. Memory is the arena's, but for the maps.
 */
#pragma once

#include "base/hash.h"
#include "policy/suppression.h"

struct suppression_rule {
    const struct suppression *suppression;
    struct suppression_rule *next; /* that is named alike */
    bool used, ended;              /* matched; would have matched */
};

struct suppression_index {
    struct arena *arena;
    int64_t now;
    struct suppression_rule *list; /* all, as given */
    size_t count;
    /* Lists of rules, but `by_file`: struct suppression_lines. */
    struct hash_map *by_fingerprint, *by_id, *by_resource, *by_file;
    struct suppression_rule *others; /* those that have to be tried one by one */
};

int suppression_index_init(struct suppression_index *index, int64_t now, struct arena *arena,
                           struct error *err);
void suppression_index_done(struct suppression_index *index);
/* Once. The lists must outlive the index. */
int suppression_index_fill(struct suppression_index *index, const struct suppressions *lists,
                           size_t list_count, struct error *err);
/* The first rule that suppresses the finding now, or NULL; marks what matched. */
struct suppression_rule *suppression_index_find(const struct suppression_index *index,
                                                const struct finding *finding);
