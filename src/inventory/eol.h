/* Until when a distribution's release gets security updates.
 *
 * The dates are content/eol/eol.csv. An extended time counts for a system that
 * gets it without more ado: Debian LTS for all, Ubuntu ESM where Pro is
 * attached. One that is sold is told, but does not keep a release alive.
 */
#pragma once

#include "model/os.h"

enum os_support {
    OS_SUPPORT_UNKNOWN, /* a release, or a distribution, that the table lacks; rolling ones */
    OS_SUPPORT_STANDARD,
    OS_SUPPORT_EXTENDED, /* past the standard time, within the extended one */
    OS_SUPPORT_ENDED,
};

/* Views into the table: they live as long as the program. */
struct os_lifetime {
    struct view end; /* the last day that counts for this system: "2028-06-30" */
    struct view standard_end;
    struct view extended_end;  /* empty: there is none */
    struct view extended_name; /* "Debian LTS", "Ubuntu Pro (ESM)", ... */
    bool extended_included;    /* this system gets it */
};

/* `now` in seconds since 1970. `*ret` is set unless the answer is unknown. */
enum os_support os_end_of_life(const struct os_info *os, int64_t now, struct os_lifetime *ret);
