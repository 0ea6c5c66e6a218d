#include "scan/secret-git.h"

#include <sys/mman.h>

#include "base/fd.h"
#include "base/hash.h"
#include "base/text.h"
#include "scan/git-program.h"

enum {
    ARENA_LIMIT = 1 << 30,
    OBJECT_ID_LIMIT = 64, /* hex digits: SHA-1 has 40, SHA-256 64 */
    SHORT_ID = 16,        /* hex digits that a person needs */
    DATE = 10,            /* of "2026-11-21T10:00:00+00:00" */
};

struct commit {
    struct view id, date; /* of the author */
};

struct blob {
    struct view id, path;
    uint32_t commit;
};

struct secret_git {
    struct arena *arena;
    const char *path;
    struct commit *commits;
    size_t commit_count;
    struct blob *blobs;
    size_t blob_count;
    struct hash_map *known; /* ids of blobs */
    size_t submodules;
    bool shallow;
};

/* ---- The log ---- */

/* "commit ID DATE" */
static int add_commit(struct secret_git *git, struct view line, struct error *err)
{
    struct commit *commit =
        arena_push(git->arena, &git->commits, &git->commit_count, sizeof(*commit));
    struct view rest = view_strip_prefix(line, VIEW("commit "));

    if (!commit)
        return error_memory(err);
    commit->id = arena_copy(git->arena, view_cut(&rest, ' '));
    commit->date = arena_copy(git->arena, rest);
    return 0;
}

static int add_blob(struct secret_git *git, struct view id, struct view path, struct error *err)
{
    struct blob *blob;

    if (id.len == 0 || id.len > OBJECT_ID_LIMIT || git->commit_count == 0)
        return error_set(err, ERROR_INPUT, "git: its answer is not understood");
    if (hash_map_get(git->known, id))
        return 0;
    if (git->blob_count == SECRET_GIT_BLOBS_LIMIT)
        return error_set(err, ERROR_LIMIT, "the history has more than %d files",
                         SECRET_GIT_BLOBS_LIMIT);
    blob = arena_push(git->arena, &git->blobs, &git->blob_count, sizeof(*blob));
    if (!blob)
        return error_memory(err);
    blob->id = arena_copy(git->arena, id);
    blob->path = arena_copy(git->arena, path);
    blob->commit = (uint32_t)git->commit_count - 1;
    return hash_map_put(git->known, blob->id, git) ? 0 : error_memory(err);
}

/* ":OLDMODE MODE OLDID ID STATUS" */
static int take_change(struct secret_git *git, struct view line, struct view path,
                       struct error *err)
{
    struct view rest = line, mode, id;

    view_cut(&rest, ' ');
    mode = view_cut(&rest, ' ');
    view_cut(&rest, ' ');
    id = view_cut(&rest, ' ');
    if (view_eq(mode, VIEW("160000"))) {
        git->submodules++;
        return 0;
    }
    return view_starts(mode, VIEW("100")) ? add_blob(git, id, path, err) : 0;
}

/* Commits and, behind each, pairs of a change and its path, all ended by NULs;
 * before a commit's first change stands a newline. */
static int read_log(struct secret_git *git, struct git_output *p, struct error *err)
{
    _cleanup_(buf_done) struct buf token = BUF_INIT(SECRET_GIT_TOKEN_LIMIT);
    _cleanup_(buf_done) struct buf path = BUF_INIT(SECRET_GIT_TOKEN_LIMIT);
    int r;

    while ((r = git_token(p, '\0', &token, err)) == 1) {
        struct view line = view_strip_prefix(buf_view(&token), VIEW("\n"));

        if (view_starts(line, VIEW(":"))) {
            r = git_token(p, '\0', &path, err);
            if (r == 1)
                r = take_change(git, line, buf_view(&path), err);
        } else {
            r = line.len ? add_commit(git, line, err) : 0;
        }
        if (r < 0)
            return r;
    }
    return r;
}

static bool is_commit(const struct secret_git *git, const char *name)
{
    _cleanup_(buf_done) struct buf answer = BUF_INIT(4096);
    const char *const arguments[] = {
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        arena_cstr(git->arena, arena_printf(git->arena, "%s^{commit}", name)),
        NULL};

    return git_ask(git->path, arguments, &answer, NULL) == 0;
}

/* git takes any words for a date, and then scans more than was asked for. */
static bool looks_like_date(const char *text)
{
    return (text[0] >= '0' && text[0] <= '9') || text[0] == '@' || strcmp(text, "yesterday") == 0 ||
           view_starts(view_of(text), VIEW("last "));
}

