// The only C++ of the project: simdjson behind the C interface of json.h.
//
// simdjson's own handles can't be plain C data, but its tape can be walked by
// index: a value is the document and the place of its first word on the tape
// (simdjson, doc/tape.md).
#include <cstdarg>
#include <cstdlib>
#include <new>
#include <simdjson.h>

extern "C" {
#include "base/text.h"
#include "codec/json-fault.h"
#include "codec/json-integers.h"
#include "codec/json.h"
}

using simdjson::dom::document;
using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

enum { FIRST_CAPACITY = 4096 };              // bytes; grows as documents need
static const double EXACT_LIMIT = 1LL << 53; // integers that a double holds

struct json_parser {
    simdjson::dom::parser parser;
};

static tape_ref ref(json_value value)
{
    return tape_ref(static_cast<const document *>(value.document), value.index);
}

static json_value none()
{
    return json_value{nullptr, 0};
}

extern "C" int json_parser_new(json_parser **ret, error *err)
{
    json_parser *parser = new (std::nothrow) json_parser;

    if (!parser || parser->parser.allocate(FIRST_CAPACITY, JSON_DEPTH_LIMIT)) {
        delete parser;
        return error_memory(err);
    }
    *ret = parser;
    return 0;
}

extern "C" void json_parser_free(json_parser *parser)
{
    delete parser;
}

namespace
{

struct fault {
    simdjson::error_code code;
    int kind;
    const char *text; // a key of tr()
};

// What simdjson refuses for other reasons than syntax.
const fault faults[] = {
    {simdjson::CAPACITY, ERROR_LIMIT, TR_KEY("the JSON document is larger than 4 GiB")},
    {simdjson::MEMALLOC, ERROR_MEMORY, TR_KEY("out of memory")},
    {simdjson::DEPTH_ERROR, ERROR_LIMIT, TR_KEY("the JSON is nested too deeply")},
    {simdjson::NUMBER_ERROR, ERROR_INPUT, TR_KEY("not JSON: a number is too large")},
};

int fail(simdjson::error_code code, view text, error *err)
{
    bool is_syntax = code != simdjson::CAPACITY && code != simdjson::MEMALLOC;
    json_fault where;

    if (is_syntax && code != simdjson::DEPTH_ERROR && json_fault_find(text, &where))
        return error_set(err, ERROR_INPUT, "not JSON: %s at byte %zu", tr(where.what),
                         where.offset);
    for (const fault &f : faults)
        if (f.code == code)
            return error_set(err, f.kind, "%s", tr(f.text));
    return error_set(err, ERROR_INPUT, "not JSON: braces, commas or values are out of place");
}

simdjson::error_code parse(json_parser *parser, view text)
{
    // Zero bytes would be given as a null pointer. The text is copied, with
    // the padding that simdjson needs, into memory that the parser keeps.
    return parser->parser.parse(text.ptr ? text.ptr : "", text.len, true).error();
}

// Once more, with the integers that 64 bits do not hold made floating-point.
simdjson::error_code parse_softened(json_parser *parser, view text)
{
    buf softened = BUF_INIT(SIZE_MAX / 2);
    simdjson::error_code code = simdjson::NUMBER_ERROR;

    if (json_integers_soften(text, &softened))
        code = parse(parser, buf_view(&softened));
    buf_done(&softened);
    return code;
}

} // namespace

extern "C" int json_parse(json_parser *parser, view text, json_value *ret, error *err)
{
    simdjson::error_code code;

    text = view_strip_prefix(text, VIEW("\xef\xbb\xbf")); // a byte order mark
    code = parse(parser, text);
    if (code == simdjson::NUMBER_ERROR)
        code = parse_softened(parser, text);
    if (code)
        return fail(code, text, err);
    // The first word of the tape is the root, the second the document's value.
    *ret = json_value{&parser->parser.doc, 1};
    return 0;
}

extern "C" enum json_type json_type(json_value value)
{
    if (!value.document)
        return JSON_NONE;
    switch (ref(value).tape_ref_type()) {
    case tape_type::NULL_VALUE:
        return JSON_NULL;
    case tape_type::TRUE_VALUE:
    case tape_type::FALSE_VALUE:
        return JSON_BOOL;
    case tape_type::INT64:
    case tape_type::UINT64:
    case tape_type::DOUBLE:
        return JSON_NUMBER;
    case tape_type::STRING:
        return JSON_STRING;
    case tape_type::START_ARRAY:
        return JSON_ARRAY;
    case tape_type::START_OBJECT:
        return JSON_OBJECT;
    default:
        return JSON_NONE;
    }
}

static view string_at(const tape_ref &at)
{
    return view{at.get_c_str(), at.get_string_length()};
}

extern "C" view json_string(json_value value)
{
    if (json_type(value) != JSON_STRING)
        return VIEW_EMPTY;
    return string_at(ref(value));
}

extern "C" bool json_bool(json_value value)
{
    return value.document && ref(value).is_true();
}

extern "C" bool json_int(json_value value, int64_t *ret)
{
    if (!value.document)
        return false;

    tape_ref at = ref(value);

    if (at.is_int64()) {
        *ret = at.next_tape_value<int64_t>();
        return true;
    }
    // 1.0 and 1e3 are integers too, as long as they are exact.
    double number = at.is_double() ? at.next_tape_value<double>() : 0.5;
    bool exact = number >= -EXACT_LIMIT && number <= EXACT_LIMIT &&
                 number == static_cast<double>(static_cast<int64_t>(number));

    if (exact)
        *ret = static_cast<int64_t>(number);
    return exact;
}

extern "C" bool json_double(json_value value, double *ret)
{
    if (!value.document)
        return false;

    tape_ref at = ref(value);

    if (at.is_double())
        *ret = at.next_tape_value<double>();
    else if (at.is_int64())
        *ret = static_cast<double>(at.next_tape_value<int64_t>());
    else if (at.is_uint64())
        *ret = static_cast<double>(at.next_tape_value<uint64_t>());
    else
        return false;
    return true;
}

extern "C" struct json_iter json_iter(json_value container)
{
    struct json_iter iter = {VIEW_EMPTY, none(), container, 0, 0};
    enum json_type type = json_type(container);

    if (type == JSON_ARRAY || type == JSON_OBJECT) {
        iter.next = container.index + 1;
        iter.end = ref(container).after_element() - 1; // its closing word
    }
    return iter;
}

extern "C" bool json_next(struct json_iter *iter)
{
    if (iter->next >= iter->end)
        return false;

    const document *doc = static_cast<const document *>(iter->container.document);

    if (ref(iter->container).tape_ref_type() == tape_type::START_OBJECT)
        iter->key = string_at(tape_ref(doc, iter->next++));
    iter->value = json_value{doc, iter->next};
    iter->next = tape_ref(doc, iter->next).after_element();
    return true;
}

extern "C" json_value json_get(json_value object, view key)
{
    if (json_type(object) != JSON_OBJECT)
        return none();
    for (struct json_iter i = json_iter(object); json_next(&i);)
        if (view_eq(i.key, key))
            return i.value;
    return none();
}

extern "C" json_value json_path(json_value value, const char *key, ...)
{
    va_list keys;

    va_start(keys, key);
    for (; key; key = va_arg(keys, const char *))
        value = json_get(value, view_of(key));
    va_end(keys);
    return value;
}

extern "C" size_t json_count(json_value array_or_object)
{
    size_t count = 0;

    for (struct json_iter i = json_iter(array_or_object); json_next(&i);)
        count++;
    return count;
}

extern "C" view json_get_string(json_value object, view key)
{
    return json_string(json_get(object, key));
}
