#include "cmd/line/program.h"
#include "cmd/sensor/commands.h"

int main(int argc, char **argv)
{
    extern char **environ;
    static const struct program program = {&command_program, sizeof(struct settings)};

    (void)argc;
    return program_run(&program, (const char *const *)argv, (const char *const *)environ);
}
