#include "scan/image-check-op.h"

void image_check_input_add(struct buf *to, const struct image_check_input *input)
{
    buf_add_u8(to, input->judge);
    buf_add_bytes(to, input->name);
    buf_add_bytes(to, input->config_json);
    buf_add_u64(to, (uint64_t)input->now);
    buf_add_bytes(to, input->os.id);
    buf_add_bytes(to, input->os.version);
    buf_add_bytes(to, input->os.name);
    buf_add_u8(to, input->os.eol);
    buf_add_bytes(to, input->os.eol_date);
    buf_add_varint(to, input->layer_count);
    for (size_t i = 0; i < input->layer_count; i++) {
        buf_add_bytes(to, input->layers[i].created_by);
        buf_add_varint(to, input->layers[i].size);
        buf_add_bytes(to, input->layers[i].census);
    }
    buf_add_varint(to, input->package_count);
    for (size_t i = 0; i < input->package_count; i++) {
        buf_add_bytes(to, input->packages[i].name);
        buf_add_bytes(to, input->packages[i].version);
        buf_add_bytes(to, input->packages[i].type);
    }
    buf_add_varint(to, input->watched_count);
    for (size_t i = 0; i < input->watched_count; i++)
        buf_add_bytes(to, input->watched[i]);
}

void image_check_record_add(struct buf *to, const struct image_check_record *record)
{
    buf_add_u8(to, (uint8_t)record->kind);
    buf_add_varint(to, record->rule);
    buf_add_varint(to, record->layer);
    buf_add_varint(to, record->gone_in);
    buf_add_varint(to, record->line);
    buf_add_bytes(to, record->path);
    buf_add_bytes(to, record->resource);
    buf_add_bytes(to, record->message);
}

bool image_check_record_next(struct cursor *c, struct image_check_record *ret)
{
    struct image_check_record record = {0};

    if (cursor_left(c) == 0)
        return false;
    record.kind = (enum image_check_record_kind)cursor_count(c, IMAGE_CHECK_RECORD_COUNT - 1);
    record.rule = (size_t)cursor_varint(c);
    record.layer = (size_t)cursor_count(c, UINT32_MAX);
    record.gone_in = (size_t)cursor_count(c, UINT32_MAX);
    record.line = (uint32_t)cursor_count(c, UINT32_MAX);
    record.path = cursor_bytes(c);
    record.resource = cursor_bytes(c);
    record.message = cursor_bytes(c);
    if (record.kind == 0)
        cursor_fail(c);
    if (c->failed)
        return false;
    *ret = record;
    return true;
}
