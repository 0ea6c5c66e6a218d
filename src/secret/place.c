#include "secret/place.h"

typedef unsigned char lanes __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

enum { LANES = 16, FLUSH = 255 }; /* adds until a lane could overflow */

static uint64_t sum_lanes(lanes counts)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < LANES; i++)
        sum += counts[i];
    return sum;
}

static bool counts_as(unsigned char byte, bool newlines)
{
    return newlines ? byte == '\n' : (byte & 0xc0) != 0x80;
}

/* Newlines, or bytes that begin a code point. */
static uint64_t count(struct view bytes, bool newlines)
{
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    size_t left = bytes.len;
    uint64_t sum = 0;

    while (left >= LANES) {
        lanes counts = {0};

        for (size_t i = 0; i < FLUSH && left >= LANES; i++, at += LANES, left -= LANES) {
            lanes v;

            memcpy(&v, at, sizeof(v));
            /* A comparison gives 255 for true: subtracting it adds one. */
            counts -= newlines ? (lanes)(v == '\n') : (lanes)((v & 0xc0) != 0x80);
        }
        sum += sum_lanes(counts);
    }
    for (; left; at++, left--)
        sum += counts_as(*at, newlines);
    return sum;
}

static uint32_t add_clamped(uint32_t to, uint64_t more)
{
    return more > UINT32_MAX - to ? UINT32_MAX : to + (uint32_t)more;
}

void place_advance(struct place *place, struct view bytes)
{
    uint64_t lines = count(bytes, true);

    if (lines) {
        const char *last = memrchr(bytes.ptr, '\n', bytes.len);

        place->line = add_clamped(place->line, lines);
        place->column = 1;
        bytes = view_sub(bytes, (size_t)(last - bytes.ptr) + 1, bytes.len);
    }
    place->column = add_clamped(place->column, count(bytes, false));
}
