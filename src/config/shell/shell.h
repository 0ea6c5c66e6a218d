/* Shell scripts, read as far as checks need them: which simple commands there
 * are, with which words, and how pipelines join them.
 *
 * The grammar is POSIX's (IEEE 1003.1-2017, XCU 2) with what bash adds and
 * people use: [[ ]], (( )), arrays, here-strings, process substitution,
 * $'...', extended patterns, function, select, coproc, |& &> <<< ;& ;;&.
 * Whatever dash or bash accept is accepted; of what they refuse most is.
 *
 * Words are expanded where that is possible without running anything: quotes
 * go, variables that the environment or one assignment of the script gives are
 * put in, unquoted values split, braces multiplied. What is not known stays as
 * written, and the word says that it is not known. Wrappers (sudo, env, time,
 * xargs, ...) are seen through; `sh -c` and scripts on standard input are read
 * as scripts of their own, and their commands stand in the same list.
 *
 * Work is linear in the text but for a factor SHELL_WORK_FACTOR. Pure; memory
 * is the arena's; views point into it or the text, which must outlive the
 * result. Mistakes are told by `fault`; what was read before stays.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

enum {
    SHELL_TEXT_LIMIT = 4 << 20,
    SHELL_DEPTH_LIMIT = 60,        /* nesting of commands and expansions */
    SHELL_SCRIPT_DEPTH_LIMIT = 5,  /* sh -c "sh -c ..." */
    SHELL_COMMAND_LIMIT = 1 << 16, /* commands of a script, inner ones included */
    SHELL_WORD_LIMIT = 1 << 16,    /* words of one command, expanded */
    SHELL_VALUE_LIMIT = 1 << 16,   /* bytes of one expanded word */
    SHELL_WORK_FACTOR = 16,        /* bytes looked at, for each byte of the text */
};

/* Where variables come from. `get` tells whether the name has a value that is
 * known; NULL: none has. `read` is told of every variable that is read. */
struct shell_environment {
    void *ctx;
    bool (*get)(void *ctx, struct view name, struct view *ret);
    void (*read)(void *ctx, struct view name);
};

struct shell_word {
    struct view text;  /* expanded; parts that are not known as written */
    struct view raw;   /* as written; words that came from one share it */
    bool known;        /* `text` is the whole value */
    bool quoted;       /* some part is in quotes */
    bool pattern;      /* an unquoted * ? or [: files that match */
    size_t start, end; /* offsets in the script's text */
};

enum shell_redirect_kind {
    SHELL_READ,       /* <  */
    SHELL_WRITE,      /* > >| */
    SHELL_APPEND,     /* >> */
    SHELL_READ_WRITE, /* <> */
    SHELL_COPY_IN,    /* <& */
    SHELL_COPY_OUT,   /* >& */
    SHELL_WRITE_BOTH, /* &> &>> */
    SHELL_HEREDOC,    /* << <<- */
    SHELL_HERESTRING, /* <<< */
};

struct shell_redirect {
    enum shell_redirect_kind kind;
    int descriptor; /* as given, or the operator's own; -1: a {name} */
    struct shell_word target;
    struct view body; /* of a here-document */
    size_t body_start;
    bool literal; /* a here-document whose body is not expanded */
};

struct shell_assignment {
    struct view name;
    struct shell_word value;
    bool append; /* += */
    bool array;  /* =( ) or an element */
};

enum shell_context {
    SHELL_IN_SUBSTITUTION = 1 << 0, /* $( ) ` ` <( ) */
    SHELL_IN_SUBSHELL = 1 << 1,
    SHELL_IN_CONDITION = 1 << 2, /* of if, while, until */
    SHELL_IN_BRANCH = 1 << 3,    /* runs only sometimes: then, else, case, behind && || */
    SHELL_IN_LOOP = 1 << 4,
    SHELL_IN_FUNCTION = 1 << 5,
    SHELL_IN_BACKGROUND = 1 << 6,
    SHELL_IN_SCRIPT = 1 << 7, /* of an inner script */
    SHELL_NEGATED = 1 << 8,
};

struct shell_pipeline;

struct shell_command {
    struct view name;               /* without its folder; empty: only assignments, or not known */
    const struct shell_word *words; /* from the name on, wrappers left out */
    size_t count;
    const struct view *wrappers; /* outermost first: sudo, env, xargs */
    size_t wrapper_count;
    bool open;                                  /* xargs or find add further arguments */
    const struct shell_assignment *assignments; /* those of env too */
    size_t assignment_count;
    const struct shell_redirect *redirects;
    size_t redirect_count;
    unsigned context;
    const struct shell_pipeline *pipeline;
    size_t position; /* in the pipeline */
    size_t start, end;
    const struct shell_word *all; /* every word, wrappers included */
    size_t all_count;
};

struct shell_member {
    const struct shell_command *command; /* NULL: a compound one */
};

struct shell_pipeline {
    const struct shell_member *members;
    size_t count;
    bool pipefail; /* set -o pipefail holds */
    bool negated;
    unsigned context;
    size_t start, end;
};

struct shell_script {
    const struct shell_command *const *commands; /* in the order of the text; inner scripts last */
    size_t command_count;
    const struct shell_pipeline *const *pipelines;
    size_t pipeline_count;
    /* Assigned in the script, or read into. */
    const struct view *assigned;
    size_t assigned_count;
    struct error fault; /* kind 0: none */
    size_t fault_at;    /* offset in the text */
};

struct shell_options {
    const struct shell_environment *environment; /* may be NULL */
    bool pipefail;                               /* set from the start: bash -o pipefail -c */
};

/* Fails only for memory; limits and mistakes are the script's fault. */
int shell_parse(struct view text, const struct shell_options *options, struct arena *arena,
                struct shell_script *ret, struct error *err);
/* The same for words that are run without a shell (["sh", "-c", "..."]);
 * `start` and `end` of the words are kept. */
int shell_parse_words(const struct shell_word *words, size_t count,
                      const struct shell_options *options, struct arena *arena,
                      struct shell_script *ret, struct error *err);
