#include "vulndb/import/title.h"

static void keep_rating(enum severity found, enum severity *rating)
{
    if (*rating == SEVERITY_UNKNOWN)
        *rating = found;
}

static struct view strip_name(struct view title, struct view id)
{
    struct view rest = view_strip_prefix(title, id);

    if (!id.len || rest.len == title.len)
        return title;
    rest = view_trim(rest);
    return view_trim(view_strip_prefix(view_strip_prefix(rest, VIEW(":")), VIEW("--")));
}

static struct view strip_rating_before(struct view title, enum severity *rating)
{
    struct view rest = title, word = view_cut(&rest, ':');
    enum severity found;

    if (!view_starts(rest, VIEW(" ")) || !severity_parse(word, &found))
        return title;
    keep_rating(found, rating);
    return view_trim(rest);
}

static struct view strip_rating_behind(struct view title, enum severity *rating)
{
    ptrdiff_t paren = view_rfind(title, '(');
    enum severity found;

    if (paren <= 0 || !view_ends(title, VIEW(")")) ||
        !severity_parse(view_sub(title, (size_t)paren + 1, title.len - (size_t)paren - 2), &found))
        return title;
    keep_rating(found, rating);
    return view_trim(view_sub(title, 0, (size_t)paren));
}

struct view title_clean(struct view title, struct view id, enum severity *rating)
{
    title = strip_name(view_trim(title), id);
    return strip_rating_behind(strip_rating_before(title, rating), rating);
}
