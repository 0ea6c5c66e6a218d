/* Advisories in one line each, and databases made of them, for tests.
 *
 *     DSA-1 >CVE-1 ~2023-01-02 debian:12/openssl #src [,3.0.9-1)
 *
 * The first word is the id. Then, in any order: "@source", "=alias",
 * ">upstream", "~date" (modified), "!" (withdrawn), "^severity", "*vector",
 * "&reference", "\"title" and "'details" ("_" is a blank, "|" a line's end).
 * A word with "/" that begins with a letter starts an affected package, to
 * which belong: "[from,fixed)", "[from,last]", "[from,)", "==version",
 * "?status", "#src", "#pending", "%severity/source", "+arch,arch", "|module",
 * "$vector".
 */
#pragma once

#include "base/arena.h"
#include "model/advisory.h"
#include "vulndb/builder.h"
#include "vulndb/vulndb.h"

/* A path for a database, in a directory of its own; sample_done() removes it. */
struct sample {
    struct arena *arena;
    char *directory, *path;
    struct vulndb_builder *builder;
    struct vulndb *db;
    struct vulndb_reader *reader;
    struct vulndb_build_stats stats;
};

void sample_init(struct sample *sample);
void sample_done(struct sample *sample);

/* Reads one line; fails the test when it is none. */
struct advisory sample_advisory(struct arena *arena, struct view line);
/* Adds an advisory for each line of `text`. */
void sample_add(struct sample *sample, const char *text);
/* Writes the database and opens it. */
void sample_build(struct sample *sample);

/* What the database says of "debian:12/openssl": a line for each statement, in
 * the words of the input, with the ids of its vulnerabilities behind ":". */
struct view sample_statements(struct sample *sample, const char *package);
