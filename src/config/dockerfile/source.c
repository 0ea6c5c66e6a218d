/* The source dockerfile: its subjects and fields, and where they stand. */
#include "base/text.h"
#include "config/dockerfile/field.h"

#define F(name, type, flags, doc, reader) {name, type, flags, doc},
static const struct rule_field fields[] = {
#include "config/dockerfile/field-table.h"
};
#undef F

typedef struct rule_values reader_function(const struct dockerfile_event *event,
                                           const struct rule_use *use, struct arena *scratch);

#define F(name, type, flags, doc, reader) dockerfile_field_##reader,
static reader_function *const readers[] = {
#include "config/dockerfile/field-table.h"
};
#undef F

static const struct rule_subject subjects[] = {
    [DOCKERFILE_SUBJECT_INSTRUCTION] = {"instruction", TR_KEY("each instruction")},
    [DOCKERFILE_SUBJECT_FILE] = {"file", TR_KEY("the Dockerfile as a whole")},
    [DOCKERFILE_SUBJECT_STAGE] = {"stage", TR_KEY("each build stage")},
    [DOCKERFILE_SUBJECT_RUN] = {"run", TR_KEY("each RUN instruction")},
    [DOCKERFILE_SUBJECT_COMMAND] = {"command", TR_KEY("each command that a RUN calls")},
    [DOCKERFILE_SUBJECT_PIPELINE] = {"pipeline", TR_KEY("each pipeline of a RUN")},
    [DOCKERFILE_SUBJECT_COPY] = {"copy", TR_KEY("each COPY and ADD")},
    [DOCKERFILE_SUBJECT_ENV] = {"env", TR_KEY("each variable of an ENV")},
    [DOCKERFILE_SUBJECT_ARG] = {"arg", TR_KEY("each build argument")},
    [DOCKERFILE_SUBJECT_LABEL] = {"label", TR_KEY("each label")},
    [DOCKERFILE_SUBJECT_EXPOSE] = {"expose", TR_KEY("each exposed port")},
};

static bool is_of(const struct dockerfile_event *event, enum dockerfile_subject subject)
{
    return event->subject == subject;
}

/* Which events the fields of a prefix are there for. */
static bool applies(const struct dockerfile_event *event, struct view field)
{
    struct view prefix = view_cut(&field, '.');

    if (view_eq(prefix, VIEW("file")))
        return true;
    if (view_eq(prefix, VIEW("stage")))
        return event->stage;
    if (view_eq(prefix, VIEW("instruction")))
        return event->step;
    if (view_eq(prefix, VIEW("run")))
        return event->step && event->step->instruction->command == DOCKERFILE_RUN;
    if (view_eq(prefix, VIEW("command")))
        return event->command;
    if (view_eq(prefix, VIEW("pipeline")))
        return event->pipeline;
    if (view_eq(prefix, VIEW("copy")))
        return event->step && (event->step->instruction->command == DOCKERFILE_COPY ||
                               event->step->instruction->command == DOCKERFILE_ADD);
    for (unsigned i = DOCKERFILE_SUBJECT_ENV; i < DOCKERFILE_SUBJECT_COUNT; i++)
        if (view_eq(prefix, view_of(subjects[i].name)))
            return is_of(event, (enum dockerfile_subject)i);
    return false;
}

static struct rule_values item_values(const struct dockerfile_item *item,
                                      const struct rule_use *use, struct arena *scratch)
{
    struct view value;

    if (use->step_count == 0)
        return values_text(item->text, NULL, scratch);
    if (use->step_count > 1 || use->steps[0].kind != RULE_STEP_KEY)
        return values_none();
    if (view_eq(use->steps[0].key, VIEW("known")))
        return values_bool(item->known, NULL, scratch);
    return dockerfile_setting(item->settings, use->steps[0].key, &value)
               ? values_text(value, NULL, scratch)
               : values_none();
}

static struct rule_values extract(const void *ctx, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    const struct dockerfile_event *event = ctx;

    if (use->of_item)
        return item ? item_values(item, use, scratch) : values_none();
    if (!applies(event, view_of(use->field->name)))
        return values_none();
    return readers[use->field - fields](event, use, scratch);
}

const struct rule_source dockerfile_source = {
    .name = "dockerfile",
    .doc = TR_KEY("what Dockerfiles say, and the shell commands in them"),
    .subjects = subjects,
    .subject_count = DOCKERFILE_SUBJECT_COUNT,
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(*fields),
    .extract = extract,
};

/* ---- places ---- */

struct config_place dockerfile_place(const struct dockerfile *file, struct dockerfile_span span)
{
    struct dockerfile_mark start = dockerfile_mark(file, span.start),
                           end = dockerfile_mark(file, span.end);

    return (struct config_place){start.line, start.column, end.line, end.column};
}

struct dockerfile_span dockerfile_script_span(const struct dockerfile_step *step, size_t start,
                                              size_t end)
{
    size_t from = dockerfile_text_offset(&step->script_text, start);

    if (end <= start)
        return (struct dockerfile_span){from, from};
    return (struct dockerfile_span){from, dockerfile_text_offset(&step->script_text, end - 1) + 1};
}

static const struct dockerfile_flag *flag_of(const struct dockerfile_event *event,
                                             struct view field)
{
    static const struct view names[] = {VIEW("from"), VIEW("chown"), VIEW("chmod"),
                                        VIEW("checksum")};
    struct view rest = field, prefix = view_cut(&rest, '.');

    if (!event->step || !view_eq(prefix, VIEW("copy")))
        return NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (view_starts(rest, names[i]))
            return dockerfile_flag(event->step->instruction, names[i]);
    return NULL;
}

/* The span a field's value stands in; false: nothing better than the event's. */
static bool span_of(const struct dockerfile_event *event, const struct rule_use *use,
                    struct dockerfile_span *ret)
{
    struct view field = view_of(use->field->name);
    const struct dockerfile_flag *flag = flag_of(event, field);

    if (view_eq(field, VIEW("instruction.flag")) && event->step)
        flag = dockerfile_flag(event->step->instruction, use->argument);
    if (flag) {
        *ret = flag->span;
    } else if (view_starts(field, VIEW("stage.base")) && event->stage &&
               event->stage->from->instruction->word_count) {
        *ret = event->stage->from->instruction->words[0].span;
    } else if (view_starts(field, VIEW("stage.user")) && event->stage && event->stage->user) {
        *ret = event->stage->user->instruction->span;
    } else {
        return false;
    }
    return true;
}

bool dockerfile_locate(const void *ctx, const struct rule_use *use, struct config_place *ret)
{
    const struct dockerfile_event *event = ctx;
    struct dockerfile_span span;

    if (use->of_item || !use->field || !span_of(event, use, &span))
        return false;
    *ret = dockerfile_place(event->build->file, span);
    return true;
}
