#include "model/diagnostic.h"

#include "base/text.h"

const char *diagnostic_level_name(enum diagnostic_level level)
{
    static const char *const names[] = {TR_KEY("note"), TR_KEY("warning"), TR_KEY("error")};

    return names[level];
}
