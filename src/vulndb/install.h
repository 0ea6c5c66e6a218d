/* A database file as a whole: copied out, and put into its place.
 *
 * Both ways the copy is made beside its destination, checked as vulndb_open()
 * checks a file, synced, and renamed over what was there.
 */
#pragma once

#include "base/error.h"

/* Whether the file begins as a database does; its content may still be bad. */
bool vulndb_looks_installed(const char *path);

/* Copies the database at `from` to `to`. ERROR_INPUT when it is damaged; what
 * stood at `to` is then still there. */
int vulndb_install(const char *from, const char *to, struct error *err);
