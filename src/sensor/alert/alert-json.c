#include "base/cleanup.h"
#include "codec/json-write.h"
#include "codec/utf8.h"
#include "sensor/alert/alert-time.h"
#include "sensor/alert/alert.h"
#include "sensor/alert/printable.h"

/* What is written of an alert, from everything to what must be there. */
struct shape {
    size_t value_limit; /* bytes of one text */
    bool fields, extras, tags;
};

static const struct shape shapes[] = {
    {ALERT_VALUE_LIMIT, true, true, true},
    {4096, true, true, true},
    {1024, true, true, true},
    {256, true, false, true},
    {64, true, false, true},
    {64, false, false, false},
};

struct writing {
    struct json_writer json;
    const struct shape *shape;
    bool cut;
};

struct view alert_cut(struct view text, size_t limit)
{
    struct view head = view_sub(text, 0, limit);
    size_t back = 0;

    if (text.len <= limit)
        return text;
    /* The head may end within a character, whose lead is at most three bytes back. */
    while (back < 3 && back < head.len && ((uint8_t)text.ptr[head.len - back] & 0xc0) == 0x80)
        back++;
    if (back && utf8_length(view_sub(text, head.len - back, text.len)) > back)
        head.len -= back;
    return head;
}

static struct view cut(struct writing *w, struct view text)
{
    struct view head = alert_cut(text, w->shape->value_limit);

    w->cut |= head.len < text.len;
    return head;
}

static void member(struct writing *w, struct view key, struct view text)
{
    if (text.len)
        json_write_member(&w->json, key, cut(w, text));
}

static void member_number(struct writing *w, struct view key, uint64_t number)
{
    json_write_key(&w->json, key);
    json_write_uint(&w->json, number);
}

static void member_time(struct writing *w, struct view key, int64_t time)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(64);

    alert_time_utc(time, &text);
    json_write_member(&w->json, key, buf_view(&text));
}

static void list(struct writing *w, struct view key, const struct view *texts, size_t count)
{
    json_write_key(&w->json, key);
    json_write_array(&w->json);
    for (size_t i = 0; i < count; i++)
        json_write_string(&w->json, cut(w, texts[i]));
    json_write_end(&w->json);
}

/* Falco's "output" begins with the time and the priority. */
static void write_output(struct writing *w, const struct alert *alert)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(ALERT_VALUE_LIMIT + 128);

    alert_time_local(alert->time, &text);
    buf_addf(&text, ": %s ", rule_priority_name(alert->priority));
    buf_add(&text, cut(w, alert->output));
    json_write_member(&w->json, VIEW("output"), buf_view(&text));
}

/* Writes an integer of 64 bits; false when it is none. */
static bool write_integer(struct writing *w, struct view text)
{
    bool negative = view_starts(text, VIEW("-"));
    uint64_t value;

    if (!view_to_u64(view_sub(text, negative, text.len), &value) || (negative && value > INT64_MAX))
        return false;
    if (negative)
        json_write_int(&w->json, -(int64_t)value);
    else
        json_write_uint(&w->json, value);
    return true;
}

static bool is_bool(struct view text)
{
    return view_eq(text, VIEW("true")) || view_eq(text, VIEW("false"));
}

static void write_field(struct writing *w, const struct alert_field *field)
{
    json_write_key(&w->json, cut(w, field->name));
    if (field->kind == ALERT_FIELD_MISSING)
        json_write_null(&w->json);
    else if (field->kind == ALERT_FIELD_BOOL && is_bool(field->value))
        json_write_bool(&w->json, field->value.ptr[0] == 't');
    else if (field->kind != ALERT_FIELD_NUMBER || !write_integer(w, field->value))
        json_write_string(&w->json, cut(w, field->value));
}

static void write_fields(struct writing *w, const struct alert *alert)
{
    json_write_key(&w->json, VIEW("output_fields"));
    json_write_object(&w->json);
    for (size_t i = 0; w->shape->fields && i < alert->field_count; i++)
        write_field(w, &alert->fields[i]);
    json_write_end(&w->json);
    w->cut |= !w->shape->fields && alert->field_count;
}

