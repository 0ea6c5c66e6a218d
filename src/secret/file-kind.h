/* What a file's name and first bytes say about the secrets it may hold.
 *
 * A rule that goes by names of things ("password = ...") is worth something in
 * text that people write, and only noise in what programs write: lock files,
 * minified scripts, source maps, binaries. There only rules count that know a
 * secret by its shape alone.
 */
#pragma once

#include "secret/rule.h"

enum secret_file_kind {
    SECRET_FILE_CODE,      /* values stand in quotes */
    SECRET_FILE_SETTINGS,  /* values may stand bare: .env, .ini, .yaml, ... */
    SECRET_FILE_TEXT,      /* not known: bare values of NAMES_LIKE_THIS only */
    SECRET_FILE_PROSE,     /* documentation: what looks like a password is an example */
    SECRET_FILE_GENERATED, /* lock files, minified scripts, source maps, test vectors */
    SECRET_FILE_BINARY,
};

struct secret_file {
    enum secret_file_kind kind;
    bool test; /* below a directory of tests or examples: findings count less */
};

struct secret_file secret_file_of(struct view path, struct view start);
/* The least confidence that counts in such a file. */
enum secret_confidence secret_file_confidence(enum secret_file_kind kind);
/* Whether a rule counts in such a file. */
bool secret_file_takes(const struct secret_file *file, const struct secret_rule *rule);
/* One of shell's patterns ("*.py", "deploy/x?.yaml") matches the path or its last
 * component; the patterns end in a NUL. */
bool secret_path_matches(const struct secret_list *patterns, struct view path);
