#include "codec/tar-pax.h"

/* Where the values of one header go. */
struct target {
    struct tar_pax *pax;
    struct tar_sparse *sparse;
    struct error *err;
};

static int malformed(struct error *err)
{
    return error_set(err, ERROR_INPUT, "a pax header is malformed");
}

static int take_text(struct view value, struct view *ret, struct error *err)
{
    if (view_find(value, '\0') >= 0)
        return malformed(err);
    *ret = value.len ? value : VIEW_EMPTY; /* an empty value takes a name back */
    return 0;
}

/* Decimal, maybe negative; a fraction is cut off towards the past. */
static bool decimal(struct view value, bool fraction, int64_t *ret)
{
    bool negative = view_starts(value, VIEW("-"));
    struct view digits = negative ? view_sub(value, 1, value.len) : value;
    struct view whole = fraction ? view_cut(&digits, '.') : digits;
    uint64_t number;

    if (!view_to_u64(whole, &number) || number > INT64_MAX)
        return false;
    *ret = negative ? -(int64_t)number : (int64_t)number;
    for (size_t i = 0; fraction && i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        if (negative && digits.ptr[i] != '0') {
            *ret -= 1;
            negative = false;
        }
    }
    return true;
}

static int take_size(struct view value, int64_t *ret, struct error *err)
{
    int64_t size;

    if (!decimal(value, false, &size) || size < 0)
        return malformed(err);
    *ret = size;
    return 0;
}

static int on_path(struct view value, const struct target *to)
{
    return take_text(value, &to->pax->path, to->err);
}

static int on_link(struct view value, const struct target *to)
{
    return take_text(value, &to->pax->link, to->err);
}

static int on_size(struct view value, const struct target *to)
{
    to->pax->size.given = value.len > 0;
    return value.len ? take_size(value, &to->pax->size.value, to->err) : 0;
}

static int on_uid(struct view value, const struct target *to)
{
    to->pax->uid.given = value.len > 0;
    return value.len ? take_size(value, &to->pax->uid.value, to->err) : 0;
}

static int on_gid(struct view value, const struct target *to)
{
    to->pax->gid.given = value.len > 0;
    return value.len ? take_size(value, &to->pax->gid.value, to->err) : 0;
}

static int on_mtime(struct view value, const struct target *to)
{
    to->pax->mtime.given = value.len > 0;
    if (value.len && !decimal(value, true, &to->pax->mtime.value))
        return malformed(to->err);
    return 0;
}

static int on_capability(struct view value, const struct target *to)
{
    to->pax->capability = value;
    return 0;
}

static int on_sparse_name(struct view value, const struct target *to)
{
    return take_text(value, &to->pax->sparse_name, to->err);
}

static int on_sparse_size(struct view value, const struct target *to)
{
    return take_size(value, &to->pax->sparse_size, to->err);
}

static int on_sparse_major(struct view value, const struct target *to)
{
    to->pax->is_sparse = true;
    return take_size(value, &to->pax->sparse_major, to->err);
}

static int on_sparse_minor(struct view value, const struct target *to)
{
    to->pax->is_sparse = true;
    return take_size(value, &to->pax->sparse_minor, to->err);
}

/* Format 0.0: the number of fragments, then one record for each of their
 * offsets and lengths. */
static int on_sparse_count(struct view value, const struct target *to)
{
    int64_t count;

    to->pax->is_sparse = true;
    tar_sparse_reset(to->sparse);
    return take_size(value, &count, to->err);
}

static int on_sparse_number(struct view value, const struct target *to)
{
    int64_t number = 0;
    int r = take_size(value, &number, to->err);

    return r < 0 ? r : tar_sparse_add_number(to->sparse, (uint64_t)number, to->err);
}

/* Format 0.1: all of them in one record. */
static int on_sparse_map(struct view value, const struct target *to)
{
    to->pax->is_sparse = true;
    tar_sparse_reset(to->sparse);
    while (value.len) {
        int r = on_sparse_number(view_cut(&value, ','), to);

        if (r < 0)
            return r;
    }
    return 0;
}

static const struct keyword {
    struct view key;
    int (*take)(struct view value, const struct target *to);
} keywords[] = {
    {VIEW("path"), on_path},
    {VIEW("linkpath"), on_link},
    {VIEW("size"), on_size},
    {VIEW("uid"), on_uid},
    {VIEW("gid"), on_gid},
    {VIEW("mtime"), on_mtime},
    {VIEW("SCHILY.xattr.security.capability"), on_capability},
    {VIEW("GNU.sparse.name"), on_sparse_name},
    {VIEW("GNU.sparse.size"), on_sparse_size},
    {VIEW("GNU.sparse.realsize"), on_sparse_size},
    {VIEW("GNU.sparse.major"), on_sparse_major},
    {VIEW("GNU.sparse.minor"), on_sparse_minor},
    {VIEW("GNU.sparse.numblocks"), on_sparse_count},
    {VIEW("GNU.sparse.offset"), on_sparse_number},
    {VIEW("GNU.sparse.numbytes"), on_sparse_number},
    {VIEW("GNU.sparse.map"), on_sparse_map},
};

static int take_record(struct view key, struct view value, const struct target *to)
{
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (view_eq(keywords[i].key, key))
            return keywords[i].take(value, to);
    return 0;
}

/* Cuts "LENGTH KEY=VALUE\n" off, where LENGTH counts itself and the newline. */
static bool cut_record(struct view *text, struct view *key, struct view *value)
{
    ptrdiff_t blank = view_find(view_sub(*text, 0, 20), ' ');
    uint64_t len;

    if (blank < 1 || !view_to_u64(view_sub(*text, 0, (size_t)blank), &len) || len > text->len ||
        len < (size_t)blank + 2 || text->ptr[len - 1] != '\n')
        return false;
    *value = view_sub(*text, (size_t)blank + 1, (size_t)len - (size_t)blank - 2);
    *key = view_cut(value, '=');
    *text = view_sub(*text, (size_t)len, text->len);
    return value->ptr != NULL;
}

int tar_pax_parse(struct view text, struct tar_pax *ret, struct tar_sparse *sparse,
                  struct error *err)
{
    struct tar_pax pax = TAR_PAX_INIT;
    struct target to = {&pax, sparse, err};

    tar_sparse_reset(sparse);
    while (text.len) {
        struct view key, value;
        int r = cut_record(&text, &key, &value) ? take_record(key, value, &to) : malformed(err);

        if (r < 0)
            return r;
    }
    *ret = pax;
    return 0;
}