/* The members that Falco's alerts have. */
static void write_falco(struct writing *w, const struct alert *alert)
{
    member_time(w, VIEW("time"), alert->time);
    json_write_member(&w->json, VIEW("rule"), cut(w, alert->rule));
    json_write_member(&w->json, VIEW("priority"), view_of(rule_priority_name(alert->priority)));
    json_write_member(&w->json, VIEW("source"), cut(w, alert->source));
    json_write_member(&w->json, VIEW("hostname"), cut(w, alert->host));
    list(w, VIEW("tags"), alert->tags, w->shape->tags ? alert->tag_count : 0);
    w->cut |= !w->shape->tags && alert->tag_count;
    write_output(w, alert);
    write_fields(w, alert);
}

static void write_id(struct writing *w, const struct alert *alert)
{
    _cleanup_(buf_done) struct buf id = BUF_INIT(128);

    buf_addf(&id, "%.*s-%llu", VIEW_ARG(alert_cut(alert->run, 64)), (unsigned long long)alert->id);
    json_write_member(&w->json, VIEW("id"), buf_view(&id));
}

static void write_container(struct writing *w, const struct alert *alert)
{
    if (alert->container_id.len == 0)
        return;
    json_write_key(&w->json, VIEW("container"));
    json_write_object(&w->json);
    member(w, VIEW("id"), alert->container_id);
    member(w, VIEW("name"), alert->container_name);
    member(w, VIEW("image"), alert->image);
    json_write_end(&w->json);
}

static void write_pod(struct writing *w, const struct alert *alert)
{
    if (alert->pod_name.len == 0)
        return;
    json_write_key(&w->json, VIEW("pod"));
    json_write_object(&w->json);
    member(w, VIEW("namespace"), alert->pod_namespace);
    member(w, VIEW("name"), alert->pod_name);
    json_write_end(&w->json);
}

static void write_process(struct writing *w, const struct alert *alert)
{
    if (!alert->pid)
        return;
    json_write_key(&w->json, VIEW("process"));
    json_write_object(&w->json);
    member_number(w, VIEW("pid"), alert->pid);
    member_number(w, VIEW("start"), alert->process_start);
    json_write_end(&w->json);
}

/* "kill, pause" as an array. */
static void write_actions(struct writing *w, struct view actions)
{
    actions = cut(w, actions);
    json_write_key(&w->json, VIEW("actions"));
    json_write_array(&w->json);
    while (actions.ptr) {
        struct view one = view_trim(view_cut(&actions, ','));

        if (one.len)
            json_write_string(&w->json, cut(w, one));
    }
    json_write_end(&w->json);
}

static void write_extras(struct writing *w, const struct alert *alert)
{
    member(w, VIEW("cause"), alert->cause);
    if (alert->example_count)
        list(w, VIEW("examples"), alert->examples, alert->example_count);
    member(w, VIEW("explanation"), alert->explanation);
}

static void write_ours(struct writing *w, const struct alert *alert)
{
    write_id(w, alert);
    member(w, VIEW("rule_id"), alert->rule_id);
    member_number(w, VIEW("count"), alert->count);
    member_time(w, VIEW("first_time"), alert->first_time);
    member_time(w, VIEW("last_time"), alert->last_time);
    json_write_key(&w->json, VIEW("summary"));
    json_write_bool(&w->json, alert->summary);
    write_container(w, alert);
    write_pod(w, alert);
    write_process(w, alert);
    write_actions(w, alert->actions);
    if (w->shape->extras)
        write_extras(w, alert);
    else
        w->cut |= alert->cause.len || alert->example_count || alert->explanation.len;
}

static void write_shaped(const struct alert *alert, const struct shape *shape, struct buf *to)
{
    struct writing w = {.json = JSON_WRITER_INIT(to, false), .shape = shape};

    json_write_object(&w.json);
    write_falco(&w, alert);
    write_ours(&w, alert);
    if (w.cut) {
        json_write_key(&w.json, VIEW("cut"));
        json_write_bool(&w.json, true);
    }
    json_write_end(&w.json);
}

void alert_write_json_within(const struct alert *alert, size_t limit, struct buf *to)
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        _cleanup_(buf_done) struct buf raw = BUF_INIT(limit);
        _cleanup_(buf_done) struct buf line = BUF_INIT(limit);

        write_shaped(alert, &shapes[i], &raw);
        printable_add_json(&line, buf_view(&raw));
        if (raw.failed || line.failed)
            continue;
        buf_add(to, buf_view(&line));
        return;
    }
    to->failed = ERROR_LIMIT;
}

void alert_write_json(const struct alert *alert, struct buf *to)
{
    alert_write_json_within(alert, ALERT_LINE_LIMIT, to);
}
