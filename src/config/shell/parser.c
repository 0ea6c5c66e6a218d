/* The grammar (XCU 2.10), by recursive descent. */
#include <ctype.h>
#include <stdarg.h>

#include "base/text.h"
#include "config/shell/draft.h"

void shell_step(struct shell_parser *p, size_t count)
{
    size_t left = p->text.len - p->at;

    if (count > left)
        count = left;
    if (p->work < count) {
        shell_fail(p, ERROR_LIMIT, "the script is too intricate to be read");
        return;
    }
    p->work -= count;
    p->at += count;
}

void shell_fail(struct shell_parser *p, int kind, const char *format, ...)
{
    va_list args;

    if (p->failed)
        return;
    va_start(args, format);
    error_vset(p->fault, kind, format, args);
    va_end(args);
    p->fault_at = shell_place(p, p->at);
    p->failed = true;
}

bool shell_enter(struct shell_parser *p)
{
    if (p->depth >= SHELL_DEPTH_LIMIT)
        shell_fail(p, ERROR_LIMIT, "the script is nested deeper than %d", SHELL_DEPTH_LIMIT);
    p->depth++;
    if (p->failed)
        p->depth--;
    return !p->failed;
}

void shell_leave(struct shell_parser *p)
{
    p->depth--;
}

void shell_skip_blanks(struct shell_parser *p)
{
    for (;;) {
        int c = shell_peek(p, 0);

        if (c == ' ' || c == '\t' || (c == '\r' && shell_peek(p, 1) == '\n'))
            shell_step(p, 1);
        else if (c == '\\' && shell_peek(p, 1) == '\n')
            shell_step(p, 2);
        else
            break;
    }
    if (shell_peek(p, 0) == '#')
        while (shell_peek(p, 0) >= 0 && shell_peek(p, 0) != '\n')
            shell_step(p, 1);
}

void shell_skip_newlines(struct shell_parser *p)
{
    for (shell_skip_blanks(p); shell_peek(p, 0) == '\n'; shell_skip_blanks(p)) {
        shell_step(p, 1);
        shell_read_heredocs(p);
    }
}

static bool at_text(const struct shell_parser *p, const char *text)
{
    return !p->failed && view_starts(shell_rest(p), view_of(text));
}

static bool at_word(const struct shell_parser *p, const char *word)
{
    return !p->failed && view_eq(shell_literal(p), view_of(word));
}

static void unexpected(struct shell_parser *p, const char *wanted)
{
    struct view found = view_sub(shell_rest(p), 0, 1);

    if (shell_peek(p, 0) < 0)
        shell_fail(p, ERROR_INPUT, "\"%s\" is missing at the end", wanted);
    else if (found.ptr[0] == '\n')
        shell_fail(p, ERROR_INPUT, "the line ends where \"%s\" is expected", wanted);
    else
        shell_fail(p, ERROR_INPUT, "\"%.*s\" stands where \"%s\" is expected", VIEW_ARG(found),
                   wanted);
}

static void want_word(struct shell_parser *p, const char *word)
{
    shell_skip_newlines(p);
    if (at_word(p, word))
        shell_step(p, strlen(word));
    else
        unexpected(p, word);
}

static void want_character(struct shell_parser *p, char c)
{
    const char text[] = {c, '\0'};

    shell_skip_newlines(p);
    if (shell_peek(p, 0) == c)
        shell_step(p, 1);
    else
        unexpected(p, text);
}

static void note_assigned(struct shell_parser *p, struct view name)
{
    struct view *slot =
        arena_push(p->arena, &p->draft->assigned, &p->draft->assigned_count, sizeof(*slot));

    if (slot)
        *slot = name;
    else
        shell_fail(p, ERROR_MEMORY, "out of memory");
}

/* ---- simple commands ---- */

static struct shell_draft_command *add_command(struct shell_parser *p)
{
    struct shell_draft_command *command = arena_alloc(p->arena, sizeof(*command));
    struct shell_draft_command **slot;

