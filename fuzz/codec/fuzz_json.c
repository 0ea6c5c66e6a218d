/* Any bytes as JSON: what simdjson refuses, the search for the fault must
 * refuse too, and what it accepts, can be written and read again. */
#include "codec/json-fault.h"
#include "codec/json-integers.h"
#include "codec/json-write.h"
#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT_LIMIT = 16 << 20, DEPTH = 60 };

static void copy(struct json_writer *w, struct json_value value, unsigned depth);

static void copy_members(struct json_writer *w, struct json_value value, unsigned depth)
{
    size_t count = 0;
    bool object = json_type(value) == JSON_OBJECT;

    for (struct json_iter i = json_iter(value); json_next(&i); count++) {
        if (object)
            json_write_key(w, i.key);
        if (object && json_type(json_get(value, i.key)) == JSON_NONE)
            abort();
        copy(w, i.value, depth + 1);
    }
    if (count != json_count(value))
        abort();
}

static void copy_number(struct json_writer *w, struct json_value value)
{
    int64_t integer;
    double number;

    if (!json_double(value, &number))
        abort();
    if (json_int(value, &integer))
        json_write_int(w, integer);
    else
        json_write_double(w, number);
}

static void copy(struct json_writer *w, struct json_value value, unsigned depth)
{
    switch (depth < DEPTH ? json_type(value) : JSON_NULL) {
    case JSON_NULL:
        json_write_null(w);
        break;
    case JSON_BOOL:
        json_write_bool(w, json_bool(value));
        break;
    case JSON_NUMBER:
        copy_number(w, value);
        break;
    case JSON_STRING:
        json_write_string(w, json_string(value));
        break;
    case JSON_ARRAY:
        json_write_array(w);
        copy_members(w, value, depth);
        json_write_end(w);
        break;
    case JSON_OBJECT:
        json_write_object(w);
        copy_members(w, value, depth);
        json_write_end(w);
        break;
    default:
        abort();
    }
}

static void write_and_read(struct json_parser *parser, struct json_value root)
{
    _cleanup_(buf_done) struct buf first = BUF_INIT(OUTPUT_LIMIT), second = BUF_INIT(OUTPUT_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(&first, false);

    copy(&w, root, 0);
    if (json_write_done(&w, "it", NULL) < 0)
        return;
    if (json_parse(parser, buf_view(&first), &root, NULL) < 0)
        abort();
    w = JSON_WRITER_INIT(&second, false);
    copy(&w, root, 0);
    if (!view_eq(buf_view(&first), buf_view(&second)))
        abort();
}

/* Any bytes as one string. */
static void write_string(struct json_parser *parser, struct view bytes)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(OUTPUT_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(&text, true);
    struct json_value value;

    json_write_string(&w, bytes);
    if (json_write_done(&w, "it", NULL) == 0 &&
        json_parse(parser, buf_view(&text), &value, NULL) < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct view bytes = view_from(data, size);
    struct error err = ERROR_INIT;
    struct json_value root;
    struct json_fault fault;
    bool sound = !json_fault_find(view_strip_prefix(bytes, VIEW("\xef\xbb\xbf")), &fault);
    int r;

    if (json_parser_new(&parser, NULL) < 0)
        return 0;
    r = json_parse(parser, bytes, &root, &err);
    if (r == 0 && !sound)
        abort();
    if (r == ERROR_INPUT && sound && !strstr(err.message, "a number is too large"))
        abort();
    if (r == 0)
        write_and_read(parser, root);
    write_string(parser, bytes);
    return 0;
}
