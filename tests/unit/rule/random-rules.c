#include "rule/random-rules.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { DEPTH = 5 };

static uint32_t choose(struct choices *choices, size_t below)
{
    return choices->at < choices->bytes.len ? (uint8_t)choices->bytes.ptr[choices->at++] % below
                                            : 0;
}

static const char *const texts[] = {
    "a",  "ab",  "abc", "b",   "bc",   "cab", "A",  "aBc", "/etc", "/etc/ssh", "/etc/passwd",
    "x1", "x12", "7",   "0x7", "open", "/",   "c.", "1.5", "true", "a/b",
};
static const char *const globs[] = {"a*", "*c",  "*b*",   "a?c",     "[ab]*",
                                    "*",  "a*c", "[!a]*", "/etc/*s*"};
static const char *const paths[] = {"/etc", "/etc/ssh", "/", "a", "/*/ssh", "/etc/", "a/b", "/e?c"};
static const char *const regexes[] = {"a.*", "[a-c]+", "x[0-9]{1,2}", "a|b", ".*b.*", "/etc(/.*)?"};
static const char *const hexes[] = {"61", "6162", "2f", "00"};
static const char *const whole[] = {"0", "1", "7", "-3", "80", "0x50"};
static const char *const decimals[] = {"0", "1.5", "7", "-3", "7.0"};
static const char *const times[] = {"0", "1s", "90m", "1h30m", "7"};
static const char *const booleans[] = {"true", "false"};
static const char *const networks[] = {"10.0.0.1", "10.0.0.0/8", "10.0.0.0/24", "192.168.1.1",
                                       "fd00::1",  "fd00::/8",   "0.0.0.0/0",   "10.0.0.1/32"};
static const char *const addresses[] = {"10.0.0.1",    "10.0.0.2", "10.1.0.1",
                                        "192.168.1.1", "fd00::1",  "fe80::1"};
static const char *const classes[] = {"open", "close", "exec"};
static const char *const event_classes[] = {"open", "close", "exec", "openat", "x"};
static const char *const documents[] = {
    "{}",
    "{\"a\": 7, \"b\": \"abc\"}",
    "{\"a\": [1, 7], \"b\": {\"c\": \"a\"}}",
    "{\"a\": [{\"c\": \"a\", \"d\": [\"a\", \"b\"]}, {\"c\": 7}], \"b\": true}",
    "{\"a\": [], \"b\": null}",
    "{\"a\": [{\"d\": [1]}, {\"d\": [7, 80], \"c\": \"ab\"}], \"b\": [\"a\", \"abc\"]}",
    "{\"a\": 1.5, \"b\": [\"a\"]}",
};

struct pool {
    const char *const *list;
    size_t count;
};

#define POOL(list)                                                                                 \
    {                                                                                              \
        list, COUNT(list)                                                                          \
    }

enum kind { TEXT, NUMBER, DECIMAL, TIME, BOOL, NETWORK, ANY, KINDS };

static const struct pool literals[KINDS] = {
    [TEXT] = POOL(texts), [NUMBER] = POOL(whole),  [DECIMAL] = POOL(decimals),
    [TIME] = POOL(times), [BOOL] = POOL(booleans), [NETWORK] = POOL(networks),
    [ANY] = POOL(texts),
};

static const struct {
    const char *name;
    enum kind kind;
} terms[] = {
    {"name", TEXT},
    {"name", TEXT},
    {"exe", TEXT},
    {"path", TEXT},
    {"flags", TEXT},
    {"port", NUMBER},
    {"port", NUMBER},
    {"evt.num", NUMBER},
    {"flag", BOOL},
    {"size", DECIMAL},
    {"when", TIME},
    {"ip", NETWORK},
    {"net", NETWORK},
    {"addr", NETWORK},
    {"ports", NUMBER},
    {"args", TEXT},
    {"args", TEXT},
    {"numbers", NUMBER},
    {"addrs", NETWORK},
    {"aname[1]", TEXT},
    {"env[a]", TEXT},
    {"value", ANY},
    {"doc.a", ANY},
    {"doc.b", ANY},
    {"doc.b.c", ANY},
    {"doc.a[*].c", ANY},
    {"doc.a[1]", ANY},
    {"doc.a[*].d", ANY},
    {"tolower(name)", TEXT},
    {"basename(path)", TEXT},
    {"len(args)", NUMBER},
    {"len(doc.a)", NUMBER},
    {"default(name, a)", TEXT},
    {"default(port, 7)", NUMBER},
    {"concat(name, \"b\")", TEXT},
    {"join(\"/\", args)", TEXT},
    {"quantity(name)", NUMBER},
};

