#include "sensor/container/image-name.h"

enum { DIGEST_DIGITS = 64 };

bool image_name_is_id(struct view text)
{
    struct view digits = view_strip_prefix(text, VIEW("sha256:"));

    if (digits.len != DIGEST_DIGITS)
        return false;
    for (size_t i = 0; i < digits.len; i++)
        if (!memchr("0123456789abcdef", digits.ptr[i], 16))
            return false;
    return true;
}

struct image_name image_name_split(struct view text)
{
    struct image_name name = {0};
    ptrdiff_t at = view_find(text, '@'), slash, colon;

    if (image_name_is_id(text))
        return name;
    if (at >= 0) {
        name.digest = view_sub(text, (size_t)at + 1, text.len);
        text = view_sub(text, 0, (size_t)at);
    }
    name.repository = text;
    slash = view_rfind(text, '/');
    colon = view_rfind(text, ':');
    if (colon > slash) {
        name.tag = view_sub(text, (size_t)colon + 1, text.len);
        name.repository = view_sub(text, 0, (size_t)colon);
    } else if (text.len && name.digest.len == 0) {
        name.tag = VIEW("latest");
    }
    return name;
}
