#include "config/dockerfile/dockerfile.h"

#include <ctype.h>
#include <stdarg.h>

#include "base/buf.h"
#include "base/text.h"
#include "config/dockerfile/syntax.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

enum {
    DIRECTIVE_SYNTAX = 1 << 0,
    DIRECTIVE_ESCAPE = 1 << 1,
    DIRECTIVE_CHECK = 1 << 2,
    DIRECTIVE_DONE = 1 << 3, /* something else was seen: no more directives */
};

void dockerfile_report(struct dockerfile_reader *reader, struct dockerfile_span span,
                       const char *hint, const char *format, ...)
{
    struct dockerfile_problem *problem;
    struct error text = ERROR_INIT;
    va_list args;

    if (reader->file->problem_count >= DOCKERFILE_PROBLEM_LIMIT)
        return;
    va_start(args, format);
    error_vset(&text, ERROR_INPUT, format, args);
    va_end(args);
    problem = arena_push(reader->arena, &reader->problems, &reader->file->problem_count,
                         sizeof(*problem));
    if (!problem)
        return;
    problem->message = arena_copy(reader->arena, view_of(text.message));
    problem->hint = view_of(hint);
    problem->span = span;
}

/* ---- places ---- */

struct dockerfile_mark dockerfile_mark(const struct dockerfile *file, size_t offset)
{
    size_t low = 0, high = file->line_count;
    struct dockerfile_mark mark;

