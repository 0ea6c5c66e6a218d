/* Fills in the placeholders of rules' examples, so that no string that looks
 * like a secret stands in the repository.
 *
 * "%{hex:32}" and the like are letters of an alphabet; "%{checksum:ghp_}" is a
 * token with a right checksum; "%{b64:TEXT}" encodes TEXT, whose placeholders
 * are filled in first; "%{pem:rsa}" is a fresh key. The letters follow from
 * the seed.
 */
#pragma once

#include "base/buf.h"

void example_fill(struct view example, uint64_t seed, struct buf *to);
