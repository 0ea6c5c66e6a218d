#include "inventory/dpkg-license.h"

#include "base/cursor.h"
#include "inventory/deb822.h"
#include "inventory/license.h"

enum { EXPRESSION_LIMIT = 1024 };

struct licenses {
    struct buf *to;
    struct buf expression; /* of the one being added */
    size_t count;
};

static bool is_listed(const struct licenses *licenses, struct view expression)
{
    struct cursor c = cursor_of(buf_view(licenses->to));

    while (!cursor_at_end(&c) && !c.failed)
        if (view_eq(cursor_bytes(&c), expression))
            return true;
    return false;
}

static void add_term(struct licenses *licenses, struct view term)
{
    if (licenses->count >= DPKG_LICENSE_COUNT_LIMIT || is_listed(licenses, term))
        return;
    buf_add_bytes(licenses->to, term);
    licenses->count++;
}

static void add_license(struct licenses *licenses, struct view text)
{
    struct view rest;

    buf_reset(&licenses->expression);
    if (!license_expression(text, &licenses->expression))
        return;
    for (rest = buf_view(&licenses->expression); rest.len;)
        add_term(licenses, license_next_term(&rest));
}

/* The first line of a License field is the name, the rest the text. */
static void add_fields(struct licenses *licenses, struct view content)
{
    struct deb822 reader = deb822_read(content);

    for (enum deb822_event event; (event = deb822_next(&reader)) != DEB822_END;)
        if (event == DEB822_FIELD && deb822_is(&reader, VIEW("License")))
            add_license(licenses, view_line(&reader.value));
}

static bool is_machine_readable(struct view content)
{
    struct deb822 reader = deb822_read(content);

    return deb822_next(&reader) == DEB822_FIELD &&
           (deb822_is(&reader, VIEW("Format")) || deb822_is(&reader, VIEW("Format-Specification")));
}

static size_t name_length(struct view text)
{
    static const struct view marks = VIEW("+-."), ends = VIEW(".-");
    size_t len = 0;

    while (len < text.len && len < LICENSE_NAME_LIMIT &&
           (view_find(marks, text.ptr[len]) >= 0 ||
            (text.ptr[len] >= '0' && text.ptr[len] <= '9') ||
            (text.ptr[len] >= 'A' && text.ptr[len] <= 'Z') ||
            (text.ptr[len] >= 'a' && text.ptr[len] <= 'z')))
        len++;
    while (len && view_find(ends, text.ptr[len - 1]) >= 0)
        len--; /* the end of a sentence */
    return len;
}

/* ".../common-licenses/GPL-2": that version, or a later one where the text
 * says so anywhere. */
static void add_references(struct licenses *licenses, struct view content)
{
    static const struct view folder = VIEW("/common-licenses/");
    bool later = view_find_view(content, VIEW("any later version")) >= 0;

    for (ptrdiff_t at; (at = view_find_view(content, folder)) >= 0;) {
        char name[LICENSE_NAME_LIMIT + 1];
        size_t len;

        content = view_sub(content, (size_t)at + folder.len, content.len);
        len = name_length(content);
        if (len == 0 || len >= sizeof(name))
            continue;
        memcpy(name, content.ptr, len);
        if (later && view_find_view(view_from(name, len), VIEW("GPL-")) >= 0)
            name[len++] = '+';
        add_license(licenses, view_from(name, len));
    }
}

static int parse_copyright(struct view path, struct view content, struct buf *payload,
                           struct error *err)
{
    struct licenses licenses = {.to = payload, .expression = BUF_INIT(EXPRESSION_LIMIT)};

    (void)path;
    (void)err;
    if (is_machine_readable(content))
        add_fields(&licenses, content);
    if (licenses.count == 0)
        add_references(&licenses, content);
    buf_done(&licenses.expression);
    return 0;
}

static const char *const patterns[] = {"usr/share/doc/*/copyright", NULL};

const struct analyser analyser_dpkg_license = {
    .name = "dpkg-license",
    .version = 1,
    .kind = FACT_LICENSES,
    .patterns = patterns,
    .size_limit = DPKG_LICENSE_FILE_LIMIT,
    .parse = parse_copyright,
};
