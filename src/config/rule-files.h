/* The rule files that a person names: files, or folders of *.yaml and *.yml. */
#pragma once

#include "config/checks.h"

enum { RULE_FILES_LIMIT = 4096 };

struct rule_files {
    const struct checks_file *list;
    size_t count;
};

/* Reads them into the arena, in the order given, folders by name. Errors name
 * the file. */
int rule_files_read(const char *const *paths, size_t count, struct arena *arena,
                    struct rule_files *ret, struct error *err);
