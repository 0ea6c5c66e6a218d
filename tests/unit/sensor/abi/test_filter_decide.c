#include "test.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "sensor/abi/filter-decide.h"

/* A small linear generator: the same texts in every run. */
static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return *seed >> 33;
}

static const char *const literals[] = {
    "/etc/shadow", "/etc/",    "/proc/",  "/usr/lib/",  "/home/",   "/root/.ssh", "/lib/",
    "id_rsa",      "/.ssh/",   "liblzma", "environ",    "_history", ".bashrc",    "cron",
    "shadow",      "/dev/shm", "zm",      "/usr/share", "release",  "authorized",
};
enum { LITERALS = sizeof(literals) / sizeof(literals[0]) };

/* Literals as prefixes, suffixes and pairs with random bits, and needs of them. Bits 0 to 39
 * are the path's, 40 to 47 the raw text's, from 48 on the name's. */
static void random_filter(uint64_t *seed, struct filter *filter)
{
    static const uint8_t prefix_cuts[] = {4, 5, 6, 9, 11}, suffix_cuts[] = {4, 6, 7, 8};
    struct filter_text *path = &filter->path;

    memset(filter, 0, sizeof(*filter));
    memcpy(path->prefix_cut, prefix_cuts, sizeof(prefix_cuts));
    memcpy(path->suffix_cut, suffix_cuts, sizeof(suffix_cuts));
    path->prefix_cut_count = sizeof(prefix_cuts);
    path->suffix_cut_count = sizeof(suffix_cuts);
    path->pair_count = (uint32_t)(next(seed) % (FILTER_PAIRS + 1));
    path->every = (1ULL << 40) - 1;
    filter->raw.every = 0xffULL << 40;
    if (next(seed) % 4 == 0)
        path->always = 1ULL << next(seed) % 40;
    for (uint32_t p = 0; p < path->pair_count; p++) {
        const char *literal = literals[next(seed) % LITERALS];

        memcpy(path->pair[p], literal + next(seed) % (strlen(literal) - 1), 2);
        filter_add_pair(path, p, 1ULL << next(seed) % 40);
    }
    for (int i = 0; i < 12; i++) {
        const char *literal = literals[next(seed) % LITERALS];
        size_t length = strlen(literal);
        uint64_t bits = 1ULL << next(seed) % 40;
        uint32_t cut = 0;

        for (size_t k = 0; k < sizeof(prefix_cuts); k++)
            if (prefix_cuts[k] <= length)
                cut = prefix_cuts[k];
        if (cut)
            assert_true(filter_add_prefix(path, literal, cut, bits));
        cut = 0;
        for (size_t k = 0; k < sizeof(suffix_cuts); k++)
            if (suffix_cuts[k] <= length)
                cut = suffix_cuts[k];
        if (cut)
            assert_true(filter_add_suffix(path, literal + length - cut, cut, bits));
    }
}

static void random_need(uint64_t *seed, struct filter_need *need)
{
    memset(need, 0, sizeof(*need));
    need->count = (uint32_t)(1 + next(seed) % FILTER_ALTERNATIVES);
    for (uint32_t i = 0; i < need->count; i++) {
        for (uint64_t bits = 1 + next(seed) % 3; bits--;)
            need->all[i] |= 1ULL << next(seed) % 52;
        need->any |= need->all[i];
    }
}

static uint32_t random_path(uint64_t *seed, uint64_t words[FILTER_TEXT_WORDS])
{
    uint32_t length = 0;
    int parts = (int)(1 + next(seed) % 6);
    char *bytes = (char *)words;

    memset(words, 0, FILTER_TEXT_WORDS * sizeof(*words));
    while (parts-- > 0 || length < 9) {
        const char *part = literals[next(seed) % LITERALS];
        size_t size = strlen(part);

        memcpy(bytes + length, part, size);
        length += (uint32_t)size;
        bytes[length++] = (char)('a' + next(seed) % 26);
    }
    if (next(seed) % 2)
        bytes[--length] = '\0';
    return length;
}

/* The short way and the whole one say the same, of a hundred thousand needs and paths. */
static void test_short_way(void **state)
{
    _cleanup_free_ struct filter *filter = malloc(sizeof(*filter));
    uint64_t seed = 7, words[FILTER_TEXT_WORDS];
    uint32_t held = 0;

    (void)state;
    assert_non_null(filter);
    for (int round = 0; round < 200; round++) {
        random_filter(&seed, filter);
        for (int i = 0; i < 500; i++) {
            uint64_t name = next(&seed) % 2 ? 15ULL << 48 : 1ULL << 48, path;
            struct filter_need need;
            uint32_t length, holds;

            random_need(&seed, &need);
            length = random_path(&seed, words);
            path = filter_classify(&filter->path, words, length);
            holds =
                filter_need_holds(&need, (path & filter->path.every) | filter->raw.every | name);
            assert_int_equal(filter_path_may_hold(filter, &need, words, length, name), holds);
            held += holds;
        }
    }
    /* both answers are frequent */
    assert_in_range(held, 10000, 90000);
}

RUN_TESTS(cmocka_unit_test(test_short_way))
