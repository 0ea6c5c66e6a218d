/* Any Dockerfile, repaired by every step at every event: the result has no
 * mistakes that were not there, loses no instruction but the one that a step
 * removes, and the steps come to an end. */
#include "base/buf.h"
#include "config/dockerfile/dockerfile-edit.h"
#include "config/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 512 << 20, EVENTS = 60, TEXT = 4096 };

/* Steps whose result keeps its meaning, each with what is removed at most. */
static const struct {
    const char *step;
    size_t lost, gained;
} steps[] = {
    {"[{add_option: --no-cache}]", 0, 0},
    {"[{append_command: rm -rf /x}]", 0, 0},
    {"[{append_instruction: USER 1}]", 0, 1},
    {"[{end_destination: /}]", 0, 0},
    {"[{insert_before: 'SHELL [\"/bin/bash\", \"-c\"]'}]", 0, 1},
    {"[{maintainer_to_label: a.b}]", 0, 0},
    {"[{remove_blank_lines: true}]", 0, 0},
    {"[{remove_flag: from}, {remove_flag: mount}, {remove_flag: chown}]", 0, 0},
    {"[{remove_instruction: true}]", 1, 0},
    {"[{remove_pair: true}]", 1, 0},
    {"[{remove_short_option: k}]", 0, 0},
    {"[{remove_word: -y}, {remove_word: --yes}]", 0, 0},
    {"[{remove_wrapper: sudo}]", 0, 0},
    {"[{replace_program: apt-get}]", 0, 0},
    {"[{replace_word: SIGKILL, with: SIGTERM}]", 0, 0},
    {"[{ask: tag, set_base_tag: \"{}\"}]", 0, 0},
    {"[{set_flag: network, to: none}]", 0, 0},
    {"[{use_exec_form: true}]", 0, 0},
    {"[{use_pairs: true}]", 0, 0},
};
enum { STEPS = sizeof(steps) / sizeof(*steps) };

struct visit {
    struct view text;
    size_t left, instructions, problems;
    const struct document_node *fixes[STEPS];
};

static bool answer(void *ctx, struct view question, struct view *ret)
{
    (void)ctx;
    (void)question;
    *ret = VIEW("1.2");
    return true;
}

/* Only what fits: a flag that the instruction does not have is a mistake. */
static bool fits(const struct dockerfile_event *event, size_t step)
{
    enum dockerfile_command command =
        event->step ? event->step->instruction->command : DOCKERFILE_COMMAND_COUNT;

    if (strstr(steps[step].step, "set_flag"))
        return command == DOCKERFILE_RUN;
    if (strstr(steps[step].step, "end_destination"))
        return command == DOCKERFILE_COPY || command == DOCKERFILE_ADD;
    if (strstr(steps[step].step, "use_exec_form"))
        return command == DOCKERFILE_CMD || command == DOCKERFILE_ENTRYPOINT;
    if (strstr(steps[step].step, "insert_before") || strstr(steps[step].step, "remove_instr"))
        return command != DOCKERFILE_FROM && event->stage;
    if (strstr(steps[step].step, "remove_word") || strstr(steps[step].step, "remove_short"))
        return event->command;
    return true;
}

static void check_result(const struct visit *visit, struct view text, size_t step)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile file;

    if (dockerfile_parse(text, arena, &file, NULL) < 0)
        return;
    if (file.problem_count > visit->problems ||
        file.instruction_count + steps[step].lost < visit->instructions ||
        file.instruction_count > visit->instructions + steps[step].gained)
        abort();
}

static int visit_event(void *ctx, const struct config_event *told, struct error *err)
{
    static const struct dockerfile_answers answers = {NULL, answer};
    struct visit *visit = ctx;

    (void)err;
    if (visit->left == 0)
        return 0;
    visit->left--;
    for (size_t i = 0; i < STEPS; i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        _cleanup_(buf_done) struct buf to = BUF_INIT(DOCKERFILE_TEXT_LIMIT);
        struct dockerfile_edits edits = {.arena = arena};

        if (!fits(told->event, i))
            continue;
        if (dockerfile_edits_add(&edits, told->event, visit->fixes[i], &answers, NULL) < 0)
            abort();
        if (dockerfile_edits_write(&edits, visit->text, &to, NULL) < 0)
            continue;
        if (edits.count == 0 && !view_eq(buf_view(&to), visit->text))
            abort();
        check_result(visit, buf_view(&to), i);
    }
    return 0;
}

static int note_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                        const struct diagnostic *diagnostic, struct error *err)
{
    (void)ctx;
    (void)file;
    (void)place;
    (void)diagnostic;
    (void)err;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct visit visit = {.text = view_from(data, size), .left = EVENTS};
    const struct config_visitor visitor = {&visit, visit_event, note_problem};
    const struct config_file file = {.path = VIEW("Dockerfile"), .text = visit.text};
    struct dockerfile parsed;
    struct config_reader *reader;
    bool claimed = false;

    if (size > TEXT || dockerfile_parse(visit.text, arena, &parsed, NULL) < 0)
        return 0;
    /* What is wrong already may be read otherwise after a change. */
    if (parsed.problem_count)
        return 0;
    visit.instructions = parsed.instruction_count;
    for (size_t i = 0; i < STEPS; i++) {
        struct document_set set;

        if (document_parse(view_of(steps[i].step), DOCUMENT_YAML, arena, &set, NULL) < 0 ||
            set.count == 0 || !set.list[0].root)
            abort();
        visit.fixes[i] = set.list[0].root;
    }
    if (config_dockerfile.open(arena, &(struct config_target){0}, &reader, NULL) == 0 &&
        config_dockerfile.add(reader, &file, &claimed, NULL) == 0)
        config_dockerfile.visit(reader, &visitor, NULL);
    return 0;
}
