#include "sensor/respond/journal.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "base/path.h"
#include "sensor/respond/journal-line.h"

struct journal {
    int fd;
    char *path;
    pthread_mutex_t lock;
    int64_t last;       /* time of the last id */
    struct buf backlog; /* lines that are not in the file yet */
};

static int make_directory(const char *path, struct error *err)
{
    struct view directory = path_directory(view_of(path));
    char text[PATH_LIMIT];

    if (!directory.len)
        return 0;
    if (directory.len >= sizeof(text))
        return error_set(err, ERROR_USAGE, "the path of the journal is too long");
    snprintf(text, sizeof(text), "%.*s", VIEW_ARG(directory));
    return fd_make_directories(text, 0700, err);
}

/* A crash in the middle of a line leaves one without its end: it is ended, so that the
 * next one stands alone. */
static int end_broken_line(int fd, struct error *err)
{
    int64_t size = fd_size(fd);
    char last;

    if (size <= 0 || pread(fd, &last, 1, size - 1) != 1 || last == '\n')
        return 0;
    return fd_write_all(fd, VIEW("\n"), err);
}

static int open_file(const char *path, int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = -1;
    int r = make_directory(path, err);

    if (r < 0)
        return error_wrap(err, "journal");
    fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_errno(err, "journal %s", path);
    r = end_broken_line(fd, err);
    if (r < 0)
        return error_wrap(err, "journal %s", path);
    *ret_fd = take_fd(&fd);
    return 0;
}

int journal_open(const char *path, struct journal **ret, struct error *err)
{
    _cleanup_(journal_close_p) struct journal *journal = calloc(1, sizeof(*journal));
    int r;

    if (!journal)
        return error_memory(err);
    journal->fd = -1;
    journal->backlog = BUF_INIT(JOURNAL_BACKLOG_LIMIT);
    pthread_mutex_init(&journal->lock, NULL);
    journal->path = strdup(path);
    r = journal->path ? open_file(path, &journal->fd, err) : error_memory(err);
    if (r < 0)
        return r;
    *ret = take_ptr(&journal);
    return 0;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->fd >= 0)
        journal_flush(journal, NULL);
    close_p(&journal->fd);
    free(journal->path);
    pthread_mutex_destroy(&journal->lock);
    buf_done(&journal->backlog);
    free(journal);
}

/* ---- Writing ---- */

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Rotated or removed meanwhile, it is opened anew: actions must be found where people look
 * for them. Where that fails the open one goes on. */
static void follow_path(struct journal *journal)
{
    struct stat is_open, is_there;
    int fd;

    if (fstat(journal->fd, &is_open) < 0 ||
        (stat(journal->path, &is_there) == 0 && is_there.st_dev == is_open.st_dev &&
         is_there.st_ino == is_open.st_ino) ||
        open_file(journal->path, &fd, NULL) < 0)
        return;
    close(journal->fd);
    journal->fd = fd;
}

/* Writes what waits in one append, so that lines of several programs do not mix, and
 * syncs it. What was written in part is written again behind a line's end. */
static int write_backlog(struct journal *journal, struct error *err)
{
    struct view lines = buf_view(&journal->backlog);
    ssize_t written = write(journal->fd, lines.ptr, lines.len);

    if (written == (ssize_t)lines.len && fdatasync(journal->fd) == 0) {
        buf_reset(&journal->backlog);
        return 0;
    }
    error_errno(err, "journal");
    if (written > 0)
        end_broken_line(journal->fd, NULL);
    error_hint(err, "the entry is written when there is room again");
    return ERROR_IO;
}

static int append(struct journal *journal, const struct journal_entry *entry, int64_t time,
                  struct error *err)
{
    _cleanup_(buf_done) struct buf line = BUF_INIT(JOURNAL_LINE_LIMIT);
    int r;

    journal_line_write(entry, time, &line);
    r = buf_failed(&line, "an entry of the journal", err);
    if (r < 0)
        return r;
    buf_add(&journal->backlog, buf_view(&line));
    if (journal->backlog.failed) {
        journal->backlog.failed = 0; /* what waits already is written first */
        write_backlog(journal, NULL);
        return error_set(err, ERROR_LIMIT, "journal: there is no room for another entry");
    }
    return write_backlog(journal, err);
}

