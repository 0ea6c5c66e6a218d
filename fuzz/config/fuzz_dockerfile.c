/* Any bytes as a Dockerfile: every place lies in the text and matches what
 * stands there, and the kind can be visited with every field read. */
#include "config/dockerfile/build.h"
#include "config/kind.h"
#include "rule/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 256 << 20, FIELD_EVENTS = 200 };

struct visit {
    struct arena *scratch;
    size_t left;
    struct rule_use uses[256];
    size_t use_count;
};

static void check_span(const struct dockerfile *file, struct dockerfile_span span)
{
    if (span.start > span.end || span.end > file->text.len)
        abort();
}

static void check_instruction(const struct dockerfile *file,
                              const struct dockerfile_instruction *instruction)
{
    check_span(file, instruction->span);
    check_span(file, instruction->keyword_span);
    if (!view_eq(view_sub(file->text, instruction->keyword_span.start, 1),
                 view_sub(instruction->keyword, 0, 1)))
        abort();
    for (size_t i = 0; i < instruction->word_count; i++)
        check_span(file, instruction->words[i].span);
    for (size_t i = 0; i < instruction->flag_count; i++)
        check_span(file, instruction->flags[i].span);
    for (size_t i = 0; i < instruction->pair_count; i++)
        check_span(file, instruction->pairs[i].name.span);
    for (size_t i = 0; i < instruction->heredoc_count; i++)
        check_span(file, instruction->heredocs[i].span);
    if (instruction->trigger)
        check_instruction(file, instruction->trigger);
}

static void read_values(const struct rule_values *values, const struct visit *visit,
                        const struct config_event *event)
{
    static const struct rule_step step = {.kind = RULE_STEP_KEY, .key = {"known", 5}};
    const struct rule_use item = {.of_item = true, .steps = &step, .step_count = 1};

    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].node)
            config_dockerfile.source->extract(event->event, &item, values->items[i].node,
                                              visit->scratch);
}

static int visit_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct visit *visit = ctx;

    (void)err;
    if (visit->left == 0)
        return 0;
    visit->left--;
    for (size_t i = 0; i < visit->use_count; i++) {
        struct config_place place;
        struct rule_values values =
            config_dockerfile.source->extract(event->event, &visit->uses[i], NULL, visit->scratch);

        read_values(&values, visit, event);
        config_dockerfile.locate(event->event, &visit->uses[i], &place);
    }
    arena_reset(visit->scratch);
    return 0;
}

static int note_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                        const struct diagnostic *diagnostic, struct error *err)
{
    (void)ctx;
    (void)file;
    (void)err;
    if (place->line == 0 || diagnostic->message.len == 0)
        abort();
    return 0;
}

static void visit_all(struct view text, struct arena *arena)
{
    _cleanup_arena_ struct arena *scratch = arena_new(MEMORY);
    struct visit visit = {.scratch = scratch, .left = FIELD_EVENTS};
    const struct rule_source *source = config_dockerfile.source;
    const struct config_visitor visitor = {&visit, visit_event, note_problem};
    const struct config_file file = {.path = VIEW("Dockerfile"), .text = text};
    struct config_reader *reader;
    bool claimed = false;

    for (size_t i = 0; i < source->field_count && visit.use_count < 256; i++)
        visit.uses[visit.use_count++] = (struct rule_use){
            .field = &source->fields[i], .argument = VIEW("from"), .has_argument = true};
    if (config_dockerfile.open(arena, &(struct config_target){0}, &reader, NULL) < 0 ||
        config_dockerfile.add(reader, &file, &claimed, NULL) < 0)
        return;
    if (!claimed)
        abort();
    config_dockerfile.visit(reader, &visitor, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct view text = view_from(data, size);
    struct dockerfile file;

    if (dockerfile_parse(text, arena, &file, NULL) < 0)
        return 0;
    for (size_t i = 0; i < file.instruction_count; i++)
        check_instruction(&file, &file.instructions[i]);
    for (size_t i = 0; i < file.problem_count; i++)
        check_span(&file, file.problems[i].span);
    visit_all(text, arena);
    return 0;
}
