#include "scan/layer-cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/fd.h"
#include "base/hash.h"
#include "codec/digest.h"

enum {
    HEADER_SIZE = 24,
    NAME_SIZE = 64 + 1 + 16 + 1, /* diffID "-" generation and proof, and a NUL */
    /* After making room the cache is this full, so that it isn't at each scan. */
    FULL_PERCENT_AFTER_EVICTION = 90,
};

struct layer_cache {
    char *directory;
    int fd; /* of the directory */
    uint64_t limit;
    pthread_mutex_t lock; /* of put_any */
    bool put_any;
};

int layer_cache_open(const char *directory, uint64_t limit, struct layer_cache **ret,
                     struct error *err)
{
    struct layer_cache *cache = calloc(1, sizeof(*cache));
    int r;

    if (!cache)
        return error_memory(err);
    cache->fd = -1;
    cache->limit = limit ? limit : (uint64_t)LAYER_CACHE_DEFAULT_MIB << 20;
    pthread_mutex_init(&cache->lock, NULL);
    if (asprintf(&cache->directory, "%s/layers", directory) < 0) {
        cache->directory = NULL;
        r = error_memory(err);
    } else {
        r = fd_make_directories(cache->directory, 0700, err);
    }
    if (r == 0) {
        cache->fd = open(cache->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (cache->fd < 0)
            r = error_errno(err, "cannot open %s", cache->directory);
    }
    if (r < 0) {
        layer_cache_close(cache);
        return r;
    }
    *ret = cache;
    return 0;
}

void layer_cache_close(struct layer_cache *cache)
{
    if (!cache)
        return;
    close_p(&cache->fd);
    pthread_mutex_destroy(&cache->lock);
    free(cache->directory);
    free(cache);
}

/* False for a diffID that is no digest: it must never become a file name. */
static bool entry_name(struct view generation, struct view diff_id, struct view proof,
                       char to[static NAME_SIZE])
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(8192);
    struct digest parsed;

    if (!digest_parse(diff_id, &parsed))
        return false;
    buf_add(&text, generation);
    buf_add_char(&text, '\n');
    buf_add(&text, proof);
    if (text.failed)
        return false;
    snprintf(to, NAME_SIZE, "%.*s-%016llx", 64, diff_id.ptr + diff_id.len - 64,
             (unsigned long long)hash_stable(buf_view(&text)));
    return true;
}

static bool read_entry(struct layer_cache *cache, const char *name, struct arena *arena,
                       struct view *ret)
{
    _cleanup_close_ int fd = openat(cache->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *bytes;
    struct cursor header;
    struct stat st;
    struct view payload;

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < HEADER_SIZE ||
        st.st_size > LAYER_CACHE_ENTRY_LIMIT)
        return false;
    bytes = arena_alloc(arena, (size_t)st.st_size);
    if (!bytes || fd_read_full(fd, bytes, (size_t)st.st_size, NULL) != st.st_size)
        return false;
    header = cursor_of(view_from(bytes, HEADER_SIZE));
    payload = view_from(bytes + HEADER_SIZE, (size_t)st.st_size - HEADER_SIZE);
    if (!view_eq(cursor_take(&header, 8), VIEW("PLIMLYR1")) || cursor_u64(&header) != payload.len ||
        cursor_u64(&header) != hash_stable(payload)) {
        unlinkat(cache->fd, name, 0);
        return false;
    }
    futimens(fd, NULL); /* the eviction's "used last" */
    *ret = payload;
    return true;
}

bool layer_cache_get(struct layer_cache *cache, struct view generation, struct view diff_id,
                     struct view digest, struct arena *arena, struct view *ret)
{
    char name[NAME_SIZE];

    if (entry_name(generation, diff_id, VIEW("diff-id"), name) &&
        read_entry(cache, name, arena, ret))
        return true;
    return digest.len && entry_name(generation, diff_id, digest, name) &&
           read_entry(cache, name, arena, ret);
}

void layer_cache_put(struct layer_cache *cache, struct view generation, struct view diff_id,
                     struct view digest, enum layer_proof proof, struct view section)
{
    _cleanup_(buf_done) struct buf header = BUF_INIT(HEADER_SIZE);
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;
    _cleanup_free_ char *path = NULL;
    char name[NAME_SIZE];

