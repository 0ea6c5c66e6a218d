/* What an analyser found in a package database, in a compact form: packages,
 * and notes about what had to be skipped.
 *
 * A package is added whole or not at all, so that a list that reached its
 * limit still holds what came before. Its key (name, version, architecture)
 * stands first and can be read alone; its files stand last and are decoded
 * only by who wants them (inventory/file-list.h).
 *
 * The reader trusts nothing. Its views point into the bytes of the list.
 */
#pragma once

#include "base/buf.h"
#include "base/cursor.h"
#include "model/package.h"

enum {
    PACKAGE_LIST_LIMIT = 64 << 20,       /* bytes of one list */
    PACKAGE_LIST_FIELD_LIMIT = 64 << 10, /* bytes of one field; longer ones are cut */
    PACKAGE_LIST_NOTES_LIMIT = 16,       /* notes of one list; then one that counts */
};

/* Empty views: the database does not say; for source_name and source_version
 * that they equal name and version. */
struct package_entry {
    struct view name, version, arch;
    struct view source_name, source_version;
    struct view license, maintainer, vendor, modularity;
    struct view files; /* a file list; may be empty */
};

/* What is written: a buffer, and how many notes went into it. */
struct package_list {
    struct buf *to;
    size_t note_count;
};

void package_list_add(struct package_list *list, const struct package_entry *entry);
/* A translated, printable line. */
void package_list_note(struct package_list *list, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds the count of the notes that were too many. Call once, at the end. */
void package_list_end(struct package_list *list);

enum package_list_item {
    PACKAGE_LIST_BROKEN = -1,
    PACKAGE_LIST_END,
    PACKAGE_LIST_PACKAGE,
    PACKAGE_LIST_NOTE,
};

struct package_list_reader {
    struct cursor cursor;
    struct view key;  /* of the package just read: name, version and architecture as encoded */
    struct view text; /* of the package, without its files; or of the note */
    struct view files;
};

struct package_list_reader package_list_read(struct view bytes);
enum package_list_item package_list_next(struct package_list_reader *reader);
/* The fields of a text that package_list_next() gave, or of a copy of it. */
bool package_list_fields(struct view text, struct package_entry *ret);
