/* A growing byte buffer with a maximum.
 *
 * The maximum is given at init and never exceeded: an append that would
 * exceed it, or that finds no memory, leaves the buffer as it was and makes
 * it sticky-failed, so a run of appends is checked once with buf_failed().
 * The bytes are owned by the buffer until buf_done() or buf_take().
 */
#pragma once

#include <stdarg.h>

#include "base/error.h"
#include "base/view.h"

struct buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max;
    int failed; /* 0, ERROR_LIMIT or ERROR_MEMORY */
};

#define BUF_INIT(limit) ((struct buf){NULL, 0, 0, (limit), 0})

void buf_done(struct buf *b);
void buf_reset(struct buf *b); /* empties it and forgets the failure; keeps the memory */

/* Room for `extra` more bytes at ptr + len, or NULL; then add to len. */
char *buf_reserve(struct buf *b, size_t extra);
void buf_add(struct buf *b, struct view bytes);
void buf_add_char(struct buf *b, char c);
void buf_add_str(struct buf *b, const char *string);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Little-endian integers and the length-prefixed bytes that a cursor reads back. */
void buf_add_u8(struct buf *b, uint8_t value);
void buf_add_u16(struct buf *b, uint16_t value);
void buf_add_u32(struct buf *b, uint32_t value);
void buf_add_u64(struct buf *b, uint64_t value);
void buf_add_varint(struct buf *b, uint64_t value);   /* LEB128, at most 10 bytes */
void buf_add_bytes(struct buf *b, struct view bytes); /* varint length, then the bytes */

struct view buf_view(const struct buf *b);
/* The text with a NUL behind it (not counted in len), or "" when failed. */
const char *buf_cstr(struct buf *b);
/* 0, or the failure as an error that names `what`. */
int buf_failed(const struct buf *b, const char *what, struct error *err);
