/* The rules that the findings of a report come from, for formats that list
 * rules apart from results: one for each id, in the order of the findings.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "model/report.h"

struct rule_list {
    const struct finding **list; /* of each rule its worst finding */
    size_t count;
    struct hash_map *index; /* id to number + 1 */
};

void rule_list_done(struct rule_list *rules);
/* Adds the rule of a finding; the number of the rule, or a negative error. */
ptrdiff_t rule_list_add(struct rule_list *rules, const struct finding *finding, struct arena *arena,
                        struct error *err);
/* The number of the rule of a finding that was added. */
size_t rule_list_of(const struct rule_list *rules, const struct finding *finding);
