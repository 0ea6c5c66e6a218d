/* Versions of Kubernetes' own APIs that are deprecated or no longer served.
 *
 * Source: the deprecated API migration guide of the Kubernetes documentation,
 * and the release notes for what it does not list. All versions are minor
 * versions of Kubernetes 1: 22 is 1.22.
 */
#pragma once

#include "base/view.h"

struct api_removal {
    struct view group, version, kind;
    unsigned deprecated, removed; /* removed 0: still served */
    struct view replacement;      /* apiVersion to use; empty: there is none */
    unsigned replacement_since;
};

/* NULL: neither deprecated nor removed, as far as we know. */
const struct api_removal *api_removal_find(struct view group, struct view version,
                                           struct view kind);
