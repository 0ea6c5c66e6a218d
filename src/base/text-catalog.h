/* The table that tools/compile-catalog makes of content/lang/zh.po. */
#pragma once

#include <stddef.h>

struct text_entry {
    const char *english; /* the key; the table is sorted by it (strcmp) */
    const char *chinese;
};

extern const struct text_entry text_catalog_zh[];
extern const size_t text_catalog_zh_count;
