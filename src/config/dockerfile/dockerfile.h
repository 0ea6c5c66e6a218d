/* Dockerfiles as BuildKit reads them: instructions with their flags, words and
 * here-documents, each with its place in the file.
 *
 * The format is that of docs.docker.com/reference/dockerfile and of BuildKit's
 * parser, of which we keep the corners: what continues a line (the escape
 * character as last of it, unless it stands twice), comments and blank lines
 * between continued lines, what counts as a here-document (a word of its own
 * that begins with "<<"), when an array is JSON and when it falls back to
 * words, which quotes count where. BuildKit stops at the first mistake; we go
 * on with the next instruction and tell of all mistakes, each with its place.
 *
 * What an instruction means - scopes, stages, the commands of a RUN - is
 * config/dockerfile/build.h's. Pure; all memory is the arena's, and views point
 * into it or into the text, which must outlive the result.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

enum {
    DOCKERFILE_TEXT_LIMIT = 4 << 20,
    DOCKERFILE_INSTRUCTION_LIMIT = 1 << 15,
    DOCKERFILE_WORD_LIMIT = 1 << 16,   /* words, flags or pairs of one instruction */
    DOCKERFILE_HEREDOC_LIMIT = 64,     /* here-documents of one instruction */
    DOCKERFILE_PROBLEM_LIMIT = 100,    /* told; further ones are not */
    DOCKERFILE_STRING_LIMIT = 1 << 16, /* bytes of one expanded value */
};

enum dockerfile_command {
    DOCKERFILE_ADD,
    DOCKERFILE_ARG,
    DOCKERFILE_CMD,
    DOCKERFILE_COPY,
    DOCKERFILE_ENTRYPOINT,
    DOCKERFILE_ENV,
    DOCKERFILE_EXPOSE,
    DOCKERFILE_FROM,
    DOCKERFILE_HEALTHCHECK,
    DOCKERFILE_LABEL,
    DOCKERFILE_MAINTAINER,
    DOCKERFILE_ONBUILD,
    DOCKERFILE_RUN,
    DOCKERFILE_SHELL,
    DOCKERFILE_STOPSIGNAL,
    DOCKERFILE_USER,
    DOCKERFILE_VOLUME,
    DOCKERFILE_WORKDIR,
    DOCKERFILE_COMMAND_COUNT,
    DOCKERFILE_UNKNOWN = DOCKERFILE_COMMAND_COUNT,
};

/* A place: lines and columns count from 1, columns count code points. */
struct dockerfile_mark {
    uint32_t line, column;
};

/* From `start` up to, not including, `end`: byte offsets in the file. */
struct dockerfile_span {
    size_t start, end;
};

/* Text whose parts stand in several places of the file: lines joined. From the
 * byte `at` of the text on, up to the next piece, bytes are those of the file
 * from `offset` on. Sorted by `at`; the first has `at` 0. */
struct dockerfile_piece {
    size_t at, offset;
};

struct dockerfile_text {
    struct view text;
    const struct dockerfile_piece *pieces;
    size_t count;
};

struct dockerfile_word {
    struct view text; /* as written, quotes and all; of a JSON array: decoded */
    struct dockerfile_span span;
};

struct dockerfile_flag {
    struct view name, value; /* "mount", "type=cache,..."; quotes removed */
    bool has_value;          /* "--link" has none */
    struct dockerfile_span span;
};

/* Of ENV, LABEL and ARG. */
struct dockerfile_pair {
    struct dockerfile_word name, value;
    bool has_value; /* only an ARG may have none */
    bool legacy;    /* "ENV name value": the value is the rest of the line */
};

struct dockerfile_heredoc {
    struct view name;
    struct view content; /* its lines as they stand in the file */
    unsigned descriptor;
    bool strip_tabs;             /* <<- */
    bool expand;                 /* no part of the name was quoted */
    struct dockerfile_span span; /* of the content and the line that ends it */
};

struct dockerfile_instruction {
    enum dockerfile_command command;
    struct view keyword;            /* as written: "From", "MAINTANER" */
    struct dockerfile_text logical; /* the whole instruction, lines joined */
    size_t arguments;               /* where they begin in `logical`, behind the flags */
    bool exec;                      /* the arguments are a JSON array */
    const struct dockerfile_flag *flags;
    size_t flag_count;
    const struct dockerfile_word
        *words; /* of shell forms and USER etc. one, the rest of the line */
    size_t word_count;
    const struct dockerfile_pair *pairs;
    size_t pair_count;
    const struct dockerfile_heredoc *heredocs;
    size_t heredoc_count;
    const struct dockerfile_instruction *trigger; /* what ONBUILD holds; else NULL */
    struct dockerfile_span keyword_span;
    struct dockerfile_span span; /* of everything, without the last line's end */
    size_t line_end;             /* behind the last byte before here-documents' lines */
    bool blank_line; /* a blank line stands between its lines, which BuildKit wants to refuse */
};

struct dockerfile_problem {
    struct view message, hint;
    struct dockerfile_span span;
};

struct dockerfile {
    struct view text;
    char escape;                /* \ or ` */
    struct view syntax, checks; /* of the parser directives; empty: none */
    const struct dockerfile_instruction *instructions;
    size_t instruction_count;
    const struct dockerfile_problem *problems;
    size_t problem_count;
    const size_t *lines; /* offsets at which lines begin */
    size_t line_count;
};

/* Fails only for limits and memory; mistakes are problems of the result. */
int dockerfile_parse(struct view text, struct arena *arena, struct dockerfile *ret,
                     struct error *err);

struct dockerfile_mark dockerfile_mark(const struct dockerfile *file, size_t offset);
/* The offset in the file of a byte of a joined text; at its end, behind its last byte. */
size_t dockerfile_text_offset(const struct dockerfile_text *text, size_t at);

const char *dockerfile_command_name(enum dockerfile_command command); /* "RUN" */
/* The first of that name, or NULL. */
const struct dockerfile_flag *dockerfile_flag(const struct dockerfile_instruction *instruction,
                                              struct view name);
/* The arguments behind the flags, joined. */
struct view dockerfile_arguments(const struct dockerfile_instruction *instruction);
/* A word that begins a here-document ("<<EOF", "3<<-'END'"); `ret` has no content. */
bool dockerfile_heredoc_word(struct view word, struct dockerfile_heredoc *ret, struct arena *arena);
