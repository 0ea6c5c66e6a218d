#include "vulndb/import/osv-range.h"

struct interval { /* being built */
    bool open;
    struct view start; /* empty: the beginning */
};

static bool is_beginning(const struct osv_event *event)
{
    return event->kind == OSV_INTRODUCED &&
           (event->version.len == 0 || view_eq(event->version, VIEW("0")));
}

/* At one version the order that was written holds, so that "fixed 8.1,
 * introduced 8.1" goes on and "introduced 8.1, fixed 8.1" is empty; but
 * `last_affected` includes its version, so it ends behind what begins there. */
static bool comes_after(const struct osv_event *a, const struct osv_event *b,
                        enum version_scheme scheme)
{
    int order;

    if (is_beginning(a) || is_beginning(b))
        return !is_beginning(a) && is_beginning(b);
    order = version_compare(scheme, a->version, b->version);
    return order ? order > 0 : a->kind == OSV_LAST_AFFECTED && b->kind == OSV_INTRODUCED;
}

/* Insertion: events are few, and nearly always in order. */
static void sort_events(struct osv_event *events, size_t count, enum version_scheme scheme)
{
    for (size_t i = 1; i < count; i++) {
        struct osv_event event = events[i];
        size_t at = i;

        for (; at && comes_after(&events[at - 1], &event, scheme); at--)
            events[at] = events[at - 1];
        events[at] = event;
    }
}

/* The highest limit; empty when there is none. */
static struct view find_limit(const struct osv_event *events, size_t count,
                              enum version_scheme scheme)
{
    struct view limit = VIEW_EMPTY;

    for (size_t i = 0; i < count; i++) {
        if (events[i].kind != OSV_LIMIT)
            continue;
        if (view_eq(events[i].version, VIEW("*")))
            return VIEW_EMPTY;
        if (!limit.len || version_compare(scheme, events[i].version, limit) > 0)
            limit = events[i].version;
    }
    return limit;
}

/* Clips at the limit, as if what lies behind it were fixed there. */
static bool close_interval(struct interval *interval, struct advisory_range range,
                           struct view limit, enum version_scheme scheme, struct arena *arena,
                           struct osv_ranges *to)
{
    struct view end = range.fixed.len ? range.fixed : range.last_affected;
    struct advisory_range *added;

    range.introduced = interval->start;
    interval->open = false;
    if (limit.len && range.introduced.len && version_compare(scheme, range.introduced, limit) >= 0)
        return true;
    if (limit.len && (!end.len || version_compare(scheme, end, limit) >= 0)) {
        range.fixed = limit;
        range.last_affected = VIEW_EMPTY;
    }
    if (range.fixed.len && range.introduced.len &&
        version_compare(scheme, range.introduced, range.fixed) >= 0)
        return true;
    added = arena_push(arena, &to->items, &to->count, sizeof(*added));
    if (added)
        *added = range;
    return added;
}

static bool has_introduced(const struct osv_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == OSV_INTRODUCED)
            return true;
    return false;
}

bool osv_range_add(struct osv_event *events, size_t count, enum version_scheme scheme,
                   struct arena *arena, struct osv_ranges *to)
{
    struct view limit = find_limit(events, count, scheme);
    /* The schema asks for an `introduced`; records that lack it mean the beginning. */
    struct interval interval = {count > 0 && !has_introduced(events, count), VIEW_EMPTY};
    bool ok = true;

    sort_events(events, count, scheme);
    for (size_t i = 0; ok && i < count; i++) {
        struct advisory_range range = {0};

        if (events[i].kind == OSV_INTRODUCED && !interval.open) {
            interval.open = true;
            interval.start = is_beginning(&events[i]) ? VIEW_EMPTY : events[i].version;
        }
        if (!interval.open || events[i].kind == OSV_INTRODUCED || events[i].kind == OSV_LIMIT)
            continue;
        if (events[i].kind == OSV_FIXED)
            range.fixed = events[i].version;
        else
            range.last_affected = events[i].version;
        ok = close_interval(&interval, range, limit, scheme, arena, to);
    }
    if (ok && interval.open)
        ok = close_interval(&interval, (struct advisory_range){0}, limit, scheme, arena, to);
    return ok;
}

bool osv_ranges_hold(const struct osv_ranges *ranges, enum version_scheme scheme,
                     struct view version)
{
    for (size_t i = 0; i < ranges->count; i++) {
        const struct advisory_range *range = &ranges->items[i];

        if (range->introduced.len && version_compare(scheme, version, range->introduced) < 0)
            continue;
        if (range->fixed.len && version_compare(scheme, version, range->fixed) >= 0)
            continue;
        if (range->last_affected.len && version_compare(scheme, version, range->last_affected) > 0)
            continue;
        return true;
    }
    return false;
}
