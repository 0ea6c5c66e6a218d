/* Replacements of parts of a text, gathered in any order and made at once. */
#pragma once

#include "base/buf.h"
#include "codec/document-layout.h"

struct document_patch {
    size_t start, end; /* what is replaced; equal: an insertion */
    size_t number;     /* of those at one place the first gathered comes first */
    struct view text;
};

struct document_patches {
    struct document_patch *list;
    size_t count;
};

int document_patch_add(struct document_patches *patches, size_t start, size_t end, struct view text,
                       struct arena *arena, struct error *err);
/* ERROR_UNSUPPORTED when two replace the same bytes. */
int document_patch_apply(struct document_patches *patches, struct view text, struct arena *arena,
                         struct view *ret, struct error *err);
