#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

static enum log_level process_level = LOG_LEVEL_INFO;
static const char *process_name = "plimsoll";

void log_set_program(const char *name)
{
    process_name = name;
}

void log_set_level(enum log_level level)
{
    process_level = level;
}

enum log_level log_get_level(void)
{
    return process_level;
}

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const names[] = {TR_KEY("error"), TR_KEY("warning"), TR_KEY("info"),
                                        TR_KEY("debug")};
    char line[2048];
    va_list args;

    if (level > process_level)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), tr(format), args);
    va_end(args);
    error_make_printable(line);
    fprintf(stderr, tr("%s: %s: %s\n"), process_name, tr(names[level]), line);
}

void log_hint(enum log_level level, const char *format, ...)
{
    char line[2048];
    va_list args;

    if (level > process_level)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), tr(format), args);
    va_end(args);
    error_make_printable(line);
    fprintf(stderr, tr("  hint: %s\n"), line);
}
