#include "inventory/apk-installed.h"

#include "base/cleanup.h"
#include "inventory/file-list.h"
#include "inventory/package-list.h"

struct record {
    struct package_entry entry;
    struct view directory; /* the last F */
    size_t start;
    bool any;
};

static const struct {
    char letter;
    size_t offset;
} fields[] = {
    {'P', offsetof(struct record, entry.name)},
    {'V', offsetof(struct record, entry.version)},
    {'A', offsetof(struct record, entry.arch)},
    {'L', offsetof(struct record, entry.license)},
    {'o', offsetof(struct record, entry.source_name)},
    {'m', offsetof(struct record, entry.maintainer)},
    {'F', offsetof(struct record, directory)},
};

static void take_line(struct record *record, struct file_list *files, struct view line)
{
    struct view value = view_sub(line, 2, line.len);

    if (line.ptr[0] == 'R')
        file_list_add(files, record->directory, value);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (fields[i].letter == line.ptr[0])
            *(struct view *)(void *)((char *)record + fields[i].offset) = value;
}

static void end_record(struct package_list *list, struct record *record, struct file_list *files)
{
    if (record->entry.name.len == 0 || record->entry.version.len == 0) {
        if (record->any)
            package_list_note(list, "the record at byte %zu has no name or no version",
                              record->start);
    } else {
        record->entry.files = files->bytes.failed ? VIEW_EMPTY : buf_view(&files->bytes);
        package_list_add(list, &record->entry);
    }
    *record = (struct record){0};
    file_list_reset(files);
}

static int told_cut(const struct record *record, struct error *err)
{
    error_set(err, ERROR_INPUT, "it ends in the middle of the record of %.*s at byte %zu",
              VIEW_ARG(record->entry.name.len ? record->entry.name : VIEW("?")), record->start);
    error_hint(err, "packages behind that place are missing from the result");
    return ERROR_INPUT;
}

static int parse_records(struct view content, struct package_list *list, struct file_list *files,
                         struct error *err)
{
    const char *start = content.ptr;
    struct record record = {0};
    int r = 0;

    while (content.len && r == 0) {
        size_t at = (size_t)(content.ptr - start);
        struct view line = view_line(&content);

        if (line.len == 0) {
            end_record(list, &record, files);
            continue;
        }
        if (!record.any)
            record.start = at;
        record.any = true;
        if (!content.ptr)
            r = told_cut(&record, err);
        else if (line.len >= 2 && line.ptr[1] == ':')
            take_line(&record, files, line);
        else
            package_list_note(list, "the line at byte %zu is no field", at);
    }
    if (r == 0 || record.entry.version.len)
        end_record(list, &record, files);
    return r;
}

static int parse_installed(struct view path, struct view content, struct buf *payload,
                           struct error *err)
{
    _cleanup_(file_list_done) struct file_list files;
    struct package_list list = {.to = payload};
    int r;

    (void)path;
    file_list_init(&files);
    r = parse_records(content, &list, &files, err);
    package_list_end(&list);
    return r;
}

static const char *const patterns[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed", NULL};

const struct analyser analyser_apk_installed = {
    .name = "apk-installed",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = patterns,
    .size_limit = APK_INSTALLED_LIMIT,
    .parse = parse_installed,
};
