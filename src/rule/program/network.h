/* Addresses and address ranges of rules.
 *
 * Written: an IPv4 or IPv6 address, or CIDR (10.0.0.0/8, fd00::/8); bits behind
 * the prefix are ignored. An IPv4 address mapped into IPv6 (::ffff:a.b.c.d) is
 * the IPv4 address, in literals and in values.
 */
#pragma once

#include "rule/value.h"

/* `prefix` of an address is all its bits. */
bool rule_network_parse(struct view text, struct rule_address *ret);
/* The first address of the range as 128 bits, IPv4 mapped, and the bits of it
 * that count. */
unsigned __int128 rule_network_bits(const struct rule_address *address, uint8_t *ret_prefix);
/* An ADDRESS or NETWORK as people write it; at most 64 bytes. */
struct view rule_network_text(const struct rule_value *value, char buffer[static 64]);
