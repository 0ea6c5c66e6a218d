#include "codec/stream-input.h"

#include <inttypes.h>

int stream_input_fill(struct stream_input *input, struct error *err)
{
    int r;

    if (input->left.len || input->ended)
        return 0;
    r = stream_next(input->source, &input->left, err);
    if (r < 0)
        return r;
    input->ended = input->left.len == 0;
    return 0;
}

void stream_input_advance(struct stream_input *input, size_t count)
{
    input->left = view_sub(input->left, count, input->left.len);
    input->offset += count;
}

int stream_input_skip(struct stream_input *input, uint64_t count, struct error *err)
{
    while (count > 0 && !input->ended) {
        size_t here = count < input->left.len ? (size_t)count : input->left.len;
        uint64_t skipped = 0;
        int r = 0;

        stream_input_advance(input, here);
        count -= here;
        if (count > 0)
            r = stream_skip(input->source, count, &skipped, err);
        input->offset += skipped;
        count -= skipped;
        if (r >= 0 && count > 0)
            r = stream_input_fill(input, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static size_t leading_zeros(struct view bytes)
{
    size_t count = 0;

    while (count < bytes.len && bytes.ptr[count] == '\0')
        count++;
    return count;
}

int stream_input_at_end(struct stream_input *input, const char *format, struct error *err)
{
    bool padding = false;

    for (;;) {
        int r = stream_input_fill(input, err);
        size_t zeros;

        if (r < 0)
            return r;
        if (input->ended)
            return 1;
        zeros = leading_zeros(input->left);
        padding |= zeros > 0;
        stream_input_advance(input, zeros);
        if (input->left.len)
            break;
    }
    if (!padding)
        return 0;
    return error_set(err, ERROR_INPUT, "%s: bytes that are not padding at byte %" PRIu64, format,
                     input->offset);
}
