#include <stdlib.h>

#include "sensor/alert/alert.h"

/* The texts of an alert that stand in it by themselves. */
static const size_t texts[] = {
    offsetof(struct alert, run),          offsetof(struct alert, rule),
    offsetof(struct alert, rule_id),      offsetof(struct alert, source),
    offsetof(struct alert, output),       offsetof(struct alert, host),
    offsetof(struct alert, container_id), offsetof(struct alert, container_name),
    offsetof(struct alert, image),        offsetof(struct alert, pod_namespace),
    offsetof(struct alert, pod_name),     offsetof(struct alert, cause),
    offsetof(struct alert, explanation),  offsetof(struct alert, actions),
};

/* Two walks over the same: the first with no memory counts the bytes of texts,
 * the second copies them. */
struct copying {
    char *at; /* NULL: only count */
    size_t limit, bytes;
};

static struct view keep(struct copying *copying, struct view text)
{
    struct view head = alert_cut(text, copying->limit);

    copying->bytes += head.len;
    if (!copying->at || head.len == 0)
        return VIEW_EMPTY;
    memcpy(copying->at, head.ptr, head.len);
    copying->at += head.len;
    return view_from(copying->at - head.len, head.len);
}

static void keep_list(struct copying *copying, const struct view *from, size_t count,
                      struct view *to)
{
    for (size_t i = 0; i < count; i++) {
        struct view kept = keep(copying, from[i]);

        if (to)
            to[i] = kept;
    }
}

static void keep_fields(struct copying *copying, const struct alert *from, struct alert_field *to)
{
    for (size_t i = 0; i < from->field_count; i++) {
        struct alert_field kept = {keep(copying, from->fields[i].name),
                                   keep(copying, from->fields[i].value), from->fields[i].kind};

        if (to)
            to[i] = kept;
    }
}

static void keep_texts(struct copying *copying, const struct alert *from, struct alert *to)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct view kept =
            keep(copying, *(const struct view *)(const void *)((const char *)from + texts[i]));

        if (to)
            *(struct view *)(void *)((char *)to + texts[i]) = kept;
    }
}

struct alert *alert_copy(const struct alert *alert, size_t value_limit, size_t *ret_size)
{
    size_t lists = (alert->tag_count + alert->example_count) * sizeof(struct view) +
                   alert->field_count * sizeof(struct alert_field);
    struct copying copying = {.limit = value_limit};
    struct alert_field *fields;
    struct view *tags, *examples;
    struct alert *copy;
    size_t size;

    keep_texts(&copying, alert, NULL);
    keep_list(&copying, alert->tags, alert->tag_count, NULL);
    keep_list(&copying, alert->examples, alert->example_count, NULL);
    keep_fields(&copying, alert, NULL);
    size = sizeof(*copy) + lists + copying.bytes;
    copy = malloc(size);
    if (!copy)
        return NULL;
    *copy = *alert;
    fields = (struct alert_field *)(copy + 1);
    tags = (struct view *)(fields + alert->field_count);
    examples = tags + alert->tag_count;
    copying =
        (struct copying){.at = (char *)(examples + alert->example_count), .limit = value_limit};
    keep_texts(&copying, alert, copy);
    keep_list(&copying, alert->tags, alert->tag_count, tags);
    keep_list(&copying, alert->examples, alert->example_count, examples);
    keep_fields(&copying, alert, fields);
    copy->fields = fields;
    copy->tags = tags;
    copy->examples = examples;
    *ret_size = size;
    return copy;
}
