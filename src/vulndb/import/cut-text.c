#include "vulndb/import/cut-text.h"

struct view cut_text(struct view text, size_t size)
{
    struct view kept = view_sub(text, 0, size);

    while (kept.len && kept.len < text.len && ((unsigned char)text.ptr[kept.len] & 0xc0) == 0x80)
        kept.len--;
    return kept;
}
