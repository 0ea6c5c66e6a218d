#include "sensor/respond/kept-network.h"

#include <arpa/inet.h>

static bool parse_address(struct view text, struct kept_network *network)
{
    char address[INET6_ADDRSTRLEN];

    if (text.len >= sizeof(address) || memchr(text.ptr ? text.ptr : "", '\0', text.len))
        return false;
    memcpy(address, text.ptr ? text.ptr : "", text.len);
    address[text.len] = '\0';
    return inet_pton(network->is_v6 ? AF_INET6 : AF_INET, address, network->address) == 1;
}

static bool parse_number(struct view text, uint64_t min, uint64_t max, uint64_t *ret)
{
    return view_to_u64(text, ret) && *ret >= min && *ret <= max;
}

/* "/8:443", "/8", ":443" or nothing. */
static bool parse_rest(struct view rest, struct kept_network *network)
{
    uint64_t number;

    if (rest.len && rest.ptr[0] == '/') {
        ptrdiff_t colon = view_find(rest, ':');
        size_t end = colon < 0 ? rest.len : (size_t)colon;

        if (!parse_number(view_sub(rest, 1, end - 1), 0, network->prefix, &number))
            return false;
        network->prefix = (unsigned)number;
        rest = view_sub(rest, end, rest.len);
    }
    if (!rest.len)
        return true;
    if (rest.ptr[0] != ':' || !parse_number(view_sub(rest, 1, rest.len), 1, UINT16_MAX, &number))
        return false;
    network->port = (uint16_t)number;
    return true;
}

static bool parse(struct view text, struct kept_network *network)
{
    bool is_bracketed = text.len && text.ptr[0] == '[';
    ptrdiff_t first = view_find(text, ':'), end;

    network->is_v6 = is_bracketed || (first >= 0 && view_rfind(text, ':') != first);
    network->prefix = network->is_v6 ? 128 : 32;
    if (is_bracketed) {
        end = view_find(text, ']');
        return end > 0 && parse_address(view_sub(text, 1, (size_t)end - 1), network) &&
               parse_rest(view_sub(text, (size_t)end + 1, text.len), network);
    }
    end = view_find(text, '/');
    if (end < 0)
        end = network->is_v6 || first < 0 ? (ptrdiff_t)text.len : first;
    return parse_address(view_sub(text, 0, (size_t)end), network) &&
           parse_rest(view_sub(text, (size_t)end, text.len), network);
}

int kept_network_parse(struct view text, struct kept_network *ret, struct error *err)
{
    struct kept_network network = {0};

    if (parse(text, &network)) {
        *ret = network;
        return 0;
    }
    error_set(err, ERROR_USAGE, "\"%.*s\" is no network", VIEW_ARG(text));
    error_hint(err, "write it as 10.0.0.0/8, 10.0.0.5:443 or [fd00::]/8:443");
    return ERROR_USAGE;
}

void kept_network_rules(const struct kept_network *network, bool incoming, struct buf *to)
{
    static const char *const protocols[] = {"tcp", "udp"};
    char address[INET6_ADDRSTRLEN];
    const char *family = network->is_v6 ? "ip6" : "ip";
    const char *end = incoming ? "s" : "d";

    inet_ntop(network->is_v6 ? AF_INET6 : AF_INET, network->address, address, sizeof(address));
    for (size_t i = 0; i < (network->port ? 2 : 1); i++) {
        buf_addf(to, "%s %saddr %s/%u ", family, end, address, network->prefix);
        if (network->port)
            buf_addf(to, "%s %sport %u ", protocols[i], end, network->port);
        buf_add_str(to, "accept;\n");
    }
}
