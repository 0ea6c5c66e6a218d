#include "tar-sample.h"

enum { RECORD = 512 };

static void copy(char *to, struct view bytes)
{
    if (bytes.len)
        memcpy(to, bytes.ptr, bytes.len);
}

static unsigned checksum(const char *record, bool as_signed)
{
    unsigned sum = 0;

    for (size_t i = 0; i < RECORD; i++)
        sum += as_signed ? (unsigned)(signed char)record[i] : (unsigned char)record[i];
    return sum;
}

static void put_magic(char *record, const struct tar_sample_header *h)
{
    switch (h->magic) {
    case SAMPLE_V7:
        break;
    case SAMPLE_GNU:
        copy(record + 257, VIEW("ustar  \0"));
        break;
    case SAMPLE_STAR:
        copy(record + 508, VIEW("tar\0"));
        /* fall through */
    case SAMPLE_USTAR:
        copy(record + 257, VIEW("ustar\00000"));
        copy(record + 345, h->prefix);
    }
}

void tar_sample_add_header(struct buf *to, const struct tar_sample_header *h)
{
    char record[RECORD] = {0};

    copy(record, h->name);
    snprintf(record + 100, 8, "%07o", h->mode ? h->mode : 0644);
    snprintf(record + 108, 8, "%07o", 1000);
    snprintf(record + 116, 8, "%07o", 1001);
    snprintf(record + 124, 12, "%011zo", h->size);
    snprintf(record + 136, 12, "%011o", 1234567890);
    record[156] = h->type_nul ? '\0' : h->type ? h->type : '0';
    copy(record + 157, h->link);
    put_magic(record, h);
    copy(record + 124, h->raw_size);
    copy(record + 108, h->raw_uid);
    copy(record + 136, h->raw_mtime);
    copy(record + h->patch_at, h->patch);
    memset(record + 148, ' ', 8);
    snprintf(record + 148, 8, "%06o", checksum(record, h->signed_checksum) + h->wrong_checksum);
    record[155] = ' ';
    buf_add(to, view_from(record, sizeof(record)));
}

void tar_sample_add_body(struct buf *to, struct view bytes)
{
    static const char zeros[RECORD];

    buf_add(to, bytes);
    buf_add(to, view_from(zeros, -bytes.len % RECORD));
}

void tar_sample_add_file(struct buf *to, const char *name, struct view body)
{
    tar_sample_add_header(to, &(struct tar_sample_header){.name = view_of(name), .size = body.len});
    tar_sample_add_body(to, body);
}

void tar_sample_add_extension(struct buf *to, char type, struct view body)
{
    tar_sample_add_header(
        to, &(struct tar_sample_header){.type = type, .name = VIEW("ext"), .size = body.len});
    tar_sample_add_body(to, body);
}

/* "LENGTH RECORD\n" */
static void add_record(struct buf *to, struct view record)
{
    size_t len = record.len + 3;

    while ((size_t)snprintf(NULL, 0, "%zu", len) + record.len + 2 > len)
        len++;
    buf_addf(to, "%zu ", len);
    buf_add(to, record);
    buf_add_char(to, '\n');
}

void tar_sample_add_pax(struct buf *to, const char *key, struct view value)
{
    _cleanup_(buf_done) struct buf record = BUF_INIT(1 << 20), text = BUF_INIT(1 << 20);

    buf_addf(&record, "%s=", key);
    buf_add(&record, value);
    add_record(&text, buf_view(&record));
    tar_sample_add_extension(to, 'x', buf_view(&text));
}

void tar_sample_add_records(struct buf *to, struct view lines)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

    while (lines.len)
        add_record(&text, view_cut(&lines, '\n'));
    tar_sample_add_extension(to, 'x', buf_view(&text));
}

void tar_sample_add_end(struct buf *to)
{
    static const char zeros[2 * RECORD];

    buf_add(to, view_from(zeros, sizeof(zeros)));
}
