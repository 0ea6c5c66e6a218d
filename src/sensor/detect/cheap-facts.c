#include "sensor/detect/cheap-facts.h"

#include "rule/program/literal.h"

enum { TEXTS = 2 };

/* What is known of a field's value. */
struct known {
    enum {
        KNOWN_NOTHING,
        KNOWN_TEXTS,   /* one of `texts` */
        KNOWN_NO_TEXT, /* a text, but none of `texts` */
        KNOWN_WITHOUT, /* a text of flags, without those of texts[] */
        KNOWN_RANGE,
        KNOWN_BOOLEAN,
        KNOWN_LOOPBACK, /* one of the addresses is in 127.0.0.0/8 */
        KNOWN_MISSING,
    } kind;
    bool there; /* surely */
    const char *texts[TEXTS];
    int64_t least, most;
    bool boolean;
};

static struct known texts(bool there, const char *first, const char *second)
{
    return (struct known){.kind = KNOWN_TEXTS, .there = there, .texts = {first, second}};
}

static struct known range(bool there, int64_t least, int64_t most)
{
    return (struct known){.kind = KNOWN_RANGE, .there = there, .least = least, .most = most};
}

static struct known boolean(bool there, bool value)
{
    return (struct known){.kind = KNOWN_BOOLEAN, .there = there, .boolean = value};
}

static const struct known nothing = {.kind = KNOWN_NOTHING};

/* ---- every call ---- */

static struct known result_name(unsigned profile)
{
    if (!(profile & PROFILE_FAILED))
        return texts(true, "SUCCESS", NULL);
    return (struct known){.kind = KNOWN_NO_TEXT, .there = true, .texts = {"SUCCESS"}};
}

static struct known result(unsigned profile)
{
    return profile & PROFILE_FAILED ? range(true, INT64_MIN, -1) : range(true, 0, INT64_MAX);
}

static struct known failed(unsigned profile)
{
    return boolean(true, profile & PROFILE_FAILED);
}

static struct known container(unsigned profile)
{
    return profile & PROFILE_CONTAINER ? nothing : texts(true, "host", NULL);
}

/* ---- calls that open ---- */

static bool detail(unsigned profile, unsigned bit)
{
    return profile >> PROFILE_DETAIL_SHIFT & bit;
}

static struct known open_number(unsigned profile)
{
    return profile & PROFILE_FAILED ? range(true, -1, -1) : range(true, 0, INT64_MAX);
}

static struct known open_reads(unsigned profile)
{
    return boolean(true, detail(profile, OPEN_READS));
}

static struct known open_writes(unsigned profile)
{
    return boolean(true, detail(profile, OPEN_WRITES));
}

static struct known open_creates(unsigned profile)
{
    return boolean(true, detail(profile, OPEN_CREATES));
}

static struct known open_executable(unsigned profile)
{
    return boolean(true, detail(profile, OPEN_EXECUTABLE));
}

static struct known open_flags(unsigned profile)
{
    return (struct known){.kind = KNOWN_WITHOUT,
                          .texts = {detail(profile, OPEN_CREATES) ? NULL : "O_CREAT",
                                    detail(profile, OPEN_TRUNCATES) ? NULL : "O_TRUNC"}};
}

/* ---- calls on a descriptor ---- */

static const char ip[] = "ip";

enum family { FAMILY_UNKNOWN, FAMILY_OTHER, FAMILY_UNIX, FAMILY_4, FAMILY_6 };

static enum family family(unsigned profile)
{
    unsigned kind = profile >> PROFILE_DETAIL_SHIFT;

    if (kind >= FILTER_FD_COUNT || kind == FILTER_FD_UNKNOWN)
        return FAMILY_UNKNOWN;
    if (kind == FILTER_FD_UNIX)
        return FAMILY_UNIX;
    if (kind < FILTER_FD_TCP4)
        return FAMILY_OTHER;
    return kind < FILTER_FD_TCP6 ? FAMILY_4 : FAMILY_6;
}

