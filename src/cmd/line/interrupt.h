/* How the program ends from outside: SIGINT, SIGTERM, SIGHUP, a time limit.
 *
 * Workers die with the program, and no result is ever half-written, so ending
 * is only leaving the terminal tidy and giving the right exit code. What the
 * handlers need is process-wide: handlers get no context.
 */
#pragma once

#include <stdbool.h>

/* To be called when the sandbox was started: its processes keep the defaults. */
void interrupt_install(void);
/* Ends the program with EXIT_FAULT after `seconds`. `message` is one whole
 * line, which must live until then. */
void interrupt_after(unsigned seconds, const char *message);
/* A progress line stands on standard error and must be erased at the end. */
void interrupt_set_line_shown(bool shown);
