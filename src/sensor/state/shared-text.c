#include "sensor/state/shared-text.h"

#include <stdlib.h>

struct shared_text *shared_text_new(struct view text, size_t *account)
{
    struct shared_text *shared = malloc(sizeof(*shared) + text.len);

    if (!shared)
        return NULL;
    *shared = (struct shared_text){.references = 1, .account = account, .len = text.len};
    if (text.len)
        memcpy(shared->bytes, text.ptr, text.len);
    if (account)
        *account += sizeof(*shared) + text.len;
    return shared;
}

struct shared_text *shared_text_ref(struct shared_text *text)
{
    if (text)
        text->references++;
    return text;
}

void shared_text_unref(struct shared_text *text)
{
    if (!text || --text->references > 0)
        return;
    if (text->account)
        *text->account -= sizeof(*text) + text->len;
    free(text);
}

struct view shared_text_view(const struct shared_text *text)
{
    return text ? view_from(text->bytes, text->len) : VIEW_EMPTY;
}