/* What is called "file" and the like is not known of everything that is no socket. */
static struct known of_family(unsigned profile, const char *unix_name, const char *ip4,
                              const char *ip6)
{
    switch (family(profile)) {
    case FAMILY_UNKNOWN:
        return nothing;
    case FAMILY_UNIX:
        return texts(true, unix_name, NULL);
    case FAMILY_4:
        return texts(true, ip4, NULL);
    case FAMILY_6: /* speaks IPv4, too: what it is called then is not known */
        return texts(true, ip6, ip6 == ip4 ? NULL : ip4);
    default:
        return (struct known){.kind = KNOWN_NO_TEXT, .texts = {ip4, ip6}};
    }
}

static struct known descriptor_type(unsigned profile)
{
    return of_family(profile, "unix", "ipv4", "ipv6");
}

static struct known descriptor_letter(unsigned profile)
{
    return of_family(profile, "u", "4", "6");
}

static struct known socket_family(unsigned profile)
{
    return of_family(profile, "unix", ip, ip);
}

/* Of ends of a connection: only sockets of IP have them. */
static struct known ends(unsigned profile)
{
    if (family(profile) != FAMILY_UNIX && family(profile) != FAMILY_OTHER)
        return nothing;
    return (struct known){.kind = KNOWN_MISSING};
}

static struct known transport(unsigned profile)
{
    unsigned kind = profile >> PROFILE_DETAIL_SHIFT & ~1U;

    if (family(profile) != FAMILY_4 && family(profile) != FAMILY_6)
        return ends(profile);
    if (kind == FILTER_FD_TCP4 || kind == FILTER_FD_TCP6)
        return texts(true, "tcp", NULL);
    return kind == FILTER_FD_UDP4 || kind == FILTER_FD_UDP6 ? texts(true, "udp", NULL) : nothing;
}

static struct known addresses(unsigned profile)
{
    bool loopback = profile >> PROFILE_DETAIL_SHIFT & FILTER_FD_LOOPBACK;

    if (family(profile) == FAMILY_UNIX || family(profile) == FAMILY_OTHER)
        return ends(profile);
    if (family(profile) != FAMILY_4 || !loopback)
        return nothing;
    return (struct known){.kind = KNOWN_LOOPBACK, .there = true};
}

/* ---- which fact is a field ---- */

enum { ANY_SHAPE = -1 };

static const struct {
    const char *field, *argument;
    int shape;
    struct known (*known)(unsigned profile);
} facts[] = {
    {"evt.res", NULL, ANY_SHAPE, result_name},
    {"evt.rawres", NULL, ANY_SHAPE, result},
    {"evt.failed", NULL, ANY_SHAPE, failed},
    {"container.id", NULL, ANY_SHAPE, container},
    {"fd.num", NULL, SHAPE_OPEN, open_number},
    {"evt.is_open_read", NULL, SHAPE_OPEN, open_reads},
    {"evt.is_open_write", NULL, SHAPE_OPEN, open_writes},
    {"evt.is_open_create", NULL, SHAPE_OPEN, open_creates},
    {"evt.is_open_exec", NULL, SHAPE_OPEN, open_executable},
    {"evt.arg", "flags", SHAPE_OPEN, open_flags},
    {"fd.type", NULL, SHAPE_DESCRIPTOR, descriptor_type},
    {"fd.typechar", NULL, SHAPE_DESCRIPTOR, descriptor_letter},
    {"fd.sockfamily", NULL, SHAPE_DESCRIPTOR, socket_family},
    {"fd.l4proto", NULL, SHAPE_DESCRIPTOR, transport},
    {"fd.ip", NULL, SHAPE_DESCRIPTOR, addresses},
    {"fd.net", NULL, SHAPE_DESCRIPTOR, addresses},
    {"fd.cip", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.sip", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.lip", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.rip", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.cport", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.sport", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.lport", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.rport", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.cnet", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.snet", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.lnet", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.rnet", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.port", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.cip.name", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.sip.name", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.lip.name", NULL, SHAPE_DESCRIPTOR, ends},
    {"fd.rip.name", NULL, SHAPE_DESCRIPTOR, ends},
};

typedef struct known known_of(unsigned profile);

/* NULL: nothing is known of the field. */
static known_of *find_fact(const struct rule_use *use, const struct syscall *call)
{
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        bool argument = facts[i].argument != NULL;

        if (strcmp(use->field->name, facts[i].field) != 0 || use->has_argument != argument ||
            (argument && !view_eq(use->argument, view_of(facts[i].argument))))
            continue;
        if (facts[i].shape == ANY_SHAPE || facts[i].shape == call->shape)
            return facts[i].known;
    }
    return NULL;
}

