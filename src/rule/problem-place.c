#include "rule/ruleset-state.h"
#include "rule/scalar-place.h"

static size_t line_number(struct view text, const struct document_node *node, size_t offset)
{
    size_t line = node->start.line;

    for (size_t at = node->start.offset; at < offset && at < text.len; at++)
        line += text.ptr[at] == '\n';
    return line;
}

static size_t code_points(struct view text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

void problem_place(struct rule_problem *problem, const struct rule_file *file,
                   const struct document_node *node, size_t offset, size_t length)
{
    struct view text = file->text, before, line;
    ptrdiff_t start;
    size_t columns;

    if (offset > text.len)
        offset = text.len;
    before = view_sub(text, 0, offset);
    start = view_rfind(before, '\n') + 1;
    line = view_sub(text, (size_t)start, text.len);
    line = view_line(&line);
    before = view_sub(line, 0, offset - (size_t)start);
    columns = code_points(view_trim(view_sub(line, before.len, length)));
    problem->file = file->name;
    problem->line = (uint32_t)line_number(text, node, offset);
    problem->column = (uint32_t)code_points(before) + 1;
    problem->length = columns ? (uint32_t)columns : 1;
    problem->line_text = line;
}

/* Cuts `length` so that it stays within the piece. */
static size_t within(const struct written_piece *piece, size_t offset, size_t length)
{
    size_t end = piece->start + piece->bytes.len, left = end > offset ? end - offset : 0;

    return length < left ? length : left;
}

void problem_place_in_text(struct rule_problem *problem, const struct written_text *text,
                           size_t offset, size_t length)
{
    const struct written_piece *piece = written_piece_at(text, offset);
    size_t start, end;

    if (!piece)
        return;
    problem->item = piece->item->label;
    if (piece->ours) {
        problem_place(problem, piece->item->file, piece->node, piece->node->start.offset,
                      piece->node->end.offset - piece->node->start.offset);
        return;
    }
    start = piece->offset + (offset - piece->start);
    length = within(piece, offset, length);
    end = scalar_place(piece->item->file->text, piece->node, start + length);
    start = scalar_place(piece->item->file->text, piece->node, start);
    problem_place(problem, piece->item->file, piece->node, start, end > start ? end - start : 1);
}

/* The text that holds what begins at `offset` among all of the set. */
static const struct written_text *text_at(const struct ruleset *set, size_t offset)
{
    size_t low = 0, high = set->text_count;

    if (high == 0)
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (set->texts[middle]->base <= offset)
            low = middle;
        else
            high = middle;
    }
    return set->texts[low];
}

static void place_rule(const struct ruleset *set, const struct rule *rule, struct rule_problem *ret)
{
    const struct rule_definition *definition = hash_map_get(set->rules, rule->name);
    const struct rule_item *item = definition ? definition->item : NULL;

    ret->file = rule->file;
    ret->line = rule->mark.line;
    ret->column = rule->mark.column;
    ret->length = 1;
    if (!item)
        return;
    ret->item = item->label;
    problem_place(ret, item->file, item->key, item->key->start.offset,
                  item->key->end.offset - item->key->start.offset);
}

void ruleset_locate(const struct ruleset *set, const struct rule *rule, size_t offset,
                    size_t length, struct rule_problem *ret)
{
    const struct written_text *text = text_at(set, offset);

    place_rule(set, rule, ret);
    if (text)
        problem_place_in_text(ret, text, offset - text->base, length);
}

void ruleset_locate_text(const struct ruleset *set, const struct rule *rule, struct view part,
                         struct rule_problem *ret)
{
    place_rule(set, rule, ret);
    for (size_t i = 0; part.ptr && i < set->text_count; i++) {
        struct view text = set->texts[i]->text;

        if ((uintptr_t)part.ptr >= (uintptr_t)text.ptr &&
            (uintptr_t)part.ptr <= (uintptr_t)text.ptr + text.len) {
            problem_place_in_text(ret, set->texts[i], (size_t)(part.ptr - text.ptr), part.len);
            return;
        }
    }
}
