/* The schemes' own functions, for the table in version.c. Each is described
 * at the head of its file; the contract is that of version.h. */
#pragma once

#include "base/view.h"

int dpkg_compare(struct view a, struct view b);
bool dpkg_valid(struct view version);
int rpm_compare(struct view a, struct view b);
int rpm_compare_bound(struct view installed, struct view bound);
bool rpm_valid(struct view version);
int apk_compare(struct view a, struct view b);
bool apk_valid(struct view version);
int semver_compare(struct view a, struct view b);
bool semver_valid(struct view version);
int npm_compare(struct view a, struct view b);
bool npm_valid(struct view version);
int pep440_compare(struct view a, struct view b);
bool pep440_valid(struct view version);
int maven_compare(struct view a, struct view b);
bool maven_valid(struct view version);
int gem_compare(struct view a, struct view b);
bool gem_valid(struct view version);
int go_compare(struct view a, struct view b);
bool go_valid(struct view version);
int nuget_compare(struct view a, struct view b);
bool nuget_valid(struct view version);
int composer_compare(struct view a, struct view b);
bool composer_valid(struct view version);

/* The order of two versions of which at least one is malformed. */
static inline int malformed_compare(struct view a, bool a_valid, struct view b, bool b_valid)
{
    return a_valid || b_valid ? a_valid - b_valid : view_cmp(a, b);
}
