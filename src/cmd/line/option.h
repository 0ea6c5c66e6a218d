/* Options as data.
 *
 * A command's options are const tables of struct option, in groups. Parsing,
 * defaults, environment variables, help, man pages, Markdown and completion
 * all come from the same tables. A value lands in a struct of the caller's, at
 * the option's offset, in the C type of the option's type.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum option_type {
    OPTION_FLAG,       /* bool */
    OPTION_TEXT,       /* const char *: the argument itself */
    OPTION_TEXTS,      /* struct option_texts: may be given several times */
    OPTION_CHOICE,     /* int: the index of the word */
    OPTION_NUMBER,     /* uint64_t, min..max */
    OPTION_SIZE,       /* uint64_t bytes: 512M, 2G, 1GiB, 4096 */
    OPTION_DURATION,   /* uint64_t seconds: 90, 90s, 5m, 1h30m */
    OPTION_SEVERITY,   /* int: enum severity, or -1 */
    OPTION_SEVERITIES, /* unsigned: bit 1 << severity; 0: none given */
    OPTION_WORDS,      /* unsigned: bit 1 << index of each word */
    OPTION_TYPE_COUNT,
};

/* An OPTION_NUMBER without a default that was not given. */
#define OPTION_UNSET UINT64_MAX

enum { OPTION_TEXTS_LIMIT = 64 };

struct option_texts {
    size_t count;
    const char *items[OPTION_TEXTS_LIMIT];
};

struct option_word {
    const char *name;
    const char *doc; /* a key of tr(); may be NULL */
};

struct option {
    const char *name; /* long, without "--" */
    char letter;      /* short; 0: none */
    enum option_type type;
    const char *argument; /* "FILE"; NULL for flags */
    size_t offset;        /* of the value */
    const char *initial;  /* default, written as on the command line; NULL: none */
    const char *variable; /* environment variable; NULL: none */
    uint64_t min, max;    /* OPTION_NUMBER */
    /* OPTION_CHOICE, OPTION_WORDS: the i-th word; false past the last. */
    bool (*word)(size_t i, struct option_word *ret);
    const char *doc; /* a key of tr() */
};

struct option_group {
    const char *title; /* a key of tr() */
    const struct option *options;
    size_t count;
};

#define OPTION_GROUP(group_title, table)                                                           \
    {                                                                                              \
        .title = group_title, .options = table, .count = sizeof(table) / sizeof((table)[0]),       \
    }

/* For struct option's `word`: the i-th of a table. */
static inline bool option_take_word(const struct option_word *words, size_t count, size_t i,
                                    struct option_word *ret)
{
    if (i < count)
        *ret = words[i];
    return i < count;
}

/* Sets a value from text. `origin` is how the person wrote it ("--jobs", "-j",
 * "PLIMSOLL_JOBS"); ERROR_USAGE says what is wrong with it. */
int option_set(const struct option *option, const char *origin, const char *text, void *values,
               struct error *err);
/* The value of an option that was not given. */
void option_clear(const struct option *option, void *values);
/* Appends the words of a choice: "table, json". */
void option_list_words(const struct option *option, const char *separator, struct buf *to);

/* Walks all options of NULL-ended groups. */
struct option_iter {
    const struct option_group *const *groups;
    size_t next;
    const struct option *option;
};
struct option_iter option_iter(const struct option_group *const *groups);
bool option_next(struct option_iter *iter);
