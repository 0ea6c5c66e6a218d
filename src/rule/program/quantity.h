/* Quantities as Kubernetes writes them ("500m", "1.5Gi", "2e3"), in thousandths.
 *
 * Grammar and suffixes are those of the API's resource.Quantity: a signed
 * decimal number, then n u m k M G T P E, or Ki Mi Gi Ti Pi Ei, or e/E and an
 * exponent. Parts of a thousandth are rounded away from zero, as MilliValue()
 * does; what exceeds 64 bits is the largest number.
 */
#pragma once

#include "base/view.h"

bool rule_quantity_parse(struct view text, int64_t *ret);
