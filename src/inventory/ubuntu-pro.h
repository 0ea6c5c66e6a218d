/* Whether Ubuntu Pro is attached, so that its fixes (ESM) apply: an enabled
 * source at esm.ubuntu.com below etc/apt/sources.list.d, or the client's own
 * word in var/lib/ubuntu-advantage/status.json. Images ship the sources
 * commented out; those don't count.
 */
#pragma once

#include "inventory/analyser.h"

enum {
    UBUNTU_PRO_SOURCE_LIMIT = 1 << 20,
    UBUNTU_PRO_STATUS_LIMIT = 8 << 20,
};

extern const struct analyser analyser_ubuntu_pro_source;
extern const struct analyser analyser_ubuntu_pro_status;
