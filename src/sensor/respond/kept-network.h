/* A network that isolation leaves open: "10.0.0.5", "10.0.0.0/8", "10.0.0.5/32:443",
 * "fd00::/8", "[fd00::1]:443", "[fd00::]/8:443". With a port connections to it are
 * open, without one all traffic with the network is. */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

struct kept_network {
    bool is_v6;
    unsigned char address[16]; /* IPv4 in the first four bytes */
    unsigned prefix;
    uint16_t port; /* 0: all */
};

int kept_network_parse(struct view text, struct kept_network *ret, struct error *err);
/* Rules of nftables that accept it, in a chain of packets that come, or go. */
void kept_network_rules(const struct kept_network *network, bool incoming, struct buf *to);
