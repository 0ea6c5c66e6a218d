/* What a file tells of the operating system, as the payload of a FACT_OS. */
#pragma once

#include "base/buf.h"
#include "model/os.h"

/* id, version_id, codename, pretty_name and id_like; the id in lower case, as
 * os-release(5) wants it (openEuler's own files don't keep to it). */
void os_facts_add(struct buf *to, const struct os_info *os);
/* Views into the payload; false when it is damaged. */
bool os_facts_read(struct view payload, struct os_info *ret);
