/* CVE names: "CVE-2023-4911", and the ids that others make of them.
 *
 * https://www.cve.org/: "CVE", the year, and four digits or more.
 */
#pragma once

#include "base/view.h"

/* The CVE that an id stands for, as a part of it: itself ("CVE-2023-4911"), or
 * what a distribution made of it ("DEBIAN-CVE-2023-4911"). False for ids of
 * other kinds. Case is ignored. */
bool cve_of_id(struct view id, struct view *ret);

/* A CVE as a number, ordered by year and then number; 0 when it is none or its
 * year or number is out of range (1999 to 2062; under 2^26). */
uint32_t cve_key(struct view cve);
