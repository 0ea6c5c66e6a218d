#include "base/text.h"

#include <stdlib.h>

#include "base/text-catalog.h"

static enum text_language process_language = TEXT_ENGLISH;

void text_set_language(enum text_language language)
{
    process_language = language;
}

enum text_language text_language(void)
{
    return process_language;
}

bool text_language_parse(struct view name, enum text_language *ret)
{
    static const struct {
        struct view prefix;
        enum text_language language;
    } known[] = {
        {VIEW("en"), TEXT_ENGLISH},
        {VIEW("zh"), TEXT_CHINESE},
        {VIEW("C"), TEXT_ENGLISH},
        {VIEW("POSIX"), TEXT_ENGLISH},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct view rest = view_strip_prefix(name, known[i].prefix);

        if (!view_starts(name, known[i].prefix))
            continue;
        if (rest.len == 0 || strchr("_-.@", rest.ptr[0])) {
            *ret = known[i].language;
            return true;
        }
    }
    return false;
}

static int compare_keys(const void *key, const void *entry)
{
    return strcmp(key, ((const struct text_entry *)entry)->english);
}

const char *tr_in(enum text_language language, const char *english)
{
    const struct text_entry *hit;

    if (language != TEXT_CHINESE)
        return english;
    hit = bsearch(english, text_catalog_zh, text_catalog_zh_count, sizeof(text_catalog_zh[0]),
                  compare_keys);
    return hit ? hit->chinese : english;
}

const char *tr(const char *english)
{
    return tr_in(process_language, english);
}

/* Decodes one sequence; broken bytes count as one column each. */
static size_t decode(struct view v, uint32_t *ret_rune)
{
    static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned char lead = (unsigned char)v.ptr[0];
    size_t len = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;

    if (len == 0 || len > v.len) {
        *ret_rune = '?';
        return 1;
    }
    *ret_rune = lead & lead_mask[len];
    for (size_t i = 1; i < len; i++)
        *ret_rune = *ret_rune << 6 | ((unsigned char)v.ptr[i] & 0x3f);
    return len;
}

/* East Asian Wide and Fullwidth ranges of Unicode's EastAsianWidth.txt, as
 * far as terminals draw them; combining marks are zero wide. */
static size_t rune_width(uint32_t rune)
{
    static const struct {
        uint32_t first, last;
        size_t width;
    } ranges[] = {
        {0x0300, 0x036f, 0},   {0x1100, 0x115f, 2}, {0x200b, 0x200f, 0},   {0x2e80, 0x303e, 2},
        {0x3041, 0x33ff, 2},   {0x3400, 0x4dbf, 2}, {0x4e00, 0x9fff, 2},   {0xa000, 0xa4cf, 2},
        {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2}, {0xfe00, 0xfe0f, 0},   {0xfe30, 0xfe6f, 2},
        {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2}, {0x1f300, 0x1f64f, 2}, {0x1f900, 0x1f9ff, 2},
        {0x20000, 0x3fffd, 2},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (rune >= ranges[i].first && rune <= ranges[i].last)
            return ranges[i].width;
    return 1;
}

size_t text_width(struct view text)
{
    size_t width = 0;

    while (text.len) {
        uint32_t rune;
        size_t len = decode(text, &rune);

        width += rune_width(rune);
        text = view_sub(text, len, text.len);
    }
    return width;
}

struct view text_prefix(struct view text, size_t columns)
{
    size_t width = 0, end = 0;

    while (end < text.len) {
        uint32_t rune;
        size_t len = decode(view_sub(text, end, text.len), &rune);

        width += rune_width(rune);
        if (width > columns)
            break;
        end += len;
    }
    return view_sub(text, 0, end);
}
