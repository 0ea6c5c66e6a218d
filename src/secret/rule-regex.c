#include "secret/rule-regex.h"

#include "base/text.h"

/* What stands between the end of a name and the beginning of its value, in
 * source code, JSON, YAML, INI, shell, XML attributes and query strings. */
#define ASSIGN "[\\w .\\-]{0,24}[\"'\\]\\\\]{0,3}\\s{0,3}(?:=|:|,)[=>]?\\s{0,3}[\"'`\\\\]{0,2}"

const struct secret_fragment secret_fragments[] = {
    {"begin", TR_KEY("no letter, digit or underscore before it"), "(?<![0-9A-Za-z_])", ""},
    {"end", TR_KEY("no letter, digit or underscore behind it"), "(?![0-9A-Za-z_])", ""},
    {"end-dash", TR_KEY("as end, and no hyphen"), "(?![0-9A-Za-z_-])", ""},
    {"end-base64", TR_KEY("as end, and no character of base64"), "(?![0-9A-Za-z_+/=-])", ""},
    {"assign", TR_KEY("the rest of a name, an assignment of some language, a quote"), ASSIGN,
     ASSIGN},
};
const size_t secret_fragment_count = sizeof(secret_fragments) / sizeof(secret_fragments[0]);

static const struct secret_fragment *find(struct view name)
{
    for (size_t i = 0; i < secret_fragment_count; i++)
        if (view_eq(name, view_of(secret_fragments[i].name)))
            return &secret_fragments[i];
    return NULL;
}

static int expand(struct view written, bool scan, struct buf *to, struct error *err)
{
    while (written.len) {
        ptrdiff_t at = view_find_view(written, VIEW("%{"));
        const struct secret_fragment *fragment;
        ptrdiff_t end;

        if (at < 0)
            break;
        buf_add(to, view_sub(written, 0, (size_t)at));
        written = view_sub(written, (size_t)at + 2, written.len);
        end = view_find(written, '}');
        fragment = end < 0 ? NULL : find(view_sub(written, 0, (size_t)end));
        if (!fragment)
            return error_set(err, ERROR_INPUT, "there is no fragment %%{%.*s}",
                             VIEW_ARG(view_sub(written, 0, end < 0 ? 20 : (size_t)end)));
        buf_add_str(to, scan ? fragment->scan : fragment->confirm);
        written = view_sub(written, (size_t)end + 1, written.len);
    }
    buf_add(to, written);
    return buf_failed(to, "a regular expression", err);
}

static void cut(struct buf *regex, size_t from, size_t to)
{
    memmove(regex->ptr + from, regex->ptr + to, regex->len - to);
    regex->len -= to - from;
}

/* A repetition of one letter that need not be there: "={0,2}". */
static bool is_optional_letter(const struct buf *regex, size_t open)
{
    return open >= 2 && regex->ptr[open + 1] == '0' && regex->ptr[open + 2] == ',' &&
           regex->ptr[open - 1] == '=' && regex->ptr[open - 2] != '\\';
}

/* "[a-z]{20,40})" to "[a-z]{20})", "[a-z]+" to "[a-z]"; padding goes. */
static void cut_last_repetition(struct buf *regex)
{
    size_t end = regex->len, open;

    while (end && regex->ptr[end - 1] == ')' && !(end > 1 && regex->ptr[end - 2] == '\\'))
        end--;
    if (end < 2 || regex->ptr[end - 2] == '\\')
        return;
    if (regex->ptr[end - 1] == '+') {
        cut(regex, end - 1, end);
        return;
    }
    if (regex->ptr[end - 1] != '}')
        return;
    open = end - 1;
    while (open && regex->ptr[open] != '{')
        open--;
    if (is_optional_letter(regex, open)) {
        cut(regex, open - 1, end);
        cut_last_repetition(regex);
        return;
    }
    for (size_t comma = open; comma < end; comma++)
        if (regex->ptr[comma] == ',' && regex->ptr[open + 1] != '0') {
            cut(regex, comma, end - 1);
            return;
        }
}

int secret_regex_confirm(struct view written, struct buf *to, struct error *err)
{
    return expand(written, false, to, err);
}

int secret_regex_scan(struct view written, struct buf *to, struct error *err)
{
    int r = expand(written, true, to, err);

    if (r == 0)
        cut_last_repetition(to);
    return r;
}
