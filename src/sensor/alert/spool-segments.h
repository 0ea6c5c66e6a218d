/* The segments of a spool on disk, oldest first; the last may be open for writing. */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "sensor/alert/spool-record.h"

enum { SPOOL_MAGIC_SIZE = 8, SPOOL_SEGMENTS = 4096 };

struct spool_segment {
    uint64_t first, end; /* sequences of its first record, and behind its last */
    uint64_t size;       /* bytes */
    bool dirty;          /* not yet on the disk itself */
};

struct spool_segments {
    int directory;
    struct spool_segment *all;
    size_t count, room;
    uint64_t bytes;
    int write_fd; /* of the last; -1: none is open */
    int read_fd;  /* of the segment that begins with `read_first`; -1 */
    uint64_t read_first;
};

/* Lists the segments of the directory, which it takes over. Those without a whole record
 * are removed. */
int spool_segments_open(int directory, struct spool_segments *ret, struct error *err);
void spool_segments_done(struct spool_segments *segments);

/* Appends records that are encoded already, in one write; what could not be written
 * whole is taken back. Begins a new segment where `segment_limit` is passed. */
int spool_segments_append(struct spool_segments *segments, uint64_t sequence, struct view record,
                          uint64_t segment_limit, struct error *err);
/* Removes the oldest. */
void spool_segments_drop(struct spool_segments *segments);
/* The first whole record at or behind `offset` of the index-th segment, its bytes appended
 * to `to`. 1: there is one; 0: none; negative: it can't be opened now. */
int spool_segments_read(struct spool_segments *segments, size_t index, uint64_t offset,
                        struct buf *to, struct spool_record *ret);
/* Opens a dirty segment, which is clean then, for syncing; -1: there is none. */
int spool_segments_take_dirty(struct spool_segments *segments);
