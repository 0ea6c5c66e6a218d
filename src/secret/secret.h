/* Finding secrets: the one interface for scans of trees, images, git objects,
 * environments and history lines.
 *
 *     secret_rules_open(secret_rules_builtin(), &rules, err);   once
 *     secret_scanner_new(rules, &options, &scanner, err);       each worker
 *     secret_scanner_file(scanner, path, bytes);                a whole file, or
 *     secret_scanner_begin() / _add() / _end()                     one in pieces
 *
 * A scanner calls `found` for each secret of a file when the file has ended,
 * in the order of their places; what it hands over holds no byte of the secret
 * but those that its mask shows. Rules are shared by any number of scanners;
 * a scanner is used by one thread at a time.
 *
 * What it does with a file: UTF-16 is read as such; one Vectorscan pass over
 * the bytes finds candidates, which PCRE2, entropy, validators and the
 * surroundings confirm (secret/rule.h); base64, hexadecimal and percent-encoded
 * text in it is decoded and scanned again, to a depth; archives are opened, to a
 * depth. A secret in encoded text has the place of the outermost encoded
 * text; one in an archive has the path "outer.zip!/inner".
 *
 * Pieces are scanned as they come, with SECRET_CONTEXT bytes around their seams
 * kept: memory does not depend on the size of the file. A secret longer than
 * that may be missed when it lies on a seam. All limits end in a count of what
 * was left out, never in an error.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "secret/rules.h"

enum {
    SECRET_CONTEXT = 32 << 10,      /* bytes on each side of a seam between pieces */
    SECRET_PIECE_LIMIT = 16 << 20,  /* bytes scanned at once */
    SECRET_FILE_LIMIT = 1000,       /* findings of a file */
    SECRET_RULE_LIMIT = 100,        /* findings of one rule in a file */
    SECRET_CANDIDATE_LIMIT = 20000, /* candidates of one rule that are looked into, a piece */
    SECRET_DECODE_DEPTH = 2,
    SECRET_DECODE_LIMIT = 64 << 20, /* decoded bytes of one file */
    SECRET_ARCHIVE_DEPTH = 3,
    SECRET_ARCHIVE_LIMIT = 1 << 30,       /* unpacked bytes of one file */
    SECRET_ARCHIVE_FILE_LIMIT = 64 << 20, /* bytes of an archive that is a member of another */
    SECRET_NAME_LIMIT = 64,
    SECRET_FINGERPRINT_SIZE = 32, /* hex digits */
};

/* A secret that was found. Views live until `found` returns. */
struct secret_match {
    size_t rule;                                 /* its number in the set */
    struct view path;                            /* with the way through archives */
    uint32_t line, column, end_line, end_column; /* of its first and last character */
    struct view masked;                          /* secret/mask.h */
    struct view name;                            /* what it is assigned to, as far as known */
    struct view encoding; /* "base64", "base64, hexadecimal": outermost first; or empty */
    enum severity severity;
    bool test; /* in test data: its severity is lowered */
    char fingerprint[SECRET_FINGERPRINT_SIZE + 1];
};

struct secret_options {
    unsigned decode_depth;  /* 0: nothing is decoded */
    unsigned archive_depth; /* 0: archives are bytes like others */
    void *ctx;
    /* A secret. */
    void (*found)(void *ctx, const struct secret_match *match);
    /* A file that could not be looked into wholly: what was left out, and why. */
    void (*left_out)(void *ctx, struct view path, const struct error *why);
};
#define SECRET_OPTIONS_DEFAULT                                                                     \
    ((struct secret_options){.decode_depth = SECRET_DECODE_DEPTH,                                  \
                             .archive_depth = SECRET_ARCHIVE_DEPTH})

struct secret_scanner;

/* The rules must outlive the scanner. */
int secret_scanner_new(const struct secret_rules *set, const struct secret_options *options,
                       struct secret_scanner **ret, struct error *err);
void secret_scanner_free(struct secret_scanner *scanner);
DEFINE_CLEANUP(struct secret_scanner, secret_scanner_free)

/* A file whose bytes are all there. */
void secret_scanner_file(struct secret_scanner *scanner, struct view path, struct view bytes);

/* A file in pieces, in order. The bytes of a piece need not outlive the call. */
void secret_scanner_begin(struct secret_scanner *scanner, struct view path);
void secret_scanner_add(struct secret_scanner *scanner, struct view bytes);
void secret_scanner_end(struct secret_scanner *scanner);

/* A text that is no file: an environment variable ("NAME=value"), a line of an
 * image's history, a label. Bare values count as in settings. `path` says what
 * it is, in the findings' location and fingerprint. */
void secret_scanner_text(struct secret_scanner *scanner, struct view path, struct view text);

/* Bytes of files, decoded text and archive members that were looked at. */
uint64_t secret_scanner_bytes(const struct secret_scanner *scanner);
