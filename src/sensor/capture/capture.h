/* Capture files: events as they came, to be judged again later.
 *
 * docs/formats/capture.md is the format: a header with the version and the host;
 * then blocks of records (abi/event.h), each block zstd-compressed, with its count,
 * first and last time, and a checksum, so that a file that was cut off (power,
 * kill -9, a full disk) reads up to its last whole block, and says so. Metadata that
 * rules read (containers, names of users, addresses of names), and what was lost,
 * stand in the stream before the events that need them, so a replay needs nothing
 * else. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/abi/event.h"

enum {
    CAPTURE_VERSION = 1,
    CAPTURE_BLOCK_SIZE = 256 * 1024,   /* bytes of records before compression */
    CAPTURE_BLOCK_LIMIT = 1024 * 1024, /* of a block that is read */
};

/* ---- Writing ---- */

struct capture_writer;

/* Takes ownership of the descriptor, on failure too. `limit`: bytes that the file
 * never exceeds: the block that would makes capture_write() say ERROR_LIMIT; 0: none. */
int capture_writer_new(int fd, const struct sensor_host *host, struct view host_name,
                       uint64_t limit, struct capture_writer **ret, struct error *err);
/* Errors are final: what was written before stays whole and is the file. */
int capture_write(struct capture_writer *writer, const struct sensor_event *event,
                  struct error *err);
/* Ends the block that is begun; the file is whole afterwards. */
int capture_flush(struct capture_writer *writer, struct error *err);
uint64_t capture_written(const struct capture_writer *writer); /* bytes of the file */
/* Events of the kernel in the file; names and containers are none. */
uint64_t capture_events(const struct capture_writer *writer);
void capture_writer_free(struct capture_writer *writer); /* flushes as well as it can */
DEFINE_CLEANUP(struct capture_writer, capture_writer_free)

/* ---- Reading ---- */

struct capture_reader;

/* Takes ownership of the descriptor, on failure too; it need not be seekable.
 * ERROR_INPUT: not a capture file; ERROR_UNSUPPORTED: of a later version. */
int capture_reader_new(int fd, struct capture_reader **ret, struct error *err);
/* The next record, checked (abi/record.h), valid until the next call. 1: there is
 * one; 0: the end; negative: what is wrong, with the block and the offset, and final. */
int capture_read(struct capture_reader *reader, const struct sensor_event **ret, struct error *err);
/* The file ended within a block: what could be read was read. */
bool capture_was_cut(const struct capture_reader *reader);
const struct sensor_host *capture_host(const struct capture_reader *reader, struct view *ret_name);
void capture_reader_free(struct capture_reader *reader);
DEFINE_CLEANUP(struct capture_reader, capture_reader_free)