static int list_blobs(struct secret_git *git, const char *since, const char *branch,
                      struct error *err)
{
    _cleanup_(program_free_p) struct program *program = NULL;
    _cleanup_free_ struct git_output *p = malloc(sizeof(*p));
    bool commit = since && is_commit(git, since);
    const char *arguments[GIT_ARGUMENTS_LIMIT] = {
        "log",
        "--reverse",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "-z",
        "-m",
        "--root",
        "--diff-filter=AMT",
        "--no-textconv",
        "--no-ext-diff",
        "--ignore-submodules=none",
        "--pretty=tformat:commit %H %aI",
    };
    size_t count = 13;
    int r;

    if (!p)
        return error_memory(err);
    if (since && !commit && !looks_like_date(since)) {
        error_set(err, ERROR_USAGE, "--since: '%s' is neither a date nor a commit", since);
        error_hint(err, "a date is written 2026-01-31, or 2 weeks ago");
        return ERROR_USAGE;
    }
    if (since && !commit)
        arguments[count++] = arena_cstr(git->arena, arena_printf(git->arena, "--since=%s", since));
    if (!branch)
        arguments[count++] = "--all";
    arguments[count++] = "--end-of-options";
    if (branch)
        arguments[count++] = branch;
    if (commit)
        arguments[count++] = arena_cstr(git->arena, arena_printf(git->arena, "^%s", since));
    arguments[count++] = "--";
    r = arena_failed(git->arena, "the history", err);
    if (r == 0)
        r = git_start(git->path, arguments, 0, &program, err);
    if (r < 0)
        return r;
    *p = (struct git_output){.fd = program_output(program)};
    r = read_log(git, p, err);
    return r < 0 ? r : git_end(program, err);
}

/* Fails where there is no repository. */
static int look(struct secret_git *git, struct error *err)
{
    static const char *const arguments[] = {"rev-parse", "--is-shallow-repository", NULL};
    _cleanup_(buf_done) struct buf answer = BUF_INIT(4096);
    int r = git_ask(git->path, arguments, &answer, err);

    git->shallow = view_eq(view_trim(buf_view(&answer)), VIEW("true"));
    return r;
}

int secret_git_new(const char *path, const char *since, const char *branch, struct secret_git **ret,
                   struct error *err)
{
    _cleanup_(secret_git_free_p) struct secret_git *git = calloc(1, sizeof(*git));
    int r;

    if (!git)
        return error_memory(err);
    git->path = path;
    git->arena = arena_new(ARENA_LIMIT);
    git->known = hash_map_new();
    if (!git->arena || !git->known)
        return error_memory(err);
    r = look(git, err);
    if (r == 0)
        r = list_blobs(git, since, branch, err);
    if (r < 0)
        return error_wrap(err, "%s", path);
    *ret = take_ptr(&git);
    return 0;
}

void secret_git_free(struct secret_git *git)
{
    if (!git)
        return;
    hash_map_free(git->known);
    arena_free(git->arena);
    free(git);
}

struct secret_git_facts secret_git_facts(const struct secret_git *git)
{
    return (struct secret_git_facts){git->blob_count, git->commit_count, git->submodules,
                                     git->shallow};
}

/* ---- The contents ---- */

/* The ids, a line each, as a file in memory: git reads them as it can. */
static int list_ids(const struct secret_git *git, int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = memfd_create("objects", MFD_CLOEXEC);
    _cleanup_(buf_done) struct buf lines = BUF_INIT(GIT_BLOCK + OBJECT_ID_LIMIT + 1);

    if (fd < 0)
        return error_errno(err, "cannot make a memory file");
    for (size_t i = 0; i < git->blob_count; i++) {
        buf_add(&lines, git->blobs[i].id);
        buf_add_char(&lines, '\n');
        if (lines.len < GIT_BLOCK && i + 1 < git->blob_count)
            continue;
        if (fd_write_all(fd, buf_view(&lines), err) < 0)
            return err ? err->kind : ERROR_IO;
        buf_reset(&lines);
    }
    if (lseek(fd, 0, SEEK_SET) < 0)
        return error_errno(err, "cannot make a memory file");
    *ret_fd = take_fd(&fd);
    return 0;
}

static int pass_on(struct git_output *p, uint64_t size, const struct secret_git_reader *reader,
                   struct error *err)
{
    int r = 0;

