/* Our own checks: the rule files of content/rules/, built in. */
#pragma once

#include "base/view.h"

struct config_content {
    const char *kind; /* "kubernetes" */
    const char *file; /* "pod-security.yaml" */
    struct view text;
};

/* Files of one kind stand together, in the order they have to be loaded. */
extern const struct config_content config_contents[];
extern const size_t config_content_count;
