/* How the arguments of each instruction are split: one table, and the verbs
 * that split. Only for the files that read Dockerfiles.
 */
#pragma once

#include "config/dockerfile/dockerfile.h"

enum dockerfile_shape {
    DOCKERFILE_SHAPE_LINE,          /* one word: the rest of the line */
    DOCKERFILE_SHAPE_WORDS,         /* words between blanks */
    DOCKERFILE_SHAPE_EXEC_OR_LINE,  /* a JSON array, or the rest of the line */
    DOCKERFILE_SHAPE_EXEC_OR_WORDS, /* a JSON array, or words */
    DOCKERFILE_SHAPE_HEALTH,        /* a word, then as EXEC_OR_LINE */
    DOCKERFILE_SHAPE_PAIRS,         /* name=value..., or name and the rest of the line */
    DOCKERFILE_SHAPE_ARGS,          /* name or name=value, several */
    DOCKERFILE_SHAPE_TRIGGER,       /* an instruction */
};

struct dockerfile_flag_rule {
    const char *name;
    enum { DOCKERFILE_FLAG_TEXT, DOCKERFILE_FLAG_BOOL, DOCKERFILE_FLAG_TEXTS } type;
};

struct dockerfile_syntax {
    const char *name;
    enum dockerfile_shape shape;
    bool heredocs;
    const struct dockerfile_flag_rule *flags; /* up to an empty name; NULL: takes none */
};

extern const struct dockerfile_syntax dockerfile_syntax[DOCKERFILE_COMMAND_COUNT];

/* While one file is read. */
struct dockerfile_reader {
    struct arena *arena;
    struct dockerfile *file;
    struct dockerfile_instruction *instructions;
    struct dockerfile_problem *problems;
    struct view text;
    size_t at;
    unsigned directives; /* bits of those seen; DONE when no more may come */
};

/* Notes a mistake. The format is a literal; the hint, which may be NULL, is translated. */
void dockerfile_report(struct dockerfile_reader *reader, struct dockerfile_span span,
                       const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Splits the keyword and flags off `logical`, and its arguments by the shape. */
int dockerfile_split(struct dockerfile_reader *reader, struct dockerfile_instruction *instruction,
                     size_t at, unsigned depth, struct error *err);
/* Holds a split instruction against what its command asks for. */
void dockerfile_validate(struct dockerfile_reader *reader,
                         const struct dockerfile_instruction *instruction);

/* The next line of the file, without its end: all CR and LF that end it. */
struct view dockerfile_line(struct dockerfile_reader *reader, size_t *ret_offset);
/* Takes the here-documents of a RUN, COPY or ADD, also inside ONBUILD, from the
 * lines behind it. */
int dockerfile_heredocs(struct dockerfile_reader *reader,
                        struct dockerfile_instruction *instruction, struct error *err);

/* The span in the file of a part of the joined text. */
struct dockerfile_span dockerfile_part(const struct dockerfile_instruction *instruction,
                                       size_t start, size_t end);
/* Bytes of the white space (as Unicode has it) at `at`; 0: there is none. */
size_t dockerfile_space(struct view text, size_t at);
