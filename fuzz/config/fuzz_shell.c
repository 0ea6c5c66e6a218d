/* Any bytes as a shell script: places lie in the text, words are where they
 * say, and reading the same text twice gives the same. */
#include "config/shell/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 256 << 20 };

static bool get(void *ctx, struct view name, struct view *ret)
{
    (void)ctx;
    *ret = VIEW("a b {c,d}");
    return name.len % 2;
}

static void check_words(struct view text, const struct shell_command *command)
{
    for (size_t i = 0; i < command->all_count; i++) {
        const struct shell_word *word = &command->all[i];

        if (word->start > word->end || word->end > text.len)
            abort();
    }
    if (command->count > command->all_count || command->start > command->end ||
        command->end > text.len)
        abort();
}

static bool parse(struct view text, struct arena *arena, struct shell_script *ret)
{
    static const struct shell_environment environment = {NULL, get, NULL};
    const struct shell_options options = {&environment, false};

    return shell_parse(text, &options, arena, ret, NULL) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct view text = view_from(data, size);
    struct shell_script first, second;

    if (!parse(text, arena, &first))
        return 0;
    if (first.fault.kind && first.fault_at > text.len)
        abort();
    for (size_t i = 0; i < first.command_count; i++)
        check_words(text, first.commands[i]);
    for (size_t i = 0; i < first.pipeline_count; i++)
        if (first.pipelines[i]->count == 0 || first.pipelines[i]->start > text.len)
            abort();
    if (parse(text, arena, &second) &&
        (second.command_count != first.command_count || second.fault.kind != first.fault.kind))
        abort();
    return 0;
}
