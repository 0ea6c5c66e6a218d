#include "sensor/alert/printable.h"

#include "base/error.h"
#include "codec/utf8.h"

void printable_add(struct buf *to, struct view text)
{
    char *start = buf_reserve(to, text.len + 1);

    if (!start || text.len == 0)
        return;
    memcpy(start, text.ptr, text.len);
    start[text.len] = '\0';
    for (char *nul = start; (nul = memchr(nul, '\0', text.len - (size_t)(nul - start)));)
        *nul = '?';
    error_make_printable(start);
    to->len += text.len;
}

static uint32_t code_point(struct view sequence)
{
    static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (uint8_t)sequence.ptr[0] & lead_bits[sequence.len];

    for (size_t i = 1; i < sequence.len; i++)
        code = code << 6 | ((uint8_t)sequence.ptr[i] & 0x3f);
    return code;
}

/* Characters that a terminal, or who lays out text, obeys instead of showing. */
static bool is_steering(uint32_t code)
{
    static const struct {
        uint16_t first, last;
    } ranges[] = {
        {0x80, 0x9f},     /* C1 controls */
        {0x61c, 0x61c},   /* Arabic letter mark */
        {0x200b, 0x200f}, /* zero width, direction marks */
        {0x2028, 0x202e}, /* separators, embeddings, overrides */
        {0x2060, 0x206f}, /* invisible operators, isolates */
        {0xfeff, 0xfeff}, /* byte order mark */
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

void printable_add_json(struct buf *to, struct view json)
{
    size_t plain = 0;

    while (plain < json.len) {
        struct view rest = view_sub(json, plain, json.len);
        size_t length = (uint8_t)rest.ptr[0] < 0x80 ? 1 : utf8_length(rest);
        uint32_t code = length > 1 ? code_point(view_sub(rest, 0, length)) : 0;

        if (!is_steering(code)) {
            plain += length ? length : 1;
            continue;
        }
        buf_add(to, view_sub(json, 0, plain));
        buf_addf(to, "\\u%04x", (unsigned)code);
        json = view_sub(rest, length, rest.len);
        plain = 0;
    }
    buf_add(to, json);
}
