#include "secret/mask.h"

#include <math.h>

enum { UNGUESSABLE_BITS = 80 };

struct view mask_secret(struct view secret, bool guessable, char to[static MASK_SIZE])
{
    size_t shown = guessable ? 0 : secret.len / 4;
    size_t head = shown < MASK_HEAD_LIMIT ? shown : MASK_HEAD_LIMIT;
    size_t tail = shown - head < MASK_TAIL_LIMIT ? shown - head : MASK_TAIL_LIMIT;
    size_t len = 0;

    for (size_t i = 0; i < head; i++)
        to[len++] = secret.ptr[i];
    for (size_t i = 0; i < MASK_STARS; i++)
        to[len++] = '*';
    for (size_t i = 0; i < tail; i++)
        to[len++] = secret.ptr[secret.len - tail + i];
    for (size_t i = 0; i < len; i++)
        if (to[i] < ' ' || to[i] > '~')
            to[i] = '*';
    to[len] = '\0';
    return view_from(to, len);
}

double mask_entropy(struct view bytes)
{
    unsigned counts[256] = {0};
    double sum = 0;

    for (size_t i = 0; i < bytes.len; i++)
        counts[(unsigned char)bytes.ptr[i]]++;
    for (size_t i = 0; i < 256; i++)
        if (counts[i])
            sum += counts[i] * log2(counts[i]);
    return bytes.len ? log2((double)bytes.len) - sum / (double)bytes.len : 0;
}

bool mask_is_unguessable(struct view secret)
{
    size_t shown = MASK_HEAD_LIMIT + MASK_TAIL_LIMIT;

    if (secret.len <= shown)
        return false;
    return mask_entropy(secret) * (double)(secret.len - shown) >= UNGUESSABLE_BITS;
}
