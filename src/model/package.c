#include "model/package.h"

#include "base/arena.h"
#include "base/buf.h"
#include "model/os.h"

enum { PURL_LIMIT = 4096 };

const char *package_type_name(enum package_type type)
{
    static const char *const names[PACKAGE_TYPE_COUNT] = {"unknown", "deb", "apk", "rpm"};

    return type < PACKAGE_TYPE_COUNT ? names[type] : names[PACKAGE_UNKNOWN];
}

/* purl-spec, "Character encoding": everything but unreserved characters and
 * ':' is percent-encoded. */
static void add_encoded(struct buf *to, struct view text)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     (c && strchr("-._~:", c));

        if (plain) {
            buf_add_char(to, (char)c);
            continue;
        }
        buf_add_char(to, '%');
        buf_add_char(to, hex[c >> 4]);
        buf_add_char(to, hex[c & 15]);
    }
}

static void add_qualifier(struct buf *to, char *separator, const char *key, struct view value)
{
    if (value.len == 0)
        return;
    buf_add_char(to, *separator);
    *separator = '&';
    buf_add_str(to, key);
    buf_add_char(to, '=');
    add_encoded(to, value);
}

struct view package_purl(const struct package *package, const struct os_info *os,
                         struct arena *arena)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(PURL_LIMIT);
    _cleanup_(buf_done) struct buf distro = BUF_INIT(PURL_LIMIT);
    struct view version = package->version, epoch = VIEW_EMPTY;
    char separator = '?';

    /* Only rpm keeps its epoch apart (purl-spec, type rpm). */
    if (package->type == PACKAGE_RPM && view_find(version, ':') >= 0)
        epoch = view_cut(&version, ':');
    buf_addf(&text, "pkg:%s/", package_type_name(package->type));
    if (os && os->id.len) {
        add_encoded(&text, os->id);
        buf_add_char(&text, '/');
        buf_add(&distro, os->id);
        if (os->version_id.len) {
            buf_add_char(&distro, '-');
            buf_add(&distro, os->version_id);
        }
    }
    add_encoded(&text, package->name);
    buf_add_char(&text, '@');
    add_encoded(&text, version);
    add_qualifier(&text, &separator, "arch", package->arch);
    add_qualifier(&text, &separator, "distro", buf_view(&distro));
    add_qualifier(&text, &separator, "epoch", epoch);
    return text.failed ? VIEW_EMPTY : arena_copy(arena, buf_view(&text));
}