    if (p->draft->command_count >= SHELL_COMMAND_LIMIT) {
        shell_fail(p, ERROR_LIMIT, "the script has more than %d commands", SHELL_COMMAND_LIMIT);
        return NULL;
    }
    slot = arena_push(p->arena, &p->draft->commands, &p->draft->command_count, sizeof(*slot));
    if (!command || !slot) {
        if (slot)
            p->draft->command_count--;
        shell_fail(p, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    command->context = p->context;
    command->start = shell_place(p, p->at);
    *slot = command;
    return command;
}

/* The bytes of "name=", "name+=" or "name[...]="; 0: it is no assignment. */
static size_t assignment_length(const struct shell_parser *p, size_t *ret_name, bool *ret_append,
                                bool *ret_element)
{
    struct view rest = shell_rest(p);
    size_t at = 0;
    unsigned open = 0;

    while (at < rest.len && (rest.ptr[at] == '_' || (isalnum((unsigned char)rest.ptr[at]) &&
                                                     (unsigned char)rest.ptr[at] < 0x80)))
        at++;
    if (at == 0 || isdigit((unsigned char)rest.ptr[0]))
        return 0;
    *ret_name = at;
    *ret_element = at < rest.len && rest.ptr[at] == '[';
    if (*ret_element) {
        do {
            open += rest.ptr[at] == '[';
            open -= rest.ptr[at] == ']';
            at++;
        } while (open && at < rest.len && rest.ptr[at] != '\n');
    }
    *ret_append = at < rest.len && rest.ptr[at] == '+';
    at += *ret_append;
    return at < rest.len && rest.ptr[at] == '=' ? at + 1 : 0;
}

static bool try_assignment(struct shell_parser *p, struct shell_draft_assignment *ret)
{
    struct shell_draft_assignment assignment = {0};
    bool append, element;
    size_t name, len = assignment_length(p, &name, &append, &element);

    if (len == 0)
        return false;
    assignment.name = view_sub(p->text, p->at, name);
    assignment.append = append;
    assignment.array = element;
    shell_step(p, len);
    if (shell_peek(p, 0) == '(') {
        assignment.array = true;
        shell_step(p, 1);
        shell_parse_array(p, &assignment.value);
    } else if (!shell_parse_word(p, &assignment.value)) {
        assignment.value.start = assignment.value.end = shell_place(p, p->at);
        assignment.value.quoted = true; /* an empty value */
    }
    *ret = assignment;
    return !p->failed;
}

static void add_assignment(struct shell_parser *p, struct shell_draft_command *command,
                           const struct shell_draft_assignment *assignment)
{
    struct shell_draft_assignment *slot =
        arena_push(p->arena, &command->assignments, &command->assignment_count, sizeof(*slot));

    if (slot)
        *slot = *assignment;
    else
        shell_fail(p, ERROR_MEMORY, "out of memory");
}

/* An argument such as "a=(1 2)", which declare and its like take. */
static bool try_array_argument(struct shell_parser *p, struct shell_draft_word *ret)
{
    struct shell_draft_word array;
    bool append, element;
    size_t name, start = p->at, len = assignment_length(p, &name, &append, &element);

    if (len == 0 || shell_peek(p, len) != '(')
        return false;
    shell_step(p, len + 1);
    shell_parse_array(p, &array);
    array.raw = view_sub(p->text, start, p->at - start);
    if (array.count)
        array.parts[0].text = array.raw;
    array.start = shell_place(p, start);
    *ret = array;
    return true;
}

static void add_word(struct shell_parser *p, struct shell_draft_command *command)
{
    struct shell_draft_word word, *slot;

    if (!(command->count && try_array_argument(p, &word)) && !shell_parse_word(p, &word)) {
        if (!p->failed)
            unexpected(p, "a word");
        return;
    }
    if (command->count >= SHELL_WORD_LIMIT) {
        shell_fail(p, ERROR_LIMIT, "a command has more than %d words", SHELL_WORD_LIMIT);
        return;
    }
    slot = arena_push(p->arena, &command->words, &command->count, sizeof(*slot));
    if (slot)
        *slot = word;
    else
        shell_fail(p, ERROR_MEMORY, "out of memory");
}

static bool add_redirect(struct shell_parser *p, struct shell_draft_command *command)
{
    struct shell_draft_redirect *redirect, **slot;

    if (!shell_try_redirect(p, &redirect))
        return false;
    slot = command
               ? arena_push(p->arena, &command->redirects, &command->redirect_count, sizeof(*slot))
               : NULL;
    if (slot)
        *slot = redirect;
    else if (command)
        shell_fail(p, ERROR_MEMORY, "out of memory");
    return true;
}

/* "()" behind the first word: it names a function. */
static bool at_function(const struct shell_parser *p)
{
    size_t at = 1;

    if (shell_peek(p, 0) != '(')
        return false;
    while (shell_peek(p, at) == ' ' || shell_peek(p, at) == '\t')
        at++;
    return shell_peek(p, at) == ')';
}

static bool parse_command(struct shell_parser *p, struct shell_draft_command **ret);

static void parse_function_body(struct shell_parser *p)
{
    struct shell_draft_command *ignored;
    unsigned context = p->context;
    bool pipefail = p->pipefail;

    p->context |= SHELL_IN_FUNCTION;
    shell_skip_newlines(p);
    parse_command(p, &ignored);
    p->context = context;
    p->pipefail = pipefail;
}

/* set -o pipefail, set -euo pipefail, set +o pipefail. */
static void follow_set(struct shell_parser *p, const struct shell_draft_command *command)
{
    if (command->count < 3 || !view_eq(shell_plain(&command->words[0]), VIEW("set")))
        return;
    for (size_t i = 1; i + 1 < command->count; i++) {
        struct view option = shell_plain(&command->words[i]);

        if (option.len > 1 && (option.ptr[0] == '-' || option.ptr[0] == '+') &&
            option.ptr[option.len - 1] == 'o' &&
            view_eq(shell_plain(&command->words[i + 1]), VIEW("pipefail")))
            p->pipefail = option.ptr[0] == '-';
    }
}

/* Builtins whose arguments are names they assign. */
static void follow_builtin(struct shell_parser *p, const struct shell_draft_command *command)
{
    static const char *const names[] = {"read",    "export",    "local", "declare",
                                        "typeset", "readonly",  "unset", "getopts",
                                        "mapfile", "readarray", "let"};
    struct view name = command->count ? shell_plain(&command->words[0]) : VIEW_EMPTY;
    bool known = false;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        known = known || view_eq(name, view_of(names[i]));
    for (size_t i = 1; known && i < command->count; i++) {
        struct view raw = command->words[i].raw, head = view_cut(&raw, '=');

        if (shell_is_name(head) && !(view_eq(name, VIEW("export")) && !raw.ptr))
            note_assigned(p, head);
    }
}

static bool parse_simple(struct shell_parser *p, struct shell_draft_command **ret)
{
    struct shell_draft_command *command = add_command(p);
    struct shell_draft_assignment assignment;
    size_t start = p->at, end = p->at;

    while (command && !p->failed) {
        int c;

        shell_skip_blanks(p);
        c = shell_peek(p, 0);
        if (add_redirect(p, command)) {
            end = p->at;
            continue;
        }
        if (c == '(' && command->count == 1 && command->assignment_count == 0 && at_function(p)) {
            shell_step(p, (size_t)(view_find(shell_rest(p), ')') + 1));
            command->dropped = true;
            parse_function_body(p);
            *ret = NULL;
            return !p->failed;
        }
        if (shell_is_meta(c) && !((c == '<' || c == '>') && shell_peek(p, 1) == '('))
            break;
        if (command->count == 0 && try_assignment(p, &assignment))
            add_assignment(p, command, &assignment);
        else
            add_word(p, command);
        end = p->at;
    }
    if (!command)
        return false;
    if (end == start)
        unexpected(p, "a command");
    else if (shell_peek(p, 0) == '(')
        unexpected(p, "the end of the command");
    command->dropped = p->failed;
    if (p->failed)
        return false;
    command->end = p->fixed ? p->offset : p->offset + end;
    follow_set(p, command);
    follow_builtin(p, command);
    *ret = command;
    return !p->failed;
}

/* ---- compound commands ---- */

static void parse_body(struct shell_parser *p, unsigned context, const char *end)
{
    unsigned before = p->context;

    p->context |= context;
    shell_parse_list(p);
    p->context = before;
    want_word(p, end);
}

static void parse_subshell(struct shell_parser *p)
{
    unsigned before = p->context;
    bool pipefail = p->pipefail;

    shell_step(p, 1);
    p->context |= SHELL_IN_SUBSHELL;
    shell_parse_list(p);
    want_character(p, ')');
    p->context = before;
    p->pipefail = pipefail;
}

void shell_parse_substitution(struct shell_parser *p, unsigned context)
{
    unsigned before = p->context;
    bool pipefail = p->pipefail;

    p->context |= context;
    shell_parse_list(p);
    want_character(p, ')');
    p->context = before;
    p->pipefail = pipefail;
}

static void parse_parenthesis(struct shell_parser *p)
{
    size_t start = p->at;

    if (shell_peek(p, 1) == '(') {
        shell_step(p, 2);
        if (shell_parse_arithmetic(p))
            return;
        p->at = start;
    }
    parse_subshell(p);
}

static void parse_group(struct shell_parser *p)
{
    shell_step(p, 1);
    shell_parse_list(p);
    want_word(p, "}");
}

static void parse_if(struct shell_parser *p)
{
    shell_step(p, 2);
    parse_body(p, SHELL_IN_CONDITION, "then");
    for (;;) {
        unsigned before = p->context;

        p->context |= SHELL_IN_BRANCH;
        shell_parse_list(p);
        p->context = before;
        shell_skip_newlines(p);
        if (at_word(p, "elif")) {
            shell_step(p, 4);
            parse_body(p, SHELL_IN_CONDITION | SHELL_IN_BRANCH, "then");
        } else if (at_word(p, "else")) {
            shell_step(p, 4);
            parse_body(p, SHELL_IN_BRANCH, "fi");
            return;
        } else {
            want_word(p, "fi");
            return;
        }
    }
}

static void parse_while(struct shell_parser *p)
{
    shell_step(p, 5); /* "while" and "until" */
    parse_body(p, SHELL_IN_CONDITION | SHELL_IN_LOOP, "do");
    parse_body(p, SHELL_IN_BRANCH | SHELL_IN_LOOP, "done");
}

static void parse_loop_body(struct shell_parser *p)
{
    shell_skip_newlines(p);
    if (shell_peek(p, 0) == '{') {
        unsigned before = p->context;

        p->context |= SHELL_IN_LOOP;
        parse_group(p);
        p->context = before;
        return;
    }
    want_word(p, "do");
    parse_body(p, SHELL_IN_LOOP, "done");
}

static void take_separator(struct shell_parser *p)
{
    shell_skip_blanks(p);
    if (shell_peek(p, 0) == ';')
        shell_step(p, 1);
}

static void parse_for_words(struct shell_parser *p)
{
    struct shell_draft_word ignored;

    for (shell_skip_blanks(p); !p->failed; shell_skip_blanks(p)) {
        int c = shell_peek(p, 0);

        if (shell_is_meta(c) && !((c == '<' || c == '>') && shell_peek(p, 1) == '('))
            break;
        shell_parse_word(p, &ignored);
    }
}

/* for and select */
static void parse_for(struct shell_parser *p)
{
    struct view name;

    shell_step(p, shell_literal(p).len);
    shell_skip_blanks(p);
    if (at_text(p, "((")) {
        shell_step(p, 2);
        if (!shell_parse_arithmetic(p))
            unexpected(p, "))");
    } else {
        name = shell_literal(p);
        if (name.len == 0) {
            unexpected(p, "a name");
            return;
        }
        shell_step(p, name.len);
        note_assigned(p, name);
        shell_skip_newlines(p);
        if (at_word(p, "in")) {
            shell_step(p, 2);
            parse_for_words(p);
        }
    }
    take_separator(p);
    parse_loop_body(p);
}

static void parse_patterns(struct shell_parser *p)
{
    struct shell_draft_word ignored;

    if (shell_peek(p, 0) == '(')
        shell_step(p, 1);
    while (!p->failed) {
        shell_skip_blanks(p);
        if (!shell_parse_word(p, &ignored)) {
            unexpected(p, "a pattern");
            return;
        }
        shell_skip_blanks(p);
        if (shell_peek(p, 0) != '|')
            break;
        shell_step(p, 1);
    }
    want_character(p, ')');
}

static void parse_case(struct shell_parser *p)
{
    struct shell_draft_word ignored;
    unsigned before = p->context;

    shell_step(p, 4);
    shell_skip_blanks(p);
    if (!shell_parse_word(p, &ignored))
        unexpected(p, "a word");
    want_word(p, "in");
    shell_skip_newlines(p);
    while (!p->failed && !at_word(p, "esac")) {
        parse_patterns(p);
        p->context |= SHELL_IN_BRANCH;
        shell_parse_list(p);
        p->context = before;
        shell_skip_newlines(p);
        if (at_text(p, ";;&"))
            shell_step(p, 3);
        else if (at_text(p, ";;") || at_text(p, ";&"))
            shell_step(p, 2);
        else if (!at_word(p, "esac"))
            unexpected(p, "esac");
        shell_skip_newlines(p);
    }
    want_word(p, "esac");
}

static void parse_function(struct shell_parser *p)
{
    struct shell_draft_word name;

    shell_step(p, 8);
    shell_skip_blanks(p);
    if (!shell_parse_word(p, &name)) {
        unexpected(p, "a name");
        return;
    }
    shell_skip_blanks(p);
    if (at_function(p))
        shell_step(p, (size_t)(view_find(shell_rest(p), ')') + 1));
    parse_function_body(p);
}

/* [[ ... ]] */
static void parse_test(struct shell_parser *p)
{
    struct shell_draft_word word = {0};

    for (shell_step(p, 2); !p->failed; shell_skip_newlines(p)) {
        int c;

        shell_skip_newlines(p);
        c = shell_peek(p, 0);
        if (at_word(p, "]]")) {
            shell_step(p, 2);
            return;
        }
        if (at_text(p, "&&") || at_text(p, "||"))
            shell_step(p, 2);
        else if (c == '(' || c == ')' || ((c == '<' || c == '>') && shell_peek(p, 1) != '('))
            shell_step(p, 1);
        else if (at_text(p, "=~")) {
            shell_step(p, 2);
            shell_skip_blanks(p);
            shell_parse_regex(p, &word);
        } else if (!shell_parse_word(p, &word))
            unexpected(p, "]]");
    }
}

static void parse_coproc(struct shell_parser *p)
{
    struct shell_draft_command *ignored;
    size_t before;
    struct view name;

    shell_step(p, 6);
    shell_skip_blanks(p);
    before = p->at;
    name = shell_literal(p);
    if (shell_is_name(name)) {
        shell_step(p, name.len);
        shell_skip_blanks(p);
        if (shell_peek(p, 0) != '{' && shell_peek(p, 0) != '(')
            p->at = before;
    }
    parse_command(p, &ignored);
}

static const struct {
    const char *word;
    void (*parse)(struct shell_parser *p);
} compounds[] = {
    {"{", parse_group},     {"if", parse_if},
    {"while", parse_while}, {"until", parse_while},
    {"for", parse_for},     {"select", parse_for},
    {"case", parse_case},   {"function", parse_function},
    {"[[", parse_test},     {"coproc", parse_coproc},
};

/* Reads a command; `*ret` is it when it is a simple one. */
static bool parse_command(struct shell_parser *p, struct shell_draft_command **ret)
{
    void (*parse)(struct shell_parser *) = NULL;
    struct view word;

    *ret = NULL;
    shell_skip_blanks(p);
    if (!shell_enter(p))
        return false;
    word = shell_literal(p);
    if (shell_peek(p, 0) == '(')
        parse = parse_parenthesis;
    for (size_t i = 0; !parse && i < sizeof(compounds) / sizeof(*compounds); i++)
        if (view_eq(word, view_of(compounds[i].word)))
            parse = compounds[i].parse;
    if (parse) {
        parse(p);
        for (p->compound_end = p->at, shell_skip_blanks(p); add_redirect(p, NULL);
             shell_skip_blanks(p))
            p->compound_end = p->at;
    } else {
        parse_simple(p, ret);
    }
    shell_leave(p);
    return !p->failed;
}

/* ---- pipelines and lists ---- */

static struct shell_draft_pipeline *add_pipeline(struct shell_parser *p)
{
    struct shell_draft_pipeline *pipeline = arena_alloc(p->arena, sizeof(*pipeline));
    struct shell_draft_pipeline **slot =
        arena_push(p->arena, &p->draft->pipelines, &p->draft->pipeline_count, sizeof(*slot));

    if (!pipeline || !slot) {
        if (slot)
            p->draft->pipeline_count--;
        shell_fail(p, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    *slot = pipeline;
    pipeline->pipefail = p->pipefail;
    pipeline->context = p->context;
    pipeline->start = shell_place(p, p->at);
    return pipeline;
}

static void skip_prefixes(struct shell_parser *p, struct shell_draft_pipeline *pipeline)
{
    for (;;) {
        shell_skip_blanks(p);
        if (at_word(p, "!")) {
            shell_step(p, 1);
            pipeline->negated = true;
        } else if (at_word(p, "time")) {
            shell_step(p, 4);
            shell_skip_blanks(p);
            if (at_word(p, "-p"))
                shell_step(p, 2);
            if (shell_peek(p, 0) < 0 ||
                (shell_peek(p, 0) > 0 && strchr("\n;&|)", shell_peek(p, 0))))
                return;
        } else {
            return;
        }
    }
}

static bool at_pipe(const struct shell_parser *p)
{
    return shell_peek(p, 0) == '|' && shell_peek(p, 1) != '|';
}

static void add_member(struct shell_parser *p, struct shell_draft_pipeline *pipeline)
{
    struct shell_draft_command *command;
    struct shell_draft_member *member;

    if (!parse_command(p, &command))
        return;
    member = arena_push(p->arena, &pipeline->members, &pipeline->count, sizeof(*member));
    if (!member) {
        shell_fail(p, ERROR_MEMORY, "out of memory");
        return;
    }
    member->command = command;
    if (command) {
        command->pipeline = pipeline;
        command->position = pipeline->count - 1;
        command->context |= pipeline->negated ? SHELL_NEGATED : 0;
    }
    pipeline->end = command ? command->end : shell_place(p, p->compound_end);
    shell_skip_blanks(p);
}

static void parse_pipeline(struct shell_parser *p)
{
    struct shell_draft_pipeline *pipeline = add_pipeline(p);

    if (!pipeline)
        return;
    skip_prefixes(p, pipeline);
    if (pipeline->negated || pipeline->start != shell_place(p, p->at)) {
        int c = shell_peek(p, 0); /* "time" and "!" may stand alone in bash */

        if (c < 0 || strchr("\n;&)", c ? c : 'x'))
            return;
    }
    add_member(p, pipeline);
    while (!p->failed && at_pipe(p)) {
        shell_step(p, shell_peek(p, 1) == '&' ? 2 : 1);
        shell_skip_newlines(p);
        add_member(p, pipeline);
    }
}

static void parse_and_or(struct shell_parser *p)
{
    unsigned before = p->context;

    parse_pipeline(p);
    for (shell_skip_blanks(p); at_text(p, "&&") || at_text(p, "||"); shell_skip_blanks(p)) {
        p->context = before | (shell_peek(p, 0) == '|' ? SHELL_IN_BRANCH : 0);
        shell_step(p, 2);
        shell_skip_newlines(p);
        parse_pipeline(p);
    }
    p->context = before;
}

/* Words that can't begin a command, because they end one. */
static bool at_list_end(const struct shell_parser *p)
{
    static const char *const words[] = {"then", "do", "done", "fi", "elif", "else", "esac", "}"};
    struct view word = shell_literal(p);
    int c = shell_peek(p, 0);

    if (c < 0 || c == ')' || at_text(p, ";;") || at_text(p, ";&"))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (view_eq(word, view_of(words[i])))
            return true;
    return false;
}

static void set_background(struct shell_draft *draft, size_t from)
{
    for (; from < draft->command_count; from++)
        draft->commands[from]->context |= SHELL_IN_BACKGROUND;
}

void shell_parse_list(struct shell_parser *p)
{
    if (!shell_enter(p))
        return;
    for (shell_skip_newlines(p); !at_list_end(p); shell_skip_newlines(p)) {
        size_t from = p->draft->command_count;
        int c;

        parse_and_or(p);
        shell_skip_blanks(p);
        c = shell_peek(p, 0);
        if (c == '&') {
            set_background(p->draft, from);
            shell_step(p, 1);
        } else if (c == ';' && shell_peek(p, 1) != ';' && shell_peek(p, 1) != '&') {
            shell_step(p, 1);
        } else if (c != '\n') {
            break;
        }
    }
    shell_leave(p);
}

static int parse_draft(struct view text, const struct shell_options *options, struct arena *arena,
                       struct shell_draft *draft, struct error *fault, size_t *ret_fault_at)
{
    struct shell_parser p = {.text = text,
                             .arena = arena,
                             .draft = draft,
                             .environment = options->environment,
                             .pipefail = options->pipefail,
                             .work = ((uint64_t)text.len + 64) * SHELL_WORK_FACTOR,
                             .fault = fault};

    if (text.len > SHELL_TEXT_LIMIT)
        shell_fail(&p, ERROR_LIMIT, "a script of more than %d MB", SHELL_TEXT_LIMIT >> 20);
    shell_parse_list(&p);
    if (!p.failed && p.at < text.len)
        unexpected(&p, "a command");
    *ret_fault_at = p.fault_at;
    return p.failed && fault->kind == ERROR_MEMORY ? ERROR_MEMORY : 0;
}

int shell_parse(struct view text, const struct shell_options *options, struct arena *arena,
                struct shell_script *ret, struct error *err)
{
    struct shell_draft draft = {0};
    struct shell_script script = {.fault = ERROR_INIT};
    int r = parse_draft(text, options, arena, &draft, &script.fault, &script.fault_at);

    if (r < 0)
        return error_memory(err);
    r = shell_resolve(&draft, options, arena, &script, err);
    if (r == 0)
        *ret = script;
    return r;
}

int shell_draft_script(struct view text, const struct shell_options *options, bool fixed,
                       size_t offset, struct arena *arena, struct shell_draft *draft)
{
    struct error fault = ERROR_INIT;
    struct shell_parser p = {.text = text,
                             .arena = arena,
                             .draft = draft,
                             .environment = options->environment,
                             .pipefail = options->pipefail,
                             .context = SHELL_IN_SCRIPT,
                             .fixed = fixed,
                             .offset = offset,
                             .work = ((uint64_t)text.len + 64) * SHELL_WORK_FACTOR,
                             .fault = &fault};

    shell_parse_list(&p);
    return p.failed && fault.kind == ERROR_MEMORY ? ERROR_MEMORY : 0;
}
