#include "inventory/rpm-manifest.h"

#include "base/cleanup.h"
#include "inventory/rpm-header.h"

enum column {
    COLUMN_NAME,
    COLUMN_VERSION_RELEASE,
    COLUMN_INSTALL_TIME,
    COLUMN_BUILD_TIME,
    COLUMN_VENDOR,
    COLUMN_EPOCH,
    COLUMN_SIZE,
    COLUMN_ARCH,
    COLUMN_EPOCH_NUMBER,
    COLUMN_SOURCE_RPM,
    COLUMN_COUNT,
};

enum { VERSIONS_LIMIT = 8192 /* bytes of the two versions of a package */ };

static bool split_columns(struct view line, struct view columns[static COLUMN_COUNT])
{
    size_t count = 0;

    while (line.ptr && count < COLUMN_COUNT)
        columns[count++] = view_trim(view_cut(&line, '\t'));
    return count == COLUMN_COUNT && columns[COLUMN_NAME].len && columns[COLUMN_VERSION_RELEASE].len;
}

static bool has_epoch(struct view epoch)
{
    uint64_t number;

    return view_to_u64(epoch, &number) && number > 0;
}

static void add_version(struct buf *to, struct view epoch, struct view version)
{
    if (has_epoch(epoch)) {
        buf_add(to, epoch);
        buf_add_char(to, ':');
    }
    buf_add(to, version);
}

static void add_columns(struct package_list *list, struct view columns[static COLUMN_COUNT],
                        struct buf *versions)
{
    struct package_entry entry = {
        .name = columns[COLUMN_NAME],
        .arch = columns[COLUMN_ARCH],
        .vendor = columns[COLUMN_VENDOR],
        .maintainer = columns[COLUMN_VENDOR],
    };
    struct view source_version;
    size_t end;

    buf_reset(versions);
    add_version(versions, columns[COLUMN_EPOCH_NUMBER], columns[COLUMN_VERSION_RELEASE]);
    end = versions->len;
    if (rpm_split_source(columns[COLUMN_SOURCE_RPM], &entry.source_name, &source_version))
        add_version(versions, columns[COLUMN_EPOCH_NUMBER], source_version);
    entry.version = view_sub(buf_view(versions), 0, end);
    entry.source_version = view_sub(buf_view(versions), end, versions->len);
    package_list_add(list, &entry);
}

static bool add_line_2(struct package_list *list, struct view line, struct buf *versions)
{
    struct view columns[COLUMN_COUNT];

    if (!split_columns(line, columns))
        return false;
    add_columns(list, columns, versions);
    return true;
}

/* The place of the first dot with a digit behind it; -1 without one. */
static ptrdiff_t find_version(struct view text)
{
    for (size_t i = 1; i + 1 < text.len; i++)
        if (text.ptr[i] == '.' && text.ptr[i + 1] >= '0' && text.ptr[i + 1] <= '9')
            return (ptrdiff_t)i;
    return -1;
}

static bool add_line_1(struct package_list *list, struct view line, struct buf *versions)
{
    ptrdiff_t arch = view_rfind(line, '.'), release, version;
    struct package_entry entry = {0};

    (void)versions;
    if (arch <= 0)
        return false;
    entry.arch = view_sub(line, (size_t)arch + 1, line.len);
    line.len = (size_t)arch;
    release = view_rfind(line, '-');
    version = release > 0 ? find_version(view_sub(line, 0, (size_t)release)) : -1;
    if (version <= 0)
        return false;
    entry.name = view_sub(line, 0, (size_t)version);
    entry.version = view_sub(line, (size_t)version + 1, line.len);
    package_list_add(list, &entry);
    return true;
}

static int parse_lines(struct view content,
                       bool (*add_line)(struct package_list *, struct view, struct buf *),
                       struct buf *payload, struct error *err)
{
    _cleanup_(buf_done) struct buf versions = BUF_INIT(VERSIONS_LIMIT);
    struct package_list list = {.to = payload};
    size_t bad = 0;

    for (size_t number = 1; content.ptr; number++) {
        struct view line = view_trim(view_line(&content));

        if (line.len == 0 || add_line(&list, line, &versions))
            continue;
        package_list_note(&list, "line %zu is no package", number);
        bad++;
    }
    package_list_end(&list);
    if (bad)
        return error_set(err, ERROR_INPUT, "%zu lines are no packages", bad);
    return 0;
}

static int parse_manifest_1(struct view path, struct view content, struct buf *payload,
                            struct error *err)
{
    (void)path;
    return parse_lines(content, add_line_1, payload, err);
}

static int parse_manifest_2(struct view path, struct view content, struct buf *payload,
                            struct error *err)
{
    (void)path;
    return parse_lines(content, add_line_2, payload, err);
}

static const char *const patterns_1[] = {"var/lib/rpmmanifest/container-manifest-1", NULL};
static const char *const patterns_2[] = {"var/lib/rpmmanifest/container-manifest-2", NULL};

const struct analyser analyser_rpm_manifest_1 = {
    .name = "rpm-manifest-1",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = patterns_1,
    .size_limit = RPM_MANIFEST_LIMIT,
    .parse = parse_manifest_1,
};

const struct analyser analyser_rpm_manifest_2 = {
    .name = "rpm-manifest-2",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = patterns_2,
    .size_limit = RPM_MANIFEST_LIMIT,
    .parse = parse_manifest_2,
};
