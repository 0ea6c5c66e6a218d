#include "model/finding.h"

const char *finding_status_name(enum finding_status status)
{
    static const char *const names[FINDING_STATUS_COUNT] = {
        "fixed", "affected", "will-not-fix", "end-of-life", "investigating",
    };

    return status < FINDING_STATUS_COUNT ? names[status] : names[FINDING_AFFECTED];
}
