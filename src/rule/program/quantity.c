#include "rule/program/quantity.h"

enum {
    DIGITS_LIMIT = 1000,
    EXPONENT_LIMIT = 1000,
    MANTISSA_DIGITS = 18, /* that many count; what is behind them only rounds */
};

static const struct suffix {
    struct view name;
    int ten, two; /* powers of ten and of two */
} suffixes[] = {
    {{"", 0}, 0, 0},    {{"n", 1}, -9, 0},  {{"u", 1}, -6, 0},  {{"m", 1}, -3, 0},
    {{"k", 1}, 3, 0},   {{"M", 1}, 6, 0},   {{"G", 1}, 9, 0},   {{"T", 1}, 12, 0},
    {{"P", 1}, 15, 0},  {{"E", 1}, 18, 0},  {{"Ki", 2}, 0, 10}, {{"Mi", 2}, 0, 20},
    {{"Gi", 2}, 0, 30}, {{"Ti", 2}, 0, 40}, {{"Pi", 2}, 0, 50}, {{"Ei", 2}, 0, 60},
};

struct quantity {
    uint64_t mantissa;
    bool rest; /* something other than zero behind it */
    bool negative;
    int ten, two;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with at most one point; false without a digit. */
static bool read_digits(struct view text, size_t *at, struct quantity *q)
{
    bool point = false;
    size_t digits = 0, counted = 0;

    for (; *at < text.len && (is_digit(text.ptr[*at]) || (!point && text.ptr[*at] == '.')); ++*at) {
        char c = text.ptr[*at];

        if (c == '.') {
            point = true;
            continue;
        }
        if (++digits > DIGITS_LIMIT)
            return false;
        if (counted < MANTISSA_DIGITS) {
            q->mantissa = q->mantissa * 10 + (uint64_t)(c - '0');
            counted += q->mantissa != 0;
            q->ten -= point;
        } else {
            q->rest |= c != '0';
            q->ten += !point;
        }
    }
    return digits > 0;
}

static bool read_exponent(struct view text, struct quantity *q)
{
    bool negative = text.len > 1 && text.ptr[1] == '-';
    size_t sign = text.len > 1 && (text.ptr[1] == '-' || text.ptr[1] == '+');
    uint64_t exponent;

    if (text.len < 2 || (text.ptr[0] | 0x20) != 'e' ||
        !view_to_u64(view_sub(text, 1 + sign, text.len), &exponent))
        return false;
    if (exponent > EXPONENT_LIMIT)
        exponent = EXPONENT_LIMIT;
    q->ten += negative ? -(int)exponent : (int)exponent;
    return true;
}

static bool read_suffix(struct view text, struct quantity *q)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (!view_eq(suffixes[i].name, text))
            continue;
        q->ten += suffixes[i].ten;
        q->two += suffixes[i].two;
        return true;
    }
    return read_exponent(text, q);
}

static int64_t thousandths(const struct quantity *q)
{
    unsigned __int128 value = (unsigned __int128)q->mantissa << q->two; /* below 2^120 */
    const unsigned __int128 most = INT64_MAX;
    bool rest = q->rest;
    int ten = q->ten + 3;

    for (; ten < 0 && value; ten++) {
        rest |= value % 10 != 0;
        value /= 10;
    }
    for (; ten > 0 && value && value <= most; ten--)
        value *= 10;
    value += rest;
    if (value > most)
        value = most;
    return q->negative ? -(int64_t)value : (int64_t)value;
}

bool rule_quantity_parse(struct view text, int64_t *ret)
{
    struct quantity q = {0};
    size_t at = 0;

    text = view_trim(text);
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
        q.negative = text.ptr[0] == '-';
        at = 1;
    }
    if (!read_digits(text, &at, &q) || !read_suffix(view_sub(text, at, text.len), &q))
        return false;
    *ret = thousandths(&q);
    return true;
}
