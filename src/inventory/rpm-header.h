/* rpm headers as the databases keep them, one a package ("rpm package format",
 * header structure): the number of index entries and the bytes of data, both
 * big-endian; the entries {tag, type, offset, count}; the data. The magic that
 * stands before a header in package files is not there.
 *
 * Versions are "epoch:version-release", without the epoch when it is 0. The
 * source package's name and version are taken from SOURCERPM, which lacks the
 * epoch: packages made from one spec file share it unless one says otherwise.
 */
#pragma once

#include "inventory/file-list.h"
#include "inventory/package-list.h"

enum {
    RPM_HEADER_ENTRIES_LIMIT = 0xffff, /* as rpm has it */
    RPM_HEADER_DATA_LIMIT = 0x0fffffff,
};

/* What a reader of an rpm database needs: where packages go, and scratch. */
struct rpm_reader {
    struct package_list list;
    struct file_list files;
    struct buf evr;
};

void rpm_reader_init(struct rpm_reader *reader, struct buf *payload);
void rpm_reader_done(struct rpm_reader *reader);

/* Adds the package that the header describes; nothing for gpg-pubkey entries,
 * which are keys. */
int rpm_reader_add(struct rpm_reader *reader, struct view blob, struct error *err);
/* The same, but a bad header is skipped with a note that says which. */
void rpm_reader_add_or_note(struct rpm_reader *reader, struct view blob, uint32_t number);

/* "openssl-3.0.7-16.el9.src.rpm" -> "openssl", "3.0.7-16.el9"; false otherwise. */
bool rpm_split_source(struct view source_rpm, struct view *ret_name, struct view *ret_version);
