/* The inside of a scanner: what its parts share. Only secret/ includes this. */
#pragma once

#include "base/buf.h"
#include "secret/candidates.h"
#include "secret/confirm.h"
#include "secret/file-kind.h"
#include "secret/secret.h"
#include "secret/utf16.h"

enum {
    ARCHIVE_BUFFER_LIMIT = 256 << 20, /* bytes of an archive that comes in pieces */
    SCANNER_PATH_LIMIT = 8 << 10,     /* bytes of a path with its way through archives */
};

/* A file, while it is being read. */
struct file_state {
    struct view path;
    struct secret_file is; /* once `known`: scanner_file() asks for it */
    bool known;
    struct view start; /* its first bytes, while they are there */
    bool begun;        /* they have been seen */
    bool archive;      /* `archived` gathers it */
    enum utf16_order utf16;
    struct utf16_rest rest;
    struct buf archived;
    /* The end of what came so far: of it, what begins before `owned` has been
     * looked at; the bytes before that are there to be seen by what follows. */
    struct buf pending;
    size_t owned;
    uint64_t offset;    /* of the pending bytes in the file */
    struct place place; /* of the first of them */
};

/* What a rule has had of the window that is being scanned. */
struct rule_state {
    uint32_t window;
    uint32_t tried, dear;
    size_t done; /* nothing that begins before this is of interest any more */
};

struct secret_scanner {
    const struct secret_rules *set;
    struct secret_options options;
    hs_scratch_t *scratch;
    struct confirm *confirm;
    struct candidates found;
    struct rule_state *states;
    uint32_t windows, spaces;
    uint64_t bytes, decoded, unpacked;
    unsigned archive_depth;                      /* of the file that is being read */
    struct buf text;                             /* UTF-16 as UTF-8 */
    struct buf decodes[SECRET_DECODE_DEPTH + 6]; /* decoded text, by depth */
    struct file_state *file;
    struct file_state outer; /* of files that are in no archive */
    char *path_copy;
};

/* A text that is scanned at once. */
struct window {
    struct secret_scanner *scanner;
    struct view bytes;
    size_t own_from, own_to; /* where matches that count begin */
    uint64_t base;           /* of the bytes in their space */
    uint32_t space;
    struct place start;    /* of the first byte */
    unsigned depth;        /* of decoding */
    struct view encoding;  /* the way to here; empty for a file's own bytes */
    struct place from, to; /* with an encoding: where the encoded text stands */
    /* How far places have been counted. */
    size_t counted;
    struct place counted_place;
};

void window_scan(struct window *window);

/* A file inside the one that is being read, whose state comes back with
 * scanner_leave(). `state` is the caller's; the path must stay meanwhile. */
struct file_state *scanner_enter(struct secret_scanner *scanner, struct file_state *state,
                                 struct view path);
void scanner_leave(struct secret_scanner *scanner, struct file_state *before);
void scanner_add(struct secret_scanner *scanner, struct view bytes);
void scanner_whole(struct secret_scanner *scanner, struct view bytes);
void scanner_finish(struct secret_scanner *scanner);
/* What its name and first bytes say of the file that is being read. */
const struct secret_file *scanner_file(struct secret_scanner *scanner);
void scanner_tell(struct secret_scanner *scanner, const struct error *why);

/* The bytes begin an archive or compressed file that archive_scan() opens. */
bool archive_is(struct view start);
/* False when it can't be opened as one after all: it is to be scanned as it is. */
bool archive_scan(struct secret_scanner *scanner, struct view bytes);
