/* The layer cache: what it keeps apart, what it survives, how it is bounded. */
#include "scan/layer-cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#define HEX64(c)                                                                                   \
    c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c  \
        c c c c c c c c c c c c c c c c c
#define DIFF_A VIEW("sha256:" HEX64("a"))
#define DIFF_B VIEW("sha256:" HEX64("b"))
#define STORED_1 VIEW("sha256:" HEX64("1"))
#define STORED_2 VIEW("sha256:" HEX64("2"))

struct place {
    char path[64];
    struct arena *arena;
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    strcpy(place->path, "/tmp/plimsoll-cache-XXXXXX");
    place->arena = arena_new(1 << 26);
    *state = place;
    return mkdtemp(place->path) ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    struct layer_cache *cache;
    char layers[128];

    if (layer_cache_open(place->path, 0, &cache, NULL) == 0) {
        layer_cache_clear(cache, NULL);
        layer_cache_close(cache);
    }
    snprintf(layers, sizeof(layers), "%s/layers", place->path);
    rmdir(layers);
    rmdir(place->path);
    arena_free(place->arena);
    free(place);
    return 0;
}

static struct layer_cache *open_cache(const struct place *place, uint64_t limit)
{
    struct layer_cache *cache;

    assert_int_equal(layer_cache_open(place->path, limit, &cache, NULL), 0);
    return cache;
}

/* "" when it is not there. */
static struct view get(struct place *place, struct layer_cache *cache, struct view diff_id,
                       struct view digest)
{
    struct view got = VIEW_EMPTY;

    layer_cache_get(cache, VIEW("g1"), diff_id, digest, place->arena, &got);
    return got;
}

static void identities_are_kept_apart(void **state)
{
    struct place *place = *state;
    struct layer_cache *cache = open_cache(place, 0);
    struct view other = VIEW_EMPTY;

    layer_cache_put(cache, VIEW("g1"), DIFF_A, STORED_1, LAYER_PROOF_DIGEST, VIEW("one"));
    assert_view(get(place, cache, DIFF_A, STORED_1), "one");
    /* An image that names the same diffID but other stored bytes learns nothing. */
    assert_view(get(place, cache, DIFF_A, STORED_2), "");
    assert_view(get(place, cache, DIFF_A, VIEW_EMPTY), "");
    assert_view(get(place, cache, DIFF_B, STORED_1), "");

    layer_cache_put(cache, VIEW("g1"), DIFF_B, VIEW_EMPTY, LAYER_PROOF_DIFF_ID, VIEW("two"));
    assert_view(get(place, cache, DIFF_B, VIEW_EMPTY), "two");
    assert_view(get(place, cache, DIFF_B, STORED_2), "two");

    assert_false(layer_cache_get(cache, VIEW("g2"), DIFF_B, VIEW_EMPTY, place->arena, &other));
    layer_cache_close(cache);
}

static void names_come_from_digests_only(void **state)
{
    static const char *const names[] = {"", "../../etc/x", "sha256:../../../x", "sha512:aa"};
    struct place *place = *state;
    struct layer_cache *cache = open_cache(place, 0);
    struct layer_cache_info info;

    for (size_t i = 0; i < COUNT(names); i++)
        layer_cache_put(cache, VIEW("g1"), view_of(names[i]), VIEW_EMPTY, LAYER_PROOF_DIFF_ID,
                        VIEW("x"));
    assert_int_equal(layer_cache_info(cache, &info, NULL), 0);
    assert_int_equal(info.entries, 0);
    layer_cache_close(cache);
}

/* Every byte of an entry matters: changed, cut or grown, it is a miss. */
static void damage_reads_as_a_miss(void **state)
{
    struct place *place = *state;
    struct layer_cache *cache = open_cache(place, 0);
    char folder[128], path[512] = "";

    snprintf(folder, sizeof(folder), "%s/layers", place->path);
    for (off_t damage = -1; damage < 24 + 7 + 1; damage++) {
        DIR *dir;
        int fd;

        layer_cache_put(cache, VIEW("g1"), DIFF_A, VIEW_EMPTY, LAYER_PROOF_DIFF_ID,
                        VIEW("payload"));
        dir = opendir(folder);
        for (struct dirent *item; (item = readdir(dir));)
            if (item->d_name[0] == 'a')
                snprintf(path, sizeof(path), "%s/%s", folder, item->d_name);
        closedir(dir);
        fd = open(path, O_RDWR | O_CLOEXEC);
        assert_true(fd >= 0);
        if (damage < 0)
            assert_int_equal(ftruncate(fd, 20), 0);
        else
            assert_int_equal(pwrite(fd, "\xee", 1, damage), 1);
        close(fd);
        assert_view(get(place, cache, DIFF_A, VIEW_EMPTY), "");
    }
    layer_cache_close(cache);
}

static void the_oldest_make_room(void **state)
{
    enum { SIZE = 100000, ENTRIES = 12 };
    struct place *place = *state;
    struct layer_cache *cache = open_cache(place, SIZE * 10);
    struct layer_cache_info info;
    char *bytes = calloc(1, SIZE), diff[] = "sha256:" HEX64("0");
    size_t kept = 0;

    for (int i = 0; i < ENTRIES; i++) {
        diff[7] = (char)('a' + i % 6);
        diff[8] = (char)('0' + i / 6);
        layer_cache_put(cache, VIEW("g1"), view_of(diff), VIEW_EMPTY, LAYER_PROOF_DIFF_ID,
                        view_from(bytes, SIZE));
        if (i == 5) /* the first is used again, and so not among the oldest */
            assert_int_equal(get(place, cache,
                                 VIEW("sha256:a0"
                                      "00000000000000000000000000000000"
                                      "000000000000000000000000000000"),
                                 VIEW_EMPTY)
                                 .len,
                             SIZE);
    }
    layer_cache_settle(cache);
    assert_int_equal(layer_cache_info(cache, &info, NULL), 0);
    assert_true(info.bytes <= (uint64_t)SIZE * 10);
    for (int i = 0; i < ENTRIES; i++) {
        diff[7] = (char)('a' + i % 6);
        diff[8] = (char)('0' + i / 6);
        kept += get(place, cache, view_of(diff), VIEW_EMPTY).len == SIZE;
    }
    assert_int_equal(kept, info.entries);
    assert_true(kept >= 8);
    diff[7] = 'a';
    diff[8] = '0';
    assert_int_equal(get(place, cache, view_of(diff), VIEW_EMPTY).len, SIZE);
    assert_int_equal(layer_cache_clear(cache, NULL), 0);
    assert_int_equal(layer_cache_info(cache, &info, NULL), 0);
    assert_int_equal(info.entries, 0);
    free(bytes);
    layer_cache_close(cache);
}

static void a_full_or_missing_place_is_no_failure(void **state)
{
    struct layer_cache *cache;
    struct error err = ERROR_INIT;

    (void)state;
    assert_true(layer_cache_open("/proc/no/such", 0, &cache, &err) < 0);
    assert_true(err.message[0]);
    layer_cache_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(identities_are_kept_apart, make_place, remove_place),
        cmocka_unit_test_setup_teardown(names_come_from_digests_only, make_place, remove_place),
        cmocka_unit_test_setup_teardown(damage_reads_as_a_miss, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_oldest_make_room, make_place, remove_place),
        cmocka_unit_test(a_full_or_missing_place_is_no_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
