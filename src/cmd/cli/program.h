/* The program: from words and environment to an exit code. */
#pragma once

/* `words` as main() gets them, the program's name first. */
int program_run(const char *const *words, const char *const *variables);
