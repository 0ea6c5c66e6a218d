/* A file of HTTP headers, "Name: value" a line, for secrets that must not stand on a
 * command line. Empty lines and those that begin with '#' are passed over. */
#pragma once

#include "base/arena.h"
#include "net/http.h"

enum { HEADER_FILE_LIMIT = 64 << 10, HEADER_FILE_COUNT = 32 };

/* Strings in `arena`. At most HEADER_FILE_COUNT. Messages never hold a value. */
int header_file_read(const char *path, struct arena *arena, struct http_header *ret,
                     size_t *ret_count, struct error *err);
/* The same of the text of such a file. */
int header_file_parse(struct view text, struct arena *arena, struct http_header *ret,
                      size_t *ret_count, struct error *err);
