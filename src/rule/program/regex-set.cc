// RE2 behind the C interface of regex-set.h.
#include <memory>
#include <new>
#include <re2/re2.h>
#include <re2/set.h>
#include <vector>

extern "C" {
#include "base/text.h"
#include "codec/utf8.h"
#include "rule/program/regex-set.h"
}

enum { CHARACTERS, BYTES, ENCODINGS };

struct rule_regex_set {
    std::unique_ptr<RE2::Set> sets[ENCODINGS];
    std::vector<std::unique_ptr<RE2>> alone[ENCODINGS]; // for values that are too much for the set
};

static RE2::Options options_for(int encoding, int64_t memory)
{
    RE2::Options options;

    options.set_encoding(encoding == BYTES ? RE2::Options::EncodingLatin1
                                           : RE2::Options::EncodingUTF8);
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(memory);
    return options;
}

static re2::StringPiece piece(view text)
{
    return re2::StringPiece(text.ptr ? text.ptr : "", text.len);
}

extern "C" int rule_regex_check(view pattern, error *err)
{
    if (pattern.len > RULE_REGEX_LENGTH_LIMIT)
        return error_set(err, ERROR_LIMIT, "it is longer than %d bytes", RULE_REGEX_LENGTH_LIMIT);
    try {
        RE2 compiled(piece(pattern), options_for(CHARACTERS, RULE_REGEX_MEMORY_LIMIT));

        if (!compiled.ok())
            return error_set(err, ERROR_INPUT, "%s", compiled.error().c_str());
    } catch (const std::bad_alloc &) {
        return error_memory(err);
    }
    return 0;
}

static int add(rule_regex_set *set, int encoding, view pattern, error *err)
{
    std::string why;
    auto alone =
        std::make_unique<RE2>(piece(pattern), options_for(encoding, RULE_REGEX_MEMORY_LIMIT));

    if (!alone->ok() || set->sets[encoding]->Add(piece(pattern), &why) < 0)
        return error_set(err, ERROR_INPUT, "%s",
                         alone->ok() ? why.c_str() : alone->error().c_str());
    set->alone[encoding].push_back(std::move(alone));
    return 0;
}

static int fill(rule_regex_set *set, const view *patterns, size_t count, error *err)
{
    for (int encoding = 0; encoding < ENCODINGS; encoding++) {
        set->sets[encoding] = std::make_unique<RE2::Set>(
            options_for(encoding, RULE_REGEX_SET_LIMIT), RE2::ANCHOR_BOTH);
        for (size_t i = 0; i < count; i++) {
            int status = add(set, encoding, patterns[i], err);

            if (status < 0)
                return status;
        }
        if (!set->sets[encoding]->Compile())
            set->sets[encoding].reset(); // too much together: one after the other
    }
    return 0;
}

extern "C" int rule_regex_set_new(const view *patterns, size_t count, rule_regex_set **ret,
                                  error *err)
{
    rule_regex_set *set = nullptr;
    int status;

    try {
        set = new rule_regex_set;
        status = fill(set, patterns, count, err);
    } catch (const std::bad_alloc &) {
        status = error_memory(err);
    }
    if (status < 0)
        delete set;
    else
        *ret = set;
    return status;
}

extern "C" void rule_regex_set_free(rule_regex_set *set)
{
    delete set;
}

static bool is_utf8(view value)
{
    while (value.len) {
        size_t length = static_cast<unsigned char>(value.ptr[0]) < 0x80 ? 1 : utf8_length(value);

        if (!length)
            return false;
        value = view_sub(value, length, value.len);
    }
    return true;
}

extern "C" void rule_regex_set_find(const rule_regex_set *set, view value,
                                    void (*found)(void *context, uint32_t pattern), void *context)
{
    int encoding = is_utf8(value) ? CHARACTERS : BYTES;
    const auto &alone = set->alone[encoding];
    const auto &all = set->sets[encoding];

    try {
        std::vector<int> hits;
        RE2::Set::ErrorInfo why = {RE2::Set::kNoError};

        if (all && alone.size() > 1 &&
            (all->Match(piece(value), &hits, &why) || why.kind == RE2::Set::kNoError)) {
            for (int hit : hits)
                found(context, static_cast<uint32_t>(hit));
            return;
        }
        for (size_t i = 0; i < alone.size(); i++)
            if (RE2::FullMatch(piece(value), *alone[i]))
                found(context, static_cast<uint32_t>(i));
    } catch (const std::bad_alloc &) {
        // Without memory nothing matches, as for any value that is not there.
    }
}
