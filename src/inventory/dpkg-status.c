#include "inventory/dpkg-status.h"

#include "inventory/deb822.h"
#include "inventory/package-list.h"

/* The fields that are read, each into a view of its own. */
struct stanza {
    struct view package, status, version, architecture, source, maintainer, origin;
    size_t start;
    bool any;
};

static const struct {
    struct view name;
    size_t offset;
} fields[] = {
    {VIEW("Package"), offsetof(struct stanza, package)},
    {VIEW("Status"), offsetof(struct stanza, status)},
    {VIEW("Version"), offsetof(struct stanza, version)},
    {VIEW("Architecture"), offsetof(struct stanza, architecture)},
    {VIEW("Source"), offsetof(struct stanza, source)},
    {VIEW("Maintainer"), offsetof(struct stanza, maintainer)},
    {VIEW("Origin"), offsetof(struct stanza, origin)},
};

static void take_field(struct stanza *stanza, const struct deb822 *reader)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct view *to = (void *)((char *)stanza + fields[i].offset);

        if (reader->name.len == fields[i].name.len && deb822_is(reader, fields[i].name)) {
            if (to->len == 0)
                *to = reader->value;
            return;
        }
    }
}

/* Status is "wanted flag state". */
static bool is_installed(struct view status)
{
    struct view state = VIEW_EMPTY;

    for (struct view word = view_word(&status); word.len; word = view_word(&status))
        state = word;
    return !view_eq(state, VIEW("not-installed")) && !view_eq(state, VIEW("config-files"));
}

static bool is_one_word(struct view text)
{
    struct view rest = text;

    return view_eq(view_word(&rest), text) && !memchr(text.ptr, '\0', text.len);
}

/* "Source: glibc (2.36-9)": the version is given where it differs. */
static void split_source(struct view source, struct package_entry *entry)
{
    entry->source_name = view_word(&source);
    source = view_trim(source);
    if (view_starts(source, VIEW("(")) && view_ends(source, VIEW(")")))
        entry->source_version = view_trim(view_sub(source, 1, source.len - 2));
}

static void add_stanza(struct package_list *list, const struct stanza *stanza)
{
    struct package_entry entry = {
        .name = stanza->package,
        .version = stanza->version,
        .arch = stanza->architecture,
        .maintainer = stanza->maintainer,
        .vendor = stanza->origin,
    };

    if (stanza->status.len && !is_installed(stanza->status))
        return;
    if (stanza->package.len == 0 || !is_one_word(stanza->package)) {
        package_list_note(list, "the stanza at byte %zu has no valid Package", stanza->start);
        return;
    }
    if (stanza->version.len == 0 || !is_one_word(stanza->version)) {
        package_list_note(list, "the stanza of %.*s at byte %zu has no valid Version",
                          VIEW_ARG(stanza->package), stanza->start);
        return;
    }
    split_source(stanza->source, &entry);
    package_list_add(list, &entry);
}

static int told_cut(const struct stanza *stanza, struct error *err)
{
    error_set(err, ERROR_INPUT, "it ends in the middle of the stanza of %.*s at byte %zu",
              VIEW_ARG(stanza->package.len ? stanza->package : VIEW("?")), stanza->start);
    error_hint(err, "packages behind that place are missing from the result");
    return ERROR_INPUT;
}

/* `whole`: the end of the file ends a line too. Otherwise a last line without
 * a line end was cut: it is not used, and its stanza only if it has a version. */
static int parse_stanzas(struct view content, bool whole, struct buf *payload, struct error *err)
{
    struct package_list list = {.to = payload};
    struct deb822 reader = deb822_read(content);
    struct stanza stanza = {0};
    int r = 0;

    for (enum deb822_event event; r == 0 && (event = deb822_next(&reader)) != DEB822_END;) {
        if (!stanza.any)
            stanza.start = reader.at;
        stanza.any = true;
        if (reader.cut && !whole && event != DEB822_STANZA_END)
            r = told_cut(&stanza, err);
        else if (event == DEB822_FIELD)
            take_field(&stanza, &reader);
        else if (event == DEB822_BAD_LINE)
            package_list_note(&list, "the line at byte %zu is no field", reader.at);
        if (event == DEB822_STANZA_END || (r < 0 && stanza.version.len))
            add_stanza(&list, &stanza);
        if (event == DEB822_STANZA_END)
            stanza = (struct stanza){0};
    }
    package_list_end(&list);
    return r;
}

static int parse_status(struct view path, struct view content, struct buf *payload,
                        struct error *err)
{
    (void)path;
    return parse_stanzas(content, false, payload, err);
}

static int parse_status_directory(struct view path, struct view content, struct buf *payload,
                                  struct error *err)
{
    (void)path;
    return parse_stanzas(content, true, payload, err);
}

static const char *const status_patterns[] = {"var/lib/dpkg/status", NULL};
static const char *const status_directory_patterns[] = {"var/lib/dpkg/status.d/*", NULL};

const struct analyser analyser_dpkg_status = {
    .name = "dpkg-status",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = status_patterns,
    .size_limit = DPKG_STATUS_LIMIT,
    .parse = parse_status,
};

const struct analyser analyser_dpkg_status_directory = {
    .name = "dpkg-status.d",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = status_directory_patterns,
    .size_limit = DPKG_STATUS_LIMIT,
    .parse = parse_status_directory,
};
