#include "rule/program/network.h"

#include <arpa/inet.h>
#include <stdio.h>

enum {
    V4_LENGTH = 4,
    V6_LENGTH = 16,
    MAPPED_BITS = 96, /* ::ffff:0:0/96 */
};

static bool parse_address(struct view text, struct rule_address *ret)
{
    char copy[INET6_ADDRSTRLEN];

    if (!text.len || text.len >= sizeof(copy) || memchr(text.ptr, '\0', text.len))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    memset(ret, 0, sizeof(*ret));
    if (inet_pton(AF_INET, copy, ret->bytes) == 1)
        ret->length = V4_LENGTH;
    else if (inet_pton(AF_INET6, copy, ret->bytes) == 1)
        ret->length = V6_LENGTH;
    ret->prefix = (uint8_t)(ret->length * 8);
    return ret->length != 0;
}

bool rule_network_parse(struct view text, struct rule_address *ret)
{
    struct rule_address address;
    ptrdiff_t slash = view_find(text, '/');
    uint64_t prefix;

    if (slash < 0)
        return parse_address(text, ret);
    if (!parse_address(view_sub(text, 0, (size_t)slash), &address) ||
        !view_to_u64(view_sub(text, (size_t)slash + 1, text.len), &prefix) ||
        prefix > address.prefix)
        return false;
    address.prefix = (uint8_t)prefix;
    *ret = address;
    return true;
}

unsigned __int128 rule_network_bits(const struct rule_address *address, uint8_t *ret_prefix)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint8_t bytes[V6_LENGTH], prefix = address->prefix;
    unsigned __int128 bits = 0;

    if (address->length == V4_LENGTH) {
        memcpy(bytes, mapped, sizeof(mapped));
        memcpy(bytes + sizeof(mapped), address->bytes, V4_LENGTH);
        prefix = (uint8_t)(prefix + MAPPED_BITS);
    } else {
        memcpy(bytes, address->bytes, V6_LENGTH);
    }
    for (size_t i = 0; i < V6_LENGTH; i++)
        bits = bits << 8 | bytes[i];
    if (prefix < 128)
        bits = prefix ? bits >> (128 - prefix) << (128 - prefix) : 0;
    *ret_prefix = prefix < 128 ? prefix : 128;
    return bits;
}

struct view rule_network_text(const struct rule_value *value, char buffer[static 64])
{
    const struct rule_address *address = &value->address;
    int family = address->length == V4_LENGTH ? AF_INET : AF_INET6;
    size_t used;

    if ((address->length != V4_LENGTH && address->length != V6_LENGTH) ||
        !inet_ntop(family, address->bytes, buffer, INET6_ADDRSTRLEN))
        return VIEW_EMPTY;
    used = strlen(buffer);
    if (value->type == RULE_NETWORK && address->prefix < address->length * 8)
        used += (size_t)snprintf(buffer + used, 64 - used, "/%u", address->prefix);
    return view_from(buffer, used);
}
