/* Small files whose bodies say what headers can't: who may log in, what cron
 * runs, who becomes root, whether a file is a private key.
 *
 * A reader is one const descriptor: bytes of one file in, notes out. It runs
 * in a worker. Password hashes never leave it: a note says only of what kind
 * the password is. Pure.
 */
#pragma once

#include "base/buf.h"
#include "base/view.h"
#include "hygiene/file-tag.h"

enum {
    SMALL_FILE_LIMIT = 1 << 20,  /* bytes that are looked into */
    SMALL_FILE_NOTES = 4096,     /* notes of one file */
    SMALL_FILE_TEXT_LIMIT = 512, /* bytes of a note's text */
};

enum file_note_kind {
    NOTE_ACCOUNT = 1, /* passwd: name; number: uid; detail: the shell */
    NOTE_PASSWORD,    /* shadow, passwd: name; number: enum password_state */
    NOTE_CRON,        /* the command; detail: the user, where the file names one */
    NOTE_SUDO,        /* a sudoers line that grants every command; number: 1 without password */
    NOTE_PRIVATE_KEY, /* number: 1 when it is encrypted */
    FILE_NOTE_KIND_COUNT,
};

enum password_state {
    PASSWORD_LOCKED, /* no password opens it */
    PASSWORD_EMPTY,
    PASSWORD_HASHED,
    PASSWORD_STATE_COUNT,
};

struct file_note {
    enum file_note_kind kind;
    uint32_t line; /* from 1 */
    uint64_t number;
    struct view text, detail;
};

struct small_file {
    const char *name;
    unsigned version;
    void (*read)(struct view path, struct view content, struct buf *notes);
};

/* The reader for a file, or NULL: most files have none. */
const struct small_file *small_file_of(const struct file_status *file, uint64_t tags);

/* Reads one note off the front; false at the end or when it is damaged. */
struct cursor;
bool file_note_read(struct cursor *c, struct file_note *ret);

uint64_t small_file_fingerprint(void);
