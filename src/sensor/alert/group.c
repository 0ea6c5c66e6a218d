#include "sensor/alert/group.h"

#include <stdlib.h>

#include "base/text.h"
#include "sensor/alert/group-table.h"

enum { KEY_LIMIT = 16 << 10 };

static const int64_t NS_PER_SECOND = 1000000000;

struct alert_groups {
    struct group_options options;
    alert_out *out;
    void *context;
    struct group_table table;
    struct buf key;
    size_t bytes; /* of all that is held */
    int64_t now;
    uint64_t suppressed;
    struct held overflow; /* what the rate held back */
    int64_t overflow_due;
    /* A bucket of tokens, in nanoseconds times alerts a second. */
    int64_t tokens, refilled;
};

int alert_groups_new(const struct group_options *options, alert_out *out, void *context,
                     struct alert_groups **ret, struct error *err)
{
    struct alert_groups *groups = calloc(1, sizeof(*groups));

    if (!groups)
        return error_memory(err);
    if (group_table_init(&groups->table, err) < 0) {
        free(groups);
        return err ? err->kind : ERROR_MEMORY;
    }
    groups->options = *options;
    if (!groups->options.window)
        groups->options.window = GROUP_WINDOW;
    if (!groups->options.window_limit)
        groups->options.window_limit = GROUP_WINDOW_LIMIT;
    if (groups->options.window_limit < groups->options.window)
        groups->options.window_limit = groups->options.window;
    groups->out = out;
    groups->context = context;
    groups->key = BUF_INIT(KEY_LIMIT);
    groups->now = groups->refilled = INT64_MIN;
    *ret = groups;
    return 0;
}

void alert_groups_free(struct alert_groups *groups)
{
    if (!groups)
        return;
    group_table_done(&groups->table);
    held_clear(&groups->overflow);
    buf_done(&groups->key);
    free(groups);
}

uint64_t alert_groups_suppressed(const struct alert_groups *groups)
{
    return groups->suppressed;
}

/* ---- The rate ---- */

static void refill(struct alert_groups *groups)
{
    int64_t full = (int64_t)groups->options.rate * NS_PER_SECOND;
    int64_t passed = NS_PER_SECOND;

    if (groups->refilled != INT64_MIN && groups->now - groups->refilled < NS_PER_SECOND)
        passed = groups->now - groups->refilled;
    groups->refilled = groups->now;
    groups->tokens += passed * groups->options.rate;
    if (groups->tokens > full)
        groups->tokens = full;
}

static bool may_tell(struct alert_groups *groups)
{
    if (!groups->options.rate)
        return true;
    refill(groups);
    if (groups->tokens < NS_PER_SECOND)
        return false;
    groups->tokens -= NS_PER_SECOND;
    return true;
}

/* ---- Telling ---- */

static void tell_single(struct alert_groups *groups, const struct alert *alert)
{
    struct alert single = *alert;

    single.count = alert->count ? alert->count : 1;
    single.first_time = single.last_time = alert->time;
    single.summary = false;
    groups->out(&single, groups->context);
}

static void tell_held(struct alert_groups *groups, struct held *held)
{
    struct alert summary = held_summary(held);

    groups->out(&summary, groups->context);
    held_clear(held);
}

static void tell_group(struct alert_groups *groups, struct group *group)
{
    groups->bytes -= group->held.bytes;
    tell_held(groups, &group->held);
}

static void tell_overflow(struct alert_groups *groups)
{
    _cleanup_(buf_done) struct buf output = BUF_INIT(256);
    struct alert summary;

    if (!groups->overflow.count)
        return;
    summary = held_summary(&groups->overflow);
    buf_addf(&output, tr("%llu alerts held back by the limit of %u a second"),
             (unsigned long long)summary.count, groups->options.rate);
    summary.rule = VIEW("Alerts held back");
    summary.rule_id = VIEW("alerts-held-back");
    summary.source = VIEW("internal");
    summary.output = buf_view(&output);
    summary.cause = summary.explanation = summary.actions = VIEW_EMPTY;
    summary.container_id = summary.container_name = summary.image = VIEW_EMPTY;
    summary.pod_namespace = summary.pod_name = VIEW_EMPTY;
    summary.pid = 0;
    summary.process_start = 0;
    summary.tag_count = summary.field_count = 0;
    groups->out(&summary, groups->context);
    held_clear(&groups->overflow);
}

/* ---- Holding back ---- */

static void note_overflow(struct alert_groups *groups, uint64_t before)
{
    if (before == 0)
        groups->overflow_due = groups->now + groups->options.window * NS_PER_SECOND;
}

