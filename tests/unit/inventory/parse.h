/* What the tests of analysers share: run one, and compare its packages. */
#pragma once

#include "test.h"

#include "inventory/analyser.h"
#include "inventory/package-list.h"

enum { PARSE_LIMIT = 16 << 20 };

/* Runs the analyser; the payload lives until the next call. */
struct view parse(const struct analyser *analyser, const char *path, struct view content, int *ret,
                  struct error *err);

/* The list as text: a line "name|version|arch|source|source version" for each
 * package, with empty fields where the database says nothing, and "!note" for
 * each note. Lives until the next call. */
const char *packages_text(struct view payload);
