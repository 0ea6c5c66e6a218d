/* Reads shell scripts whose names stand on standard input, and says of each
 * whether it could be read. Run by tests/e2e/test_shell_differential.py. */
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fd.h"
#include "config/shell/shell.h"

enum { MEMORY = 1 << 30 };

static void dump_command(const struct shell_command *command)
{
    printf("  %zu-%zu %03x", command->start, command->end, command->context);
    for (size_t i = 0; i < command->assignment_count; i++)
        printf(" {%.*s=%.*s}", VIEW_ARG(command->assignments[i].name),
               VIEW_ARG(command->assignments[i].value.text));
    for (size_t i = 0; i < command->wrapper_count; i++)
        printf(" <%.*s>", VIEW_ARG(command->wrappers[i]));
    for (size_t i = 0; i < command->count; i++)
        printf(" %s%.*s%s", command->words[i].known ? "[" : "?[", VIEW_ARG(command->words[i].text),
               "]");
    printf("\n");
}

static int dump(const char *path, bool commands)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    _cleanup_(buf_done) struct buf text = BUF_INIT(SHELL_TEXT_LIMIT);
    struct shell_options options = {0};
    struct shell_script script;
    struct error err = ERROR_INIT;

    if (fd_read_file(path, &text, &err) < 0 ||
        shell_parse(buf_view(&text), &options, arena, &script, &err) < 0) {
        printf("%s: error: %s\n", path, err.message);
        return 1;
    }
    if (script.fault.kind)
        printf("%s: refused at %zu: %s\n", path, script.fault_at, script.fault.message);
    else
        printf("%s: read, %zu commands, %zu pipelines\n", path, script.command_count,
               script.pipeline_count);
    for (size_t i = 0; commands && i < script.command_count; i++)
        dump_command(script.commands[i]);
    return script.fault.kind != 0;
}

int main(int argc, char **argv)
{
    char path[4096];
    int refused = 0;

    while (fgets(path, sizeof(path), stdin)) {
        path[strcspn(path, "\n")] = '\0';
        refused |= dump(path, argc > 1 && strcmp(argv[1], "--commands") == 0);
    }
    (void)argv;
    return refused;
}
