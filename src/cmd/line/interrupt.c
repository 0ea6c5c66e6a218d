#include "cmd/line/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "cmd/line/exit-status.h"

static volatile sig_atomic_t line_shown;
static const char *volatile time_message;

/* Handlers may only call what signal-safety(7) lists. */
static void write_quietly(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));

    (void)written;
}

static void erase_line(void)
{
    if (line_shown)
        write_quietly("\r\x1b[K");
}

static void on_signal(int number)
{
    erase_line();
    _exit(128 + number);
}

static void on_alarm(int number)
{
    (void)number;
    erase_line();
    if (time_message)
        write_quietly(time_message);
    _exit(EXIT_FAULT);
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void interrupt_install(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct sigaction before;

        /* nohup and background jobs of plain shells ignore some: so do we. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            handle(numbers[i], on_signal);
    }
}

void interrupt_after(unsigned seconds, const char *message)
{
    time_message = message;
    handle(SIGALRM, on_alarm);
    alarm(seconds);
}

void interrupt_set_line_shown(bool shown)
{
    line_shown = shown;
}
