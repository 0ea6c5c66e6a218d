#include "model/diagnostic.h"

const char *diagnostic_level_name(enum diagnostic_level level)
{
    static const char *const names[] = {"note", "warning", "error"};

    return names[level];
}
