#include "rule/ruleset-state.h"

/* Columns of the line that are shown on each side of the place. */
enum { SHOWN_BEFORE = 60, SHOWN_BEHIND = 60 };

/* A slot for one more; the last is kept to say that there are more. */
static struct rule_problem *next_problem(struct ruleset *set, enum rule_problem_level level)
{
    struct rule_problem *problem;

    set->has_errors |= level == RULE_PROBLEM_ERROR;
    if (set->problem_count == RULESET_PROBLEM_LIMIT)
        return NULL;
    problem = arena_push(set->arena, &set->problems, &set->problem_count, sizeof(*problem));
    if (!problem)
        return NULL;
    problem->level = level;
    if (set->problem_count == RULESET_PROBLEM_LIMIT) {
        problem->message = view_of(tr("there are more problems than can be shown"));
        return NULL;
    }
    return problem;
}

static struct view made_message(struct ruleset *set, const char *text)
{
    return arena_copy(set->arena, view_of(text));
}

struct rule_problem *problem_add(struct ruleset *set, enum rule_problem_level level,
                                 const struct rule_item *item, const struct document_node *node,
                                 const char *format, ...)
{
    struct rule_problem *problem = next_problem(set, level);
    struct error text = ERROR_INIT;
    va_list args;

    if (!problem)
        return NULL;
    va_start(args, format);
    error_vset(&text, ERROR_INPUT, format, args);
    va_end(args);
    problem->message = made_message(set, text.message);
    problem->item = item->label;
    problem->file = item->file->name;
    if (node)
        problem_place(problem, item->file, node, node->start.offset,
                      node->end.offset - node->start.offset);
    return problem;
}

void problem_hint(struct ruleset *set, struct rule_problem *problem, const char *format, ...)
{
    struct error text = ERROR_INIT;
    va_list args;

    if (!problem)
        return;
    va_start(args, format);
    error_vset(&text, ERROR_INPUT, format, args);
    va_end(args);
    problem->hint = made_message(set, text.message);
}

/* A list or macro is in many conditions: its mistake is told once. */
static bool is_known(const struct ruleset *set, const struct rule_problem *problem)
{
    for (size_t i = 0; i < set->problem_count; i++) {
        const struct rule_problem *other = &set->problems[i];

        if (other != problem && other->line == problem->line && other->column == problem->column &&
            view_eq(other->file, problem->file) && view_eq(other->message, problem->message))
            return true;
    }
    return false;
}

void problem_add_fault(struct ruleset *set, const struct written_text *text, size_t offset,
                       size_t length, struct view item, const struct error *err)
{
    struct rule_problem *problem = next_problem(set, RULE_PROBLEM_ERROR);

    if (!problem)
        return;
    problem->item = item;
    problem_place_in_text(problem, text, offset, length);
    problem->message = made_message(set, err->message);
    problem->hint = made_message(set, err->hint);
    if (is_known(set, problem))
        set->problem_count--;
}

const struct rule_problem *ruleset_problems(const struct ruleset *set, size_t *ret_count)
{
    *ret_count = set->problem_count;
    return set->problems;
}

bool ruleset_has_errors(const struct ruleset *set)
{
    return set->has_errors;
}

/* The byte at which column `column` (from 0) of a line begins. */
static size_t column_offset(struct view line, size_t column)
{
    size_t at = 0;

    while (at < line.len && column) {
        at++;
        while (at < line.len && ((unsigned char)line.ptr[at] & 0xc0) == 0x80)
            at++;
        column--;
    }
    return at;
}

/* A part of the line without what would drive a terminal; tabs are one blank. */
static void write_plain(struct view text, struct buf *to)
{
    size_t start = to->len;

    for (size_t i = 0; i < text.len; i++)
        buf_add_char(to, text.ptr[i] == '\t' ? ' ' : text.ptr[i] ? text.ptr[i] : '?');
    buf_cstr(to);
    if (!to->failed)
        error_make_printable(to->ptr + start);
}

static void write_line(const struct rule_problem *problem, struct buf *to)
{
    size_t column = problem->column - 1, length = problem->length;
    size_t first = column > SHOWN_BEFORE ? column - SHOWN_BEFORE : 0;
    struct view line = problem->line_text;
    size_t from = column_offset(line, first), at = column_offset(line, column), end;
    _cleanup_(buf_done) struct buf part = BUF_INIT(1 << 16);

    if (length > SHOWN_BEHIND)
        length = SHOWN_BEHIND;
    end = column_offset(line, column + length);
    buf_addf(to, "    %s", first ? "..." : "");
    write_plain(view_sub(line, from, at - from), &part);
    buf_add(to, buf_view(&part));
    write_plain(view_sub(line, at, column_offset(line, column + SHOWN_BEHIND) - at), to);
    buf_addf(to, "\n    %s", first ? "   " : "");
    for (size_t i = text_width(buf_view(&part)); i > 0; i--)
        buf_add_char(to, ' ');
    buf_reset(&part);
    write_plain(view_sub(line, at, end - at), &part);
    for (size_t i = text_width(buf_view(&part)); i > 1; i--)
        buf_add_char(to, '^');
    buf_add_str(to, "^\n");
}

void rule_problem_write(const struct rule_problem *problem, struct buf *to)
{
    static const char *const levels[] = {TR_KEY("note"), TR_KEY("warning"), TR_KEY("error")};

    if (problem->file.len) {
        write_plain(problem->file, to);
        if (problem->line)
            buf_addf(to, ":%u:%u", problem->line, problem->column);
        buf_add_str(to, ": ");
    }
    buf_addf(to, tr("%s: "), tr(levels[problem->level]));
    if (problem->item.len) {
        write_plain(problem->item, to);
        buf_add_str(to, ": ");
    }
    buf_addf(to, "%.*s\n", VIEW_ARG(problem->message));
    if (problem->line && problem->line_text.len)
        write_line(problem, to);
    if (problem->hint.len)
        buf_addf(to, tr("    hint: %.*s\n"), VIEW_ARG(problem->hint));
}
