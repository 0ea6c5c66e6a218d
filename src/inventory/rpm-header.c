#include "inventory/rpm-header.h"

#include <stdlib.h>

#include "base/cleanup.h"

enum {
    ENTRY_SIZE = 16,
    EVR_LIMIT = 8192, /* bytes of the two versions of a package */
    VERSION_LIMIT = 1024,
    SOURCE_VERSION_LIMIT = 2 * VERSION_LIMIT,
};

enum {
    TYPE_INT32 = 4,
    TYPE_STRING = 6,
    TYPE_STRING_ARRAY = 8,
    TYPE_I18N_STRING = 9,
};

enum wanted {
    NAME,
    VERSION,
    RELEASE,
    EPOCH,
    VENDOR,
    LICENSE,
    PACKAGER,
    ARCH,
    OLD_FILE_NAMES,
    SOURCE_RPM,
    DIR_INDEXES,
    BASE_NAMES,
    DIR_NAMES,
    MODULARITY_LABEL,
    WANTED_COUNT,
};

static const uint32_t tags[WANTED_COUNT] = {
    [NAME] = 1000,           [VERSION] = 1001,          [RELEASE] = 1002,     [EPOCH] = 1003,
    [VENDOR] = 1011,         [LICENSE] = 1014,          [PACKAGER] = 1015,    [ARCH] = 1022,
    [OLD_FILE_NAMES] = 1027, [SOURCE_RPM] = 1044,       [DIR_INDEXES] = 1116, [BASE_NAMES] = 1117,
    [DIR_NAMES] = 1118,      [MODULARITY_LABEL] = 5096,
};

struct entry {
    uint32_t type, offset, count; /* of a tag that is not there: all zero */
};

struct header {
    struct view data;
    struct entry entries[WANTED_COUNT];
};

static void take_entry(struct header *header, struct cursor *c)
{
    uint32_t tag = cursor_u32be(c);
    struct entry entry = {0};

    entry.type = cursor_u32be(c);
    entry.offset = cursor_u32be(c);
    entry.count = cursor_u32be(c);
    for (size_t i = 0; i < WANTED_COUNT; i++)
        if (tags[i] == tag && header->entries[i].type == 0)
            header->entries[i] = entry;
}

static int open_header(struct view blob, struct header *ret, struct error *err)
{
    struct cursor c = cursor_of(blob);
    uint32_t entry_count = cursor_u32be(&c), data_len = cursor_u32be(&c);
    struct cursor entries;

    *ret = (struct header){0};
    if (c.failed || entry_count == 0 || entry_count > RPM_HEADER_ENTRIES_LIMIT ||
        data_len > RPM_HEADER_DATA_LIMIT)
        return error_set(err, ERROR_INPUT, "a header of %u entries and %u bytes of data",
                         entry_count, data_len);
    entries = cursor_of(cursor_take(&c, (size_t)entry_count * ENTRY_SIZE));
    ret->data = cursor_take(&c, data_len);
    if (c.failed)
        return error_set(err, ERROR_INPUT, "the header is cut: %zu bytes are there", blob.len);
    while (cursor_left(&entries))
        take_entry(ret, &entries);
    return 0;
}

/* The bytes up to the next NUL; false where there is none. */
static bool take_string(struct cursor *c, struct view *ret)
{
    struct view rest = view_sub(c->bytes, c->at, cursor_left(c));
    ptrdiff_t end = view_find(rest, '\0');

    if (end < 0) {
        cursor_fail(c);
        return false;
    }
    *ret = cursor_take(c, (size_t)end);
    cursor_skip(c, 1);
    return true;
}

static bool find_strings(const struct header *header, enum wanted which, struct cursor *ret,
                         size_t *ret_count)
{
    const struct entry *entry = &header->entries[which];

    if (entry->type != TYPE_STRING && entry->type != TYPE_STRING_ARRAY &&
        entry->type != TYPE_I18N_STRING)
        return false;
    *ret = cursor_of(header->data);
    cursor_seek(ret, entry->offset);
    *ret_count = entry->type == TYPE_STRING ? 1 : entry->count;
    return !ret->failed;
}

/* Of several strings the first, which of translations is the original. */
static struct view string_of(const struct header *header, enum wanted which)
{
    struct view text = VIEW_EMPTY;
    struct cursor c;
    size_t count;

    if (find_strings(header, which, &c, &count) && count && take_string(&c, &text))
        return text;
    return VIEW_EMPTY;
}

static bool find_numbers(const struct header *header, enum wanted which, struct cursor *ret,
                         size_t *ret_count)
{
    const struct entry *entry = &header->entries[which];

    if (entry->type != TYPE_INT32)
        return false;
    *ret = cursor_of(header->data);
    cursor_seek(ret, entry->offset);
    *ret_count = entry->count;
    return !ret->failed;
}

/* ---- Files ---- */

/* rpm before version 4 kept whole paths. */
static void add_old_files(const struct header *header, struct file_list *files)
{
    struct cursor c;
    struct view path;
    size_t count;

    if (!find_strings(header, OLD_FILE_NAMES, &c, &count))
        return;
    for (size_t i = 0; i < count && take_string(&c, &path); i++)
        file_list_add(files, VIEW_EMPTY, path);
}

