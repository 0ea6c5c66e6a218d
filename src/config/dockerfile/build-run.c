/* RUN instructions as scripts of a shell. */
#include "base/buf.h"
#include "base/cleanup.h"
#include "config/dockerfile/builder.h"

static bool is_posix_shell(struct view program)
{
    static const struct view names[] = {VIEW("sh"),  VIEW("bash"), VIEW("dash"), VIEW("ash"),
                                        VIEW("ksh"), VIEW("zsh"),  VIEW("mksh")};
    ptrdiff_t slash = view_rfind(program, '/');

    program = view_sub(program, (size_t)(slash + 1), program.len);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (view_eq(program, names[i]))
            return true;
    return false;
}

void builder_follow_shell(struct builder *b, const struct dockerfile_step *step)
{
    const struct dockerfile_instruction *shell = step->instruction;

    b->pipefail = false;
    b->posix = shell->word_count && is_posix_shell(shell->words[0].text);
    for (size_t i = 1; i + 1 < shell->word_count; i++) {
        struct view option = shell->words[i].text;

        if (option.len > 1 && option.ptr[0] == '-' && option.ptr[option.len - 1] == 'o' &&
            view_eq(shell->words[i + 1].text, VIEW("pipefail")))
            b->pipefail = true;
    }
}

static bool get_variable(void *ctx, struct view name, struct view *ret)
{
    const struct dockerfile_variable *variable = dockerfile_scope_find(ctx, name);

    if (!variable || !variable->set || !variable->value.known)
        return false;
    *ret = variable->value.text;
    return true;
}

static void read_variable(void *ctx, struct view name)
{
    const struct dockerfile_variable *variable = dockerfile_scope_find(ctx, name);

    if (variable && variable->used)
        *variable->used = true;
}

/* The arguments of a RUN with its here-documents behind them, as the shell
 * gets them, and where they stand. */
static int make_script_text(struct builder *b, struct dockerfile_step *step)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCKERFILE_TEXT_LIMIT * 2);
    const struct dockerfile_instruction *run = step->instruction;
    size_t start = run->arguments;
    struct dockerfile_piece *pieces =
        arena_array(b->arena, run->logical.count + run->heredoc_count + 2, sizeof(*pieces));
    size_t count = 0;

    if (!pieces)
        return error_memory(b->err);
    pieces[count++] = (struct dockerfile_piece){0, dockerfile_text_offset(&run->logical, start)};
    for (size_t i = 0; i < run->logical.count; i++)
        if (run->logical.pieces[i].at > start)
            pieces[count++] = (struct dockerfile_piece){run->logical.pieces[i].at - start,
                                                        run->logical.pieces[i].offset};
    buf_add(&text, dockerfile_arguments(run));
    for (size_t i = 0; i < run->heredoc_count; i++) {
        struct dockerfile_span span = run->heredocs[i].span;

        buf_add_char(&text, '\n');
        pieces[count++] = (struct dockerfile_piece){text.len, span.start};
        buf_add(&text, view_sub(b->file->text, span.start, span.end - span.start));
    }
    step->script_text =
        (struct dockerfile_text){arena_copy(b->arena, buf_view(&text)), pieces, count};
    return buf_failed(&text, "a RUN instruction", b->err);
}

/* RUN <<EOF alone: the document is the script, perhaps of another program. */
static bool is_heredoc_script(struct builder *b, const struct dockerfile_instruction *run)
{
    struct dockerfile_heredoc heredoc;

    return run->heredoc_count == 1 && run->word_count == 1 &&
           dockerfile_heredoc_word(run->words[0].text, &heredoc, b->arena);
}

/* "#!/usr/bin/env python3": not for a shell. */
static bool is_shell_script(struct view content)
{
    struct view line = view_line(&content), word;

    if (!view_starts(line, VIEW("#!")))
        return true;
    line = view_sub(line, 2, line.len);
    word = view_word(&line);
    if (view_ends(word, VIEW("/env"))) {
        do
            word = view_word(&line);
        while (word.len && word.ptr[0] == '-');
    }
    return is_posix_shell(word);
}

static int make_heredoc_text(struct builder *b, struct dockerfile_step *step)
{
    const struct dockerfile_heredoc *heredoc = &step->instruction->heredocs[0];
    struct dockerfile_piece *piece = arena_alloc(b->arena, sizeof(*piece));

    if (!piece)
        return error_memory(b->err);
    piece->offset = heredoc->span.start;
    step->script_text = (struct dockerfile_text){heredoc->content, piece, 1};
    return 0;
}

static int parse_exec(struct builder *b, struct dockerfile_step *step,
                      const struct shell_options *options, struct shell_script *script)
{
    const struct dockerfile_instruction *run = step->instruction;
    struct shell_word *words = arena_array(b->arena, run->word_count, sizeof(*words));
    struct dockerfile_piece *piece = arena_alloc(b->arena, sizeof(*piece));

    if (!words || !piece)
        return error_memory(b->err);
    for (size_t i = 0; i < run->word_count; i++)
        words[i] = (struct shell_word){.text = run->words[i].text,
                                       .raw = run->words[i].text,
                                       .known = true,
                                       .quoted = true,
                                       .start = run->words[i].span.start,
                                       .end = run->words[i].span.end};
    step->script_text = (struct dockerfile_text){b->file->text, piece, 1};
    return shell_parse_words(words, run->word_count, options, b->arena, script, b->err);
}

int builder_read_run(struct builder *b, struct dockerfile_step *step)
{
    const struct dockerfile_instruction *run = step->instruction;
    const struct shell_environment environment = {(void *)builder_scope(b), get_variable,
                                                  read_variable};
    const struct shell_options options = {&environment, b->pipefail};
    struct shell_script *script = arena_alloc(b->arena, sizeof(*script));
    int r;

    step->pipefail = b->pipefail;
    if (!script)
        return error_memory(b->err);
    if (run->exec) {
        r = parse_exec(b, step, &options, script);
    } else if (!b->posix || run->word_count == 0) {
        return 0;
    } else if (is_heredoc_script(b, run)) {
        if (!is_shell_script(run->heredocs[0].content))
            return 0;
        r = make_heredoc_text(b, step);
        if (r == 0)
            r = shell_parse(step->script_text.text, &options, b->arena, script, b->err);
    } else {
        r = make_script_text(b, step);
        if (r == 0)
            r = shell_parse(step->script_text.text, &options, b->arena, script, b->err);
    }
    if (r == 0)
        step->script = script;
    return r;
}
