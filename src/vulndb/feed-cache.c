#include "vulndb/feed-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/path.h"

enum { NOTE_LIMIT = 8 << 10 }; /* bytes of the text beside a body */

/* The text beside a body. */
struct note {
    char url[FEED_URL_LIMIT], etag[FEED_VALUE_LIMIT], modified[FEED_VALUE_LIMIT];
    char digest[DIGEST_TEXT_SIZE + 1];
    uint64_t size;
    int64_t fetched_at;
};

struct download {
    struct atomic_file file;
    struct digester *digester;
    uint64_t received;
    void (*heard)(void *ctx, uint64_t bytes);
    void *ctx;
};

void feed_done(struct feed *feed)
{
    free(feed->path);
    *feed = (struct feed)FEED_INIT;
}

/* A name for people, and a hash that keeps names apart. */
static int body_path(const char *url, const char *directory, char **ret, struct error *err)
{
    struct view name = path_name(view_of(url));

    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '?' || name.ptr[i] == '#')
            name.len = i;
    if (asprintf(ret, "%s/%016" PRIx64 "-%.*s", directory, hash_stable(view_of(url)),
                 name.len > 100 ? 100 : (int)name.len, name.ptr ? name.ptr : "") < 0) {
        *ret = NULL;
        return error_memory(err);
    }
    return 0;
}

static void copy_value(char *to, size_t size, struct view value)
{
    if (value.len < size) { /* a longer one is as good as none */
        memcpy(to, value.ptr ? value.ptr : "", value.len);
        to[value.len] = '\0';
    }
}

static void read_note_line(struct note *note, struct view line)
{
    struct view value = line, key = view_cut(&value, ' ');
    uint64_t number;

    if (view_eq(key, VIEW("url")))
        copy_value(note->url, sizeof(note->url), value);
    else if (view_eq(key, VIEW("etag")))
        copy_value(note->etag, sizeof(note->etag), value);
    else if (view_eq(key, VIEW("last-modified")))
        copy_value(note->modified, sizeof(note->modified), value);
    else if (view_eq(key, VIEW("digest")))
        copy_value(note->digest, sizeof(note->digest), value);
    else if (view_eq(key, VIEW("size")) && view_to_u64(value, &number))
        note->size = number;
    else if (view_eq(key, VIEW("fetched")) && view_to_u64(value, &number) && number < INT64_MAX)
        note->fetched_at = (int64_t)number;
}

/* Whether a body is there as its note describes it. */
static bool read_note(const char *url, const char *body, struct note *ret)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(NOTE_LIMIT);
    _cleanup_free_ char *path = NULL;
    struct view rest;
    struct stat st;

    *ret = (struct note){0};
    if (asprintf(&path, "%s.note", body) < 0 || fd_read_file(path, &text, NULL) < 0)
        return false;
    rest = buf_view(&text);
    while (rest.ptr)
        read_note_line(ret, view_line(&rest));
    return strcmp(ret->url, url) == 0 && ret->fetched_at > 0 && stat(body, &st) == 0 &&
           S_ISREG(st.st_mode) && (uint64_t)st.st_size == ret->size;
}

static int write_note(const char *body, const struct note *note, struct error *err)
{
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;
    _cleanup_(buf_done) struct buf text = BUF_INIT(NOTE_LIMIT);
    _cleanup_free_ char *path = NULL;
    int r;

    if (asprintf(&path, "%s.note", body) < 0) {
        path = NULL;
        return error_memory(err);
    }
    buf_addf(&text,
             "url %s\netag %s\nlast-modified %s\ndigest %s\nsize %" PRIu64 "\nfetched %" PRId64
             "\n",
             note->url, note->etag, note->modified, note->digest, note->size, note->fetched_at);
    r = buf_failed(&text, "the note of a download", err);
    if (r == 0)
        r = atomic_file_open(&file, path, 0600, err);
    if (r == 0)
        r = fd_write_all(file.fd, buf_view(&text), err);
    return r < 0 ? r : atomic_file_commit(&file, err);
}

static int on_bytes(void *ctx, struct view bytes, struct error *err)
{
    struct download *download = ctx;
    int r = fd_write_all(download->file.fd, bytes, err);

    if (r < 0)
        return r;
    digester_add(download->digester, bytes);
    download->received += bytes.len;
    if (download->heard)
        download->heard(download->ctx, download->received);
    return 0;
}

