#include "sensor/respond/journal-line.h"

#include <stddef.h>

#include "base/clock.h"
#include "codec/json-write.h"

static const char *const states[] = {
    [JOURNAL_INTENDED] = "intended",
    [JOURNAL_DONE] = "done",
    [JOURNAL_FAILED] = "failed",
    [JOURNAL_UNDONE] = "undone",
};

struct text_member {
    const char *name;
    size_t offset; /* of a struct view in struct journal_entry */
};

#define ENTRY(field) offsetof(struct journal_entry, field)

/* Of an intent. */
static const struct text_member texts[] = {
    {"action", ENTRY(action)},
    {"who", ENTRY(who)},
    {"why", ENTRY(why)},
    {"container_id", ENTRY(target.container_id)},
    {"container_name", ENTRY(target.container_name)},
    {"image", ENTRY(target.image)},
    {"pod_namespace", ENTRY(target.pod_namespace)},
    {"pod_name", ENTRY(target.pod_name)},
    {"cgroup", ENTRY(target.cgroup)},
};

/* Of what follows. */
static const struct text_member outcomes[] = {
    {"outcome", ENTRY(outcome)},
    {"undo", ENTRY(undo)},
    {"undone_by", ENTRY(undone_by)},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *journal_state_name(enum journal_state state)
{
    return states[state];
}

static void write_texts(struct json_writer *w, const struct journal_entry *entry,
                        const struct text_member *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const void *at = (const char *)entry + list[i].offset;
        struct view text = view_sub(*(const struct view *)at, 0, JOURNAL_TEXT_LIMIT);

        if (text.len)
            json_write_member(w, view_of(list[i].name), text);
    }
}

static void write_number(struct json_writer *w, const char *name, uint64_t value)
{
    json_write_key(w, view_of(name));
    json_write_uint(w, value);
}

static void write_intent(struct json_writer *w, const struct journal_entry *entry)
{
    write_texts(w, entry, texts, COUNT(texts));
    if (entry->target.container_id.len)
        json_write_member(w, VIEW("runtime"),
                          view_of(container_runtime_name(entry->target.runtime)));
    if (entry->target.pid) {
        write_number(w, "pid", entry->target.pid);
        write_number(w, "start", entry->target.start);
    }
    if (!entry->dry_run)
        return;
    json_write_key(w, VIEW("dry_run"));
    json_write_bool(w, true);
}

void journal_line_write(const struct journal_entry *entry, int64_t now, struct buf *to)
{
    struct json_writer w = JSON_WRITER_INIT(to, false);
    char stamp[CLOCK_STAMP_SIZE];

    json_write_object(&w);
    json_write_member(&w, VIEW("id"), entry->id);
    json_write_member(&w, VIEW("at"), view_of(clock_format(now / 1000000000, stamp)));
    write_number(&w, "time", (uint64_t)now);
    json_write_member(&w, VIEW("state"), view_of(states[entry->state]));
    if (entry->state == JOURNAL_INTENDED)
        write_intent(&w, entry);
    else
        write_texts(&w, entry, outcomes, COUNT(outcomes));
    json_write_end(&w);
    buf_add_char(to, '\n');
}

static bool read_state(struct json_value object, enum journal_state *ret)
{
    struct view name = json_get_string(object, VIEW("state"));

    for (size_t i = 0; i < COUNT(states); i++)
        if (view_eq(name, view_of(states[i]))) {
            *ret = (enum journal_state)i;
            return true;
        }
    return false;
}

static void read_texts(struct json_value object, const struct text_member *list, size_t count,
                       struct arena *arena, struct journal_entry *entry)
{
    for (size_t i = 0; i < count; i++) {
        void *at = (char *)entry + list[i].offset;

        *(struct view *)at = arena_copy(arena, json_get_string(object, view_of(list[i].name)));
    }
}

static uint64_t read_number(struct json_value object, struct view name)
{
    int64_t value;

    return json_int(json_get(object, name), &value) && value > 0 ? (uint64_t)value : 0;
}

bool journal_line_read(struct json_parser *parser, struct view line, struct arena *arena,
                       struct journal_entry *ret)
{
    struct journal_entry entry = {.target.runtime = CONTAINER_OTHER};
    struct json_value object;
    uint64_t pid;

    if (line.len > JOURNAL_LINE_LIMIT || json_parse(parser, line, &object, NULL) < 0 ||
        json_type(object) != JSON_OBJECT || !read_state(object, &entry.state))
        return false;
    entry.id = arena_copy(arena, json_get_string(object, VIEW("id")));
    entry.time = (int64_t)read_number(object, VIEW("time"));
    read_texts(object, texts, COUNT(texts), arena, &entry);
    read_texts(object, outcomes, COUNT(outcomes), arena, &entry);
    container_runtime_find(json_get_string(object, VIEW("runtime")), &entry.target.runtime);
    entry.dry_run = json_bool(json_get(object, VIEW("dry_run")));
    pid = read_number(object, VIEW("pid"));
    if (!entry.id.len || entry.id.len >= JOURNAL_ID_SIZE || pid > INT32_MAX)
        return false;
    entry.target.pid = (uint32_t)pid;
    entry.target.start = read_number(object, VIEW("start"));
    *ret = entry;
    return true;
}
