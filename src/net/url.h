/* URLs of http and https, as much as a client must know of them: where a
 * request goes (its origin), and what a redirect says. libcurl's own parser
 * reads them, so that what is judged here is what is sent there.
 *
 * User names, passwords and queries never reach a message: url_for_people()
 * leaves them out, because redirects of registries carry signatures there.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum {
    URL_LIMIT = 16 << 10,  /* bytes of one URL */
    URL_ORIGIN_SIZE = 300, /* "https://" host ":" port NUL */
};

struct url_origin {
    char text[URL_ORIGIN_SIZE]; /* "https://host:port", lower case, the port always there */
    bool https;
    bool loopback; /* this machine: localhost, 127.0.0.0/8, ::1 */
};

/* ERROR_INPUT for anything but http and https with a host. */
int url_parse_origin(const char *url, struct url_origin *ret, struct error *err);
bool url_origin_eq(const struct url_origin *a, const struct url_origin *b);

/* `location` seen from `base`, absolute; replaces what `to` holds. */
int url_resolve(const char *base, struct view location, struct buf *to, struct error *err);

/* Scheme, host, port if given, and path. */
const char *url_for_people(const char *url, struct buf *to);

/* "localhost", "127.1.2.3", "::1", "[::1]", without a port. */
bool url_host_is_loopback(struct view host);

/* Appends `text` with everything but letters, digits and "-._~" as %XX. */
void url_add_escaped(struct buf *to, struct view text);
