/* Any text as manifests: every field of every event can be read and placed,
 * and places stand inside the text. */
#include "config/kubernetes/source.h"

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_LIMIT = 512 << 20 };

struct run {
    struct arena *arena, *scratch;
    size_t lines;
};

static void check_place(const struct run *run, const struct config_place *place)
{
    if (place->line > run->lines || (place->end_line && place->end_line < place->line))
        abort();
}

static void check_values(const struct rule_values *values)
{
    if (values->count && (!values->present || !values->items))
        abort();
    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].type == RULE_ANY || values->items[i].type >= RULE_TYPE_COUNT ||
            (values->items[i].text.len && !values->items[i].text.ptr))
            abort();
}

/* A path of its own, so that trees are walked too. */
static const struct rule_step steps[] = {
    {RULE_STEP_KEY, {"spec", 4}, 0},
    {RULE_STEP_EACH, {NULL, 0}, 0},
    {RULE_STEP_INDEX, {NULL, 0}, 0},
};

static void read_field(const struct run *run, const struct config_event *event,
                       const struct rule_field *field, size_t step_count)
{
    const struct rule_use use = {
        .field = field, .text = view_of(field->name), .steps = steps, .step_count = step_count};
    const struct rule_use item = {.of_item = true, .steps = steps, .step_count = step_count};
    struct config_place place = {0};
    struct rule_values values;

    arena_reset(run->scratch);
    values = kubernetes_source.extract(event->event, &use, NULL, run->scratch);
    check_values(&values);
    if (values.count && values.items[0].node) {
        values = kubernetes_source.extract(event->event, &item, values.items[0].node, run->scratch);
        check_values(&values);
    }
    if (kubernetes_locate(event->event, &use, &place))
        check_place(run, &place);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    const struct run *run = ctx;

    (void)err;
    if (event->subject >= kubernetes_source.subject_count)
        abort();
    check_place(run, &event->place);
    for (size_t i = 0; i < kubernetes_source.field_count; i++) {
        const struct rule_field *field = &kubernetes_source.fields[i];
        size_t paths = field->flags & RULE_FIELD_TREE ? sizeof(steps) / sizeof(steps[0]) : 0;

        for (size_t count = 0; count <= paths; count++)
            read_field(run, event, field, count);
    }
    return 0;
}

static int on_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                      const struct diagnostic *diagnostic, struct error *err)
{
    (void)file;
    (void)err;
    check_place(ctx, place);
    if (!diagnostic->message.len || !diagnostic->code.len)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_arena_ struct arena *scratch = arena_new(ARENA_LIMIT);
    struct view text = view_from(data, size), rest = text;
    struct run run = {arena, scratch, 1};
    const struct config_visitor visitor = {&run, on_event, on_problem};
    struct document_set set;
    struct config_file file = {.path = VIEW("a.yaml"), .text = text, .documents = &set};
    struct config_reader *reader;
    bool claimed = false;

    if (!arena || !scratch ||
        document_parse(text, size && data[0] == '{' ? DOCUMENT_JSON : DOCUMENT_YAML, arena, &set,
                       NULL))
        return 0;
    while (rest.len) {
        run.lines += *rest.ptr == '\n' || *rest.ptr == '\r' || (unsigned char)*rest.ptr >= 0x80;
        rest = view_sub(rest, 1, rest.len);
    }
    if (config_kubernetes.open(arena, &(struct config_target){size % 40}, &reader, NULL) ||
        config_kubernetes.add(reader, &file, &claimed, NULL))
        return 0;
    if (claimed)
        config_kubernetes.visit(reader, &visitor, NULL);
    return 0;
}
