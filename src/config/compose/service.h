/* A compose service, with the many spellings of its parts made one.
 *
 * https://github.com/compose-spec/compose-spec/blob/main/spec.md: ports,
 * volumes and variables have a short form (text) and a long one (a mapping),
 * options are lists or mappings. `extends` within the file is followed.
 * What a variable without a default decides (${TAG}) is not known, and what
 * is not known is not there.
 */
#pragma once

#include "base/arena.h"
#include "codec/document.h"

enum { SERVICE_EXTENDS_LIMIT = 8 };

struct service {
    struct view name;
    const struct document_node *key;                          /* where the name stands */
    const struct document_node *node;                         /* the mapping below it */
    const struct document_node *bases[SERVICE_EXTENDS_LIMIT]; /* what it extends, nearest first */
    size_t base_count;
    bool partial; /* it extends something that is not in the file */
    /* Mappings {host_ip, published, target, protocol}, {type, source, target,
     * read_only}, {name, value}; values that are not known are left out. */
    const struct document_node *ports, *mounts, *environment;
    /* Upper case, without CAP_; "no-new-privileges=true" and the like. */
    const struct document_node *added_capabilities, *dropped_capabilities, *security_options;
};

/* NULL without memory. */
const struct service *service_new(const struct document_node *services,
                                  const struct document_pair *pair, struct arena *arena);
/* The value of a key, of the service or of what it extends. */
const struct document_node *service_get(const struct service *service, struct view key);

/* The text with ${NAME:-default} and ${NAME-default} replaced; false when a
 * variable has no default, so that the text is not known. */
bool compose_interpolate(struct view text, struct arena *arena, struct view *ret);
