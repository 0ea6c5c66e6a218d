#include "codec/tar.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/path.h"
#include "codec/tar-body.h"
#include "codec/tar-header.h"
#include "codec/tar-pax.h"

struct tar {
    struct stream_input input;
    struct tar_limits limits;
    uint64_t entries;
    bool ended;
    struct error failure; /* repeated from then on */

    /* The entry that is being read. */
    uint64_t header_offset; /* of its first header */
    char record[TAR_RECORD];
    struct tar_header header;
    struct tar_pax pax;
    struct buf pax_text, long_name, long_link, path;
    bool have_long_name, have_long_link;
    struct tar_sparse sparse;
    struct tar_body body;
};

enum role {
    ROLE_ENTRY,
    ROLE_PAX,
    ROLE_LONG_NAME,
    ROLE_LONG_LINK,
    ROLE_IGNORED, /* with its body */
    ROLE_REFUSED,
};

static const struct kind {
    char letter;
    enum role role;
    enum tar_type type;
    bool has_body;
} kinds[] = {
    {'0', ROLE_ENTRY, TAR_FILE, true},
    {'\0', ROLE_ENTRY, TAR_FILE, true},
    {'1', ROLE_ENTRY, TAR_HARDLINK, false},
    {'2', ROLE_ENTRY, TAR_SYMLINK, false},
    {'3', ROLE_ENTRY, TAR_CHARDEV, false},
    {'4', ROLE_ENTRY, TAR_BLOCKDEV, false},
    {'5', ROLE_ENTRY, TAR_DIRECTORY, false},
    {'6', ROLE_ENTRY, TAR_FIFO, false},
    {'7', ROLE_ENTRY, TAR_FILE, true},      /* contiguous */
    {'D', ROLE_ENTRY, TAR_DIRECTORY, true}, /* GNU: with the names in it */
    {'S', ROLE_ENTRY, TAR_FILE, true},      /* GNU: sparse */
    {'x', ROLE_PAX, 0, true},
    {'X', ROLE_PAX, 0, true},     /* Solaris */
    {'g', ROLE_IGNORED, 0, true}, /* global pax header */
    {'L', ROLE_LONG_NAME, 0, true},
    {'K', ROLE_LONG_LINK, 0, true},
    {'N', ROLE_IGNORED, 0, true}, /* old GNU: renames to be made afterwards */
    {'V', ROLE_IGNORED, 0, true}, /* GNU: name of the volume */
    {'A', ROLE_IGNORED, 0, true}, /* Solaris, star: access control list */
    {'E', ROLE_IGNORED, 0, true}, /* Solaris, star: extended attributes */
    {'I', ROLE_IGNORED, 0, true}, /* star: an inode without a body */
    {'M', ROLE_REFUSED, 0, true}, /* GNU: continues a file of another volume */
};
/* "Any other character": a file, says POSIX. */
static const struct kind unknown_kind = {'0', ROLE_ENTRY, TAR_FILE, true};
/* v7 had no letter for directories: they are files whose name ends in "/". */
static const struct kind old_directory = {'\0', ROLE_ENTRY, TAR_DIRECTORY, false};

static const struct kind *find_kind(char letter)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].letter == letter)
            return &kinds[i];
    return &unknown_kind;
}

int tar_open(struct stream *source, const struct tar_limits *limits, struct tar **ret,
             struct error *err)
{
    struct tar *tar = calloc(1, sizeof(*tar));

    if (!tar) {
        stream_free(source);
        return error_memory(err);
    }
    tar->limits = limits ? *limits : (struct tar_limits){0};
    if (!tar->limits.entries)
        tar->limits.entries = TAR_ENTRIES_LIMIT;
    if (!tar->limits.holes)
        tar->limits.holes = TAR_HOLES_LIMIT;
    tar->input.source = source;
    tar->body.input = &tar->input;
    tar->body.holes_left = tar->limits.holes;
    tar->pax_text = tar->long_name = tar->long_link = BUF_INIT(TAR_HEADER_LIMIT);
    tar->path = BUF_INIT(PATH_LIMIT);
    *ret = tar;
    return 0;
}

void tar_free(struct tar *tar)
{
    if (!tar)
        return;
    stream_free(tar->input.source);
    buf_done(&tar->pax_text);
    buf_done(&tar->long_name);
    buf_done(&tar->long_link);
    buf_done(&tar->path);
    tar_sparse_done(&tar->sparse);
    free(tar);
}

static int fail_truncated(const struct tar *tar, struct error *err)
{
    return error_set(err, ERROR_INPUT, "tar: truncated at offset %" PRIu64, tar->input.offset);
}

/* Says which entry a part that knows no offset failed at. */
static int wrap(const struct tar *tar, struct error *err)
{
    return error_wrap(err, "tar: entry at offset %" PRIu64, tar->header_offset);
}

static struct view record(const struct tar *tar)
{
    return view_from(tar->record, TAR_RECORD);
}

