/* Text in an XML document (XML 1.0, sections 2.2 and 2.4). */
#pragma once

#include "base/buf.h"

/* Escaped for an attribute in double quotes as well as for content. Characters
 * that XML has no way to write, and bytes that are no UTF-8, become U+FFFD;
 * in an attribute white space becomes one blank. */
void xml_add_text(struct buf *to, struct view text);
/* name="text", with a blank before it. */
void xml_add_attribute(struct buf *to, const char *name, struct view text);
