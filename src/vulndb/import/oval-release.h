/* Which release of which distribution an OVAL text speaks of:
 *
 *     Red Hat Enterprise Linux 9 is installed
 *     Ubuntu 22.04 LTS (jammy) is installed.
 *     Debian GNU/Linux 12
 *     cpe:/o:rocky:rocky:9:GA
 *     0:2.6.7-3.azl3                          (a version's tag)
 */
#pragma once

#include "base/view.h"

struct oval_release {
    struct view id;      /* os-release ID: "rhel", "ubuntu" */
    struct view version; /* "9", "22.04", "15.4"; empty: the text names none */
};

/* A product named in prose; false when none is known. */
bool oval_release_in_text(struct view text, struct oval_release *ret);
/* A CPE of an operating system. */
bool oval_release_in_cpe(struct view cpe, struct oval_release *ret);
/* The release tag of an rpm version: ".el9_2", ".azl3", ".cm2", ".ph5", ".fc40". */
bool oval_release_in_evr(struct view evr, struct oval_release *ret);

/* "nodejs:18" of "Module nodejs:18 is enabled"; empty when it is no such text. */
struct view oval_module_in_text(struct view text);
/* Whether a comment tells what its test may not: a product or a module. */
bool oval_comment_matters(struct view comment);
