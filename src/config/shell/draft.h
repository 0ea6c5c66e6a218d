/* What the shell parser makes before words are expanded. For this folder only. */
#pragma once

#include "config/shell/shell.h"

enum shell_part_kind {
    SHELL_PART_TEXT,     /* quotes removed */
    SHELL_PART_VARIABLE, /* $name or ${name}: `name` */
    SHELL_PART_UNKNOWN,  /* anything that has to be run, or is not followed */
};

struct shell_part {
    enum shell_part_kind kind;
    struct view text; /* of TEXT: the bytes; else as written */
    struct view name;
    bool quoted;
};

struct shell_draft_word {
    struct shell_part *parts;
    size_t count;
    struct view raw;
    size_t start, end;
    bool quoted; /* some part is, even an empty one */
};

struct shell_draft_assignment {
    struct view name;
    struct shell_draft_word value;
    bool append, array;
};

struct shell_draft_redirect {
    struct shell_redirect result; /* all but the target */
    struct shell_draft_word target;
};

struct shell_draft_pipeline;

struct shell_draft_command {
    struct shell_draft_word *words;
    size_t count;
    struct shell_draft_assignment *assignments;
    size_t assignment_count;
    struct shell_draft_redirect **redirects;
    size_t redirect_count;
    unsigned context;
    struct shell_draft_pipeline *pipeline;
    size_t position;
    size_t start, end;
    bool dropped; /* was the name of a function */
    struct shell_command *result;
};

struct shell_draft_member {
    struct shell_draft_command *command; /* NULL: compound */
};

struct shell_draft_pipeline {
    struct shell_draft_member *members;
    size_t count;
    bool pipefail, negated;
    unsigned context;
    size_t start, end;
    struct shell_pipeline *result;
};

struct shell_draft {
    struct shell_draft_command **commands;
    size_t command_count;
    struct shell_draft_pipeline **pipelines;
    size_t pipeline_count;
    struct view *assigned; /* by for, select, read, ...: never known */
    size_t assigned_count;
};

struct shell_pending {
    struct shell_redirect *redirect;
    struct view delimiter;
    bool strip_tabs, quoted;
};

struct shell_parser {
    struct view text;
    size_t at;
    struct arena *arena;
    struct shell_draft *draft;
    const struct shell_environment *environment;
    unsigned depth, context;
    size_t compound_end; /* of the compound command just read, without what is skipped behind it */
    bool pipefail;
    bool fixed; /* all places are `offset`; else `offset` is added to them */
    size_t offset;
    uint64_t work; /* left */
    struct shell_pending *pending;
    size_t pending_count;
    bool failed;
    struct error *fault;
    size_t fault_at;
};

/* ---- the parser's own verbs, shared by its files ---- */

static inline int shell_peek(const struct shell_parser *p, size_t ahead)
{
    size_t at = p->at + ahead;

    return p->failed || at >= p->text.len ? -1 : (unsigned char)p->text.ptr[at];
}

static inline struct view shell_rest(const struct shell_parser *p)
{
    return view_sub(p->text, p->at, p->text.len);
}

static inline size_t shell_place(const struct shell_parser *p, size_t at)
{
    return p->fixed ? p->offset : p->offset + at;
}

void shell_step(struct shell_parser *p, size_t count);
void shell_fail(struct shell_parser *p, int kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* False (and failed) when nesting is too deep. */
bool shell_enter(struct shell_parser *p);
void shell_leave(struct shell_parser *p);

/* Blanks, continued lines and a comment; not the end of the line. */
void shell_skip_blanks(struct shell_parser *p);
/* Those and line ends, with the here-documents that follow them. */
void shell_skip_newlines(struct shell_parser *p);
bool shell_is_meta(int c); /* ends an unquoted word */

void shell_parse_list(struct shell_parser *p);
/* The commands up to a closing ")", which is taken. */
void shell_parse_substitution(struct shell_parser *p, unsigned context);

/* Reads a word; false when there is none. */
bool shell_parse_word(struct shell_parser *p, struct shell_draft_word *ret);
/* A pattern of =~: parentheses belong to it. */
void shell_parse_regex(struct shell_parser *p, struct shell_draft_word *ret);
/* The elements of name=( ... ), behind the "(". */
void shell_parse_array(struct shell_parser *p, struct shell_draft_word *ret);
/* Expansions in a here-document's body: all of `p->text`. */
void shell_parse_heredoc_body(struct shell_parser *p);
/* An expression up to "))", behind "(("; false: it is none, nothing was read. */
bool shell_parse_arithmetic(struct shell_parser *p);

/* Names a function, ... : literal bytes up to a metacharacter. */
struct view shell_literal(const struct shell_parser *p);
bool shell_is_name(struct view text);
/* The text of a word of unquoted literal text alone; else empty. */
struct view shell_plain(const struct shell_draft_word *word);

void shell_parse_redirect_heredoc(struct shell_parser *p, struct shell_redirect *redirect,
                                  bool strip_tabs);
void shell_read_heredocs(struct shell_parser *p);
bool shell_try_redirect(struct shell_parser *p, struct shell_draft_redirect **ret);

/* ---- expansion ---- */

/* Makes the results of a draft, and of the scripts that its commands run. */
int shell_resolve(struct shell_draft *draft, const struct shell_options *options,
                  struct arena *arena, struct shell_script *ret, struct error *err);
/* Adds the commands of an inner script; what is wrong in it ends it silently.
 * `fixed`: all its places are `offset`. */
int shell_draft_script(struct view text, const struct shell_options *options, bool fixed,
                       size_t offset, struct arena *arena, struct shell_draft *draft);

/* Sees through a wrapper at the front of `words`: the number of words it takes
 * before the command's own, 0 when it is none. */
struct shell_wrapper;
const struct shell_wrapper *shell_wrapper_find(struct view name);
size_t shell_wrapper_skip(const struct shell_wrapper *wrapper, const struct shell_word *words,
                          size_t count);
bool shell_wrapper_opens(const struct shell_wrapper *wrapper); /* adds arguments of its own */
/* The word that is a script for a shell to run ("sh -c SCRIPT"), or -1. */
ptrdiff_t shell_inner_script(struct view name, const struct shell_word *words, size_t count,
                             bool *ret_pipefail);
/* Whether the command reads its script from standard input. */
bool shell_reads_script(struct view name, const struct shell_word *words, size_t count);
