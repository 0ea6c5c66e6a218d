/* Reading rule files: ours (content/secrets) and a user's (--rules).
 *
 * docs/formats/secret-rules.md is the manual of the format. A mistake in a file
 * is an error with file, line and column; nothing of the file counts then. A
 * rule with the id of an earlier one replaces it; a class is known in the files
 * that are read after it.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "secret/rule.h"

enum {
    SECRET_RULES_LIMIT = 4096,
    SECRET_REGEX_LIMIT = 4096, /* bytes */
    SECRET_RULE_FILE_LIMIT = 8 << 20,
};

/* What a rule's author says it finds and what it must not. Placeholders
 * ("%{hex:32}") are filled in by who runs them. */
struct secret_examples {
    struct view id;
    struct secret_list positive, negative;
};

struct secret_class {
    struct view name;
    struct view description[SECRET_LANGUAGE_COUNT];
    struct view remediation[SECRET_LANGUAGE_COUNT];
};

struct secret_rule_files {
    struct arena *arena;
    struct secret_rule *rules;
    size_t rule_count;
    struct secret_examples *examples; /* one for each rule */
    size_t example_count;
    struct secret_class *classes;
    size_t class_count;
};

/* Adds the rules of a file; `name` is for messages. `files` starts with an arena
 * and nothing else. */
int secret_rule_file_read(struct secret_rule_files *files, struct view text, struct view name,
                          struct error *err);