    if (section.len > LAYER_CACHE_ENTRY_LIMIT - HEADER_SIZE ||
        (proof == LAYER_PROOF_DIGEST && digest.len == 0) ||
        !entry_name(generation, diff_id, proof == LAYER_PROOF_DIFF_ID ? VIEW("diff-id") : digest,
                    name))
        return;
    if (asprintf(&path, "%s/%s", cache->directory, name) < 0) {
        path = NULL;
        return;
    }
    buf_add_str(&header, "PLIMLYR1");
    buf_add_u64(&header, section.len);
    buf_add_u64(&header, hash_stable(section));
    if (atomic_file_open(&file, path, 0600, NULL) < 0)
        return;
    file.skip_sync = true;
    if (fd_write_all(file.fd, buf_view(&header), NULL) < 0 ||
        fd_write_all(file.fd, section, NULL) < 0 || atomic_file_commit(&file, NULL) < 0)
        return;
    pthread_mutex_lock(&cache->lock);
    cache->put_any = true;
    pthread_mutex_unlock(&cache->lock);
}

struct entry {
    struct timespec used;
    uint64_t size;
    char name[NAME_SIZE + 8]; /* a temporary file's suffix too */
};

/* Every file of the cache, those of crashed writers too. */
static int list_entries(struct layer_cache *cache, struct arena *arena, struct entry **ret,
                        size_t *ret_count, struct error *err)
{
    struct entry *entries = NULL;
    size_t count = 0;
    int copy = openat(cache->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;

    if (!dir) {
        close_p(&copy);
        return error_errno(err, "cannot list %s", cache->directory);
    }
    for (struct dirent *item; (item = readdir(dir));) {
        struct entry *entry;
        struct stat st;

        if (strlen(item->d_name) >= sizeof(entry->name) ||
            fstatat(cache->fd, item->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
            continue;
        entry = arena_push(arena, &entries, &count, sizeof(*entry));
        if (!entry)
            break;
        entry->used = st.st_mtim;
        entry->size = (uint64_t)st.st_size;
        memcpy(entry->name, item->d_name, strlen(item->d_name) + 1);
    }
    closedir(dir);
    *ret = entries;
    *ret_count = count;
    return arena_failed(arena, "the list of the cache", err);
}

static int oldest_first(const void *a, const void *b)
{
    const struct timespec *x = &((const struct entry *)a)->used;
    const struct timespec *y = &((const struct entry *)b)->used;

    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

enum { LIST_ARENA_LIMIT = 64 << 20 };

static uint64_t total_size(const struct entry *entries, size_t count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += entries[i].size;
    return total;
}

void layer_cache_settle(struct layer_cache *cache)
{
    _cleanup_arena_ struct arena *arena = NULL;
    struct entry *entries;
    uint64_t total, target = cache->limit / 100 * FULL_PERCENT_AFTER_EVICTION;
    size_t count;

    if (!cache->put_any)
        return;
    arena = arena_new(LIST_ARENA_LIMIT);
    if (!arena || list_entries(cache, arena, &entries, &count, NULL) < 0)
        return;
    total = total_size(entries, count);
    if (total <= cache->limit)
        return;
    qsort(entries, count, sizeof(*entries), oldest_first);
    for (size_t i = 0; i < count && total > target; i++)
        if (unlinkat(cache->fd, entries[i].name, 0) == 0)
            total -= entries[i].size;
}

int layer_cache_info(struct layer_cache *cache, struct layer_cache_info *ret, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(LIST_ARENA_LIMIT);
    struct layer_cache_info info = {.limit = cache->limit};
    struct entry *entries;
    size_t count;
    int r;

    if (!arena)
        return error_memory(err);
    r = list_entries(cache, arena, &entries, &count, err);
    if (r < 0)
        return r;
    snprintf(info.path, sizeof(info.path), "%s", cache->directory);
    info.entries = count;
    info.bytes = total_size(entries, count);
    *ret = info;
    return 0;
}

int layer_cache_clear(struct layer_cache *cache, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(LIST_ARENA_LIMIT);
    struct entry *entries;
    size_t count;
    int r;

    if (!arena)
        return error_memory(err);
    r = list_entries(cache, arena, &entries, &count, err);
    for (size_t i = 0; r == 0 && i < count; i++)
        if (unlinkat(cache->fd, entries[i].name, 0) < 0 && errno != ENOENT)
            r = error_errno(err, "cannot remove %s/%s", cache->directory, entries[i].name);
    return r;
}
