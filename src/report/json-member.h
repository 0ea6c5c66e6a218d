/* A key and its value, for the writers of JSON reports. */
#pragma once

#include "codec/json-write.h"

void json_member_uint(struct json_writer *w, struct view key, uint64_t value);
/* What is not known, 0, is null. */
void json_member_known(struct json_writer *w, struct view key, uint64_t value);
void json_member_double(struct json_writer *w, struct view key, double value);
void json_member_bool(struct json_writer *w, struct view key, bool value);
/* Seconds since 1970 as RFC 3339; what is not known, 0, is null. */
void json_member_time(struct json_writer *w, struct view key, int64_t seconds);
void json_member_texts(struct json_writer *w, struct view key, const struct view *texts,
                       size_t count);
