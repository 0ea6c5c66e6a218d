/* The list of advisory sources that a database is made from.
 *
 * It is a small text file (docs/formats/sources.md describes it for people):
 *
 *     # Alpine's fix lists, one document for each branch and repository
 *     [source alpine]
 *     type = alpine-secdb
 *     items = v3.20/main v3.20/community
 *     url = https://secdb.alpinelinux.org/${item}.json
 *     mirror = alpine/${item}.json
 *
 * The program carries a default list (content/sources.conf). A mirror, given
 * by the caller, replaces the public locations: a source with a `mirror` key
 * is then fetched from MIRROR/that path, where MIRROR is an http(s) URL or a
 * directory. A source without one keeps its `url` or `path`, in which
 * ${mirror} may stand.
 *
 * A source_list owns all text in it.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "vulndb/import/importer.h"

enum {
    SOURCES_FILE_LIMIT = 1 << 20, /* bytes */
    SOURCES_LIMIT = 4096,         /* sources after items were expanded */
};

struct source {
    const char *name;                /* "alpine/v3.20/main": section, then item */
    const struct importer *importer; /* NULL: what the content tells */
    const char *url;                 /* or NULL */
    const char *path;                /* a file or directory, or NULL; one of the two is set */
    bool optional;                   /* its absence or failure doesn't fail an update */
};

struct source_list;

/* `mirror` may be NULL. Disabled sources are left out. */
int source_list_default(const char *mirror, struct source_list **ret, struct error *err);
int source_list_read(const char *path, const char *mirror, struct source_list **ret,
                     struct error *err);
/* `directory`: what relative paths are relative to; NULL: they are refused. */
int source_list_parse(struct view text, const char *directory, const char *mirror,
                      struct source_list **ret, struct error *err);
/* Each path a source, named by its last component. */
int source_list_of_paths(const char *const *paths, size_t count, struct source_list **ret,
                         struct error *err);
void source_list_free(struct source_list *list);
DEFINE_CLEANUP(struct source_list, source_list_free)

size_t source_list_count(const struct source_list *list);
const struct source *source_list_at(const struct source_list *list, size_t i);

/* The text of the list that the program carries, as a starting point for a
 * user's own. */
struct view source_list_default_text(void);
