/* What may be shown of a secret, and what names it without giving it away. */
#pragma once

#include "base/view.h"

enum {
    MASK_HEAD_LIMIT = 4,
    MASK_TAIL_LIMIT = 2,
    MASK_STARS = 8, /* whatever the length: it would help a guesser */
    MASK_SIZE = MASK_HEAD_LIMIT + MASK_STARS + MASK_TAIL_LIMIT + 1,
};

/* "ghp_********x9": at most four bytes of the beginning and two of the end, and
 * together never more than a quarter; bytes that are not printable ASCII are
 * not shown. `guessable` ones (passwords) show nothing but the stars. */
struct view mask_secret(struct view secret, bool guessable, char to[static MASK_SIZE]);

/* Shannon's entropy of the bytes, in bits a byte. */
double mask_entropy(struct view bytes);
/* The secret is too random for anybody to find it by trying hashes, even with
 * what the mask shows of it. */
bool mask_is_unguessable(struct view secret);