    if (offset > file->text.len)
        offset = file->text.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (file->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    mark = (struct dockerfile_mark){(uint32_t)low + 1, 1};
    for (size_t i = file->lines[low]; i < offset; i++)
        mark.column += ((unsigned char)file->text.ptr[i] & 0xc0) != 0x80;
    return mark;
}

size_t dockerfile_text_offset(const struct dockerfile_text *text, size_t at)
{
    size_t low = 0, high = text->count;

    if (text->count == 0)
        return 0;
    if (at > text->text.len)
        at = text->text.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (text->pieces[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return text->pieces[low].offset + (at - text->pieces[low].at);
}

struct dockerfile_span dockerfile_part(const struct dockerfile_instruction *instruction,
                                       size_t start, size_t end)
{
    const struct dockerfile_text *text = &instruction->logical;
    size_t from = dockerfile_text_offset(text, start);

    if (end <= start)
        return (struct dockerfile_span){from, from};
    return (struct dockerfile_span){from, dockerfile_text_offset(text, end - 1) + 1};
}

static int find_lines(struct arena *arena, struct dockerfile *file, struct error *err)
{
    size_t count = 1, at = 0;
    size_t *lines;

    for (size_t i = 0; i < file->text.len; i++)
        count += file->text.ptr[i] == '\n';
    lines = arena_array(arena, count, sizeof(*lines));
    if (!lines)
        return error_memory(err);
    for (size_t i = 0; i < file->text.len; i++)
        if (file->text.ptr[i] == '\n')
            lines[++at] = i + 1;
    file->lines = lines;
    file->line_count = count;
    return 0;
}

/* ---- lines ---- */

struct view dockerfile_line(struct dockerfile_reader *reader, size_t *ret_offset)
{
    struct view rest = view_sub(reader->text, reader->at, reader->text.len);
    ptrdiff_t end = view_find(rest, '\n');
    struct view line = view_sub(rest, 0, end < 0 ? rest.len : (size_t)end);

    *ret_offset = reader->at;
    reader->at += line.len + (end >= 0);
    while (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static size_t leading_space(struct view line)
{
    size_t at = 0;

    for (size_t n = dockerfile_space(line, at); n; n = dockerfile_space(line, at))
        at += n;
    return at;
}

static bool is_comment(struct view line)
{
    size_t at = leading_space(line);

    return at < line.len && line.ptr[at] == '#';
}

/* Whether the line goes on in the next: the escape character is its last but
 * blanks, and does not follow another one. Cuts it off then. */
static bool cut_continuation(struct view *line, char escape)
{
    size_t end = line->len;

    while (end && (line->ptr[end - 1] == ' ' || line->ptr[end - 1] == '\t'))
        end--;
    if (end == 0 || line->ptr[end - 1] != escape || (end > 1 && line->ptr[end - 2] == escape))
        return false;
    line->len = end - 1;
    return true;
}

/* "name = value" behind "#"; false when it is no directive's form. */
static bool split_directive(struct view line, struct view *ret_name, struct view *ret_value)
{
    struct view text = view_trim(view_sub(line, 1, line.len));
    ptrdiff_t equals = view_find(text, '=');
    struct view name;

    if (equals <= 0)
        return false;
    name = view_trim(view_sub(text, 0, (size_t)equals));
    *ret_value = view_trim(view_sub(text, (size_t)equals + 1, text.len));
    *ret_name = name;
    for (size_t i = 0; i < name.len; i++)
        if (i ? !isalnum((unsigned char)name.ptr[i]) : !isalpha((unsigned char)name.ptr[i]))
            return false;
    return name.len && ret_value->len;
}

static void set_escape(struct dockerfile_reader *reader, struct view value,
                       struct dockerfile_span span)
{
    if (view_eq(value, VIEW("\\")) || view_eq(value, VIEW("`")))
        reader->file->escape = value.ptr[0];
    else
        dockerfile_report(reader, span, tr("write \"# escape=\\\" or \"# escape=`\""),
                          "the escape character can't be \"%.*s\"", VIEW_ARG(value));
}

/* Parser directives stand before everything else, each once. */
static void read_directive(struct dockerfile_reader *reader, struct view line, size_t offset)
{
    static const char *const names[] = {"syntax", "escape", "check"};
    struct dockerfile_span span = {offset, offset + line.len};
    struct view name, value;
    size_t which = 0;

    if (reader->directives & DIRECTIVE_DONE)
        return;
    if (line.len == 0 || line.ptr[0] != '#' || !split_directive(line, &name, &value)) {
        reader->directives |= DIRECTIVE_DONE;
        return;
    }
    while (which < 3 && !view_eq_nocase(name, view_of(names[which])))
        which++;
    if (which == 3) {
        reader->directives |= DIRECTIVE_DONE;
    } else if (reader->directives & (1u << which)) {
        dockerfile_report(reader, span, tr("remove one of them"),
                          "the parser directive %s is given twice", names[which]);
    } else {
        reader->directives |= 1u << which;
        if (which == 1)
            set_escape(reader, value, span);
        else
            *(which ? &reader->file->checks : &reader->file->syntax) = value;
    }
}

/* ---- joined lines ---- */

struct joined {
    struct buf text;
    struct dockerfile_piece *pieces;
    size_t count;
    bool blank_line; /* an empty line between continued ones */
    size_t end;      /* in the file: behind its last byte */
};

static int add_piece(struct dockerfile_reader *reader, struct joined *joined, struct view line,
                     size_t offset, struct error *err)
{
    struct dockerfile_piece *piece;

    if (line.len == 0 && joined->count)
        return 0;
    piece = arena_push(reader->arena, &joined->pieces, &joined->count, sizeof(*piece));
    if (!piece)
        return error_memory(err);
    *piece = (struct dockerfile_piece){joined->text.len, offset};
    buf_add(&joined->text, line);
    return buf_failed(&joined->text, "a Dockerfile", err);
}

static int join_lines(struct dockerfile_reader *reader, struct view line, size_t offset,
                      struct joined *joined, struct error *err)
{
    bool more = cut_continuation(&line, reader->file->escape);
    int r = add_piece(reader, joined, line, offset, err);

    joined->end = offset + line.len;
    while (r == 0 && more && reader->at < reader->text.len) {
        line = dockerfile_line(reader, &offset);
        if (is_comment(line))
            continue;
        if (leading_space(line) == line.len) {
            joined->blank_line = true;
            continue;
        }
        more = cut_continuation(&line, reader->file->escape);
        r = add_piece(reader, joined, line, offset, err);
        joined->end = offset + line.len;
    }
    return r;
}

/* ---- the file ---- */

static int read_instruction(struct dockerfile_reader *reader, struct view line, size_t offset,
                            struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCKERFILE_TEXT_LIMIT);
    struct joined joined = {.text = text};
    struct dockerfile_instruction *instruction;
    int r = join_lines(reader, line, offset, &joined, err);

    text = joined.text;
    if (r < 0)
        return r;
    if (leading_space(buf_view(&text)) == text.len) {
        dockerfile_report(reader, (struct dockerfile_span){offset, joined.end},
                          tr("remove the line"), "only a continued line stands here");
        return 0;
    }
    if (reader->file->instruction_count >= DOCKERFILE_INSTRUCTION_LIMIT)
        return error_set(err, ERROR_LIMIT, "it has more than %d instructions",
                         DOCKERFILE_INSTRUCTION_LIMIT);
    instruction = arena_push(reader->arena, &reader->instructions, &reader->file->instruction_count,
                             sizeof(*instruction));
    if (!instruction)
        return error_memory(err);
    instruction->logical = (struct dockerfile_text){arena_copy(reader->arena, buf_view(&text)),
                                                    joined.pieces, joined.count};
    if (!instruction->logical.text.ptr)
        return error_memory(err);
    instruction->span = (struct dockerfile_span){offset, joined.end};
    instruction->line_end = joined.end;
    instruction->blank_line = joined.blank_line;
    r = dockerfile_split(reader, instruction, 0, 0, err);
    if (r == 0)
        r = dockerfile_heredocs(reader, instruction, err);
    if (r == 0)
        dockerfile_validate(reader, instruction);
    return r;
}

/* Only ARG may stand before the first FROM. */
static void check_order(struct dockerfile_reader *reader)
{
    size_t i = 0;

    if (reader->file->instruction_count == 0) {
        dockerfile_report(reader, (struct dockerfile_span){0, 0}, tr("begin it with FROM"),
                          "there are no instructions");
        return;
    }
    while (i < reader->file->instruction_count &&
           (reader->instructions[i].command == DOCKERFILE_ARG ||
            reader->instructions[i].command == DOCKERFILE_UNKNOWN))
        i++;
    if (i < reader->file->instruction_count && reader->instructions[i].command != DOCKERFILE_FROM)
        dockerfile_report(reader, reader->instructions[i].keyword_span, tr("begin it with FROM"),
                          "%.*s stands before the first FROM",
                          VIEW_ARG(reader->instructions[i].keyword));
}

static int read_file(struct dockerfile_reader *reader, struct error *err)
{
    int r = 0;

    while (r == 0 && reader->at < reader->text.len) {
        size_t offset, space;
        struct view line = dockerfile_line(reader, &offset);

        space = leading_space(line);
        line = view_sub(line, space, line.len);
        offset += space;
        read_directive(reader, line, offset);
        if (line.len && line.ptr[0] != '#')
            r = read_instruction(reader, line, offset, err);
    }
    if (r == 0)
        check_order(reader);
    return r;
}

int dockerfile_parse(struct view text, struct arena *arena, struct dockerfile *ret,
                     struct error *err)
{
    struct dockerfile file = {.text = text, .escape = '\\'};
    struct dockerfile_reader reader = {.arena = arena, .file = &file, .text = text};
    int r;

    if (text.len > DOCKERFILE_TEXT_LIMIT)
        return error_set(err, ERROR_LIMIT, "a Dockerfile of more than %d MB",
                         DOCKERFILE_TEXT_LIMIT >> 20);
    r = find_lines(arena, &file, err);
    if (r < 0)
        return r;
    if (view_starts(text, VIEW(BYTE_ORDER_MARK)))
        reader.at = strlen(BYTE_ORDER_MARK);
    r = read_file(&reader, err);
    if (r < 0)
        return r;
    file.instructions = reader.instructions;
    file.problems = reader.problems;
    r = arena_failed(arena, "a Dockerfile", err);
    if (r == 0)
        *ret = file;
    return r;
}

const char *dockerfile_command_name(enum dockerfile_command command)
{
    return command < DOCKERFILE_COMMAND_COUNT ? dockerfile_syntax[command].name : "";
}

const struct dockerfile_flag *dockerfile_flag(const struct dockerfile_instruction *instruction,
                                              struct view name)
{
    for (size_t i = 0; i < instruction->flag_count; i++)
        if (view_eq(instruction->flags[i].name, name))
            return &instruction->flags[i];
    return NULL;
}

struct view dockerfile_arguments(const struct dockerfile_instruction *instruction)
{
    return view_sub(instruction->logical.text, instruction->arguments,
                    instruction->logical.text.len);
}
