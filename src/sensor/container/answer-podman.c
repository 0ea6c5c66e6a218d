/* Podman's storage: containers.json and images.json of containers/storage, arrays
 * of objects. A container's "metadata" is JSON within a string. */
#include "sensor/container/answer-draft.h"

static struct json_value find_by_id(struct json_value list, struct view id)
{
    for (struct json_iter i = json_iter(list); json_next(&i);)
        if (view_eq(json_get_string(i.value, VIEW("id")), id))
            return i.value;
    return (struct json_value){0};
}

static struct view first_of(struct json_value list)
{
    struct json_iter i = json_iter(list);

    return json_next(&i) ? json_string(i.value) : VIEW_EMPTY;
}

/* {"image-name", "image-id", "name", "created-at"} */
static int take_metadata(struct answer_draft *draft, struct view text, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value metadata;
    int64_t seconds;
    int r = json_parse(draft->json, text, &metadata, err);

    if (r < 0)
        return error_wrap(err, "its metadata");
    answer_set(draft, &m->name, json_get_string(metadata, VIEW("name")));
    answer_set(draft, &m->image, json_get_string(metadata, VIEW("image-name")));
    answer_set(draft, &m->image_id, json_get_string(metadata, VIEW("image-id")));
    if (json_int(json_get(metadata, VIEW("created-at")), &seconds) && seconds > 0 &&
        seconds < INT64_MAX / 1000000000)
        answer_set_time(&m->created, seconds * 1000000000);
    return 0;
}

int answer_read_podman_containers(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value list, container;
    struct view metadata;
    int r = json_parse(draft->json, bytes, &list, err);

    if (r < 0)
        return r;
    container = find_by_id(list, draft->question->id);
    r = answer_check_id(draft, json_get_string(container, VIEW("id")), err);
    if (r < 0)
        return r;
    answer_set(draft, &m->image_id, json_get_string(container, VIEW("image")));
    answer_set_time(&m->created, answer_parse_time(json_get_string(container, VIEW("created"))));
    metadata = arena_copy(draft->arena, json_get_string(container, VIEW("metadata")));
    answer_set(draft, &m->name, first_of(json_get(container, VIEW("names"))));
    return metadata.len ? take_metadata(draft, metadata, err) : 0;
}

int answer_read_podman_images(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value list, image;
    int r = json_parse(draft->json, bytes, &list, err);

    if (r < 0)
        return r;
    image = find_by_id(list, view_strip_prefix(m->image_id, VIEW("sha256:")));
    answer_set(draft, &m->image_digest, json_get_string(image, VIEW("digest")));
    answer_set(draft, &m->image, first_of(json_get(image, VIEW("names"))));
    return 0;
}