static const char *const items[] = {"item", "item.c", "item.d", "item.c", "len(item.d)"};
static const char *const lists[] = {"doc.a", "doc.b", "args", "doc.a[*].d", "numbers"};

static const char *pick(struct choices *choices, struct pool pool)
{
    return pool.list[choose(choices, pool.count)];
}

static void add_quoted(struct buf *to, const char *text)
{
    buf_addf(to, "\"%s\"", text);
}

static void add_list(struct choices *choices, struct pool pool, struct buf *to)
{
    size_t count = choose(choices, 4);

    buf_add_char(to, '(');
    for (size_t i = 0; i < count; i++) {
        buf_add_str(to, i ? ", " : "");
        add_quoted(to, pick(choices, pool));
    }
    buf_add_char(to, ')');
}

static void add_text_check(struct choices *choices, const char *term, struct buf *to)
{
    static const struct {
        const char *name;
        struct pool pool;
    } operators[] = {
        {"=", POOL(texts)},         {"!=", POOL(texts)},          {"contains", POOL(texts)},
        {"icontains", POOL(texts)}, {"startswith", POOL(texts)},  {"endswith", POOL(texts)},
        {"glob", POOL(globs)},      {"iglob", POOL(globs)},       {"regex", POOL(regexes)},
        {"bcontains", POOL(hexes)}, {"bstartswith", POOL(hexes)},
    };
    static const char *const modifiers[] = {"oneof", "anyof", "allof"};
    size_t i = choose(choices, COUNT(operators));
    uint32_t modifier = choose(choices, 8);

    buf_addf(to, "%s %s ", term, operators[i].name);
    if (modifier < COUNT(modifiers)) {
        buf_addf(to, "%s (", modifiers[modifier]);
        add_quoted(to, pick(choices, operators[i].pool));
        buf_add_str(to, ", ");
        add_quoted(to, pick(choices, operators[i].pool));
        buf_add_char(to, ')');
    } else {
        add_quoted(to, pick(choices, operators[i].pool));
    }
}

static void add_check(struct choices *choices, bool in_item, struct buf *to)
{
    static const char *const orders[] = {"<", "<=", ">", ">="};
    uint32_t which = choose(choices, COUNT(terms) + 3), form = choose(choices, 10);
    const char *term = which < COUNT(terms) ? terms[which].name : "evt.type";
    enum kind kind = which < COUNT(terms) ? terms[which].kind : TEXT;
    struct pool pool = which < COUNT(terms) ? literals[kind] : (struct pool)POOL(classes);

    if (in_item && choose(choices, 4)) {
        which = choose(choices, COUNT(items));
        term = items[which];
        kind = which == COUNT(items) - 1 ? NUMBER : ANY;
        pool = literals[kind];
    }
    if (form == 0) {
        buf_addf(to, "%s exists", term);
    } else if (form < 3) {
        buf_addf(to, "%s %s ", term, form == 1 ? "in" : "intersects");
        add_list(choices, pool, to);
    } else if (form == 3 && (kind == TEXT || kind == ANY)) {
        buf_addf(to, "%s pmatch ", term);
        add_list(choices, (struct pool)POOL(paths), to);
    } else if (form == 3 || (form == 4 && kind != BOOL && kind != NETWORK)) {
        if (kind == BOOL || kind == NETWORK)
            buf_addf(to, "%s exists", term);
        else
            buf_addf(to, "%s %s %s", term, orders[choose(choices, 4)],
                     pick(choices, kind == TIME     ? literals[TIME]
                                   : kind == NUMBER ? literals[NUMBER]
                                                    : literals[DECIMAL]));
    } else if (form == 5 && kind == TEXT) {
        buf_addf(to, "%s %s val(%s)", term,
                 choose(choices, 2) ? "=" : "!=", choose(choices, 2) ? "exe" : "args");
    } else if (form < 8 && (kind == TEXT || kind == ANY)) {
        add_text_check(choices, term, to);
    } else {
        buf_addf(to, "%s %s ", term, choose(choices, 2) ? "=" : "!=");
        add_quoted(to, pick(choices, pool));
    }
}

