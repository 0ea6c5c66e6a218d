#include "cmd/line/exit-status.h"

#include "base/error.h"
#include "base/text.h"

const struct exit_status exit_statuses[] = {
    {"0", TR_KEY("done")},
    {"1", TR_KEY("the gate failed (or the number given with --exit-code)")},
    {"2", TR_KEY("wrong usage")},
    {"3", TR_KEY("the target could not be scanned, or not all of it; the work could not be done")},
    {"130", TR_KEY("interrupted")},
    {NULL, NULL},
};

int exit_status_of_error(int kind)
{
    return kind == ERROR_USAGE ? EXIT_USAGE : EXIT_FAULT;
}
