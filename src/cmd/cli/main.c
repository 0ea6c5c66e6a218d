#include "cmd/cli/program.h"

int main(int argc, char **argv)
{
    extern char **environ;

    (void)argc;
    return program_run((const char *const *)argv, (const char *const *)environ);
}
