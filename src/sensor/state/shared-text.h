/* A text that several look at, and that goes away with the last of them. */
#pragma once

#include "base/view.h"

struct shared_text {
    uint32_t references;
    size_t *account; /* where its bytes are counted; NULL: nowhere */
    size_t len;
    char bytes[];
};

struct shared_text *shared_text_new(struct view text, size_t *account); /* NULL without memory */
struct shared_text *shared_text_ref(struct shared_text *text);          /* NULL is fine */
void shared_text_unref(struct shared_text *text);
/* Empty for NULL. */
struct view shared_text_view(const struct shared_text *text);
