#include "base/text.h"
#include "sensor/detect/push-down-parts.h"

/* ---- profiles in words ---- */

static bool all_have(struct profile_set profiles, unsigned bit, bool set)
{
    for (unsigned profile = 0; profile < FILTER_PROFILES; profile++)
        if (profiles_have(profiles, profile) && ((profile & bit) != 0) != set)
            return false;
    return true;
}

static void write_access(struct profile_set profiles, struct buf *to)
{
    static const struct {
        unsigned bit;
        const char *words;
    } details[] = {
        {OPEN_READS, TR_KEY("to read")},
        {OPEN_WRITES, TR_KEY("to write")},
        {OPEN_CREATES, TR_KEY("creating")},
        {OPEN_TRUNCATES, TR_KEY("truncating")},
        {OPEN_EXECUTABLE, TR_KEY("an executable")},
    };

    for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
        if (all_have(profiles, details[i].bit << PROFILE_DETAIL_SHIFT, true))
            buf_addf(to, ", %s", tr(details[i].words));
}

static const char *const descriptor_names[FILTER_FD_COUNT] = {
    [FILTER_FD_UNKNOWN] = "?",
    [FILTER_FD_FILE] = "file",
    [FILTER_FD_DIRECTORY] = "directory",
    [FILTER_FD_PIPE] = "pipe",
    [FILTER_FD_OTHER] = "other",
    [FILTER_FD_UNIX] = "unix",
    [FILTER_FD_SOCKET] = "socket",
    [FILTER_FD_TCP4] = "tcp4",
    [FILTER_FD_TCP4 + FILTER_FD_LOOPBACK] = "tcp4-loopback",
    [FILTER_FD_UDP4] = "udp4",
    [FILTER_FD_UDP4 + FILTER_FD_LOOPBACK] = "udp4-loopback",
    [FILTER_FD_IP4] = "ip4",
    [FILTER_FD_IP4 + FILTER_FD_LOOPBACK] = "ip4-loopback",
    [FILTER_FD_TCP6] = "tcp6",
    [FILTER_FD_TCP6 + FILTER_FD_LOOPBACK] = "tcp6-loopback",
    [FILTER_FD_UDP6] = "udp6",
    [FILTER_FD_UDP6 + FILTER_FD_LOOPBACK] = "udp6-loopback",
    [FILTER_FD_IP6] = "ip6",
    [FILTER_FD_IP6 + FILTER_FD_LOOPBACK] = "ip6-loopback",
};

/* The kinds of descriptors, unless all are meant. */
static void write_descriptors(struct profile_set profiles, struct buf *to)
{
    bool has[FILTER_FD_COUNT] = {0};
    size_t count = 0, named = 0;

    for (unsigned kind = 0; kind < FILTER_FD_COUNT; kind++) {
        for (unsigned facts = 0; facts < 1 << PROFILE_DETAIL_SHIFT; facts++)
            has[kind] |= profiles_have(profiles, kind << PROFILE_DETAIL_SHIFT | facts);
        named += descriptor_names[kind] != NULL;
        count += has[kind] && descriptor_names[kind];
    }
    if (count == named)
        return;
    buf_add_str(to, ",");
    for (unsigned kind = 0; kind < FILTER_FD_COUNT; kind++)
        if (has[kind] && descriptor_names[kind])
            buf_addf(to, " %s", descriptor_names[kind]);
}

static void write_profiles(struct profile_set profiles, enum filter_shape shape, struct buf *to)
{
    bool worked = all_have(profiles, PROFILE_FAILED, false);
    bool failed = all_have(profiles, PROFILE_FAILED, true);
    bool contained = all_have(profiles, PROFILE_CONTAINER, true);

    buf_add_str(to, worked ? tr("when it worked") : failed ? tr("when it failed") : tr("always"));
    if (contained)
        buf_addf(to, ", %s", tr("in a container"));
    if (shape == SHAPE_OPEN)
        write_access(profiles, to);
    if (shape == SHAPE_DESCRIPTOR)
        write_descriptors(profiles, to);
}

/* ---- alternatives in words ---- */

static void write_alternative(const struct push_down *push_down,
                              const struct alternative *alternative, enum filter_shape shape,
                              struct buf *to)
{
    static const char *const texts[ALTERNATIVE_SETS] = {
        [LITERAL_PATH] = TR_KEY("path"),
        [LITERAL_RAW] = TR_KEY("path as given"),
        [LITERAL_NAME] = TR_KEY("process"),
        [ALTERNATIVE_SECOND_PATH] = TR_KEY("path"),
    };

    buf_add_str(to, "    ");
    write_profiles(alternative->profiles, shape, to);
    for (int text = 0; text < ALTERNATIVE_SETS; text++) {
        if (alternative->sets[text] == LITERAL_NO_SET)
            continue;
        buf_addf(to, "; %s: ", tr(texts[text]));
        literal_set_write(push_down->sets, alternative->sets[text], to);
    }
    buf_add_char(to, '\n');
}

static void write_demand(const struct push_down *push_down, const struct call_demand *demand,
                         enum filter_shape shape, struct buf *to)
{
    buf_addf(to, "  %.*s\n", VIEW_ARG(rule_program_rule(push_down->program, demand->rule)->name));
    for (size_t i = 0; i < demand->need.count; i++)
        write_alternative(push_down, &demand->need.list[i], shape, to);
}

void push_down_explain(const struct push_down *push_down, struct buf *to)
{
    for (size_t i = 0; i < push_down->call_count; i++) {
        const struct call_demands *demands = &push_down->calls[i];

        buf_addf(to, "%s\n", demands->call->name);
        for (size_t k = 0; k < demands->count; k++)
            write_demand(push_down, &demands->list[k], (enum filter_shape)demands->call->shape, to);
    }
}
