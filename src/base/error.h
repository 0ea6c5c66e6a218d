/* Errors with context.
 *
 * A function that can fail returns 0 or a negative `enum error_kind`, takes a
 * `struct error *` as its last argument, and fills it where the cause is
 * known. Callers wrap it on the way up, so that a person reads
 *
 *     scan app.tar: layer 3: gzip: bad header at offset 10
 *
 * and, on a line of its own, the hint: what to do about it. Outputs (`ret_*`)
 * are untouched on failure. `err` may be NULL where nobody reads the message
 * (the kind that is returned may then be a general one).
 * Formats and hints are English keys, looked up in the language of the
 * process (base/text.h), so they must be string literals.
 *
 * A struct error is plain data of fixed size: setting one never fails. Bytes
 * from outside that reach a message are made printable: control characters
 * become '?', so that a file name can't drive a terminal.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>

enum error_kind {
    ERROR_NONE = 0,
    ERROR_INPUT = -1,     /* the bytes we were given are wrong */
    ERROR_LIMIT = -2,     /* a named limit was exceeded */
    ERROR_NOT_FOUND = -3, /* what was asked for is not there */
    ERROR_DENIED = -4,    /* permission, authentication */
    ERROR_IO = -5,        /* the operating system failed us: disk, pipe */
    ERROR_NETWORK = -6,   /* a peer failed us: refused, hung up, 5xx */
    ERROR_TIMEOUT = -7,
    ERROR_MEMORY = -8,
    ERROR_USAGE = -9, /* the caller of the program asked for nonsense */
    ERROR_UNSUPPORTED = -10,
    ERROR_CRASH = -11, /* a worker ended by a signal */
    ERROR_CANCELLED = -12,
    ERROR_INTERNAL = -13,
};

struct error {
    int kind;
    char message[768];
    char hint[384]; /* what to do; empty when there is nothing to say */
};

#define ERROR_INIT                                                                                 \
    {                                                                                              \
        0, "", ""                                                                                  \
    }

/* Sets the message and returns `kind`. */
int error_set(struct error *err, int kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with strerror(errno) appended; the kind follows from errno
 * (ENOENT not found, EACCES/EPERM denied, ENOMEM memory, else IO). */
int error_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int error_vset(struct error *err, int kind, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
/* Puts "context: " before the message; returns the kind that was set. */
int error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Sets the hint unless a cause nearer to the fault has set one. */
void error_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int error_memory(struct error *err);

/* A stable slug for JSON: "input", "limit", "not-found", ... */
const char *error_kind_name(int kind);
bool error_is_set(const struct error *err);
/* Replaces control characters and broken UTF-8 by '?', in place. */
void error_make_printable(char *text);
