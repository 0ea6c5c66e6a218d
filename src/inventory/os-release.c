#include "inventory/os-release.h"

#include "base/cleanup.h"
#include "inventory/os-facts.h"

struct key {
    struct view name;
    size_t offset; /* of the view in struct os_info */
};

static const struct key os_release_keys[] = {
    {VIEW("ID"), offsetof(struct os_info, id)},
    {VIEW("VERSION_ID"), offsetof(struct os_info, version_id)},
    {VIEW("VERSION_CODENAME"), offsetof(struct os_info, codename)},
    {VIEW("PRETTY_NAME"), offsetof(struct os_info, pretty_name)},
    {VIEW("ID_LIKE"), offsetof(struct os_info, id_like)},
};

/* Linux Standard Base, lsb_release(1). */
static const struct key lsb_release_keys[] = {
    {VIEW("DISTRIB_ID"), offsetof(struct os_info, id)},
    {VIEW("DISTRIB_RELEASE"), offsetof(struct os_info, version_id)},
    {VIEW("DISTRIB_CODENAME"), offsetof(struct os_info, codename)},
    {VIEW("DISTRIB_DESCRIPTION"), offsetof(struct os_info, pretty_name)},
};

enum {
    TEXT_LIMIT = OS_RELEASE_LIMIT + 1,
    OS_RELEASE_KEY_COUNT = sizeof(os_release_keys) / sizeof(os_release_keys[0]),
    LSB_RELEASE_KEY_COUNT = sizeof(lsb_release_keys) / sizeof(lsb_release_keys[0]),
};

/* Appends the value of an assignment as the shell reads it, and returns the
 * appended part. A value ends at an unquoted blank. */
static struct view unquote(struct view value, struct buf *to)
{
    size_t start = to->len;
    char quote = '\0';

    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        if (c == quote && quote) {
            quote = '\0';
        } else if (!quote && (c == '"' || c == '\'')) {
            quote = c;
        } else if (!quote && (c == ' ' || c == '\t')) {
            break;
        } else if (c == '\\' && quote != '\'' && i + 1 < value.len) {
            buf_add_char(to, value.ptr[++i]);
        } else {
            buf_add_char(to, c);
        }
    }
    return view_from(to->ptr ? to->ptr + start : NULL, to->len - start);
}

static int parse_assignments(struct view content, const struct key *keys, size_t key_count,
                             struct buf *payload, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct os_info os = {0};

    /* Views into `text` must not move: reserve once for all values. */
    if (!buf_reserve(&text, content.len + 1))
        return buf_failed(&text, "the file", err);
    while (content.ptr) {
        struct view line = view_trim(view_line(&content));
        struct view name = view_cut(&line, '=');

        for (size_t i = 0; i < key_count && line.ptr; i++)
            if (view_eq(name, keys[i].name))
                *(struct view *)(void *)((char *)&os + keys[i].offset) = unquote(line, &text);
    }
    os_facts_add(payload, &os);
    return 0;
}

static int parse_os_release(struct view path, struct view content, struct buf *payload,
                            struct error *err)
{
    (void)path;
    return parse_assignments(content, os_release_keys, OS_RELEASE_KEY_COUNT, payload, err);
}

static int parse_lsb_release(struct view path, struct view content, struct buf *payload,
                             struct error *err)
{
    (void)path;
    return parse_assignments(content, lsb_release_keys, LSB_RELEASE_KEY_COUNT, payload, err);
}

static const char *const os_release_patterns[] = {"etc/os-release", "usr/lib/os-release", NULL};
static const char *const lsb_release_patterns[] = {"etc/lsb-release", NULL};

const struct analyser analyser_os_release = {
    .name = "os-release",
    .version = 1,
    .kind = FACT_OS,
    .patterns = os_release_patterns,
    .size_limit = OS_RELEASE_LIMIT,
    .parse = parse_os_release,
};

const struct analyser analyser_lsb_release = {
    .name = "lsb-release",
    .version = 1,
    .kind = FACT_OS,
    .patterns = lsb_release_patterns,
    .size_limit = OS_RELEASE_LIMIT,
    .parse = parse_lsb_release,
};
