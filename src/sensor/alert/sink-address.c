#include "sensor/alert/sink-address.h"

static int parse_parameters(struct sink_address *address, struct view query, struct error *err)
{
    while (query.ptr) {
        struct view raw = view_cut(&query, '&');

        if (raw.len == 0)
            continue;
        if (address->count == SINK_PARAMETERS)
            return error_set(err, ERROR_USAGE, "more than %d parameters in the address of a sink",
                             SINK_PARAMETERS);
        address->parameters[address->count].name = view_cut(&raw, '=');
        address->parameters[address->count++].raw = raw;
    }
    return 0;
}

int sink_address_parse(const char *text, struct sink_address *ret, struct error *err)
{
    struct view rest;

    *ret = (struct sink_address){.text = BUF_INIT(SINK_ADDRESS_LIMIT),
                                 .decoded = BUF_INIT(SINK_ADDRESS_LIMIT)};
    buf_add_str(&ret->text, text);
    /* Room for all values at once, so that views into it stay. */
    if (!ret->text.failed)
        buf_reserve(&ret->decoded, ret->text.len + 1);
    if (ret->text.failed || ret->decoded.failed) {
        sink_address_done(ret);
        return error_set(err, ERROR_USAGE, "the address of a sink is longer than %d bytes",
                         SINK_ADDRESS_LIMIT);
    }
    ret->whole = rest = buf_view(&ret->text);
    ret->place = view_cut(&rest, '?');
    ret->scheme = view_cut(&ret->place, ':');
    if (parse_parameters(ret, rest, err) < 0) {
        sink_address_done(ret);
        return ERROR_USAGE;
    }
    return 0;
}

void sink_address_done(struct sink_address *address)
{
    buf_done(&address->text);
    buf_done(&address->decoded);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct view decode(struct sink_address *address, struct view raw)
{
    size_t start = address->decoded.len;

    for (size_t i = 0; i < raw.len; i++) {
        int high = raw.ptr[i] == '%' && i + 2 < raw.len ? hex_digit(raw.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(raw.ptr[i + 2]) : -1;

        buf_add_char(&address->decoded, low >= 0 ? (char)(high << 4 | low) : raw.ptr[i]);
        i += low >= 0 ? 2 : 0;
    }
    return view_sub(buf_view(&address->decoded), start, SINK_ADDRESS_LIMIT);
}

bool sink_address_take(struct sink_address *address, struct view name, struct view *ret)
{
    for (size_t i = 0; i < address->count; i++)
        if (!address->parameters[i].taken && view_eq(address->parameters[i].name, name)) {
            address->parameters[i].taken = true;
            *ret = decode(address, address->parameters[i].raw);
            return true;
        }
    return false;
}

int sink_address_take_path(struct sink_address *address, struct view name, char **ret,
                           struct error *err)
{
    struct view value;
    char *path;

    if (!sink_address_take(address, name, &value))
        return 0;
    if (value.len == 0 || memchr(value.ptr, '\0', value.len))
        return error_set(err, ERROR_USAGE, "%.*s= needs a file", VIEW_ARG(name));
    path = strndup(value.ptr, value.len);
    if (!path)
        return error_memory(err);
    *ret = path;
    return 0;
}

static uint64_t take_unit(struct view *value)
{
    static const struct {
        char letter;
        uint64_t factor;
    } units[] = {{'K', 1 << 10}, {'M', 1 << 20}, {'G', 1 << 30}};
    char last = value->len ? value->ptr[value->len - 1] & (char)~0x20 : '\0';

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (last == units[i].letter) {
            *value = view_sub(*value, 0, value->len - 1);
            return units[i].factor;
        }
    return 1;
}

int sink_address_take_number(struct sink_address *address, struct view name, uint64_t least,
                             uint64_t most, uint64_t *ret, struct error *err)
{
    struct view value, digits;
    uint64_t number, unit;

    if (!sink_address_take(address, name, &value))
        return 0;
    digits = value;
    unit = take_unit(&digits);
    if (!view_to_u64(digits, &number) || __builtin_mul_overflow(number, unit, &number) ||
        number < least || number > most)
        return error_set(err, ERROR_USAGE, "%.*s=%.*s: give a number from %llu to %llu",
                         VIEW_ARG(name), VIEW_ARG(value), (unsigned long long)least,
                         (unsigned long long)most);
    *ret = number;
    return 0;
}

int sink_address_take_word(struct sink_address *address, struct view name, const char *const *words,
                           int *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf known = BUF_INIT(1024);
    struct view value;

    if (!sink_address_take(address, name, &value))
        return 0;
    for (int i = 0; words[i]; i++) {
        if (view_eq_nocase(value, view_of(words[i]))) {
            *ret = i;
            return 0;
        }
        buf_addf(&known, "%s%s", i ? ", " : "", words[i]);
    }
    error_set(err, ERROR_USAGE, "%.*s=%.*s is not known", VIEW_ARG(name), VIEW_ARG(value));
    error_hint(err, "choose one of: %s", buf_cstr(&known));
    return ERROR_USAGE;
}

/* Slashes are as many as people write, since libcurl takes one to three. */
int sink_address_refuse_user(const struct sink_address *address, struct error *err)
{
    struct view rest = address->place;

    while (rest.len && rest.ptr[0] == '/')
        rest = view_sub(rest, 1, rest.len);
    if (view_find(view_cut(&rest, '/'), '@') < 0)
        return 0;
    return error_set(err, ERROR_USAGE,
                     "%.*s: no user and no password may stand in the address of a sink",
                     VIEW_ARG(address->scheme));
}

int sink_address_finish(const struct sink_address *address, struct error *err)
{
    for (size_t i = 0; i < address->count; i++)
        if (!address->parameters[i].taken)
            return error_set(err, ERROR_USAGE, "%.*s: has no parameter \"%.*s\", or has it twice",
                             VIEW_ARG(address->scheme), VIEW_ARG(address->parameters[i].name));
    return 0;
}
