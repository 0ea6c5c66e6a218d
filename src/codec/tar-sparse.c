#include "codec/tar-sparse.h"

#include <stdlib.h>

#include "codec/tar-header.h"

enum { FIRST_CAPACITY = 64 };

void tar_sparse_done(struct tar_sparse *sparse)
{
    free(sparse->fragments);
    *sparse = (struct tar_sparse){0};
}

void tar_sparse_reset(struct tar_sparse *sparse)
{
    sparse->count = 0;
    sparse->have_offset = false;
}

static int grow(struct tar_sparse *sparse, struct error *err)
{
    size_t capacity = sparse->capacity ? 2 * sparse->capacity : FIRST_CAPACITY;
    struct tar_fragment *fragments =
        reallocarray(sparse->fragments, capacity, sizeof(*sparse->fragments));

    if (!fragments)
        return error_memory(err);
    sparse->fragments = fragments;
    sparse->capacity = capacity;
    return 0;
}

int tar_sparse_add(struct tar_sparse *sparse, uint64_t offset, uint64_t length, struct error *err)
{
    int r = 0;

    if (sparse->count == TAR_FRAGMENTS_LIMIT)
        return error_set(err, ERROR_LIMIT, "a sparse file has more than %d fragments",
                         TAR_FRAGMENTS_LIMIT);
    if (sparse->count == sparse->capacity)
        r = grow(sparse, err);
    if (r < 0)
        return r;
    sparse->fragments[sparse->count++] = (struct tar_fragment){offset, length};
    return 0;
}

int tar_sparse_add_number(struct tar_sparse *sparse, uint64_t number, struct error *err)
{
    if (!sparse->have_offset) {
        sparse->offset = number;
        sparse->have_offset = true;
        return 0;
    }
    sparse->have_offset = false;
    return tar_sparse_add(sparse, sparse->offset, number, err);
}

int tar_sparse_add_fields(struct tar_sparse *sparse, struct view fields, struct error *err)
{
    while (fields.len >= TAR_GNU_FRAGMENT_SIZE && fields.ptr[0] != '\0') {
        int64_t offset, length;
        int r;

        if (!tar_number(view_sub(fields, 0, TAR_GNU_FRAGMENT_SIZE / 2), &offset) ||
            !tar_number(view_sub(fields, TAR_GNU_FRAGMENT_SIZE / 2, TAR_GNU_FRAGMENT_SIZE / 2),
                        &length) ||
            offset < 0 || length < 0)
            return error_set(err, ERROR_INPUT, "the map of a sparse file is malformed");
        r = tar_sparse_add(sparse, (uint64_t)offset, (uint64_t)length, err);
        if (r < 0)
            return r;
        fields = view_sub(fields, TAR_GNU_FRAGMENT_SIZE, fields.len);
    }
    return 0;
}

bool tar_sparse_fits(const struct tar_sparse *sparse, uint64_t real_size, uint64_t stored)
{
    uint64_t end = 0, sum = 0;

    if (sparse->have_offset)
        return false;
    for (size_t i = 0; i < sparse->count; i++) {
        const struct tar_fragment *f = &sparse->fragments[i];

        if (f->offset < end || __builtin_add_overflow(f->offset, f->length, &end) ||
            end > real_size)
            return false;
        sum += f->length; /* at most `end` */
    }
    return sum == stored;
}
