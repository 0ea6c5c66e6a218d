/* The decision over a struct filter, compiled for the kernel and for user space.
 *
 * One-sided: a bit that is found says maybe, a bit that is not found says surely
 * not. Whoever fills the tables (detect/push-down) uses the *_add functions
 * here, so that both sides hash alike; what an _add refuses (no slot free) goes
 * into the `always` bits of that text.
 *
 * Which texts are classified for which call:
 *
 *   path  every text that fd.name, fd.directory, fd.filename, fs.path.* and the
 *         path arguments of evt.arg.* may show: the given path joined with its
 *         directory and cleaned, and, of opens that succeeded, the file that was
 *         really opened (SENSOR_FILE). The bits of all of them are united (both
 *         paths of a rename). A text that the kernel side does not build counts
 *         as FILTER_EVERY: relative paths of calls that failed, texts over
 *         FILTER_TEXT bytes, memory that could not be read, descriptors that
 *         are no files.
 *   raw   the path arguments as given (fd.nameraw; CAPTURE_PATH_RAW is in it too).
 *   name  the name of the process, that is of its main thread (proc.name).
 *
 * Literals: "starts with" and "equals" are prefixes, cut at the longest
 * prefix_cut that is not longer than the literal; "ends with" are suffixes, the
 * same way (last bytes); "contains" are pairs of bytes. A literal shorter than
 * the smallest cut is `always`.
 *
 * Texts are arrays of FILTER_TEXT_WORDS 8-byte words (little-endian), with zeros in
 * the 8 bytes behind the text's end.
 */
#pragma once

#include "sensor/abi/filter.h"

#ifdef __BPF__
#define FILTER_INLINE static inline __attribute__((always_inline, unused))
#define FILTER_UNROLL _Pragma("clang loop unroll(full)")
/* The compiler forgets what it knows of a number, so that a mask stays where verifiers
 * see it. */
#define FILTER_OPAQUE(number) asm volatile("" : "+r"(number))
#else
#define FILTER_OPAQUE(number) (void)(number)
#define FILTER_UNROLL
#define FILTER_INLINE static inline __attribute__((unused))
#endif

#define FILTER_EVERY (~0ULL)

/* Verifiers forget what they know of a number: else they follow all that comes behind once for
 * each of its values, and a loop that ends by its size leaves them a state for each round.
 * `noise`: a number that they know nothing of. */
FILTER_INLINE uint64_t filter_forget(uint64_t number, uint64_t noise)
{
#ifdef __BPF__
    asm volatile("%0 ^= %1\n%0 ^= %1" : "+r"(number) : "r"(noise));
#endif
    (void)noise;
    return number;
}

enum { FILTER_TEXT_WORDS = FILTER_TEXT / 8 + 1 };

/* The lowest n bytes of a word. Without a branch: loops over words use it. */
FILTER_INLINE uint64_t filter_mask(uint32_t n)
{
    return ((1ULL << (8 * (n & 7))) - 1) | (uint64_t)((7 - (int64_t)n) >> 63);
}

/* Never 0. The multipliers are odd numbers without structure; collisions only
 * let more events pass. */
FILTER_INLINE uint64_t filter_mix(uint64_t a, uint64_t b, uint64_t c, uint32_t salt)
{
    uint64_t h =
        (a ^ salt) * 0x9e3779b97f4a7c15ULL + b * 0xc2b2ae3d27d4eb4fULL + c * 0x165667b19e3779f9ULL;

    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ULL;
    return (h ^ (h >> 32)) | 1;
}

/* Of the first `cut` bytes (1..FILTER_CUT_LIMIT) of a text given as its first three words. */
FILTER_INLINE uint64_t filter_prefix_hash(uint64_t w0, uint64_t w1, uint64_t w2, uint32_t cut)
{
    return filter_mix(w0 & filter_mask(cut), cut > 8 ? w1 & filter_mask(cut - 8) : 0,
                      cut > 16 ? w2 & filter_mask(cut - 16) : 0, cut);
}

/* Of the last `cut` bytes (1..FILTER_SUFFIX_LIMIT) of a text, given as the word
 * that its last 8 bytes make (filter_tail). */
FILTER_INLINE uint64_t filter_suffix_hash(uint64_t tail, uint32_t cut)
{
    return filter_mix(tail >> (8 * (8 - cut) & 63), 0, 0, cut + 64);
}