/* What can't be held is told. */
static void hold_overflow(struct alert_groups *groups, const struct alert *alert)
{
    uint64_t before = groups->overflow.count;

    if (!held_add(&groups->overflow, alert)) {
        tell_single(groups, alert);
        return;
    }
    if (alert->priority < groups->overflow.first->priority)
        groups->overflow.first->priority = alert->priority;
    groups->suppressed += alert->count ? alert->count : 1;
    note_overflow(groups, before);
}

static void forget(struct alert_groups *groups, struct group *group)
{
    groups->bytes -= group->held.bytes;
    group_table_remove(&groups->table, group);
}

/* Makes room: the group idle for longest is told, or counted among the rest. */
static void evict(struct alert_groups *groups, struct group *group)
{
    uint64_t before = groups->overflow.count;
    size_t bytes = group->held.bytes;

    if (group->held.count && !may_tell(groups) && held_merge(&groups->overflow, &group->held)) {
        groups->bytes -= bytes;
        note_overflow(groups, before);
    }
    if (group->held.count)
        tell_group(groups, group);
    forget(groups, group);
}

/* The window of a group is over; false when the group is, too. */
static bool close_window(struct alert_groups *groups, struct group *group)
{
    uint32_t window = group->window;

    if (!group->held.count) {
        forget(groups, group);
        return false;
    }
    if (!may_tell(groups)) {
        group_table_set_due(&groups->table, group, groups->now + NS_PER_SECOND);
        return true;
    }
    tell_group(groups, group);
    window = window > groups->options.window_limit / 2 ? groups->options.window_limit : 2 * window;
    group->window = window;
    group_table_set_due(&groups->table, group, groups->now + window * NS_PER_SECOND);
    return true;
}

/* ---- Adding ---- */

/* Lengths stand before the texts, so that no two different triples are one key. Of
 * very long texts the beginnings decide. */
static struct view key_of(struct alert_groups *groups, const struct alert *alert)
{
    struct view parts[] = {alert->rule_id.len ? alert->rule_id : alert->rule, alert->container_id,
                           alert->cause};

    buf_reset(&groups->key);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        buf_add_bytes(&groups->key, alert_cut(parts[i], KEY_LIMIT / 4));
    return buf_view(&groups->key);
}

static void begin_group(struct alert_groups *groups, struct view key, const struct alert *alert)
{
    int64_t due = groups->now + groups->options.window * NS_PER_SECOND;
    struct group *group;

    if (!may_tell(groups)) {
        hold_overflow(groups, alert);
        return;
    }
    if (groups->table.count == GROUP_LIMIT)
        evict(groups, groups->table.oldest);
    group = group_table_add(&groups->table, key, due);
    if (group)
        group->window = groups->options.window;
    tell_single(groups, alert);
}

static void add_to_group(struct alert_groups *groups, struct group *group,
                         const struct alert *alert)
{
    size_t before = group->held.bytes;

    group_table_use(&groups->table, group);
    if (!held_add(&group->held, alert)) {
        tell_single(groups, alert);
        return;
    }
    groups->suppressed += alert->count ? alert->count : 1;
    groups->bytes += group->held.bytes - before;
    while (groups->bytes > GROUP_MEMORY_LIMIT && groups->table.oldest != group)
        evict(groups, groups->table.oldest);
}

static void pass_on(struct alert_groups *groups, int64_t time)
{
    if (time > groups->now)
        groups->now = time;
}

void alert_groups_add(struct alert_groups *groups, const struct alert *alert)
{
    struct view key;
    struct group *group;

    pass_on(groups, alert->time);
    if (groups->options.off) {
        if (may_tell(groups))
            tell_single(groups, alert);
        else
            hold_overflow(groups, alert);
        return;
    }
    key = key_of(groups, alert);
    group = group_table_find(&groups->table, key);
    if (group && group->due <= groups->now && !close_window(groups, group))
        group = NULL;
    if (group)
        add_to_group(groups, group, alert);
    else
        begin_group(groups, key, alert);
}

int64_t alert_groups_tick(struct alert_groups *groups, int64_t now)
{
    struct group_table *table = &groups->table;
    int64_t next = INT64_MAX;

    pass_on(groups, now);
    while (table->count && table->heap[0]->due <= groups->now)
        close_window(groups, table->heap[0]);
    if (groups->overflow.count && groups->overflow_due <= groups->now)
        tell_overflow(groups);
    if (table->count)
        next = table->heap[0]->due;
    if (groups->overflow.count && groups->overflow_due < next)
        next = groups->overflow_due;
    return next;
}

void alert_groups_flush(struct alert_groups *groups)
{
    while (groups->table.oldest) {
        if (groups->table.oldest->held.count)
            tell_group(groups, groups->table.oldest);
        forget(groups, groups->table.oldest);
    }
    tell_overflow(groups);
}
