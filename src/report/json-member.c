#include "report/json-member.h"

#include "base/clock.h"

void json_member_uint(struct json_writer *w, struct view key, uint64_t value)
{
    json_write_key(w, key);
    json_write_uint(w, value);
}

void json_member_known(struct json_writer *w, struct view key, uint64_t value)
{
    json_write_key(w, key);
    if (value)
        json_write_uint(w, value);
    else
        json_write_null(w);
}

void json_member_double(struct json_writer *w, struct view key, double value)
{
    json_write_key(w, key);
    json_write_double(w, value);
}

void json_member_bool(struct json_writer *w, struct view key, bool value)
{
    json_write_key(w, key);
    json_write_bool(w, value);
}

void json_member_time(struct json_writer *w, struct view key, int64_t seconds)
{
    char stamp[CLOCK_STAMP_SIZE];

    json_write_key(w, key);
    if (seconds)
        json_write_string(w, view_of(clock_format(seconds, stamp)));
    else
        json_write_null(w);
}

void json_member_texts(struct json_writer *w, struct view key, const struct view *texts,
                       size_t count)
{
    json_write_key(w, key);
    json_write_array(w);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, texts[i]);
    json_write_end(w);
}