FILTER_INLINE uint64_t filter_name_hash(uint64_t w0, uint64_t w1)
{
    return filter_mix(w0, w1, 0, 128);
}

/* The last 8 bytes, the last one on top; shorter texts are filled with zeros below.
 * `length` is 1..FILTER_TEXT. */
FILTER_INLINE uint64_t filter_tail(const uint64_t *words, uint32_t length)
{
    const char *bytes = (const char *)words;

    if (length < 8)
        return words[0] << (8 * (8 - length));
#ifdef __BPF__
    return *(const uint64_t *)(bytes + ((length - 8) & (FILTER_TEXT - 1)));
#else
    uint64_t tail;

    __builtin_memcpy(&tail, bytes + length - 8, sizeof(tail));
    return tail;
#endif
}

FILTER_INLINE uint64_t filter_find_slot(const struct filter_slot *slots, uint64_t hash)
{
    uint32_t at = hash >> 32;
    FILTER_UNROLL
    for (uint32_t probe = 0; probe < FILTER_PROBES; probe++) {
        const struct filter_slot *slot = &slots[(at + probe) & (FILTER_SLOTS - 1)];

        if (slot->key == hash)
            return slot->bits;
        if (slot->key == 0)
            return 0;
    }
    return 0;
}

/* Some byte of the word is zero. Exact as a whole, not for each byte. */
FILTER_INLINE uint64_t filter_zero_bytes(uint64_t word)
{
    return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

FILTER_INLINE uint64_t filter_repeat(uint8_t byte)
{
    return byte * 0x0101010101010101ULL;
}

/* Bits of the pairs from `from` on that the text holds. `length` is at least 1. A byte
 * of a word that is zero borrows from its top bit when 1 is taken from each byte; so do
 * bytes beyond ASCII, which is one "maybe" more. Tested once, at the end. */
FILTER_INLINE uint64_t filter_find_some_pairs(const struct filter_text *text, uint32_t from,
                                              const uint64_t *words, uint32_t length)
{
    uint64_t first[FILTER_PAIRS_AT_ONCE], second[FILTER_PAIRS_AT_ONCE];
    uint64_t hit[FILTER_PAIRS_AT_ONCE] = {0};
    uint64_t bits = 0, word = words[0], end = filter_forget(length, word);

    FILTER_UNROLL
    for (uint32_t p = 0; p < FILTER_PAIRS_AT_ONCE; p++) {
        first[p] = filter_repeat(text->pair[from + p][0]);
        second[p] = filter_repeat(text->pair[from + p][1]);
    }
    for (uint32_t i = 0; i < FILTER_TEXT / 8 && 8 * i < end; i++) {
        uint64_t next = words[i + 1], shifted = word >> 8 | next << 56;

        FILTER_UNROLL
        for (uint32_t p = 0; p < FILTER_PAIRS_AT_ONCE; p++)
            hit[p] |= ((word ^ first[p]) | (shifted ^ second[p])) - 0x0101010101010101ULL;
        word = next;
    }
    FILTER_UNROLL
    for (uint32_t p = 0; p < FILTER_PAIRS_AT_ONCE; p++)
        if (from + p < text->pair_count && hit[p] & 0x8080808080808080ULL)
            bits |= text->pair_bits[from + p];
    return bits;
}

FILTER_INLINE uint64_t filter_find_pairs(const struct filter_text *text, const uint64_t *words,
                                         uint32_t length)
{
    uint64_t bits = filter_find_some_pairs(text, 0, words, length);

    if (text->pair_count > FILTER_PAIRS_AT_ONCE)
        bits |= filter_find_some_pairs(text, FILTER_PAIRS_AT_ONCE, words, length);
    return bits;
}

/* The text may hold this pair, as in filter_find_some_pairs(); four words at once. What
 * stands in their rest behind the text only makes more "maybe". */
FILTER_INLINE uint32_t filter_has_pair(const uint8_t pair[2], const uint64_t *words,
                                       uint32_t length)
{
    uint64_t first = filter_repeat(pair[0]), second = filter_repeat(pair[1]), hit = 0;
    uint64_t end = filter_forget(length, words[0]);

    for (uint32_t i = 0; i < FILTER_TEXT / 8 && 8 * i < end; i += 4) {
        FILTER_UNROLL
        for (uint32_t k = i; k < i + 4; k++) {
            uint64_t shifted = words[k] >> 8 | words[k + 1] << 56;

            hit |= ((words[k] ^ first) | (shifted ^ second)) - 0x0101010101010101ULL;
        }
    }
    return (hit & 0x8080808080808080ULL) != 0;
}

/* Which bit of the first test stands for these bytes. */
FILTER_INLINE uint32_t filter_seen_bit(uint64_t word, uint32_t cut)
{
    return ((word + cut) * 0x9e3779b97f4a7c15ULL) >> 53;
}

FILTER_INLINE uint32_t filter_is_seen(const uint64_t *seen, uint64_t word, uint32_t cut)
{
    uint32_t bit = filter_seen_bit(word, cut) & (FILTER_SEEN - 1);

    return seen[bit >> 6] >> (bit & 63) & 1;
}

/* Bits of the prefixes, and those that are always there. `length` is at least 1. Most texts
 * share their first bytes with no literal, so these are asked first; all cuts from 8 on
 * have them in common. */
FILTER_INLINE uint64_t filter_find_prefixes(const struct filter_text *text, const uint64_t *words,
                                            uint32_t length)
{
    uint64_t bits = text->always, first = words[0];

    for (uint32_t i = 0; i < FILTER_CUTS && i < text->prefix_cut_count; i++) {
        uint32_t cut = text->prefix_cut[i];

        if (cut > length)
            break;
        if (filter_is_seen(text->prefix_seen, first & filter_mask(cut), cut < 8 ? cut : 8))
            bits |=
                filter_find_slot(text->prefix, filter_prefix_hash(first, words[1], words[2], cut));
        else if (cut >= 8)
            break;
    }
    return bits;
}

/* The same of the suffixes; the last bytes, as many as the smallest cut has, are asked first. */
FILTER_INLINE uint64_t filter_find_suffixes(const struct filter_text *text, const uint64_t *words,
                                            uint32_t length)
{
    uint64_t bits = text->always, tail = filter_tail(words, length);
    uint32_t least = text->suffix_cut[0] & 15;

    if (!text->suffix_cut_count || least > length ||
        !filter_is_seen(text->suffix_seen, tail >> (8 * (8 - least) & 63), 0))
        return bits;
    for (uint32_t i = 0; i < FILTER_CUTS && i < text->suffix_cut_count; i++) {
        uint32_t cut = text->suffix_cut[i];

        if (cut > length)
            break;
        if (filter_is_seen(text->suffix_seen, tail >> (8 * (8 - cut) & 63), cut))
            bits |= filter_find_slot(text->suffix, filter_suffix_hash(tail, cut));
    }
    return bits;
}

/* Bits of the prefixes and suffixes. `length` is at least 1. */
FILTER_INLINE uint64_t filter_find_cuts(const struct filter_text *text, const uint64_t *words,
                                        uint32_t length)
{
    return filter_find_prefixes(text, words, length) | filter_find_suffixes(text, words, length);
}

/* A file of the root directory, or the root itself: no slash behind the first byte. */
FILTER_INLINE uint32_t filter_is_top(const uint64_t *words, uint32_t length)
{
    uint64_t slash = filter_repeat('/');

    for (uint32_t i = 0; i < FILTER_TEXT / 8 && 8 * i < length; i++)
        if (filter_zero_bytes((words[i] | (i ? 0 : 0xff)) ^ slash))
            return 0;
    return 1;
}

/* What the text may match. */
FILTER_INLINE uint64_t filter_classify(const struct filter_text *text, const uint64_t *words,
                                       uint32_t length)
{
    uint64_t bits = text->always;

    if (length > FILTER_TEXT)
        return FILTER_EVERY;
    if (length == 0)
        return bits;
    bits |= filter_find_cuts(text, words, length);
    if (text->top_bits && filter_is_top(words, length))
        bits |= text->top_bits;
    if (text->pair_count)
        bits |= filter_find_pairs(text, words, length);
    return bits;
}

/* An absolute path that cleaning leaves as it is: neither "//" nor a component that
 * begins with a dot is in it (hidden files are taken along: they only take the
 * slower way), nor a slash at its end. */
FILTER_INLINE uint32_t filter_is_plain(const uint64_t *words, uint32_t length)
{
    uint64_t odd = 0, slash = filter_repeat('/'), dot = filter_repeat('.');

    if (length == 0 || length > FILTER_TEXT || (words[0] & 0xff) != '/')
        return 0;
    for (uint32_t i = 0; i < FILTER_TEXT / 8 && 8 * i < length; i++) {
        uint64_t word = words[i] ^ slash, second = words[i] >> 8 | words[i + 1] << 56;

        odd |=
            filter_zero_bytes(word | (second ^ slash)) | filter_zero_bytes(word | (second ^ dot));
    }
    return !odd && (length == 1 || filter_tail(words, length) >> 56 != '/');
}

/* `w0`, `w1`: the 16 bytes of the name, zeros behind its end. */
FILTER_INLINE uint64_t filter_name_bits(const struct filter *filter, uint64_t w0, uint64_t w1)
{
    uint32_t at = filter_name_hash(w0, w1) >> 32;

    uint64_t bits = filter->name_always;

    for (uint32_t probe = 0; probe < FILTER_PROBES; probe++) {
        const struct filter_name *name = &filter->names[(at + probe) & (FILTER_NAMES - 1)];

        if (!name->bits)
            break;
        if (name->comm[0] == w0 && name->comm[1] == w1)
            bits |= name->bits;
    }
    return bits;
}

/* Some alternative has all its bits. */
FILTER_INLINE uint32_t filter_need_holds(const struct filter_need *need, uint64_t bits)
{
    if (!(need->any & bits) && need->any)
        return 0;
    for (uint32_t i = 0; i < FILTER_ALTERNATIVES && i < need->count; i++)
        if ((need->all[i] & ~bits) == 0)
            return 1;
    return 0;
}

/* Bits of the pairs that the text has, of those that have some that is `wanted`. */
FILTER_INLINE uint64_t filter_find_pairs_of(const struct filter_text *text, uint64_t wanted,
                                            const uint64_t *words, uint32_t length)
{
    uint64_t bits = 0;

    for (uint32_t p = 0; p < FILTER_PAIRS && p < text->pair_count; p++)
        if (text->pair_bits[p] & wanted && filter_has_pair(text->pair[p], words, length))
            bits |= text->pair_bits[p];
    return bits;
}

/* What filter_need_holds() says of the path `words` alone, whatever the text as given
 * is, with as little work as can be: only such pairs are looked for as an alternative
 * still lacks. `name`: bits of the process's name, if the need uses it. `length` is
 * 8..FILTER_TEXT, and the path is not a file of the root directory. */
FILTER_INLINE uint32_t filter_path_may_hold(const struct filter *filter,
                                            const struct filter_need *need, const uint64_t *words,
                                            uint32_t length, uint64_t name)
{
    const struct filter_text *text = &filter->path;
    uint64_t every = text->every, lacking = 0;
    uint64_t found =
        text->always | filter_find_cuts(text, words, length) | filter->raw.every | (name & ~every);

    for (uint32_t i = 0; i < FILTER_ALTERNATIVES && i < need->count; i++) {
        uint64_t lacks = need->all[i] & ~found;

        if (!lacks)
            return 1;
        if (!(lacks & ~text->pair_any))
            lacking |= lacks;
    }
    if (!lacking)
        return 0;
    found |= filter_find_pairs_of(text, lacking, words, length);
    for (uint32_t i = 0; i < FILTER_ALTERNATIVES && i < need->count; i++)
        if (!(need->all[i] & ~found))
            return 1;
    return 0;
}

FILTER_INLINE uint32_t filter_profile(const struct filter_facts *facts)
{
    return (facts->result < 0 ? PROFILE_FAILED : 0) | (facts->container ? PROFILE_CONTAINER : 0) |
           (facts->detail & 31) << PROFILE_DETAIL_SHIFT;
}

/* No rule wants the call with this detail, whatever else is known. */
FILTER_INLINE uint32_t filter_drops_detail(const struct filter_call *call, uint32_t detail)
{
    return call->dropped >> (detail & 31) & 1;
}

/* FILTER_DROP, FILTER_SEND, or 1 + index of a need, of a call that is FILTER_FOR_RULES. */
FILTER_INLINE uint32_t filter_verdict(const struct filter *filter, const struct filter_call *call,
                                      const struct filter_facts *facts)
{
    uint32_t profile = filter_profile(facts);

    if (call->row >= FILTER_ROWS)
        return FILTER_SEND;
    FILTER_OPAQUE(profile);
    profile &= FILTER_PROFILES - 1;
    FILTER_OPAQUE(profile);
    return filter->rows[call->row].verdict[profile];
}

/* The whole decision of a call that is FILTER_FOR_RULES. `path` and `raw` are united bits. */
FILTER_INLINE uint32_t filter_passes(const struct filter *filter, const struct filter_call *call,
                                     const struct filter_facts *facts, uint64_t path, uint64_t raw,
                                     uint64_t name)
{
    uint32_t verdict = filter_verdict(filter, call, facts);

    if (verdict == FILTER_DROP || verdict == FILTER_SEND)
        return verdict;
    if (verdict > FILTER_NEEDS)
        return 1;
    return filter_need_holds(&filter->needs[verdict - 1],
                             (path & filter->path.every) | (raw & filter->raw.every) | name);
}

/* Detail of calls that open, from O_* flags and the mode (0 when nothing is created). */
enum {
    FILTER_O_ACCMODE = 3,
    FILTER_O_WRONLY = 1,
    FILTER_O_RDWR = 2,
    FILTER_O_CREAT = 0100,
    FILTER_O_TRUNC = 01000,
    FILTER_O_TMPFILE = 020000000, /* its bit without O_DIRECTORY */
};

FILTER_INLINE uint32_t filter_open_detail(uint64_t flags, uint64_t mode)
{
    uint32_t access = flags & FILTER_O_ACCMODE;
    uint32_t creates = (flags & (FILTER_O_CREAT | FILTER_O_TMPFILE)) != 0;

    return (access != FILTER_O_WRONLY ? OPEN_READS : 0) |
           (access == FILTER_O_WRONLY || access == FILTER_O_RDWR ? OPEN_WRITES : 0) |
           (flags & FILTER_O_CREAT ? OPEN_CREATES : 0) |
           (flags & FILTER_O_TRUNC ? OPEN_TRUNCATES : 0) |
           (creates && (mode & 0111) ? OPEN_EXECUTABLE : 0);
}

/* Where calls that open keep their flags and mode. */
enum filter_opener {
#if defined(__aarch64__) || defined(__TARGET_ARCH_arm64)
    FILTER_OPEN = 0xfff1, /* neither open nor creat are there */
    FILTER_CREAT = 0xfff2,
    FILTER_OPENAT = 56,
    FILTER_OPEN_BY_HANDLE_AT = 265,
#else
    FILTER_OPEN = 2,
    FILTER_CREAT = 85,
    FILTER_OPENAT = 257,
    FILTER_OPEN_BY_HANDLE_AT = 304,
#endif
    FILTER_OPENAT2 = 437,
};

/* `how`: flags and mode of open_how, of openat2. */
FILTER_INLINE uint32_t filter_opener_detail(uint32_t number, const uint64_t arguments[6],
                                            const uint64_t how[2])
{
    switch (number) {
    case FILTER_OPEN:
        return filter_open_detail(arguments[1], arguments[2]);
    case FILTER_CREAT:
        return filter_open_detail(FILTER_O_CREAT | FILTER_O_WRONLY | FILTER_O_TRUNC, arguments[1]);
    case FILTER_OPENAT2:
        return filter_open_detail(how[0], how[1]);
    case FILTER_OPEN_BY_HANDLE_AT:
        return filter_open_detail(arguments[2], 0);
    default:
        return filter_open_detail(arguments[2], arguments[3]);
    }
}

/* enum filter_descriptor of a socket. `loopback`: its own address is in 127.0.0.0/8, or
 * ::1 (the peer's does not count: the address argument of a datagram may be
 * another). A call that failed and should have returned a descriptor is about
 * FILTER_FD_UNKNOWN, one that returned it about that, all others about the first
 * descriptor among their arguments. */
FILTER_INLINE uint32_t filter_socket_kind(uint32_t family, uint32_t type, uint32_t protocol,
                                          uint32_t loopback)
{
    enum { UNIX = 1, INET = 2, INET6 = 10, RAW = 3, TCP = 6, UDP = 17 };
    uint32_t kind = FILTER_FD_IP4;

    if (family == UNIX)
        return FILTER_FD_UNIX;
    if (family != INET && family != INET6)
        return FILTER_FD_SOCKET;
    if (type != RAW && protocol == TCP)
        kind = FILTER_FD_TCP4;
    else if (type != RAW && protocol == UDP)
        kind = FILTER_FD_UDP4;
    return kind + (family == INET6 ? FILTER_FD_TCP6 - FILTER_FD_TCP4 : 0) +
           (loopback ? FILTER_FD_LOOPBACK : 0);
}

#ifndef __BPF__

/* Filling the tables. Bits of an equal text that is there are united. False:
 * no slot is free, the text's `always` must take the bits. */
FILTER_INLINE uint32_t filter_add_slot(struct filter_slot *slots, uint64_t hash, uint64_t bits)
{
    uint32_t at = hash >> 32;

    for (uint32_t probe = 0; probe < FILTER_PROBES; probe++) {
        struct filter_slot *slot = &slots[(at + probe) & (FILTER_SLOTS - 1)];

        if (slot->key && slot->key != hash)
            continue;
        slot->key = hash;
        slot->bits |= bits;
        return 1;
    }
    return 0;
}

FILTER_INLINE void filter_set_seen(uint64_t *seen, uint64_t word, uint32_t cut)
{
    uint32_t bit = filter_seen_bit(word, cut) & (FILTER_SEEN - 1);

    seen[bit >> 6] |= 1ULL << (bit & 63);
}

/* `literal`: at least as long as the cut, which is in the text's list. */
FILTER_INLINE uint32_t filter_add_prefix(struct filter_text *text, const char *literal,
                                         uint32_t cut, uint64_t bits)
{
    uint64_t words[3] = {0};

    __builtin_memcpy(words, literal, cut);
    filter_set_seen(text->prefix_seen, words[0], cut < 8 ? cut : 8);
    return filter_add_slot(text->prefix, filter_prefix_hash(words[0], words[1], words[2], cut),
                           bits);
}

/* `literal`: its last `cut` bytes. The cuts of the text are set before. */
FILTER_INLINE uint32_t filter_add_suffix(struct filter_text *text, const char *literal,
                                         uint32_t cut, uint64_t bits)
{
    uint64_t tail = 0;

    __builtin_memcpy((char *)&tail + 8 - cut, literal, cut);
    filter_set_seen(text->suffix_seen, tail >> (8 * (8 - cut)), cut);
    filter_set_seen(text->suffix_seen, tail >> (8 * (8 - text->suffix_cut[0])), 0);
    return filter_add_slot(text->suffix, filter_suffix_hash(tail, cut), bits);
}

/* A literal that holds the pair at `index`, below pair_count. */
FILTER_INLINE void filter_add_pair(struct filter_text *text, uint32_t index, uint64_t bits)
{
    text->pair_bits[index & (FILTER_PAIRS - 1)] |= bits;
    text->pair_any |= bits;
}

/* `comm`: 15 bytes at most; longer names never equal a process's. */
FILTER_INLINE uint32_t filter_add_name(struct filter *filter, const char *comm, uint32_t length,
                                       uint64_t bits)
{
    uint64_t words[2] = {0};
    uint32_t at;

    if (length >= SENSOR_COMM_SIZE)
        return 1;
    __builtin_memcpy(words, comm, length);
    at = filter_name_hash(words[0], words[1]) >> 32;
    for (uint32_t probe = 0; probe < FILTER_PROBES; probe++) {
        struct filter_name *name = &filter->names[(at + probe) & (FILTER_NAMES - 1)];
        uint32_t same = name->comm[0] == words[0] && name->comm[1] == words[1];

        if (name->bits && !same)
            continue;
        name->comm[0] = words[0];
        name->comm[1] = words[1];
        name->bits |= bits;
        return 1;
    }
    return 0;
}

/* Classifying texts that stand anywhere in memory. */
FILTER_INLINE uint64_t filter_classify_bytes(const struct filter_text *text, const char *bytes,
                                             uint32_t length)
{
    uint64_t words[FILTER_TEXT_WORDS] = {0};

    if (length > FILTER_TEXT)
        return FILTER_EVERY;
    if (length)
        __builtin_memcpy(words, bytes, length);
    return filter_classify(text, words, length);
}

#endif
