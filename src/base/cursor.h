/* A cursor over untrusted bytes, with sticky errors.
 *
 * Reads never go past the end. The first read that would sets `failed`; from
 * then on every read gives zero or the empty view, so that a parser reads a
 * whole record and checks once. `at` stays at the failing place.
 */
#pragma once

#include "base/view.h"

struct cursor {
    struct view bytes;
    size_t at;
    bool failed;
};

static inline struct cursor cursor_of(struct view bytes)
{
    return (struct cursor){bytes, 0, false};
}

size_t cursor_left(const struct cursor *c); /* 0 once failed */
bool cursor_at_end(const struct cursor *c); /* everything read and nothing failed */
void cursor_fail(struct cursor *c);

struct view cursor_take(struct cursor *c, size_t len);
void cursor_skip(struct cursor *c, size_t len);
void cursor_seek(struct cursor *c, size_t at);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c); /* little-endian */
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
uint16_t cursor_u16be(struct cursor *c);
uint32_t cursor_u32be(struct cursor *c);
uint64_t cursor_u64be(struct cursor *c);
uint64_t cursor_varint(struct cursor *c);   /* LEB128; over 64 bits fails */
struct view cursor_bytes(struct cursor *c); /* varint length, then the bytes */
/* A varint that must be at most `max`: for counts and enums. */
uint64_t cursor_count(struct cursor *c, uint64_t max);
