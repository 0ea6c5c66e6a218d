/* Downloads of advisory feeds, kept so that an unchanged feed is not fetched
 * again and an update can be made offline from what is there.
 *
 * A directory, private to the user, with two files for each URL: the body as
 * the server sent it, and a small text beside it with the URL, ETag,
 * Last-Modified, size, digest and time. Both appear whole or not at all, body
 * first; a body that its text doesn't describe is fetched again.
 *
 * Broken transfers are resumed by net/http.h. Thread-safe as long as no two
 * threads fetch one URL.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "codec/digest.h"
#include "net/http.h"

enum {
    FEED_URL_LIMIT = 2048,  /* bytes */
    FEED_VALUE_LIMIT = 512, /* bytes of an ETag or a date */
};
#define FEED_BODY_LIMIT ((uint64_t)8 << 30) /* bytes of one download */

struct feed {
    char *path;    /* of the body; owned */
    uint64_t size; /* bytes */
    char digest[DIGEST_TEXT_SIZE + 1];
    int64_t fetched_at; /* seconds since 1970: when the server last confirmed it */
    bool unchanged;     /* the server said so, or it was not asked */
};
#define FEED_INIT                                                                                  \
    {                                                                                              \
        NULL, 0, "", 0, false                                                                      \
    }
void feed_done(struct feed *feed);

/* Fetches `url` into `directory` (made when missing), or confirms what is
 * there. `http` NULL: only what is there. `received`, when given, hears how
 * many bytes have come. */
int feed_fetch(struct http_client *http, const char *url, const char *directory,
               void (*received)(void *ctx, uint64_t bytes), void *ctx, struct feed *ret,
               struct error *err);
/* What is there from earlier; ERROR_NOT_FOUND when nothing is. */
int feed_cached(const char *url, const char *directory, struct feed *ret, struct error *err);