int journal_intend(struct journal *journal, struct journal_entry *entry,
                   char id[static JOURNAL_ID_SIZE], struct error *err)
{
    struct tm calendar;
    time_t seconds;
    size_t len;
    int r;

    pthread_mutex_lock(&journal->lock);
    entry->time = now();
    if (entry->time / 1000 <= journal->last / 1000)
        entry->time = journal->last + 1000; /* ids are all different */
    journal->last = entry->time;
    seconds = entry->time / 1000000000;
    len = strftime(id, JOURNAL_ID_SIZE, "%Y%m%dT%H%M%S", gmtime_r(&seconds, &calendar));
    snprintf(id + len, JOURNAL_ID_SIZE - len, "-%06d", (int)(entry->time / 1000 % 1000000));
    entry->id = view_of(id);
    entry->state = JOURNAL_INTENDED;
    follow_path(journal);
    r = append(journal, entry, entry->time, err);
    pthread_mutex_unlock(&journal->lock);
    return r;
}

int journal_settle(struct journal *journal, const struct journal_entry *entry, struct error *err)
{
    int r;

    pthread_mutex_lock(&journal->lock);
    r = append(journal, entry, now(), err);
    pthread_mutex_unlock(&journal->lock);
    return r;
}

int journal_flush(struct journal *journal, struct error *err)
{
    int r;

    pthread_mutex_lock(&journal->lock);
    r = journal->backlog.len ? write_backlog(journal, err) : 0;
    pthread_mutex_unlock(&journal->lock);
    return r;
}

/* ---- Reading ---- */

struct reading {
    struct arena *arena;
    struct hash_map *by_id; /* index into `list`, plus one */
    struct journal_entry *list;
    size_t count, broken;
};

/* What follows an intent. */
static void follow(struct journal_entry *entry, const struct journal_entry *line)
{
    entry->state = line->state;
    entry->settled = line->time;
    if (line->outcome.len)
        entry->outcome = line->outcome;
    if (line->undo.len)
        entry->undo = line->undo;
    if (line->undone_by.len)
        entry->undone_by = line->undone_by;
}

static int take_line(struct reading *reading, const struct journal_entry *line, struct error *err)
{
    void **slot = hash_map_slot(reading->by_id, line->id);
    struct journal_entry *added;

    if (!slot)
        return error_memory(err);
    if (line->state != JOURNAL_INTENDED && !*slot) {
        reading->broken++; /* its intent is not there */
        return 0;
    }
    if (line->state != JOURNAL_INTENDED) {
        follow(&reading->list[(uintptr_t)*slot - 1], line);
        return 0;
    }
    if (*slot) { /* the same one was written again, by a disk that was full */
        reading->broken += reading->list[(uintptr_t)*slot - 1].time != line->time;
        return 0;
    }
    added = arena_push(reading->arena, &reading->list, &reading->count, sizeof(*line));
    if (!added)
        return error_memory(err);
    *added = *line;
    *slot = (void *)(uintptr_t)reading->count;
    return 0;
}

static int by_time(const void *a, const void *b)
{
    const struct journal_entry *x = a, *y = b;

    return x->time != y->time ? (x->time > y->time) - (x->time < y->time) : view_cmp(x->id, y->id);
}

static int read_lines(struct reading *reading, struct view text, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    int r = json_parser_new(&parser, err);

    while (r == 0 && text.ptr) {
        struct view line = view_trim(view_line(&text));
        struct journal_entry entry;

        if (!line.len)
            continue;
        if (journal_line_read(parser, line, reading->arena, &entry))
            r = take_line(reading, &entry, err);
        else
            reading->broken++;
    }
    return r < 0 ? r : arena_failed(reading->arena, "the journal", err);
}

int journal_read(const char *path, struct arena *arena, struct journal_entry **ret,
                 size_t *ret_count, size_t *ret_broken, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(JOURNAL_FILE_LIMIT);
    _cleanup_(hash_map_free_p) struct hash_map *by_id = hash_map_new();
    struct reading reading = {.arena = arena, .by_id = by_id};
    int r = by_id ? fd_read_file(path, &text, err) : error_memory(err);

    if (r == 0)
        r = read_lines(&reading, buf_view(&text), err);
    if (r < 0)
        return error_wrap(err, "journal %s", path);
    if (reading.count)
        qsort(reading.list, reading.count, sizeof(*reading.list), by_time);
    *ret = reading.list;
    *ret_count = reading.count;
    *ret_broken = reading.broken;
    return 0;
}

int journal_find(const char *path, struct view id, struct arena *arena, struct journal_entry *ret,
                 struct error *err)
{
    struct journal_entry *list;
    size_t count, broken;
    int r = journal_read(path, arena, &list, &count, &broken, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < count; i++)
        if (view_eq(list[i].id, id)) {
            *ret = list[i];
            return 0;
        }
    error_set(err, ERROR_NOT_FOUND, "journal %s: there is no entry %.*s", path, VIEW_ARG(id));
    error_hint(err, "plimsoll-sensor journal lists them");
    return ERROR_NOT_FOUND;
}