static int on_restart(void *ctx, struct error *err)
{
    struct download *download = ctx;

    digester_end(download->digester);
    download->received = 0;
    if (ftruncate(download->file.fd, 0) < 0 || lseek(download->file.fd, 0, SEEK_SET) < 0)
        return error_errno(err, "cannot start the download over");
    return 0;
}

static int send_request(struct http_client *http, const char *url, const struct note *known,
                        struct download *download, struct http_response *response,
                        struct error *err)
{
    struct http_header headers[2];
    struct http_request request = {
        .method = HTTP_GET, .url = url, .headers = headers, .body_limit = FEED_BODY_LIMIT};
    struct http_sink sink = {download, on_bytes, on_restart, false};
    int r;

    if (known && known->etag[0])
        headers[request.header_count++] = (struct http_header){"If-None-Match", known->etag};
    if (known && known->modified[0])
        headers[request.header_count++] =
            (struct http_header){"If-Modified-Since", known->modified};
    r = http_send(http, &request, &sink, response, err);
    if (r < 0 || (response->status == 304 && known))
        return r;
    return http_check(&request, response, err);
}

static void describe(const char *url, const struct http_response *response,
                     struct download *download, struct note *to)
{
    struct digest digest = digester_end(download->digester);

    *to = (struct note){.size = download->received, .fetched_at = clock_unix_seconds()};
    copy_value(to->url, sizeof(to->url), view_of(url));
    copy_value(to->etag, sizeof(to->etag), http_response_header(response, "ETag", 0));
    copy_value(to->modified, sizeof(to->modified),
               http_response_header(response, "Last-Modified", 0));
    digest_format(&digest, to->digest);
}

static void fill(const struct note *note, char **path, bool unchanged, struct feed *ret)
{
    *ret = (struct feed){.path = take_ptr(path),
                         .size = note->size,
                         .fetched_at = note->fetched_at,
                         .unchanged = unchanged};
    memcpy(ret->digest, note->digest, sizeof(ret->digest));
}

int feed_cached(const char *url, const char *directory, struct feed *ret, struct error *err)
{
    _cleanup_free_ char *path = NULL;
    struct note note;
    int r = body_path(url, directory, &path, err);

    if (r < 0)
        return r;
    if (!read_note(url, path, &note)) {
        error_set(err, ERROR_NOT_FOUND, "%s was not downloaded before", url);
        error_hint(err, "run an update with network first, or use a mirror directory");
        return ERROR_NOT_FOUND;
    }
    fill(&note, &path, true, ret);
    return 0;
}

static int download_feed(struct http_client *http, const char *url, const struct note *known,
                         struct download *download, const char *path, struct note *ret,
                         bool *ret_unchanged, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    int r = atomic_file_open(&download->file, path, 0600, err);

    if (r == 0)
        r = digester_new(&download->digester, err);
    if (r == 0)
        r = send_request(http, url, known, download, &response, err);
    if (r < 0)
        return r;
    *ret_unchanged = response.status == 304;
    if (*ret_unchanged) {
        *ret = *known;
        ret->fetched_at = clock_unix_seconds();
        return write_note(path, ret, err);
    }
    describe(url, &response, download, ret);
    r = atomic_file_commit(&download->file, err);
    return r < 0 ? r : write_note(path, ret, err);
}

int feed_fetch(struct http_client *http, const char *url, const char *directory,
               void (*received)(void *ctx, uint64_t bytes), void *ctx, struct feed *ret,
               struct error *err)
{
    struct download download = {ATOMIC_FILE_INIT, NULL, 0, received, ctx};
    _cleanup_free_ char *path = NULL;
    struct note known, note;
    bool unchanged = false;
    int r;

    if (!http)
        return feed_cached(url, directory, ret, err);
    if (strlen(url) >= FEED_URL_LIMIT)
        return error_set(err, ERROR_LIMIT, "the address is longer than %d bytes", FEED_URL_LIMIT);
    r = fd_make_directories(directory, 0700, err);
    if (r == 0)
        r = body_path(url, directory, &path, err);
    if (r < 0)
        return r;
    r = download_feed(http, url, read_note(url, path, &known) ? &known : NULL, &download, path,
                      &note, &unchanged, err);
    atomic_file_done(&download.file);
    digester_free(download.digester);
    if (r == 0)
        fill(&note, &path, unchanged, ret);
    return r;
}
