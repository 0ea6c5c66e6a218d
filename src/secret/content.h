/* Our rule files (content/secrets), as the build has put them into the program:
 * their texts, and what the compiler of rules made of them. */
#pragma once

#include "base/view.h"

struct secret_content {
    const char *name;
    const char *text, *end;
};

extern const struct secret_content secret_contents[];
extern const size_t secret_content_count;

extern const char secret_content_compiled[], secret_content_compiled_end[];