/* ---- tests against what is known ---- */

static bool matches(enum rule_condition_test test, struct view text, struct view literal)
{
    switch (test) {
    case RULE_TEST_EQUAL:
        return view_eq(text, literal);
    case RULE_TEST_PREFIX:
        return view_starts(text, literal);
    case RULE_TEST_SUFFIX:
        return view_ends(text, literal);
    default:
        return view_find_view(text, literal) >= 0;
    }
}

static bool any_literal(const struct rule_program *program, const struct rule_condition *condition,
                        struct view text)
{
    for (size_t i = 0; i < condition->literal_count; i++)
        if (matches(condition->test, text, rule_condition_literal(program, condition, i)->text))
            return true;
    return false;
}

static bool is_text_test(const struct rule_condition *condition)
{
    return condition->test == RULE_TEST_EQUAL || condition->test == RULE_TEST_PREFIX ||
           condition->test == RULE_TEST_SUFFIX || condition->test == RULE_TEST_CONTAINS;
}

static enum fact test_texts(const struct rule_program *program,
                            const struct rule_condition *condition, const struct known *known)
{
    size_t count = 0, holding = 0;

    if (!is_text_test(condition))
        return FACT_UNKNOWN;
    for (; count < TEXTS && known->texts[count]; count++)
        holding += any_literal(program, condition, view_of(known->texts[count]));
    if (!holding)
        return FACT_FAILS;
    return holding == count ? FACT_HOLDS : FACT_UNKNOWN;
}

static bool is_one_of(const struct known *known, struct view literal)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (known->texts[i] && view_eq(literal, view_of(known->texts[i])))
            return true;
    return false;
}

/* All literals are among those that it is not. */
static enum fact test_no_text(const struct rule_program *program,
                              const struct rule_condition *condition, const struct known *known)
{
    if (condition->test != RULE_TEST_EQUAL)
        return FACT_UNKNOWN;
    for (size_t i = 0; i < condition->literal_count; i++)
        if (!is_one_of(known, rule_condition_literal(program, condition, i)->text))
            return FACT_UNKNOWN;
    return FACT_FAILS;
}

/* All literals are names of flags that are not set. */
static enum fact test_without(const struct rule_program *program,
                              const struct rule_condition *condition, const struct known *known)
{
    if (condition->test != RULE_TEST_CONTAINS)
        return FACT_UNKNOWN;
    for (size_t i = 0; i < condition->literal_count; i++)
        if (!is_one_of(known, rule_condition_literal(program, condition, i)->text))
            return FACT_UNKNOWN;
    return FACT_FAILS;
}

static bool within(const struct known *known, struct rule_number number)
{
    return rule_number_compare(number, rule_number_whole(known->least)) >= 0 &&
           rule_number_compare(number, rule_number_whole(known->most)) <= 0;
}

static enum fact test_order(const struct known *known, enum rule_operator operator,
                            struct rule_number number)
{
    int least = rule_number_compare(rule_number_whole(known->least), number);
    int most = rule_number_compare(rule_number_whole(known->most), number);
    bool first, last; /* whether the ends pass */

    switch (operator) {
    case RULE_LESS:
        first = least < 0, last = most < 0;
        break;
    case RULE_LESS_EQUAL:
        first = least <= 0, last = most <= 0;
        break;
    case RULE_GREATER:
        first = least > 0, last = most > 0;
        break;
    default:
        first = least >= 0, last = most >= 0;
        break;
    }
    if (first != last)
        return FACT_UNKNOWN;
    return first ? FACT_HOLDS : FACT_FAILS;
}

