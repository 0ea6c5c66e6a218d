/* Many address ranges, asked for one address: all ranges it lies in.
 *
 * CIDR ranges are nested or disjoint, so sorted by their first address each
 * has one parent, the smallest range around it. A look-up is a binary search
 * and a walk along the parents of what it meets.
 */
#pragma once

#include "base/arena.h"
#include "rule/value.h"

struct rule_network_table;

/* NULL without memory. Ranges differ; `found` gets their indexes. */
struct rule_network_table *rule_network_table_new(const struct rule_address *ranges, size_t count,
                                                  struct arena *arena);
void rule_network_table_find(const struct rule_network_table *table,
                             const struct rule_address *address,
                             void (*found)(void *context, uint32_t range), void *context);