static struct view *read_directories(const struct header *header, size_t *ret_count)
{
    struct view *directories;
    struct cursor c;
    size_t count, i;

    if (!find_strings(header, DIR_NAMES, &c, &count) || count > header->data.len)
        return NULL;
    directories = calloc(count, sizeof(*directories));
    for (i = 0; directories && i < count && take_string(&c, &directories[i]);)
        i++;
    *ret_count = i;
    return directories;
}

/* File i is BASENAMES[i] in DIRNAMES[DIRINDEXES[i]]. */
static void add_files(const struct header *header, struct file_list *files)
{
    size_t directory_count = 0, count, index_count;
    _cleanup_free_ struct view *directories = read_directories(header, &directory_count);
    struct cursor names, indexes;
    struct view name;

    if (!directories || !find_strings(header, BASE_NAMES, &names, &count) ||
        !find_numbers(header, DIR_INDEXES, &indexes, &index_count)) {
        add_old_files(header, files);
        return;
    }
    for (size_t i = 0; i < count && i < index_count && take_string(&names, &name); i++) {
        uint32_t directory = cursor_u32be(&indexes);

        if (indexes.failed)
            return;
        if (directory < directory_count)
            file_list_add(files, directories[directory], name);
    }
}

/* ---- Packages ---- */

bool rpm_split_source(struct view source_rpm, struct view *ret_name, struct view *ret_version)
{
    struct view stem = view_strip_suffix(source_rpm, VIEW(".rpm"));
    ptrdiff_t dot = view_rfind(stem, '.'), release, version;

    if (stem.len == source_rpm.len || dot < 0)
        return false;       /* "(none)" in packages that others built */
    stem.len = (size_t)dot; /* without ".src" or ".nosrc" */
    release = view_rfind(stem, '-');
    version = release > 0 ? view_rfind(view_sub(stem, 0, (size_t)release), '-') : -1;
    if (version <= 0)
        return false;
    *ret_name = view_sub(stem, 0, (size_t)version);
    *ret_version = view_sub(stem, (size_t)version + 1, stem.len);
    return true;
}

/* Versions of the package, as places in reader->evr. */
static void set_versions(struct rpm_reader *reader, const struct header *header,
                         struct package_entry *entry)
{
    struct view source_version = VIEW_EMPTY;
    uint32_t epoch = 0;
    struct cursor c;
    size_t count, end;

    if (find_numbers(header, EPOCH, &c, &count) && count)
        epoch = cursor_u32be(&c);
    buf_reset(&reader->evr);
    if (epoch)
        buf_addf(&reader->evr, "%u:", epoch);
    buf_add(&reader->evr, view_sub(string_of(header, VERSION), 0, VERSION_LIMIT));
    buf_add_char(&reader->evr, '-');
    buf_add(&reader->evr, view_sub(string_of(header, RELEASE), 0, VERSION_LIMIT));
    end = reader->evr.len;
    if (rpm_split_source(string_of(header, SOURCE_RPM), &entry->source_name, &source_version)) {
        if (epoch)
            buf_addf(&reader->evr, "%u:", epoch);
        buf_add(&reader->evr, view_sub(source_version, 0, SOURCE_VERSION_LIMIT));
    }
    entry->version = view_sub(buf_view(&reader->evr), 0, end);
    entry->source_version = view_sub(buf_view(&reader->evr), end, reader->evr.len);
}

void rpm_reader_init(struct rpm_reader *reader, struct buf *payload)
{
    *reader = (struct rpm_reader){.list = {.to = payload}, .evr = BUF_INIT(EVR_LIMIT)};
    file_list_init(&reader->files);
}

void rpm_reader_done(struct rpm_reader *reader)
{
    file_list_done(&reader->files);
    buf_done(&reader->evr);
}

int rpm_reader_add(struct rpm_reader *reader, struct view blob, struct error *err)
{
    struct package_entry entry = {0};
    struct header header;
    int r = open_header(blob, &header, err);

    if (r < 0)
        return r;
    entry.name = string_of(&header, NAME);
    if (view_eq(entry.name, VIEW("gpg-pubkey")))
        return 0;
    if (entry.name.len == 0 || string_of(&header, VERSION).len == 0)
        return error_set(err, ERROR_INPUT, "a header without a name or a version");
    entry.arch = string_of(&header, ARCH);
    entry.license = string_of(&header, LICENSE);
    entry.vendor = string_of(&header, VENDOR);
    entry.maintainer = string_of(&header, PACKAGER);
    if (entry.maintainer.len == 0)
        entry.maintainer = entry.vendor;
    entry.modularity = string_of(&header, MODULARITY_LABEL);
    set_versions(reader, &header, &entry);
    file_list_reset(&reader->files);
    add_files(&header, &reader->files);
    if (!reader->files.bytes.failed)
        entry.files = buf_view(&reader->files.bytes);
    package_list_add(&reader->list, &entry);
    return 0;
}

void rpm_reader_add_or_note(struct rpm_reader *reader, struct view blob, uint32_t number)
{
    struct error err = ERROR_INIT;

    if (rpm_reader_add(reader, blob, &err) < 0)
        package_list_note(&reader->list, "package %u: %s", number, err.message);
}
