/* Writes a tar (pax where a name needs it) to a descriptor, entry by entry.
 *
 * Used to hand files of a tree to a worker in the form in which layers come.
 * Owner, times and extended attributes are not written. Written in blocks; what
 * is not finished is not whole.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "codec/tar.h"

struct tar_writer;

/* `fd` stays the caller's. */
int tar_writer_new(int fd, struct tar_writer **ret, struct error *err);
void tar_writer_free(struct tar_writer *writer);
DEFINE_CLEANUP(struct tar_writer, tar_writer_free)

/* `path` in normal form, `link` for links, both without NUL bytes; `size` for files. */
int tar_writer_entry(struct tar_writer *writer, enum tar_type type, struct view path,
                     struct view link, uint32_t mode, uint64_t size, struct error *err);
/* The next bytes of the entry's body. Too few are filled up with zero bytes,
 * too many are cut. */
int tar_writer_body(struct tar_writer *writer, struct view bytes, struct error *err);
/* The end of the archive. */
int tar_writer_finish(struct tar_writer *writer, struct error *err);