    while (size) {
        size_t len = p->len - p->at;

        if (len == 0) {
            r = git_more(p, err);
            if (r <= 0)
                return r < 0 ? r : error_set(err, ERROR_INPUT, "git: its answer ends too early");
            continue;
        }
        len = len < size ? len : (size_t)size;
        r = reader->add(reader->ctx, view_from(p->block + p->at, len), err);
        if (r < 0)
            return r;
        p->at += len;
        size -= len;
    }
    return 0;
}

/* "ID blob SIZE", then so many bytes and a newline; "ID missing" in a partial
 * clone. */
static int read_blob(const struct secret_git *git, struct git_output *p, uint32_t number,
                     const struct secret_git_reader *reader, struct buf *line, struct error *err)
{
    struct view rest, kind;
    uint64_t size;
    int r = git_token(p, '\n', line, err);

    if (r <= 0)
        return r < 0 ? r : error_set(err, ERROR_INPUT, "git: its answer ends too early");
    rest = buf_view(line);
    view_cut(&rest, ' ');
    kind = view_cut(&rest, ' ');
    if (view_eq(kind, VIEW("missing")))
        return 0;
    if (!view_eq(kind, VIEW("blob")) || !view_to_u64(rest, &size))
        return error_set(err, ERROR_INPUT, "git: its answer is not understood");
    r = reader->begin(reader->ctx, git->blobs[number].path, number, size, err);
    if (r == 0)
        r = pass_on(p, size, reader, err);
    if (r == 0)
        r = reader->end(reader->ctx, err);
    if (r == 0)
        r = git_token(p, '\n', line, err);
    return r < 0 ? r : 0;
}

int secret_git_read(struct secret_git *git, const struct secret_git_reader *reader,
                    struct error *err)
{
    static const char *const arguments[] = {"cat-file", "--batch", "--buffer", NULL};
    _cleanup_(program_free_p) struct program *program = NULL;
    _cleanup_free_ struct git_output *p = malloc(sizeof(*p));
    _cleanup_(buf_done) struct buf line = BUF_INIT(SECRET_GIT_TOKEN_LIMIT);
    _cleanup_close_ int ids = -1;
    int r;

    if (git->blob_count == 0)
        return 0;
    if (!p)
        return error_memory(err);
    r = list_ids(git, &ids, err);
    if (r == 0)
        r = git_start(git->path, arguments, ids, &program, err);
    if (r < 0)
        return r;
    *p = (struct git_output){.fd = program_output(program)};
    for (size_t i = 0; r == 0 && i < git->blob_count; i++)
        r = read_blob(git, p, (uint32_t)i, reader, &line, err);
    return r < 0 ? r : git_end(program, err);
}

static int copy_output(const struct program *program, int fd, struct error *err)
{
    _cleanup_free_ char *block = malloc(GIT_BLOCK);

    if (!block)
        return error_memory(err);
    for (;;) {
        ssize_t n = fd_read_full(program_output(program), block, GIT_BLOCK, err);

        if (n <= 0)
            return (int)n;
        if (fd_write_all(fd, view_from(block, (size_t)n), err) < 0)
            return err ? err->kind : ERROR_IO;
    }
}

int secret_git_open(struct secret_git *git, uint32_t number, int *ret_fd, struct error *err)
{
    const char *const arguments[] = {"cat-file", "blob",
                                     arena_cstr(git->arena, git->blobs[number].id), NULL};
    _cleanup_close_ int fd = memfd_create("object", MFD_CLOEXEC);
    _cleanup_(program_free_p) struct program *program = NULL;
    int r;

    if (fd < 0 || !arguments[2])
        return error_memory(err);
    r = git_start(git->path, arguments, 0, &program, err);
    if (r == 0)
        r = copy_output(program, fd, err);
    if (r == 0)
        r = git_end(program, err);
    if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
        r = error_errno(err, "cannot read a memory file");
    if (r == 0)
        *ret_fd = take_fd(&fd);
    return r;
}

void secret_git_place(const struct secret_git *git, uint32_t number, struct arena *arena,
                      struct finding *finding)
{
    const struct commit *commit;

    if (number >= git->blob_count)
        return;
    commit = &git->commits[git->blobs[number].commit];
    finding->resource =
        arena_printf(arena, "commit %.*s", VIEW_ARG(view_sub(commit->id, 0, SHORT_ID)));
    finding->message =
        arena_printf(arena, tr("%.*s, committed on %.*s"), VIEW_ARG(finding->message),
                     VIEW_ARG(view_sub(commit->date, 0, DATE)));
}