/* Reads on to the end of the source, whose checksum may stand there. */
static int finish(struct tar *tar, struct error *err)
{
    tar->ended = true;
    for (;;) {
        int r = stream_input_fill(&tar->input, err);

        if (r < 0 || tar->input.ended)
            return r;
        stream_input_advance(&tar->input, tar->input.left.len);
    }
}

/* Behind a zero record: one more, or the end. */
static int read_end(struct tar *tar, struct error *err)
{
    uint64_t offset = tar->input.offset;
    int r = tar_record_read(&tar->input, tar->record, err);

    if (r < 0)
        return r;
    if (r > 0 && !tar_record_is_zero(record(tar)))
        return error_set(err, ERROR_INPUT, "tar: a lone zero record before offset %" PRIu64,
                         offset);
    return finish(tar, err);
}

/* 1 and a header in tar->header, 0 at the end, where only an entry's first
 * header may be missing. */
static int read_header(struct tar *tar, bool first, struct error *err)
{
    uint64_t offset = tar->input.offset;
    int r = tar_record_read(&tar->input, tar->record, err);

    if (r < 0)
        return r;
    if (!first && (r == 0 || tar_record_is_zero(record(tar))))
        return fail_truncated(tar, err);
    if (r == 0)
        return finish(tar, err);
    if (tar_record_is_zero(record(tar)))
        return read_end(tar, err);
    if (tar_header_parse(record(tar), &tar->header))
        return 1;
    if (offset == 0)
        return error_set(err, ERROR_INPUT, "tar: this is no tar archive");
    return error_set(err, ERROR_INPUT, "tar: no header at offset %" PRIu64, offset);
}

/* Reads the body of the header at hand into `to`. */
static int read_extension(struct tar *tar, struct buf *to, struct error *err)
{
    uint64_t left = tar->header.size;

    buf_reset(to);
    if (left > TAR_HEADER_LIMIT)
        return error_set(err, ERROR_LIMIT,
                         "tar: a header of the entry at offset %" PRIu64 " is larger than %d bytes",
                         tar->header_offset, TAR_HEADER_LIMIT);
    while (left) {
        int r = stream_input_fill(&tar->input, err);
        struct view part = view_sub(tar->input.left, 0, (size_t)left);

        if (r < 0)
            return r;
        if (tar->input.ended)
            return fail_truncated(tar, err);
        buf_add(to, part);
        left -= part.len;
        stream_input_advance(&tar->input, part.len);
    }
    if (to->failed)
        return buf_failed(to, "a tar header", err);
    return tar_skip(&tar->input, tar_padding(tar->header.size), err);
}

static int read_pax(struct tar *tar, struct error *err)
{
    int r = read_extension(tar, &tar->pax_text, err);

    if (r < 0)
        return r;
    r = tar_pax_parse(buf_view(&tar->pax_text), &tar->pax, &tar->sparse, err);
    return r < 0 ? wrap(tar, err) : 0;
}

static int read_long(struct tar *tar, struct buf *to, bool *ret_given, struct error *err)
{
    *ret_given = true;
    return read_extension(tar, to, err);
}

static int take_extension(struct tar *tar, enum role role, struct error *err)
{
    switch (role) {
    case ROLE_PAX:
        return read_pax(tar, err);
    case ROLE_LONG_NAME:
        return read_long(tar, &tar->long_name, &tar->have_long_name, err);
    case ROLE_LONG_LINK:
        return read_long(tar, &tar->long_link, &tar->have_long_link, err);
    case ROLE_IGNORED:
        return tar_skip(&tar->input, tar->header.size + tar_padding(tar->header.size), err);
    default:
        return error_set(err, ERROR_UNSUPPORTED,
                         "tar: the file at offset %" PRIu64 " began in another volume",
                         tar->header_offset);
    }
}

static struct view cut_at_nul(struct view text)
{
    return view_cut(&text, '\0');
}

/* A GNU long name, the name of a sparse file, that of a pax header, or that
 * of the header, which comes in two parts. */
static int find_name(struct tar *tar, struct view *ret, struct error *err)
{
    const struct tar_header *h = &tar->header;

    if (tar->have_long_name) {
        *ret = cut_at_nul(buf_view(&tar->long_name));
    } else if (tar->pax.sparse_name.ptr) {
        *ret = tar->pax.sparse_name;
    } else if (tar->pax.path.ptr) {
        *ret = tar->pax.path;
    } else if (h->prefix.len == 0) {
        *ret = h->name;
    } else {
        buf_reset(&tar->long_name);
        buf_add(&tar->long_name, h->prefix);
        buf_add_char(&tar->long_name, '/');
        buf_add(&tar->long_name, h->name);
        *ret = buf_view(&tar->long_name);
    }
    buf_reset(&tar->path);
    return tar->long_name.failed ? buf_failed(&tar->long_name, "a tar header", err)
                                 : path_clean(*ret, &tar->path, err);
}

static struct view find_link(const struct tar *tar)
{
    if (tar->have_long_link)
        return cut_at_nul(buf_view(&tar->long_link));
    return tar->pax.link.ptr ? tar->pax.link : tar->header.link;
}

static bool is_old_sparse(const struct tar_header *header)
{
    return header->gnu && header->type == 'S';
}