static enum fact test_range(const struct rule_program *program,
                            const struct rule_condition *condition, const struct known *known)
{
    if (condition->test == RULE_TEST_ORDER)
        return test_order(known, condition->operator,
                          rule_condition_literal(program, condition, 0)->number);
    if (condition->test != RULE_TEST_EQUAL)
        return FACT_UNKNOWN;
    for (size_t i = 0; i < condition->literal_count; i++)
        if (within(known, rule_condition_literal(program, condition, i)->number))
            return FACT_UNKNOWN;
    return FACT_FAILS;
}

/* 127.0.0.0/8 lies in a network that is asked for. */
static enum fact test_loopback(const struct rule_program *program,
                               const struct rule_condition *condition)
{
    enum { LENGTH = 4, PREFIX = 8, LOOPBACK = 127 };

    if (condition->test != RULE_TEST_NETWORK)
        return FACT_UNKNOWN;
    for (size_t i = 0; i < condition->literal_count; i++) {
        const struct rule_literal *literal = rule_condition_literal(program, condition, i);

        if (literal->is_network && literal->network.length == LENGTH &&
            literal->network.prefix <= PREFIX &&
            (literal->network.bytes[0] ^ LOOPBACK) >> (PREFIX - literal->network.prefix) == 0)
            return FACT_HOLDS;
    }
    return FACT_UNKNOWN;
}

static enum fact test(const struct rule_program *program, const struct rule_condition *condition,
                      const struct known *known)
{
    if (known->kind == KNOWN_MISSING)
        return FACT_FAILS;
    if (known->kind != KNOWN_NOTHING &&
        (condition->test == RULE_TEST_EXISTS || condition->test == RULE_TEST_FILLED))
        return FACT_HOLDS;
    switch (known->kind) {
    case KNOWN_TEXTS:
        return test_texts(program, condition, known);
    case KNOWN_NO_TEXT:
        return test_no_text(program, condition, known);
    case KNOWN_WITHOUT:
        return test_without(program, condition, known);
    case KNOWN_RANGE:
        return test_range(program, condition, known);
    case KNOWN_BOOLEAN:
        if (condition->test != RULE_TEST_BOOLEAN)
            return FACT_UNKNOWN;
        return condition->want == known->boolean ? FACT_HOLDS : FACT_FAILS;
    case KNOWN_LOOPBACK:
        return test_loopback(program, condition);
    default:
        return FACT_UNKNOWN;
    }
}

enum fact cheap_fact_of_text(const struct rule_program *program,
                             const struct rule_condition *condition, const char *text)
{
    const struct known known = texts(true, text, NULL);

    return test(program, condition, &known);
}

/* An argument that the call does not have: no test of it holds. */
static bool is_missing(const struct rule_use *use, const struct syscall *call)
{
    uint64_t position;

    return strcmp(use->field->name, "evt.arg") == 0 && use->has_argument &&
           !view_to_u64(use->argument, &position) && !syscall_argument(call, use->argument);
}

struct condition_weight cheap_facts(const struct rule_program *program,
                                    const struct rule_condition *condition,
                                    const struct syscall *call)
{
    struct condition_weight weight = {PROFILES_NONE, PROFILES_NONE};
    known_of *known_of_field = NULL;

    if (condition->use && is_missing(condition->use, call))
        return (struct condition_weight){PROFILES_NONE, PROFILES_ALL};
    if (condition->use && !condition->transformed)
        known_of_field = find_fact(condition->use, call);
    for (unsigned profile = 0; known_of_field && profile < FILTER_PROFILES; profile++) {
        struct known known = known_of_field(profile);
        enum fact fact = test(program, condition, &known);

        if (fact == FACT_HOLDS && known.there)
            profiles_add(&weight.holds, profile);
        else if (fact == FACT_FAILS)
            profiles_add(&weight.fails, profile);
    }
    return weight;
}
