#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 16,
    FIRST_BLOCK = 4096,
    LARGEST_BLOCK = 8 << 20, /* growth stops doubling here */
    LARGE_BLOCK = 4 << 20,   /* from here on pages are asked for at once */
    LARGEST_PAGE = 64 << 10, /* of any processor */
};

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *blocks; /* newest first */
    size_t limit, total, next_size;
    int failed;
};

struct arena *arena_new(size_t limit)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (!arena)
        return NULL;
    arena->limit = limit;
    arena->next_size = FIRST_BLOCK;
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *kept = arena->blocks;

    arena->total = 0;
    arena->failed = 0;
    if (!kept)
        return;
    free_blocks(kept->next);
    kept->next = NULL;
    kept->used = 0;
    arena->total = kept->size;
}

void arena_settle(struct arena *arena)
{
    struct block *block = arena->blocks;
    uintptr_t start, end;

    if (!block)
        return;
    start =
        ((uintptr_t)block->bytes + block->used + LARGEST_PAGE - 1) & ~(uintptr_t)(LARGEST_PAGE - 1);
    end = ((uintptr_t)block->bytes + block->size) & ~(uintptr_t)(LARGEST_PAGE - 1);
    if (end > start)
        madvise((void *)start, end - start, MADV_DONTNEED);
}

/* Faults page by page were a tenth and more of the time of whoever fills an
 * arena. Huge pages would be fewer still, but the kernel may stop to make them.
 * Advice: what becomes of it does not matter. */
static void ask_for_pages(struct block *block, size_t size)
{
    uintptr_t start = ((uintptr_t)block + LARGEST_PAGE - 1) & ~(uintptr_t)(LARGEST_PAGE - 1);
    uintptr_t end = ((uintptr_t)block + size) & ~(uintptr_t)(LARGEST_PAGE - 1);

    if (end > start)
        madvise((void *)start, end - start, MADV_POPULATE_WRITE);
}

static struct block *add_block(struct arena *arena, size_t need)
{
    size_t size = need > arena->next_size ? need : arena->next_size;
    struct block *block;

    if (arena->total + size > arena->limit)
        size = need;
    if (need > arena->limit || arena->total > arena->limit - need) {
        arena->failed = ERROR_LIMIT;
        return NULL;
    }
    block = malloc(sizeof(*block) + size);
    if (!block) {
        arena->failed = ERROR_MEMORY;
        return NULL;
    }
    if (size >= LARGE_BLOCK)
        ask_for_pages(block, sizeof(*block) + size);
    block->size = size;
    block->used = 0;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->total += size;
    if (arena->next_size < LARGEST_BLOCK)
        arena->next_size *= 2;
    return block;
}

static void *allocate(struct arena *arena, size_t size)
{
    struct block *block = arena->blocks;
    size_t rounded;
    void *room;

    if (arena->failed)
        return NULL;
    if (__builtin_add_overflow(size, ALIGNMENT - 1, &rounded)) {
        arena->failed = ERROR_LIMIT;
        return NULL;
    }
    rounded &= ~(size_t)(ALIGNMENT - 1);
    if (!block || block->size - block->used < rounded)
        block = add_block(arena, rounded);
    if (!block)
        return NULL;
    room = block->bytes + block->used;
    block->used += rounded;
    return room;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *room = allocate(arena, size);

    return room ? memset(room, 0, size) : NULL;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        arena->failed = ERROR_LIMIT;
        return NULL;
    }
    return arena_alloc(arena, bytes);
}

struct view arena_copy(struct arena *arena, struct view bytes)
{
    char *room = bytes.len ? allocate(arena, bytes.len) : NULL;

    if (!room)
        return VIEW_EMPTY;
    memcpy(room, bytes.ptr, bytes.len);
    return view_from(room, bytes.len);
}

char *arena_cstr(struct arena *arena, struct view bytes)
{
    char *room = allocate(arena, bytes.len + 1);

    if (!room)
        return NULL;
    if (bytes.len)
        memcpy(room, bytes.ptr, bytes.len);
    room[bytes.len] = '\0';
    return room;
}

struct view arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    char *room = NULL;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0)
        room = allocate(arena, (size_t)len + 1);
    if (room)
        vsnprintf(room, (size_t)len + 1, format, again);
    va_end(again);
    return room ? view_from(room, (size_t)len) : VIEW_EMPTY;
}

void *arena_push(struct arena *arena, void *array, size_t *count, size_t size)
{
    void **items = array;
    bool full = (*count & (*count - 1)) == 0; /* 0 and the powers of two */

    if (full) {
        void *grown = arena_array(arena, *count ? *count * 2 : 1, size);

        if (!grown)
            return NULL;
        if (*count)
            memcpy(grown, *items, *count * size);
        *items = grown;
    }
    return memset((char *)*items + (*count)++ * size, 0, size);
}

size_t arena_used(const struct arena *arena)
{
    return arena->total;
}

int arena_failed(const struct arena *arena, const char *what, struct error *err)
{
    if (!arena->failed)
        return 0;
    if (arena->failed == ERROR_MEMORY)
        return error_memory(err);
    return error_set(err, ERROR_LIMIT, "%s needs more than %zu bytes", what, arena->limit);
}
