#include "policy/suppression-clause.h"

#include "base/clock.h"
#include "base/text.h"

enum { DAY = 24 * 60 * 60, DATE_LENGTH = 10 };

int clause_parse_date(struct view text, int64_t *ret, struct error *err)
{
    char stamp[CLOCK_STAMP_SIZE];
    int64_t seconds;

    /* A day that a month lacks would be one of the next month. */
    if (!clock_parse_rfc3339(text, &seconds) ||
        (text.len == DATE_LENGTH && !view_starts(view_of(clock_format(seconds, stamp)), text))) {
        error_set(err, ERROR_INPUT, "\"%.*s\" is no date", VIEW_ARG(text));
        error_hint(err, "write it as YEAR-MONTH-DAY, such as 2026-12-31");
        return ERROR_INPUT;
    }
    *ret = text.len == DATE_LENGTH ? seconds + DAY - 1 : seconds;
    return 0;
}

size_t clause_split(struct view text, struct arena *arena, const struct view **ret)
{
    struct view *list = NULL;
    size_t count = 0;

    while (text.ptr) {
        struct view part = view_trim(view_cut(&text, ','));
        struct view *slot = part.len ? arena_push(arena, &list, &count, sizeof(*slot)) : NULL;

        if (slot)
            *slot = arena_copy(arena, part);
    }
    *ret = list;
    return count;
}

/* The next word, and the blanks behind it. */
static struct view take_word(struct view *rest)
{
    size_t end = 0;
    struct view word;

    while (end < rest->len && rest->ptr[end] != ' ' && rest->ptr[end] != '\t')
        end++;
    word = view_sub(*rest, 0, end);
    *rest = view_trim(view_sub(*rest, end, rest->len));
    return word;
}

/* Ids reach to the first word that has no comma behind it. */
static struct view take_ids(struct view *rest, struct arena *arena)
{
    struct view ids = VIEW_EMPTY;

    do {
        struct view word = take_word(rest);

        ids = arena_printf(arena, "%.*s%.*s", VIEW_ARG(ids), VIEW_ARG(word));
    } while (rest->len && (view_ends(ids, VIEW(",")) || rest->ptr[0] == ','));
    return ids;
}

static struct view trim_reason(struct view text)
{
    while (text.len && strchr("-: \t", text.ptr[0]))
        text = view_sub(text, 1, text.len);
    return view_trim(text);
}

int clause_parse(struct view text, struct arena *arena, struct suppression *ret, struct error *err)
{
    static const struct view until = VIEW("until=");
    struct suppression s = *ret;
    struct view rest = view_trim(text), ids;
    int r = 0;

    if (view_starts(rest, until))
        ids = VIEW_EMPTY;
    else
        ids = take_ids(&rest, arena);
    s.id_count = clause_split(ids, arena, &s.ids);
    if (s.id_count == 0) {
        error_set(err, ERROR_INPUT, "it names no rule");
        error_hint(err, "write plimsoll:ignore RULE until=YEAR-MONTH-DAY reason");
        return ERROR_INPUT;
    }
    if (view_starts(rest, until))
        r = clause_parse_date(view_strip_prefix(take_word(&rest), until), &s.until, err);
    if (r < 0)
        return r;
    s.reason = arena_copy(arena, trim_reason(rest));
    *ret = s;
    return arena_failed(arena, "suppressions", err);
}

struct view clause_quote(struct view text, struct arena *arena)
{
    char *quoted = arena_array(arena, text.len + 1, 2);
    size_t end = 0;

    if (!quoted)
        return VIEW_EMPTY;
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("*?[\\", text.ptr[i]) && text.ptr[i])
            quoted[end++] = '\\';
        quoted[end++] = text.ptr[i];
    }
    return view_from(quoted, end);
}

struct diagnostic *clause_problem(struct view path, uint32_t line, const struct error *fault,
                                  struct arena *arena, struct diagnostic **list, size_t *count)
{
    struct diagnostic *d = arena_push(arena, list, count, sizeof(*d));

    if (!d)
        return NULL;
    *d = (struct diagnostic){
        .level = DIAGNOSTIC_WARNING,
        .code = VIEW("suppression-unreadable"),
        .message = arena_printf(arena, tr("line %u: a suppression that can't be read: %s"), line,
                                fault->message),
        .hint = arena_copy(arena, view_of(fault->hint)),
        .path = arena_copy(arena, path),
    };
    return d;
}
