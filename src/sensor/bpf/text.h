/* Judging a call by its texts: the bits that the filter's tables find in them. */
#pragma once

#include "sensor/abi/filter-decide.h"
#include "sensor/bpf/lexical.h"

enum text_kind { TEXT_PATH, TEXT_RAW };

static __always_inline const struct filter *filter_of(const struct work *work)
{
    return &filters[work->filter & 1];
}

static __always_inline const struct filter_text *table_of(const struct work *work, uint32_t kind)
{
    return kind == TEXT_PATH ? &filter_of(work)->path : &filter_of(work)->raw;
}

/* Each a function of its own, for the verifier's sake. */
__noinline uint64_t text_cuts(uint32_t kind)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (!work || !work->text_length || work->text_length > FILTER_TEXT)
        return FILTER_EVERY;
    return filter_find_cuts(table_of(work, kind), work->words, work->text_length);
}

__noinline uint64_t text_pairs(uint32_t kind)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (!work || !work->text_length || work->text_length > FILTER_TEXT)
        return FILTER_EVERY;
    return filter_find_pairs(table_of(work, kind), work->words, work->text_length);
}

__noinline uint32_t text_is_plain(void)
{
    struct work *work = work_of(WORK_SYSCALL);

    return work && filter_is_plain(work->words, work->text_length);
}

__noinline uint32_t text_is_top(void)
{
    struct work *work = work_of(WORK_SYSCALL);

    return work && filter_is_top(work->words, work->text_length);
}

/* What filter_classify() does, of work->words; pairs, which take longest, apart. */
static __always_inline uint64_t classify_ends(struct work *work, uint32_t kind)
{
    const struct filter_text *table = table_of(work, kind);
    uint64_t bits = table->always;

    if (!work->text_length)
        return bits;
    if (table->prefix_cut_count | table->suffix_cut_count)
        bits |= text_cuts(kind);
    if (table->top_bits && text_is_top())
        bits |= table->top_bits;
    return bits;
}

static __always_inline uint64_t classify_pairs(struct work *work, uint32_t kind)
{
    return work->text_length && table_of(work, kind)->pair_count ? text_pairs(kind) : 0;
}

static __always_inline uint64_t classify_words(struct work *work, uint32_t kind)
{
    return classify_ends(work, kind) | classify_pairs(work, kind);
}

static __always_inline void end_words(struct work *work, uint32_t length)
{
    work->text_length = length;
    *(uint64_t *)((uint8_t *)work->words + (length & 511)) = 0;
}

/* Reads a path argument into work->words; false: it is too long, or not there. */
static __always_inline bool read_words(struct work *work, address text)
{
    long length = bpf_probe_read_user_str(work->words, FILTER_TEXT + 2, (void *)text);

    if (length <= 0 || length > FILTER_TEXT + 1)
        return false;
    end_words(work, length - 1);
    return true;
}

/* The path that path_build() made. */
__noinline uint64_t classify_built(void)
{
    struct work *work = work_of(WORK_SYSCALL);
    uint32_t length;

    if (!work)
        return FILTER_EVERY;
    length = work->path_length;
    if (length > FILTER_TEXT)
        return FILTER_EVERY;
    BOUND(length, FILTER_TEXT);
    bpf_probe_read_kernel(work->words, length, &work->path[work->path_at & (PATH_BUFFER - 1)]);
    end_words(work, length);
    return classify_words(work, TEXT_PATH);
}

__noinline uint64_t classify_file(int32_t number)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(WORK_SYSCALL);
    address file = file_of((address)task, number);

    if (!work || !file)
        return FILTER_EVERY;
    path_build_whole(work, file);
    return classify_built();
}

/* A relative path without "." and "..", whose file is not known: joined with its
 * directory. */
__noinline uint64_t classify_joined(int32_t directory)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(WORK_SYSCALL);
    address mount, dentry;
    uint32_t length;

    if (!work || !start_of((address)task, directory, &mount, &dentry))
        return FILTER_EVERY;
    path_build(work, mount, dentry, (address)task);
    length = work->text_length;
    if (work->path_length > FILTER_TEXT)
        return FILTER_EVERY;
    BOUND(length, FILTER_TEXT);
    if (work->path_length > 1) {
        work->path[PATH_START] = '/';
        bpf_probe_read_kernel(&work->path[PATH_START + 1], length, work->words);
        work->path_length += length + 1;
    } else {
        bpf_probe_read_kernel(&work->path[PATH_START], length, work->words);
        work->path_length += length;
    }
    return classify_built();
}

/* Nothing in a relative path wants cleaning. Hidden files are taken along. */
__noinline uint32_t relative_is_plain(void)
{
    struct work *work = work_of(WORK_SYSCALL);
    uint64_t slash = filter_repeat('/'), dot = filter_repeat('.'), odd = 0;
    uint32_t length;

    if (!work)
        return 0;
    length = work->text_length;
    if (length == 0 || length > FILTER_TEXT || text_byte(work, 0) == '.')
        return 0;
    for (uint32_t i = 0; i < FILTER_TEXT / 8 && 8 * i < length; i++) {
        uint64_t word = work->words[i], second = word >> 8 | work->words[i + 1] << 56;

        word ^= slash;
        odd |=
            filter_zero_bytes(word | (second ^ slash)) | filter_zero_bytes(word | (second ^ dot));
    }
    return !odd && text_byte(work, length - 1) != '/';
}

/* Bits of the path of a call that opened `number`, given as work->words. */
__noinline uint64_t opened_bits(int32_t number, int32_t directory)
{
    struct work *work = work_of(WORK_SYSCALL);
    uint64_t given;

    if (!work)
        return FILTER_EVERY;
    switch (lexical_compare(number, directory)) {
    case LEXICAL_SAME:
        return classify_words(work, TEXT_PATH);
    case LEXICAL_SAME_JOINED:
        return classify_file(number);
    default:
        if (text_byte(work, 0) != '/' || !text_is_plain())
            return FILTER_EVERY;
        given = classify_words(work, TEXT_PATH);
        return given | classify_file(number);
    }
}

/* Bits of a path whose file is not known. */
static __always_inline uint64_t named_bits(struct work *work, int32_t directory)
{
    if (text_byte(work, 0) == '/')
        return text_is_plain() ? classify_words(work, TEXT_PATH) : FILTER_EVERY;
    return relative_is_plain() ? classify_joined(directory) : FILTER_EVERY;
}

/* Adds the bits of one path argument. */
__noinline int classify_argument(uint64_t text, int32_t directory)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (!work)
        return 0;
    if (!read_words(work, text)) {
        work->raw_bits = work->path_bits = FILTER_EVERY;
        return 0;
    }
    work->raw_bits |= classify_words(work, TEXT_RAW);
    if (work->text_length)
        work->path_bits |= named_bits(work, directory);
    return 0;
}

/* Of a text that is not looked up. */
__noinline int classify_raw(uint64_t text)
{
    struct work *work = work_of(WORK_SYSCALL);

    if (work)
        work->raw_bits |= read_words(work, text) ? classify_words(work, TEXT_RAW) : FILTER_EVERY;
    return 0;
}
