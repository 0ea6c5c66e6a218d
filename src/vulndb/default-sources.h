/* content/sources.conf, made into C by tools/embed. */
#pragma once

#include <stddef.h>

extern const char vulndb_default_sources[]; /* with a NUL behind it */
extern const size_t vulndb_default_sources_size;
