/* Titles of advisories, as distributions compose them:
 *
 *     RHSA-2023:0446: go-toolset:rhel8 security update (Moderate)
 *     Important: gnupg2 security update
 *     USN-6663-1 -- OpenSSL update
 */
#pragma once

#include "base/view.h"
#include "model/severity.h"

/* The title without the advisory's name and the rating around it. The rating
 * goes to `*rating` where that is still unknown. */
struct view title_clean(struct view title, struct view id, enum severity *rating);