static int open_old_sparse(struct tar *tar, struct error *err)
{
    int r = tar_body_read_gnu_map(&tar->body, &tar->header, &tar->sparse, err);

    return r < 0 ? r : tar_body_use_map(&tar->body, &tar->sparse, tar->header.real_size, err);
}

static int open_pax_sparse(struct tar *tar, struct error *err)
{
    const struct tar_pax *pax = &tar->pax;
    int r = 0;

    if (pax->sparse_major == 1 && pax->sparse_minor == 0)
        r = tar_body_read_map(&tar->body, &tar->sparse, err);
    else if (pax->sparse_major != 0)
        r = error_set(err, ERROR_UNSUPPORTED, "a sparse file is in the unknown format %lld.%lld",
                      (long long)pax->sparse_major, (long long)pax->sparse_minor);
    if (r < 0)
        return r;
    return tar_body_use_map(&tar->body, &tar->sparse,
                            pax->sparse_size < 0 ? tar->body.stored : (uint64_t)pax->sparse_size,
                            err);
}

static int open_body(struct tar *tar, const struct kind *kind, struct error *err)
{
    uint64_t size = tar->pax.size.given ? (uint64_t)tar->pax.size.value : tar->header.size;

    tar_body_open(&tar->body, kind->has_body ? size : 0);
    if (kind->type != TAR_FILE) {
        tar->body.size = 0;
        return 0;
    }
    if (is_old_sparse(&tar->header))
        return open_old_sparse(tar, err);
    return tar->pax.is_sparse ? open_pax_sparse(tar, err) : 0;
}

static uint32_t clamp_id(int64_t id)
{
    return id < 0 || id > UINT32_MAX ? UINT32_MAX : (uint32_t)id;
}

static int describe(struct tar *tar, const struct kind *kind, struct tar_entry *ret,
                    struct error *err)
{
    const struct tar_pax *pax = &tar->pax;
    const struct tar_header *h = &tar->header;
    struct view name;

    if (find_name(tar, &name, err) < 0)
        return wrap(tar, err);
    if (h->type == '\0' && view_ends(name, VIEW("/")))
        kind = &old_directory;
    if (open_body(tar, kind, err) < 0)
        return wrap(tar, err);
    *ret = (struct tar_entry){
        .type = kind->type,
        .path = buf_view(&tar->path),
        .raw_path = name,
        .link =
            kind->type == TAR_SYMLINK || kind->type == TAR_HARDLINK ? find_link(tar) : VIEW_EMPTY,
        .mode = (uint32_t)(h->mode & 07777),
        .uid = clamp_id(pax->uid.given ? pax->uid.value : h->uid),
        .gid = clamp_id(pax->gid.given ? pax->gid.value : h->gid),
        .mtime = pax->mtime.given ? pax->mtime.value : h->mtime,
        .size = tar->body.size,
        .header_offset = tar->header_offset,
        .data_offset = tar->input.offset,
        .sparse = tar->body.sparse != NULL,
        .capability = pax->capability,
    };
    return 1;
}

static int next_entry(struct tar *tar, struct tar_entry *ret, struct error *err)
{
    int r = tar_body_close(&tar->body, err);

    tar->have_long_name = tar->have_long_link = false;
    tar->pax = TAR_PAX_INIT;
    for (bool first = true; r >= 0;) {
        const struct kind *kind;

        if (first)
            tar->header_offset = tar->input.offset;
        r = read_header(tar, first, err);
        if (r <= 0)
            return r;
        kind = find_kind(tar->header.type);
        if (kind->role == ROLE_ENTRY && ++tar->entries > tar->limits.entries)
            return error_set(err, ERROR_LIMIT, "tar: more than %" PRIu64 " entries",
                             tar->limits.entries);
        if (kind->role == ROLE_ENTRY)
            return describe(tar, kind, ret, err);
        r = take_extension(tar, kind->role, err);
        first &= kind->role == ROLE_IGNORED; /* which belongs to no entry */
    }
    return r;
}

/* Remembers the first failure, and repeats it. */
static int keep(struct tar *tar, int r, struct error *err)
{
    if (r >= 0)
        return r;
    tar->failure.kind = r;
    if (err)
        *err = tar->failure;
    return r;
}

int tar_next(struct tar *tar, struct tar_entry *ret, struct error *err)
{
    int r = tar->failure.kind;

    if (r == 0 && !tar->ended)
        r = next_entry(tar, ret, &tar->failure);
    return keep(tar, r, err);
}

int tar_read(struct tar *tar, struct view *ret_block, struct error *err)
{
    int r = tar->failure.kind;

    if (r == 0)
        r = tar_body_read(&tar->body, ret_block, &tar->failure);
    return keep(tar, r, err);
}

int tar_read_all(struct tar *tar, struct buf *to, struct error *err)
{
    for (;;) {
        struct view block;
        int r = tar_read(tar, &block, err);

        if (r < 0 || block.len == 0)
            return r;
        buf_add(to, block);
        if (to->failed)
            return buf_failed(to, "the file", err);
    }
}