static void add_condition(struct choices *choices, int depth, bool in_item, struct buf *to)
{
    static const char *const quantifiers[] = {"any", "all", "none"};
    uint32_t kind = depth ? choose(choices, 8) : 7;
    size_t count = 2 + (kind < 4 ? choose(choices, 3) : 0);

    if (kind < 4) {
        buf_add_char(to, '(');
        for (size_t i = 0; i < count; i++) {
            buf_add_str(to, !i ? "" : kind < 2 ? " and " : " or ");
            add_condition(choices, depth - 1, in_item, to);
        }
        buf_add_char(to, ')');
    } else if (kind == 4) {
        buf_add_str(to, "not (");
        add_condition(choices, depth - 1, in_item, to);
        buf_add_char(to, ')');
    } else if (kind == 5) {
        buf_addf(to, "%s %s (", quantifiers[choose(choices, 3)],
                 in_item ? "item.d" : lists[choose(choices, COUNT(lists))]);
        add_condition(choices, depth - 1, true, to);
        buf_add_char(to, ')');
    } else {
        add_check(choices, in_item, to);
    }
}

void random_rules(struct choices *choices, size_t count, struct buf *to)
{
    for (size_t i = 0; i < count; i++) {
        buf_addf(to,
                 "- rule: r%zu\n  desc: d\n  source: record\n  priority: INFO\n"
                 "  warn_evttypes: false\n  output: '*%%name %%args'\n  condition: |-\n    ",
                 i);
        add_condition(choices, DEPTH, false, to);
        buf_add_char(to, '\n');
    }
}

void random_record(struct choices *choices, struct buf *to)
{
    static const struct {
        const char *name;
        struct pool pool;
        bool many;
    } fields[] = {
        {"evt.type", POOL(event_classes), false},
        {"evt.num", {whole + 1, 2}, false},
        {"name", POOL(texts), false},
        {"exe", POOL(texts), false},
        {"path", POOL(texts), false},
        {"flags", POOL(texts), false},
        {"port", POOL(whole), false},
        {"flag", POOL(booleans), false},
        {"size", POOL(decimals), false},
        {"when", POOL(times), false},
        {"ip", POOL(addresses), true},
        {"net", POOL(addresses), true},
        {"addr", POOL(addresses), false},
        {"ports", POOL(whole), true},
        {"args", POOL(texts), true},
        {"numbers", POOL(whole), true},
        {"addrs", POOL(addresses), true},
        {"aname", POOL(texts), true},
        {"env", POOL(texts), true},
        {"value", POOL(texts), false},
        {"doc", POOL(documents), false},
    };

    for (size_t i = 0; i < COUNT(fields); i++) {
        uint32_t count = choose(choices, 6);

        if (!count)
            continue;
        buf_addf(to, "%s%s=%s", to->len ? "; " : "", fields[i].name, pick(choices, fields[i].pool));
        if (fields[i].many && count > 3)
            buf_addf(to, ",%s", pick(choices, fields[i].pool));
        else if (fields[i].many && count == 1 && choose(choices, 4) == 0)
            buf_addf(to, "; %s", fields[i].name); /* there, and empty */
    }
}
