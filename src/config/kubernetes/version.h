/* Versions of Kubernetes: 1.N, of which only N, the minor version, matters.
 *
 * Rules ask for it by the field cluster.minor, since what a cluster's own
 * admission demands changes with its version; repairs ask which fields there
 * are. Past KUBERNETES_MINOR_NEWEST nothing is known to have changed, so newer
 * versions count as that one. Pure.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"

enum {
    KUBERNETES_MINOR_NEWEST = 35, /* of the Pod Security Standards, and of fields */
    KUBERNETES_MINOR_LIMIT = 999,
};

/* "1.31", "v1.31", "1.31.4" and what distributions put behind it
 * ("v1.31.4-gke.1200", "v1.31.4+k3s1"), or "latest". `ret_minor` is what was
 * written, newer than known perhaps, and never 0: nothing that is looked at
 * differs between 1.0 and 1.1. */
int kubernetes_version_parse(struct view text, unsigned *ret_minor, struct error *err);

/* The minor version that is meant: 0 (nobody said) and what is newer than known
 * are the newest. */
unsigned kubernetes_minor_known(unsigned minor);
/* True: it is newer than known, and `ret_why` says what that means. */
bool kubernetes_minor_is_newer(unsigned minor, struct error *ret_why);

/* The minor version that brought a key of Kubernetes' own objects, among those
 * that repairs write ("seccompProfile"); 0: it was always there. */
unsigned kubernetes_key_since(struct view key);
